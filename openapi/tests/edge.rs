//! Every error is a problem, names field and rule, and never repeats the value.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use openapi::{Authenticate, Caller, DocumentOnly, Problem, Role};
use poem::{
    EndpointExt, Response,
    endpoint::BoxEndpoint,
    http::{Method, StatusCode},
    test::{TestClient, TestResponse},
};
use serde_json::{Value, json};
use uuid::Uuid;

const CANARY: &str = "canary-7f3a";
const ID: &str = "0190f3a4-0000-7000-8000-000000000001";

struct Tokens;

impl Authenticate for Tokens {
    fn authenticate<'a>(
        &'a self,
        token: &'a str,
    ) -> BoxFuture<'a, Result<Option<Caller>, Problem>> {
        let caller = Caller {
            account_id: Uuid::nil(),
            organisation_id: Uuid::nil(),
            role: Role::Operator,
            responder_id: None,
            resident_ids: Vec::new(),
            language: "en".to_owned(),
            display_name: "Operator".to_owned(),
            device_id: None,
            token_id: None,
        };
        let answer = match token {
            "good" => Ok(Some(caller)),
            "down" => Err(Problem::unavailable(7)),
            _ => Ok(None),
        };
        Box::pin(async move { answer })
    }
}

/// The routes behind the edge, without a server or a database.
fn client() -> TestClient<BoxEndpoint<'static, Response>> {
    TestClient::new(openapi::edge(openapi::routes(DocumentOnly, Arc::new(Tokens))).boxed())
}

/// Sends with a good token and key unless the headers say otherwise.
async fn send(
    client: &TestClient<BoxEndpoint<'static, Response>>,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: String,
) -> TestResponse {
    let method: Method = method.to_ascii_uppercase().parse().expect("a method");
    let mut request = client.request(method, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).send().await
}

const TOKEN: (&str, &str) = ("Authorization", "Bearer good");
const KEY: (&str, &str) = ("Idempotency-Key", "key-1");
const JSON: (&str, &str) = ("Content-Type", "application/json");

/// Checks what every problem has in common and gives back its body.
async fn problem(response: TestResponse, status: u16, slug: &str) -> Value {
    response.assert_status(StatusCode::from_u16(status).expect("a status"));
    response.assert_content_type("application/problem+json");
    let trace = response
        .0
        .header("X-Trace-Id")
        .expect("a trace id")
        .to_owned();
    let text = response.0.into_body().into_string().await.expect("text");
    assert!(!text.contains(CANARY), "echoed: {text}");
    let body: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(body["type"], format!("urn:anlin:problem:{slug}"), "{text}");
    assert_eq!(body["status"], status, "{text}");
    assert!(
        body["title"]
            .as_str()
            .is_some_and(|title| !title.is_empty()),
        "{text}"
    );
    assert_eq!(body["trace_id"], trace, "{text}");
    body
}

async fn post(path: &str, body: &str) -> TestResponse {
    send(
        &client(),
        "post",
        path,
        &[TOKEN, KEY, JSON],
        body.to_owned(),
    )
    .await
}

async fn read(path: &str) -> TestResponse {
    send(&client(), "get", path, &[TOKEN], String::new()).await
}

#[tokio::test]
async fn syntax_errors_are_400() {
    let report = "/v1/incidents";
    for body in [
        "",
        "{",
        "{\"note\": canary-7f3a}",
        "{\"note\":\"canary-7f3a\\ud800\"}",
        "[1,]",
    ] {
        let problem = problem(post(report, body).await, 400, "malformed-request").await;
        assert_eq!(
            problem["errors"],
            json!([{"field": "body", "rule": "json"}]),
            "{body}"
        );
    }
}

#[tokio::test]
async fn broken_rules_are_422_and_all_are_named() {
    let cases = [
        (
            json!({"kind": "fall"}),
            json!([["resident_id", "required"]]),
        ),
        (
            json!({"resident_id": ID, "kind": CANARY}),
            json!([["kind", "one of: help_request, fall, sos"]]),
        ),
        (
            json!({"resident_id": CANARY, "kind": "sos"}),
            json!([["resident_id", "format: uuid"]]),
        ),
        (
            json!({"resident_id": ID, "kind": "sos", CANARY: 1}),
            json!([["body", "no unknown fields"]]),
        ),
        (
            json!({"resident_id": 5, "kind": null, "note": [CANARY]}),
            json!([
                ["kind", "type: string"],
                ["note", "type: string"],
                ["resident_id", "type: string"]
            ]),
        ),
        (
            json!({"resident_id": ID, "kind": "sos", "note": CANARY.repeat(200)}),
            json!([["note", "at most 2000 characters"]]),
        ),
        (
            json!({"resident_id": ID, "kind": "sos", "note": format!("{CANARY}\0")}),
            json!([["note", "no U+0000"]]),
        ),
        (json!([CANARY]), json!([["body", "type: object"]])),
        (json!(null), json!([["body", "type: object"]])),
    ];
    for (body, expected) in cases {
        let answer = post("/v1/incidents", &body.to_string()).await;
        let problem = problem(answer, 422, "invalid-request").await;
        let mut errors: Vec<_> = problem["errors"]
            .as_array()
            .expect("errors")
            .iter()
            .map(|error| json!([error["field"], error["rule"]]))
            .collect();
        errors.sort_by_key(Value::to_string);
        assert_eq!(Value::Array(errors), expected, "{body}");
    }
}

#[tokio::test]
async fn a_position_needs_a_known_datum() {
    let client = client();
    let put = |body: Value| {
        let client = &client;
        async move {
            send(
                client,
                "put",
                "/v1/me/position",
                &[TOKEN, JSON],
                body.to_string(),
            )
            .await
        }
    };
    let cases = [
        (json!({"lon": 1.5, "lat": 2}), "datum", "required"),
        (
            json!({"lon": 1.5, "lat": 2, "datum": "gcj-02"}),
            "datum",
            "one of: wgs84, gcj02, bd09",
        ),
        (
            json!({"lon": 180.5, "lat": 2, "datum": "wgs84"}),
            "lon",
            "maximum 180",
        ),
        (
            json!({"lon": 1, "lat": -91, "datum": "wgs84"}),
            "lat",
            "minimum -90",
        ),
        (
            json!({"lon": 1, "lat": 1, "datum": "wgs84", "accuracy_m": -1}),
            "accuracy_m",
            "minimum 0",
        ),
    ];
    for (body, field, rule) in cases {
        let problem = problem(put(body).await, 422, "invalid-request").await;
        assert_eq!(problem["errors"], json!([{"field": field, "rule": rule}]));
    }
    // A good one reaches the port, whose stub answers with a fault.
    let good = put(json!({"lon": 1.5, "lat": 2, "datum": "wgs84"})).await;
    problem(good, 500, "internal").await;
}

#[tokio::test]
async fn parameters_are_named_with_their_rule() {
    let cases = [
        (
            format!("/v1/incidents/{CANARY}"),
            "incident_id",
            "format: uuid",
        ),
        (
            format!("/v1/incidents/{CANARY}/map"),
            "incident_id",
            "format: uuid",
        ),
        (
            format!("/v1/incidents?state={CANARY}"),
            "state",
            "one of: open, follow_up, closed, all",
        ),
        (
            format!("/v1/incidents?limit={CANARY}"),
            "limit",
            "integer, 1 to 200",
        ),
        (
            "/v1/incidents?limit=0".to_owned(),
            "limit",
            "integer, 1 to 200",
        ),
        (
            "/v1/incidents?limit=201".to_owned(),
            "limit",
            "integer, 1 to 200",
        ),
        (
            format!("/v1/residents?cursor={CANARY}%00"),
            "cursor",
            "pattern: ^[0-9a-f]{1,15}-[0-9a-f]{32}$, at most 48 characters",
        ),
        (
            format!("/v1/devices/frames?decoded={CANARY}"),
            "decoded",
            "type: boolean",
        ),
        (
            format!("/v1/notifications?incident_id={CANARY}"),
            "incident_id",
            "format: uuid",
        ),
        (
            format!("/v1/incidents/stream?after={CANARY}"),
            "after",
            "integer, 0 to 1000000000000000",
        ),
    ];
    for (path, field, rule) in cases {
        let problem = problem(read(&path).await, 400, "malformed-request").await;
        assert_eq!(
            problem["errors"],
            json!([{"field": field, "rule": rule}]),
            "{path}"
        );
    }
}

#[tokio::test]
async fn reporting_needs_a_well_formed_key() {
    let body = || json!({"resident_id": ID, "kind": "sos"}).to_string();
    let client = client();
    let bare = send(&client, "post", "/v1/incidents", &[TOKEN, JSON], body()).await;
    let missing = problem(bare, 400, "malformed-request").await;
    assert_eq!(
        missing["errors"],
        json!([{"field": "Idempotency-Key", "rule": "required"}])
    );
    for key in [
        format!("{CANARY} {CANARY}"),
        format!("{CANARY}!"),
        "k".repeat(65),
    ] {
        let headers = [TOKEN, JSON, ("Idempotency-Key", key.as_str())];
        let answer = send(&client, "post", "/v1/incidents", &headers, body()).await;
        let wrong = problem(answer, 400, "malformed-request").await;
        let rule = "pattern: ^[A-Za-z0-9_-]{1,64}$";
        assert_eq!(
            wrong["errors"],
            json!([{"field": "Idempotency-Key", "rule": rule}])
        );
    }
    let longest = "k".repeat(64);
    let headers = [TOKEN, JSON, ("Idempotency-Key", longest.as_str())];
    let reached = send(&client, "post", "/v1/incidents", &headers, body()).await;
    problem(reached, 500, "internal").await;
}

/// Messages of devices, networks and gateways carry proofs of their own.
fn proves_itself(path: &str) -> bool {
    path.starts_with("/v1/ingest/") || path == "/v1/gateways/{gateway}/callbacks"
}

#[tokio::test]
async fn without_a_valid_token_it_is_401_on_every_operation_but_health() {
    let client = client();
    let document = openapi::document_value();
    let mut seen = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in item.as_object().expect("an item").keys() {
            let concrete = concrete(path);
            if proves_itself(path) {
                // The message carries its own proof, and the port reads it.
                problem(read(&concrete).await, 405, "method-not-allowed").await;
                continue;
            }
            if path == "/v1/ops/health" {
                problem(read(&concrete).await, 500, "internal").await;
                continue;
            }
            let wrong = format!("Bearer {CANARY}");
            for header in [
                None,
                Some(wrong.as_str()),
                Some("Basic Z29vZDpnb29k"),
                Some(""),
            ] {
                let headers: Vec<_> = header.map(|it| ("Authorization", it)).into_iter().collect();
                let response = send(&client, method, &concrete, &headers, String::new()).await;
                response.assert_header("WWW-Authenticate", "Bearer");
                problem(response, 401, "unauthenticated").await;
            }
            seen += 1;
        }
    }
    assert_eq!(seen, 94);
}

#[tokio::test]
async fn a_store_that_cannot_answer_is_503_not_401() {
    let response = client()
        .get("/v1/me")
        .header("Authorization", "Bearer down")
        .send()
        .await;
    response.assert_header("Retry-After", "7");
    problem(response, 503, "unavailable").await;
}

#[tokio::test]
async fn unknown_paths_are_404() {
    for path in [
        format!("/{CANARY}"),
        format!("/v1/{CANARY}"),
        "/v1".into(),
        "/v1/incidents/".into(),
    ] {
        problem(read(&path).await, 404, "not-found").await;
    }
}

#[tokio::test]
async fn other_methods_are_405_and_allow_names_the_real_ones() {
    let client = client();
    let document = openapi::document_value();
    for (path, item) in document["paths"].as_object().expect("paths") {
        let served: Vec<_> = item
            .as_object()
            .expect("an item")
            .keys()
            .map(|it| it.to_ascii_uppercase())
            .collect();
        for method in [
            "GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY",
        ] {
            if served.iter().any(|it| it == method) {
                continue;
            }
            let response = send(&client, method, &concrete(path), &[TOKEN], String::new()).await;
            let allow = response.0.header("Allow").expect("Allow").to_owned();
            let mut allowed: Vec<_> = allow.split(", ").filter(|it| *it != "HEAD").collect();
            allowed.sort_unstable();
            let mut expected: Vec<_> = served.iter().map(String::as_str).collect();
            expected.sort_unstable();
            assert_eq!(allowed, expected, "{path}");
            assert_eq!(
                allow.contains("HEAD"),
                served.iter().any(|it| it == "GET"),
                "{path}"
            );
            problem(response, 405, "method-not-allowed").await;
        }
    }
    let response = client.post("/openapi.json").send().await;
    response.assert_header("Allow", "GET, HEAD");
    problem(response, 405, "method-not-allowed").await;
}

#[tokio::test]
async fn other_media_types_are_415_on_every_operation_with_a_body() {
    let client = client();
    let document = openapi::document_value();
    let mut seen = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an item") {
            // Messages of devices are of any type: the port says what it takes.
            if operation.get("requestBody").is_none() || proves_itself(path) {
                continue;
            }
            for media in [
                Some("text/xml"),
                Some("application/merge-patch+json"),
                Some(CANARY),
                None,
            ] {
                let mut headers = vec![TOKEN, KEY];
                headers.extend(media.map(|media| ("Content-Type", media)));
                let body = format!("<{CANARY}/>");
                let response = send(&client, method, &concrete(path), &headers, body).await;
                let problem = problem(response, 415, "unsupported-media-type").await;
                let rule = json!([{"field": "Content-Type", "rule": "one of: application/json"}]);
                assert_eq!(problem["errors"], rule, "{path}");
            }
            seen += 1;
        }
    }
    assert_eq!(seen, 45);
}

#[tokio::test]
async fn bodies_above_the_limit_are_413_announced_or_not() {
    let large = CANARY.repeat(openapi::MAX_BODY_BYTES / CANARY.len() + 1);
    problem(
        post("/v1/incidents", &large).await,
        413,
        "payload-too-large",
    )
    .await;
    let headers = [TOKEN, ("Content-Length", "262145")];
    let announced = send(&client(), "get", "/v1/me", &headers, String::new()).await;
    problem(announced, 413, "payload-too-large").await;
    let just = format!("{}{{", " ".repeat(openapi::MAX_BODY_BYTES - 1));
    problem(post("/v1/incidents", &just).await, 400, "malformed-request").await;
}

#[tokio::test]
async fn an_optional_body_may_be_left_out() {
    let path = format!("/v1/incidents/{ID}/acknowledgements");
    let bare = client()
        .post(&path)
        .header("Authorization", "Bearer good")
        .send()
        .await;
    problem(bare, 500, "internal").await;
    problem(post(&path, "{}").await, 500, "internal").await;
    problem(post(&path, "{\"note\":7}").await, 422, "invalid-request").await;
}

#[tokio::test]
async fn document_and_docs_are_served_without_a_token() {
    let json = client().get("/openapi.json").send().await;
    json.assert_content_type("application/json");
    json.assert_text(openapi::document_json()).await;
    let yaml = client().get("/openapi.yaml").send().await;
    yaml.assert_text(include_str!("../openapi.yaml")).await;
    let docs = client().get("/docs").send().await;
    docs.assert_status_is_ok();
    let page = docs.0.into_body().into_string().await.expect("text");
    assert!(page.starts_with("<!doctype html>"));
    assert!(page.contains("\"x-anlin-problem-types\""));
    assert!(!page.contains("src=\"http"));
}

/// A path with an id in every placeholder.
fn concrete(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { ID } else { part }.to_owned();
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
