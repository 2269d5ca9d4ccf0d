//! Every operation of the document against a running server, in every role.

use std::collections::{BTreeMap, BTreeSet};

use domain::ports::Clock as _;
use integration::process::Site;
use integration::roles::{Ask, Client, IDEMPOTENCY_KEY, word};
use integration::scorecard::say;
use integration::served::Served;
use reqwest::Method;
use serde_json::{Value, json};
use server::clock::WallClock;

/// Methods that a path can have.
const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// A served district and ids of one thing of each kind.
async fn served() -> (Served, BTreeMap<&'static str, String>) {
    let site = Site::seeded_sqlite().expect("a seeded site");
    let served = Served::start(site).expect("a server");
    served.busy().await.expect("something going on");
    let seat = served.operator().expect("the seat");
    let (incident, offer) = served.an_offer(&seat).await;
    let device = seat.get("/v1/devices?limit=1").await.expect(200);
    let map = format!("/v1/incidents/{}/map", word(&incident, "id"));
    let map = seat.get(&map).await.expect(200);
    let (lon, lat) = (&map["network"][0][0], &map["network"][0][1]);
    let street = json!({"lon": lon, "lat": lat, "datum": "wgs84"}).to_string();
    let report = json!({
        "kind": "street_closed",
        "position": serde_json::from_str::<Value>(&street).expect("a place"),
        "reason": "a test",
    });
    let ask = Ask::json(&report).header(IDEMPOTENCY_KEY, "contract-closure");
    let closure = seat
        .send(Method::POST, "/v1/street-closures", ask)
        .await
        .expect(201);
    let order = json!({"name": "a-network", "protocol": "ttn"});
    let hook = seat.post_json("/v1/device-credentials", order).await;
    let hook = hook.expect(201);
    let order = json!({"name": "to-be-revoked", "protocol": "ttn"});
    let other = seat.post_json("/v1/device-credentials", order).await;
    let condition = json!({"sign": "door", "least": 1, "within_h": 24});
    let ask = Ask::json(&condition).header(IDEMPOTENCY_KEY, "contract-rule");
    let rule = seat
        .send(Method::POST, "/v1/life-sign-rules", ask)
        .await
        .expect(201);
    let watch = word(&device["items"][0], "id");
    let told = json!({"kind": "upload_every", "interval_s": 600});
    let command = made(&seat, &format!("/v1/devices/{watch}/commands"), &told).await;
    let fresh = json!({"protocol": "watch", "uid": "7700000001"});
    let fresh = made(&seat, "/v1/devices", &fresh).await;
    let due_at = (WallClock::default().now() + chrono::TimeDelta::days(1)).to_rfc3339();
    let order = json!({
        "device_id": fresh["id"], "resident_id": incident["resident_id"],
        "due_at": due_at, "proof": "frame",
    });
    let enrolment = made(&seat, "/v1/enrolments", &order).await;
    let told = seat.told().await;
    let notice = told.first().expect("the seat was told of what goes on");
    let ids = BTreeMap::from([
        ("command_id", word(&command, "id")),
        ("enrolment_id", word(&enrolment, "id")),
        ("fresh_device_id", word(&fresh, "id")),
        ("due_at", due_at),
        (
            "credential_id",
            word(&other.expect(201)["credential"], "id"),
        ),
        ("protocol", "ttn".to_owned()),
        ("hook_id", word(&hook["credential"], "id")),
        ("hook_secret", word(&hook, "secret")),
        ("incident_id", word(&incident, "id")),
        ("offer_id", word(&offer, "id")),
        ("responder_id", word(&offer, "responder_id")),
        ("resident_id", word(&incident, "resident_id")),
        ("device_id", watch),
        ("endpoint_id", word(&incident, "id")),
        ("closure_id", word(&closure, "id")),
        ("rule_id", word(&rule, "id")),
        ("gateway", "sms-one".to_owned()),
        ("notification_id", word(notice, "id")),
        ("street", street),
    ]);
    (served, ids)
}

/// Something new of the seat's.
async fn made(seat: &Client, path: &str, body: &Value) -> Value {
    let ask = Ask::json(body).header(IDEMPOTENCY_KEY, "contract-made");
    seat.send(Method::POST, path, ask).await.expect(201)
}

/// An operation: id, method, path as the document writes it, statuses it may answer.
struct Operation {
    id: String,
    method: Method,
    path: String,
    statuses: BTreeSet<String>,
}

fn operations() -> Vec<Operation> {
    let document = openapi::document_value();
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("a path item");
        item.iter().map(|(method, operation)| Operation {
            id: word(operation, "operationId"),
            method: method.to_uppercase().parse().expect("a method"),
            path: path.clone(),
            statuses: operation["responses"]
                .as_object()
                .expect("responses")
                .keys()
                .cloned()
                .collect(),
        })
    });
    operations.collect()
}

/// A path with things that are there.
fn filled(path: &str, ids: &BTreeMap<&'static str, String>) -> String {
    let filled = ids.iter().fold(path.to_owned(), |path, (name, id)| {
        path.replace(&format!("{{{name}}}"), id)
    });
    assert!(!filled.contains('{'), "{filled}");
    filled
}

/// The seat alone, at every rung.
fn plain_ladders() -> Value {
    let seat = json!([{"offers": 0, "tell": ["operator"], "timeout_s": 60}]);
    json!({"life": seat, "attention": seat, "unknown": seat})
}

/// A body that the operation understands.
fn body(id: &str, ids: &BTreeMap<&'static str, String>) -> Option<Value> {
    Some(match id {
        "incident_report" => json!({"resident_id": ids["resident_id"], "kind": "fall"}),
        "incident_identify" => json!({"resident_id": ids["resident_id"]}),
        "incident_close" => json!({"outcome": "test", "note": "only a test"}),
        "incident_reopen" => json!({"reason": "only a test"}),
        "incident_hand_over" => json!({"to": "ambulance", "companion": "nobody"}),
        "incident_follow_up" => json!({"way": "visit", "result": "well"}),
        "incident_suspend" => json!({"reason": "travel", "until": "2026-01-01T00:00:00Z"}),
        "incident_merge" | "incident_split" | "incident_link" => {
            json!({"incident_id": ids["incident_id"], "reason": "only a test"})
        }
        "drill_start" => json!({
            "resident_id": ids["resident_id"], "kind": "fall", "crew": [],
            "reason": "only a test",
        }),
        "health_set" => json!({"conditions": ["asthma"], "drugs": [], "allergies": []}),
        "requirements_set" => json!({"requires": ["lifting"], "reason": "only a test"}),
        "away_set" => json!({"until": "2026-01-01T00:00:00Z"}),
        "ladders_set" => json!({"ladders": plain_ladders(), "reason": "only a test"}),
        "ladders_try" => json!({"ladders": plain_ladders(), "days": 1}),
        "care_set" => json!({"risk": "usual", "cognition": "clear", "depends_on": []}),
        "life_sign_report" => json!({"sign": "meal"}),
        "life_sign_rule_create" => json!({"sign": "door", "least": 1, "within_h": 24}),
        "life_sign_rule_try" => json!({"days": 1}),
        "life_sign_rule_switch" => json!({"on": false, "reason": "only a test"}),
        "datum_set" => json!({"reason": "only a test"}),
        "device_trace" => {
            let still: String = (0..60).map(|_| "0,0,1\n").collect();
            json!({"csv": format!("ax,ay,az\n{still}"), "rate_hz": 50})
        }
        "device_command_queue" => json!({"kind": "upload_every", "interval_s": 600}),
        "device_register" => json!({"protocol": "watch", "uid": "7700000002"}),
        "device_unbind" => json!({"reason": "returned"}),
        "binding_open" => json!({
            "device_id": ids["fresh_device_id"], "resident_id": ids["resident_id"],
            "code": "0000000000",
        }),
        "enrolment_order" => json!({
            "device_id": ids["fresh_device_id"], "resident_id": ids["resident_id"],
            "due_at": ids["due_at"], "proof": "frame",
        }),
        "enrolment_test" => json!({"window_s": 60}),
        "clearance_set" => json!({"cleared": true, "reason": "only a test"}),
        "duty_set" => json!({"on_duty": true}),
        "position_set" => json!({"lon": 121.4, "lat": 31.4, "datum": "wgs84"}),
        "street_closure_report" => json!({
            "kind": "street_closed",
            "position": serde_json::from_str::<Value>(&ids["street"]).expect("a place"),
            "reason": "only a test",
        }),
        "credential_issue" => json!({"name": "a-gateway", "protocol": "ttn"}),
        // Signed by nobody: kept for a person to look at.
        "ingest_signed" => json!({
            "device": "AN-0018", "boot": "b1", "seq": 0, "time": "2026-11-24T03:00:00Z",
            "body": r#"{"kind":"alarm"}"#,
        }),
        "ingest_hook" => serde_json::from_slice(&ingest::ttn::encode::samples()[0]).expect("JSON"),
        "reach_set" => json!({"phone": "13800000009"}),
        "notification_receipt" => json!({"state": "seen"}),
        "offer_redeem" => json!({"token": "0000"}),
        "push_endpoint_set" => json!({"platform": "console", "token": "console"}),
        _ => return None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_documented_operation_is_served_and_answers_as_documented() {
    let (served, ids) = served().await;
    let mut operations = operations();
    // What is deleted must have been put there.
    operations.sort_by_key(|operation| operation.method == Method::DELETE);
    let mut answered = BTreeMap::from([("gateway_callback".to_owned(), BTreeSet::from([401]))]);
    for role in ["operator", "responder", "family", "device", "admin"] {
        let caller = served.caller(role).expect("a token");
        for operation in &operations {
            let path = filled(&operation.path, &ids);
            let mut ask = body(&operation.id, &ids).map_or_else(Ask::default, |it| Ask::json(&it));
            let keyed = [
                "incident_report",
                "street_closure_report",
                "life_sign_rule_create",
                "device_command_queue",
                "device_register",
                "binding_open",
                "enrolment_order",
            ];
            if keyed.contains(&operation.id.as_str()) {
                ask = ask.header(IDEMPOTENCY_KEY, "contract");
            }
            if operation.id == "ingest_hook" {
                ask = ask.header("X-Anlin-Secret", &ids["hook_secret"]);
            }
            // The stream has no end: its head is enough.
            let answer = caller.begin(operation.method.clone(), &path, ask).await;
            let status = answer.status().as_u16();
            let at = format!("{role}: {} {path}: {status}", operation.method);
            assert!(
                operation.statuses.contains(&status.to_string()),
                "not documented: {at}"
            );
            if operation.id == "gateway_callback" {
                // No gateway is set up here: nobody is one.
                assert_eq!(status, 401, "{at}");
                continue;
            }
            assert!(
                status < 500 && ![400, 401, 405, 413, 415, 422].contains(&status),
                "{at}"
            );
            assert!(role != "operator" || status != 404, "not served: {at}");
            answered
                .entry(operation.id.clone())
                .or_insert_with(BTreeSet::new)
                .insert(status);
        }
    }
    let never = answered
        .iter()
        .filter(|(_, statuses)| !statuses.iter().any(|it| *it < 300));
    let never: Vec<_> = never.collect();
    say(&format!(
        "{} operations; never successful: {never:?}",
        answered.len()
    ));
    assert_eq!(answered.len(), operations.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_else_is_served() {
    let (served, ids) = served().await;
    let seat = served.operator().expect("the seat");
    let nobody = Client::new(served.site.http, None);
    let mut methods: BTreeMap<String, BTreeSet<Method>> = BTreeMap::new();
    for operation in operations() {
        if operation.id != "health" {
            let path = filled(&operation.path, &ids);
            let answer = nobody
                .send(operation.method.clone(), &path, Ask::default())
                .await;
            answer.expect_problem(401, "unauthenticated");
        }
        methods
            .entry(operation.path)
            .or_default()
            .insert(operation.method);
    }
    for (path, known) in &methods {
        let path = filled(path, &ids);
        for method in METHODS.iter().filter(|method| !known.contains(*method)) {
            let answer = seat.send(method.clone(), &path, Ask::default()).await;
            let allow = answer.headers.get("allow").and_then(|it| it.to_str().ok());
            let allow = allow.unwrap_or_default().to_owned();
            answer.expect_problem(405, "method-not-allowed");
            let allow: BTreeSet<Method> =
                allow.split(", ").filter_map(|it| it.parse().ok()).collect();
            assert!(known.is_subset(&allow), "{path}: {allow:?}");
        }
    }
    for path in [
        "/v1",
        "/v1/",
        "/v1/incident",
        "/v1/incidents/",
        "/v2/incidents",
        "/v1/ops/metrics",
    ] {
        seat.get(path).await.expect_problem(404, "not-found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_is_what_the_document_says() {
    let (served, _) = served().await;
    let seat = served.operator().expect("the seat");
    let mut stream = seat
        .begin(Method::GET, "/v1/incidents/stream?after=0", Ask::default())
        .await;
    assert_eq!(stream.status(), 200);
    let media = stream.headers()["content-type"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(media.starts_with("text/event-stream"), "{media}");
    let operations = operations();
    let known = operations
        .iter()
        .find(|it| it.id == "incident_stream")
        .expect("the stream");
    assert!(known.statuses.contains("200"));
    let first = stream.chunk().await.expect("a stream").expect("an event");
    let text = String::from_utf8_lossy(&first);
    for line in ["id: ", "event: timeline", "data: {"] {
        let found = text
            .lines()
            .any(|it| it.replace(':', ": ").replace(":  ", ": ").starts_with(line));
        assert!(found, "{line}: {text}");
    }
}
