//! An alarm is judged by all there is: it is hastened or waited for within a minute, never lost.

use std::time::Duration;

use domain::devices::{DeviceUid, Protocol};
use domain::ids::DeviceId;
use domain::time::Timestamp;
use ingest::listeners::IntakeAnswer;
use ingest::registry::codec;
use ingest::vayyar;
use integration::app::TestApp;
use integration::roles::word;
use integration::watch::{alarm_at, fall_at};
use serde_json::{Value, json};

/// The radar of the elder.
const RADAR: &str = "VC-INVENTED-11";

fn radar(app: &TestApp) -> DeviceId {
    let uid = DeviceUid::parse(RADAR).expect("a uid");
    app.register(Protocol::Vayyar, &uid, app.world.elder().id)
}

/// What a radar says of a fall at a moment.
fn stage(at: Timestamp, stage: &str, more: Value) -> Vec<u8> {
    let mut fields = json!({
        "timestamp": at.timestamp_millis(), "deviceId": RADAR, "status": stage,
    });
    if let (Value::Object(fields), Value::Object(more)) = (&mut fields, more) {
        fields.extend(more);
    }
    vayyar::encode::event(5, fields)
}

async fn evidence_of(app: &TestApp, id: &str) -> Value {
    let path = format!("/v1/incidents/{id}/evidence");
    app.operator().get(&path).await.expect(200)
}

/// All findings of the answer, in the order they were weighed.
fn keys(evidence: &Value) -> Vec<String> {
    let weighings = evidence["weighings"].as_array().expect("weighings");
    let items = weighings
        .iter()
        .flat_map(|weighing| weighing["items"].as_array().expect("items"));
    items.map(|item| word(item, "key")).collect()
}

/// Detected: thirty seconds for the resident. Confirmed: people are asked at once. Up again: told.
pub(crate) async fn a_radars_suspicion_waits_and_its_confirmation_sends_help(app: &mut TestApp) {
    radar(app);
    let (seat, elder) = (app.operator(), app.world.elder().clone());
    let mut line = app.line(codec(Protocol::Vayyar), "127.0.0.1");
    let at = app.now();
    for flag in ["isSimulated", "isLearning"] {
        let practice = stage(at, "fall_detected", json!({flag: true}));
        assert_eq!(line.hand(&practice).await.0, IntakeAnswer::Reply);
    }
    assert!(
        seat.incidents("all").await.is_empty(),
        "practice sends nobody"
    );

    line.hand(&stage(at, "fall_detected", json!({}))).await;
    let incident = seat.only_incident().await;
    let id = word(&incident, "id");
    assert_eq!(incident["status"], "pre_alarm");
    assert!(app.responder("near").pending().await.is_empty());
    let evidence = evidence_of(app, &id).await;
    assert_eq!(evidence["window_s"], 30, "{evidence:#}");
    assert_eq!(keys(&evidence), ["fall_signal", "stage_detected"]);
    // Practice adds nothing to a real one either.
    line.hand(&stage(at, "fall_exit", json!({"isSimulated": true})))
        .await;
    assert_eq!(keys(&evidence_of(app, &id).await).len(), 2);

    app.advance(Duration::from_secs(5));
    line.hand(&stage(at, "fall_confirmed", json!({}))).await;
    app.all_hear_of_an_alarm(&elder).await;
    let incident = seat.only_incident().await;
    assert_eq!(incident["status"], "offered");
    assert_eq!(incident["repeats"], 0, "a stage is no second fall");
    line.hand(&stage(at, "fall_exit", json!({}))).await;
    let evidence = evidence_of(app, &id).await;
    assert_eq!(
        keys(&evidence),
        ["fall_signal", "stage_detected", "stage_confirmed", "got_up"]
    );
    assert_eq!(evidence["window_s"], 0, "{evidence:#}");
    let detail = seat.incident(&id).await.expect(200);
    assert_eq!(detail["incident"]["status"], "offered", "it closes nothing");
    let lines = detail["timeline"].as_array().expect("a history");
    let told = lines.iter().filter(|line| line["kind"] == "evidence_added");
    let told: Vec<String> = told.map(|line| word(line, "text")).collect();
    assert_eq!(told.len(), 2, "{lines:#?}");
    assert!(told[1].contains("got up"), "{told:?}");
    who_reads_what(app, &id).await;
}

/// Family reads why in plain words, and no readings; who was only asked reads nothing.
async fn who_reads_what(app: &TestApp, id: &str) {
    let path = format!("/v1/incidents/{id}/evidence");
    let why = app.family(app.world.elder()).get(&path).await.expect(200);
    assert_eq!(why["weighings"], json!([]), "{why:#}");
    assert!(
        why["why"].as_array().is_some_and(|why| why.len() >= 2),
        "{why:#}"
    );
    let near = app.responder("near");
    near.get(&path).await.expect_problem(404, "not-found");
    let others = app.operator_as(&app.world.other.operators[0]);
    others.get(&path).await.expect_problem(404, "not-found");
}

/// Steps since the alarm are counted from the alarm's own.
pub(crate) async fn who_walks_on_adds_to_the_alarm(app: &mut TestApp) {
    app.carrier.hear_anything();
    let mut watch = app.watch(&app.world.elder().uid.clone()).await;
    watch.ask("LK,12,0,67").await;
    watch.ask(&fall_at(app.now())).await;
    let id = word(&app.operator().only_incident().await, "id");
    app.advance(Duration::from_secs(90));
    let later = |steps: u32| {
        let at = app.now().format("%d%m%y,%H%M%S").to_string();
        format!("UD,{at},V,0.0,N,0.0,E,0,0,0,0,80,81,{steps},0,00000000,0,0")
    };
    watch.send(&later(12)).await;
    watch.send(&later(40)).await;
    let found = app
        .until("the steps are counted", async || {
            let found = keys(&evidence_of(app, &id).await);
            found.contains(&"walked".to_owned()).then_some(found)
        })
        .await;
    assert!(found.contains(&"still".to_owned()), "{found:?}");
    // Said again it is nothing new.
    watch.send(&later(60)).await;
    watch.ask("LK,60,0,67").await;
    assert_eq!(keys(&evidence_of(app, &id).await), found);
    let seen = evidence_of(app, &id).await;
    let items = seen["weighings"].to_string();
    assert!(
        items.contains(r#""key":"walked""#) && items.contains("28 steps"),
        "{items}"
    );
}

/// Three false alarms within a month: the fourth waits ten seconds, and then help is sent.
pub(crate) async fn often_wrong_waits_ten_seconds_and_is_helped(app: &mut TestApp) {
    app.carrier.hear_anything();
    let seat = app.operator();
    let mut watch = app.watch(&app.world.elder().uid.clone()).await;
    watch.ask("LK,12,0,67").await;
    for _ in 0..3 {
        watch.ask(&fall_at(app.now())).await;
        let incident = seat.only_incident().await;
        assert_eq!(incident["status"], "offered", "{incident:#}");
        let id = word(&incident, "id");
        seat.close(&id, "false_alarm", Some("asked her"))
            .await
            .expect(200);
        app.advance(Duration::from_secs(60));
    }
    // A pressed button waits for nothing, however often the watch was wrong.
    watch.ask(&alarm_at(app.now(), 0x0001_0000)).await;
    let pressed = seat.only_incident().await;
    assert_eq!(
        (&pressed["kind"], &pressed["status"]),
        (&json!("sos"), &json!("offered"))
    );
    seat.close(word(&pressed, "id"), "helped", Some("by phone"))
        .await
        .expect(200);
    app.advance(Duration::from_secs(60));

    watch.ask(&fall_at(app.now())).await;
    let incident = seat.only_incident().await;
    assert_eq!(incident["status"], "pre_alarm");
    let id = word(&incident, "id");
    let evidence = evidence_of(app, &id).await;
    assert_eq!(evidence["window_s"], 10, "{evidence:#}");
    let why = evidence["why"].to_string();
    assert!(why.contains("wrong 3 times"), "{why}");
    app.advance(Duration::from_secs(11));
    app.until("people are asked", async || {
        (seat.only_incident().await["status"] == "offered").then_some(())
    })
    .await;
}

/// Upright, a drop, an impact, lying still: 100 samples a second.
fn recorded(lying: bool) -> String {
    let mut csv = "ax,ay,az\n".to_owned();
    for place in 0..500 {
        let row = match (place, lying) {
            (0..200, _) => "0,0,1",
            (200..230, _) => "0,0,0.3",
            (238..242, _) => "0,0,2.2",
            (230.., true) => "1,0,0.05",
            _ => "0,0,1",
        };
        csv.push_str(row);
        csv.push('\n');
    }
    csv
}

/// A trace that looks like a fall ends the waiting; one that does not changes nothing.
pub(crate) async fn an_uploaded_trace_hastens_and_takes_nothing_back(app: &mut TestApp) {
    app.carrier.hear_anything();
    let elder = app.world.elder().clone();
    let path = format!("/v1/devices/{}/traces", radar(app));
    let (seat, device) = (app.operator(), app.device(&elder));
    let upload = |lying| json!({"csv": recorded(lying), "rate_hz": 100});
    let idle = device.post_json(&path, upload(true)).await.expect(200);
    assert_eq!(idle["fall"], true, "{idle:#}");
    assert!(idle["incident_id"].is_null(), "{idle:#}");

    let mut line = app.line(codec(Protocol::Vayyar), "127.0.0.1");
    line.hand(&stage(app.now(), "fall_detected", json!({})))
        .await;
    let id = word(&seat.only_incident().await, "id");
    let calm = device.post_json(&path, upload(false)).await.expect(200);
    assert_eq!(
        (&calm["fall"], &calm["incident_id"]),
        (&json!(false), &json!(id))
    );
    assert_eq!(seat.only_incident().await["status"], "pre_alarm");
    let fall = device.post_json(&path, upload(true)).await.expect(200);
    assert_eq!(fall["fall"], true, "{fall:#}");
    assert_eq!(seat.only_incident().await["status"], "offered");
    let found = keys(&evidence_of(app, &id).await);
    assert!(
        found.ends_with(&["trace_no_fall".to_owned(), "trace_fall".to_owned()]),
        "{found:?}"
    );

    let empty = json!({"csv": "ax,ay,az\n0,0,1\n", "rate_hz": 100});
    let refused = device.post_json(&path, empty).await;
    refused.expect_problem(422, "invalid-request");
}

/// Seat, family and helpers are told to call 119 and to get everybody out.
pub(crate) async fn smoke_is_told_to_everybody_with_what_to_do(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let detector = app.own_device("smoke-invented-3").await;
    let mut line = app.line(codec(Protocol::AnlinJson), "127.0.0.1");
    let body = json!({"kind": "alarm", "alarms": ["smoke"]});
    let smoke = detector.message(("boot-1", 1), app.now(), &body);
    line.hand(&smoke).await;
    app.all_hear_of_an_alarm(&elder).await;
    let incident = app.operator().only_incident().await;
    assert_eq!(incident["kind"], "smoke");
    assert_eq!(incident["severity"], 1);
    assert_eq!(incident["status"], "offered");
    let family = app.family(&elder).told().await;
    let told = [
        app.operator().told().await,
        app.responder("near").told().await,
        family,
    ];
    for notices in told {
        let said = notices[0].to_string();
        assert!(said.contains("119"), "{said}");
    }
}
