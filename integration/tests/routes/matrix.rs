//! The table of who may do what, and how each of its cells is set up.

use integration::app::TestApp;
use integration::roles::{Ask, Client, IDEMPOTENCY_KEY, word};
use integration::watch::fall_at;
use integration::world::{Neighbourhood, Person};
use reqwest::Method;
use serde_json::{Value, json};
use server::engine::fresh_id;

use super::bodies::Served;
use super::device_cells;

/// Every role a row may name; the last two have no account.
pub(crate) const ROLES: [&str; 7] = [
    "operator",
    "family",
    "responder",
    "device",
    "admin",
    "nobody",
    "wrong_token",
];

/// One row of the table.
#[derive(Clone, Debug, serde::Deserialize)]
pub(crate) struct Cell {
    pub(crate) operation: String,
    pub(crate) role: String,
    /// How the caller stands to the object: `own`, `other` (same organisation), `other_org`,
    /// `asked`, `released`, `closed`, or `none` where there is no object.
    pub(crate) context: String,
    pub(crate) expect: u16,
}

/// The hand-written table.
pub(crate) fn cells() -> Vec<Cell> {
    let mut reader = csv::Reader::from_reader(include_str!("../authz.csv").as_bytes());
    reader
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("rows of four columns")
}

/// How far an incident is before the cell is tried.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    Offered,
    AcceptedBySecond,
    AcceptedByNear,
    Arrived,
    Closed,
}

impl Cell {
    fn is(&self, role: &str, context: &str) -> bool {
        self.role == role && self.context == context
    }

    /// Who tries.
    pub(crate) fn actor<'a>(&self, app: &'a TestApp) -> Option<&'a Person> {
        let other_org = self.context == "other_org";
        let there: &Neighbourhood = if other_org {
            &app.world.other
        } else {
            &app.world.home
        };
        let elder = if self.context == "other" {
            &there.elders[1]
        } else {
            &there.elders[0]
        };
        match self.role.as_str() {
            "operator" => Some(&there.operators[0]),
            "family" => Some(&elder.family),
            "device" => Some(&elder.gateway),
            "admin" => Some(&there.admin),
            // Who is off duty was never asked.
            "responder" if self.context == "other" => Some(&app.world.helper("off_duty").person),
            "responder" => Some(&there.helpers[0].person),
            "nobody" | "wrong_token" => None,
            role => panic!("no such role: {role}"),
        }
    }

    /// The caller.
    pub(crate) fn client(&self, app: &TestApp) -> Client {
        let wrong = fresh_id().simple().to_string();
        let token = match self.role.as_str() {
            "nobody" => None,
            "wrong_token" => Some(wrong.as_str()),
            _ => self.actor(app).map(|person| person.token.as_str()),
        };
        Client::new(app.http, token)
    }

    fn progress(&self) -> Progress {
        let offer = self.operation.starts_with("offer_");
        let operation = self.operation.as_str();
        let scene = ["incident_depart", "incident_arrive", "incident_drop"].contains(&operation);
        let there = [
            "incident_block_access",
            "incident_hand_over",
            "incident_suspend",
        ];
        match (self.operation.as_str(), self.context.as_str()) {
            (_, "closed") | ("incident_reopen" | "incident_follow_up", _) => Progress::Closed,
            _ if there.contains(&operation) => Progress::Arrived,
            (_, "released") => Progress::AcceptedBySecond,
            (_, "asked") => Progress::Offered,
            ("incident_close", "own") if self.role == "responder" => Progress::Arrived,
            _ if scene || (self.is("responder", "own") && !offer) => Progress::AcceptedByNear,
            _ => Progress::Offered,
        }
    }

    /// Brings the world to where the cell begins; the incident, when the operation needs one.
    pub(crate) async fn prepare(&self, app: &TestApp) -> Option<String> {
        let seat = app.operator();
        if self.operation == "incident_identify" {
            let mut watch = app
                .watch(&format!("88{}", fresh_id().as_u128() % 10_u128.pow(8)))
                .await;
            assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
            return Some(word(&seat.only_incident().await, "id"));
        }
        let about = self.operation.starts_with("incident_")
            || self.operation.starts_with("offer_")
            || ["handover_sheet", "follow_up_read"].contains(&self.operation.as_str());
        let listing = [
            "incident_list",
            "incident_stream",
            "offer_list",
            "incident_report",
            "incident_states",
            "offer_redeem",
        ];
        if !about || listing.contains(&self.operation.as_str()) {
            return None;
        }
        if self.operation.starts_with("incident_") && matches!(self.expect, 401 | 403) {
            // Whoever may never do it is told so before anything is looked up; an incident more
            // would only tire the helpers whom later cells need.
            return Some(fresh_id().to_string());
        }
        let report = seat.report(app.world.elder().id, "fall").await.expect(201);
        let id = word(&report, "id");
        let progress = self.progress();
        let who = if progress == Progress::AcceptedBySecond {
            "second"
        } else {
            "near"
        };
        let helper = app.responder(who);
        if progress != Progress::Offered {
            helper.accept(helper.only_offer().await).await.expect(200);
        }
        if progress >= Progress::Arrived {
            helper.arrive(&id).await.expect(200);
        }
        if self.operation == "incident_suspend" {
            let over = json!({"to": "hospital", "companion": "family"});
            let path = format!("/v1/incidents/{id}/hand-over");
            seat.post_json(&path, over).await.expect(200);
        }
        if progress == Progress::Closed {
            helper.close(&id, "helped", None).await.expect(200);
        }
        Some(id)
    }

    /// A notice to whoever tries, or to somebody else.
    async fn notice(&self, app: &TestApp) -> String {
        let all = app.operator().all("/v1/notifications?limit=200").await;
        let own = |it: &&Value| {
            let actor = self.actor(app).map(|person| person.account.to_string());
            it["account_id"].as_str().map(str::to_owned) == actor
        };
        let wanted = match (self.operation.as_str(), self.context.as_str()) {
            ("notification_receipt", "other") => all.iter().find(|it| !own(it)),
            ("notification_receipt", _) => all.iter().find(own),
            _ => all.first(),
        };
        wanted.map_or_else(|| fresh_id().to_string(), |it| word(it, "id"))
    }

    /// The request of the cell.
    pub(crate) async fn request(
        &self,
        app: &TestApp,
        served: &Served,
        incident: Option<&str>,
        endpoint: &str,
    ) -> (Method, String, Ask) {
        let offer = match incident.filter(|_| served.path.contains("{offer_id}")) {
            Some(id) => offer_of_near(app, id).await,
            None => String::new(),
        };
        let closure = if served.path.contains("{closure_id}") {
            closure_of_the_seat(app).await
        } else {
            String::new()
        };
        let credential = match served.path.contains("{credential_id}") {
            true => credential_of_the_seat(app).await,
            false => String::new(),
        };
        let rule = match served.path.contains("{rule_id}") {
            true => rule_of_the_seat(app).await,
            false => String::new(),
        };
        let command = if served.path.contains("{command_id}") {
            command_of_the_seat(app).await
        } else {
            String::new()
        };
        let notice = match served.path.contains("{notification_id}") {
            true => self.notice(app).await,
            false => String::new(),
        };
        let elder = app.world.elder();
        let own_endpoint = fresh_id().to_string();
        let endpoint = if self.context == "other" {
            endpoint
        } else {
            &own_endpoint
        };
        let path = served
            .path
            .replace("{incident_id}", incident.unwrap_or_default())
            .replace("{offer_id}", &offer)
            .replace("{resident_id}", &elder.id.to_string())
            .replace("{device_id}", &elder.device.to_string())
            .replace("{responder_id}", &app.world.helper("near").id.to_string())
            .replace("{closure_id}", &closure)
            .replace("{credential_id}", &credential)
            .replace("{protocol}", "ttn")
            .replace("{hook_id}", &fresh_id().to_string())
            .replace("{gateway}", "sms-one")
            .replace("{notification_id}", &notice)
            .replace("{rule_id}", &rule)
            .replace("{command_id}", &command)
            .replace("{endpoint_id}", endpoint);
        let filled = device_cells::filled(app, &self.operation, &served.path).await;
        let (path, mut body) = filled.unwrap_or_else(|| (path, body(&self.operation, app)));
        let pair = ["incident_merge", "incident_split", "incident_link"];
        if pair.contains(&self.operation.as_str()) {
            body = Some(
                self.second_incident(app, incident.unwrap_or_default())
                    .await,
            );
        }
        let mut ask = body.map(|body| Ask::json(&body)).unwrap_or_default();
        let keyed = [
            "incident_report",
            "street_closure_report",
            "life_sign_rule_create",
            "device_command_queue",
            "device_register",
            "binding_open",
            "enrolment_order",
        ];
        if keyed.contains(&self.operation.as_str()) {
            ask = ask.header(IDEMPOTENCY_KEY, fresh_id());
        }
        (served.method.clone(), path, ask)
    }

    /// A second incident that may be joined with the first, joined already where it is to be split.
    async fn second_incident(&self, app: &TestApp, first: &str) -> Value {
        if self.expect != 200 {
            return json!({"incident_id": fresh_id(), "reason": "a reason"});
        }
        let mut watch = app
            .watch(&format!("88{}", fresh_id().as_u128() % 10_u128.pow(8)))
            .await;
        assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
        let open = app.operator().incidents("open").await;
        let other = open.iter().find(|it| it["kind"] == "unknown_device");
        let body = json!({"incident_id": other.expect("a stranger's")["id"], "reason": "a reason"});
        if self.operation == "incident_split" {
            let path = format!("/v1/incidents/{first}/merges");
            app.operator()
                .post_json(&path, body.clone())
                .await
                .expect(200);
        }
        body
    }
}

async fn offer_of_near(app: &TestApp, incident: &str) -> String {
    let near = app.world.helper("near").id.to_string();
    let detail = app.operator().incident(incident).await.expect(200);
    let offers = detail["offers"].as_array().expect("offers");
    let own = offers.iter().find(|offer| offer["responder_id"] == near);
    word(own.expect("near was asked"), "id")
}

async fn credential_of_the_seat(app: &TestApp) -> String {
    let body = body("credential_issue", app).expect("a body");
    let seat = app.operator();
    let made = seat.post_json("/v1/device-credentials", body).await;
    word(&made.expect(201)["credential"], "id")
}

async fn closure_of_the_seat(app: &TestApp) -> String {
    let body = body("street_closure_report", app).expect("a body");
    let ask = Ask::json(&body).header(IDEMPOTENCY_KEY, fresh_id());
    let path = "/v1/street-closures";
    let kept = app.operator().send(Method::POST, path, ask).await;
    word(&kept.expect(201), "id")
}

async fn rule_of_the_seat(app: &TestApp) -> String {
    let body = body("life_sign_rule_create", app).expect("a body");
    let ask = Ask::json(&body).header(IDEMPOTENCY_KEY, fresh_id());
    let kept = app
        .operator()
        .send(Method::POST, "/v1/life-sign-rules", ask)
        .await;
    word(&kept.expect(201), "id")
}

async fn command_of_the_seat(app: &TestApp) -> String {
    let body = body("device_command_queue", app).expect("a body");
    let ask = Ask::json(&body).header(IDEMPOTENCY_KEY, fresh_id());
    let path = format!("/v1/devices/{}/commands", app.world.elder().device);
    let kept = app.operator().send(Method::POST, &path, ask).await;
    word(&kept.expect(201), "id")
}

/// Everybody at once for life; the seat alone afterwards and for all else.
fn plain_ladders() -> Value {
    let all = json!({"offers": 50, "tell": ["operator", "family"], "timeout_s": 60});
    let seat = json!({"offers": 0, "tell": ["operator"], "timeout_s": 60});
    json!({"life": [all, seat], "attention": [seat], "unknown": [seat]})
}

/// A body that is right, so that only access decides.
fn body(operation: &str, app: &TestApp) -> Option<Value> {
    let elder = app.world.elder().id.to_string();
    let at = app.world.helper("near").spot.coordinate();
    // Where nobody who is asked has to pass.
    let far = app.world.helper("far").spot.coordinate();
    Some(match operation {
        "incident_report" => json!({"resident_id": elder, "kind": "fall"}),
        "incident_identify" => json!({"resident_id": elder}),
        "incident_acknowledge" | "incident_arrive" => json!({"note": "a reason"}),
        "incident_close" => json!({"outcome": "test", "note": "a reason"}),
        "incident_reopen" => json!({"reason": "a reason"}),
        "incident_hand_over" => json!({"to": "ambulance", "companion": "nobody"}),
        "incident_follow_up" => json!({"way": "visit", "result": "well"}),
        "incident_suspend" => {
            let until = app.now() + chrono::TimeDelta::hours(1);
            json!({"reason": "hospital", "until": until.to_rfc3339()})
        }
        "drill_start" => {
            json!({"resident_id": elder, "kind": "fall", "crew": [], "reason": "a reason"})
        }
        "health_set" => json!({"conditions": ["asthma"], "drugs": [], "allergies": []}),
        "offer_decline" => json!({"reason": "a reason"}),
        "requirements_set" => json!({"requires": ["lifting"], "reason": "a reason"}),
        "away_set" => json!({"until": "2026-01-01T00:00:00Z"}),
        "ladders_set" => json!({"ladders": plain_ladders(), "reason": "a reason"}),
        "ladders_try" => json!({"ladders": plain_ladders(), "days": 1}),
        "care_set" => json!({"risk": "usual", "cognition": "clear", "depends_on": []}),
        "life_sign_report" => json!({"sign": "meal"}),
        "life_sign_rule_create" => json!({"sign": "door", "least": 1, "within_h": 24}),
        "life_sign_rule_try" => json!({"days": 1}),
        "life_sign_rule_switch" => json!({"on": false, "reason": "a reason"}),
        "datum_set" => json!({"reason": "a reason"}),
        "device_trace" => {
            let still: String = (0..60).map(|_| "0,0,1\n").collect();
            json!({"csv": format!("ax,ay,az\n{still}"), "rate_hz": 50})
        }
        "clearance_set" => json!({"cleared": true, "reason": "a reason"}),
        "duty_set" => json!({"on_duty": true}),
        "position_set" => json!({"lon": at.lon(), "lat": at.lat(), "datum": "wgs84"}),
        "street_closure_report" => json!({
            "kind": "gate_shut",
            "position": {"lon": far.lon(), "lat": far.lat(), "datum": "wgs84"},
            "reason": "a reason",
        }),
        "credential_issue" => json!({"name": "a-gateway", "protocol": "ttn"}),
        "device_command_queue" => json!({"kind": "upload_every", "interval_s": 600}),
        "reach_set" => json!({"phone": "13800000009"}),
        "notification_receipt" => json!({"state": "seen"}),
        "offer_redeem" => json!({"token": "0000"}),
        "push_endpoint_set" => json!({"platform": "fcm", "token": fresh_id().to_string()}),
        _ => return None,
    })
}
