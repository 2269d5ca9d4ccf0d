//! A sign of daily life that does not come: tried on what has been, switched on, then looked at.

use std::sync::Arc;
use std::time::Duration;

use domain::devices::{Device, DeviceUid, Protocol, ReceivedFrame};
use domain::ids::{DeviceId, FrameId};
use domain::message::MessageKey;
use ingest::Envelope;
use ingest::listeners::{Arrival, Intake as _, IntakeAnswer};
use integration::app::TestApp;
use integration::roles::{Ask, IDEMPOTENCY_KEY, word};
use reqwest::Method;
use serde_json::{Value, json};
use server::engine::fresh_id;
use server::intake::FrameIntake;
use store::seeding::Seeder;

const METER: &str = "meter00001";
const RULES: &str = "/v1/life-sign-rules";
const HALF_HOUR: Duration = Duration::from_secs(30 * 60);

/// A water meter behind a Zigbee bridge, in the home of elder one.
struct Meter {
    intake: FrameIntake,
    total: f64,
}

impl Meter {
    fn put_up(app: &TestApp) -> Self {
        let device = Device {
            id: DeviceId(fresh_id()),
            organisation_id: app.world.home.organisation,
            protocol: Protocol::Zigbee2mqtt,
            uid: DeviceUid::parse(METER).expect("a uid"),
            resident_id: Some(app.world.elder().id),
        };
        let mut seeder = Seeder::new(&app.app.database).expect("a connection");
        seeder
            .devices(vec![(device, None)], &mut |_| {})
            .expect("it fits");
        let parts = (&app.app.engine, &app.app.counters, &app.app.stages);
        let intake = FrameIntake::new(parts.0.clone(), Arc::clone(parts.1), Arc::clone(parts.2));
        Self {
            intake,
            total: 100.0,
        }
    }

    /// Reports its total through the one way in that all listeners share.
    async fn report(&self, app: &TestApp) {
        let raw = json!({"water_consumed": self.total})
            .to_string()
            .into_bytes();
        let envelope = Envelope {
            topic: Some("zigbee2mqtt/meter00001"),
            ..Envelope::default()
        };
        let event = ingest::zigbee2mqtt::decode::decode(&raw, &envelope).expect("an event");
        let frame = ReceivedFrame {
            id: FrameId(fresh_id()),
            protocol: Protocol::Zigbee2mqtt,
            source: "127.0.0.1".to_owned(),
            received_at: app.now(),
            raw,
            device_uid: Some(event.device_uid.clone()),
            decoded: Ok(event),
        };
        let arrival = Arrival {
            frame,
            decode_us: 1,
        };
        assert_eq!(self.intake.accept(arrival).await, IntakeAnswer::Reply);
    }

    /// Half hours with so much water used in each.
    async fn half_hours(&mut self, app: &TestApp, count: u32, used: f64) {
        for _ in 0..count {
            app.live_through(HALF_HOUR).await;
            self.total += used;
            self.report(app).await;
        }
    }
}

async fn dry_run(app: &TestApp, rule: &str) -> Value {
    let path = format!("{RULES}/{rule}/dry-run");
    let run = app.operator().post_json(&path, json!({"days": 1})).await;
    run.expect(200)
}

/// "No water in an hour": one case on history, none opened by trying; switched on it asks the seat
/// to phone, it clears up with a glass of water, and it leaves who is away alone.
pub(crate) async fn no_water_is_tried_switched_on_and_then_looked_at(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let seat = app.operator();
    // The seat alone is asked; that a neighbour is asked after the elder is a story of its own.
    let alone = json!([{"offers": 0, "tell": ["operator"], "timeout_s": 900}]);
    let life = json!([{"offers": 0, "tell": ["operator"], "timeout_s": 60}]);
    let ladders = json!({"life": life, "attention": alone, "unknown": alone});
    let set = json!({"ladders": ladders, "reason": "agreed"});
    seat.put_json("/v1/ladders", set).await.expect(200);
    let mut meter = Meter::put_up(app);
    meter.report(app).await;
    meter.half_hours(app, 2, 0.02).await;
    meter.half_hours(app, 4, 0.001).await;
    meter.half_hours(app, 1, 0.02).await;

    let condition = json!({"sign": "water", "least": 0.01, "within_h": 1});
    let ask = || Ask::json(&condition).header(IDEMPOTENCY_KEY, "no-water");
    let made = seat.send(Method::POST, RULES, ask()).await.expect(201);
    let again = seat.send(Method::POST, RULES, ask()).await.expect(200);
    let id = word(&made, "id");
    assert_eq!(word(&again, "id"), id);
    let switch = format!("{RULES}/{id}/switch");
    let on = json!({"on": true, "reason": "tried on last week"});
    seat.put_json(&switch, on.clone())
        .await
        .expect_problem(409, "conflict");
    let trial = dry_run(app, &id).await;
    let counted = (&trial["homes"], &trial["cases"], &trial["homes_with_cases"]);
    assert_eq!(counted, (&json!(1), &json!(1), &json!(1)), "{trial:#}");
    assert!(
        seat.incidents("all").await.is_empty(),
        "trying opens nothing"
    );

    let switched = seat.put_json(&switch, on).await.expect(200);
    assert!(switched["on_since"].is_string(), "{switched:#}");
    meter.half_hours(app, 3, 0.0).await;
    for operator in &app.world.home.operators {
        app.carrier
            .expect(operator, MessageKey::OperatorLifeSign)
            .await;
    }
    let case = seat.only_incident().await;
    assert_eq!(case["kind"], "life_sign_missing");
    assert_eq!(case["resident_id"], elder.id.to_string());
    assert_eq!(case["next_owner"], "operator");
    assert!(case["deadline_at"].is_string(), "{case:#}");
    let detail = seat.incident(word(&case, "id")).await.expect(200);
    assert_eq!(detail["offers"], Value::Array(Vec::new()));
    // Taken, so that the reminders of the ladder are not part of this story.
    seat.acknowledge(word(&case, "id")).await.expect(200);
    meter.half_hours(app, 1, 0.02).await;
    app.live_through(Duration::from_secs(16 * 60)).await;
    app.until("the return is noted", async || {
        let detail = seat.incident(word(&case, "id")).await.expect(200);
        let lines = detail["timeline"].as_array().expect("lines").clone();
        let mut kinds = lines.iter().map(|line| word(line, "kind"));
        kinds.any(|kind| kind == "case_cleared").then_some(())
    })
    .await;
    seat.close(word(&case, "id"), "helped", Some("phoned, all is well"))
        .await
        .expect(200);

    app.carrier.hear_anything();
    let until = app.now() + chrono::TimeDelta::hours(8);
    let away = format!("/v1/residents/{}/away", elder.id);
    app.family(&elder)
        .put_json(&away, json!({"until": until.to_rfc3339()}))
        .await
        .expect(200);
    meter.half_hours(app, 4, 0.0).await;
    assert!(seat.incidents("open").await.is_empty(), "nobody is at home");
    let off = json!({"on": false, "reason": "the meter moves"});
    seat.put_json(&switch, off).await.expect(200);
    let trail = app
        .app
        .store
        .audit_of(
            app.world.home.organisation,
            "life_sign_rule",
            id.parse().expect("an id"),
        )
        .expect("a trail");
    let actions: Vec<&str> = trail.iter().map(|line| line.action.as_str()).collect();
    let switched = "life_sign_rule_switch";
    assert_eq!(actions, ["life_sign_rule_create", switched, switched]);
    assert_eq!(trail[1].note.as_deref(), Some("tried on last week"));
}

/// What nobody can mean is refused by its field.
pub(crate) async fn a_rule_that_means_nothing_is_refused(app: &mut TestApp) {
    let seat = app.operator();
    for (change, field) in [
        (json!({"least": 0}), "least"),
        (json!({"within_h": 0}), "within_h"),
        (json!({"within_h": 169}), "within_h"),
        (json!({"quiet": {"from": 6, "to": 6}}), "quiet"),
        (json!({"sign": "noise"}), "sign"),
    ] {
        let mut condition = json!({"sign": "door", "least": 1, "within_h": 24});
        for (name, value) in change.as_object().expect("members") {
            condition[name] = value.clone();
        }
        let ask = Ask::json(&condition).header(IDEMPOTENCY_KEY, field);
        let problem = seat.send(Method::POST, RULES, ask).await;
        let problem = problem.expect_problem(422, "invalid-request");
        assert_eq!(problem["errors"][0]["field"], field, "{problem:#}");
    }
    let rules = seat.get(RULES).await.expect(200);
    assert_eq!(rules["items"], json!([]));
}
