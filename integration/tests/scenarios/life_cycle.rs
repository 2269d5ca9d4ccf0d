//! A device is handed out, tried out, handed over and taken back; a life alarm is always one.

use std::time::Duration;

use chrono::TimeDelta;
use domain::devices::LabelCode;
use domain::ids::DeviceId;
use domain::message::MessageKey;
use integration::app::TestApp;
use integration::roles::{Ask, IDEMPOTENCY_KEY, word};
use integration::watch::{alarm_at, fall_at};
use integration::world::Elder;
use reqwest::Method;
use serde_json::{Value, json};
use server::engine::fresh_id;

/// The status bit of the help button.
const PRESSED: u32 = 1 << 16;
/// A watch that comes from the box.
const NEW: &str = "9990000500";
/// How long the help button is tried out.
const WINDOW: Duration = Duration::from_secs(60);

async fn make(app: &TestApp, path: &str, body: Value) -> Value {
    let ask = Ask::json(&body).header(IDEMPOTENCY_KEY, fresh_id());
    app.operator()
        .send(Method::POST, path, ask)
        .await
        .expect(201)
}

/// A watch from the box; its id.
async fn registered(app: &TestApp) -> String {
    let body = json!({"protocol": "watch", "uid": NEW});
    word(&make(app, "/v1/devices", body).await, "id")
}

/// The code on the label of a device that nobody wears.
fn code(app: &TestApp, device: &str) -> String {
    let device = DeviceId(device.parse().expect("an id"));
    let fresh = LabelCode::from_bits(7);
    let organisation = app.world.home.organisation;
    let store = &app.app.store;
    let label = store.device_label(organisation, device, fresh, app.now());
    label.expect("a label").as_str().to_owned()
}

async fn bind(app: &TestApp, device: &str, elder: &Elder) {
    let code = code(app, device);
    let resident = elder.id.to_string();
    let body = json!({"device_id": device, "code": code, "resident_id": resident});
    make(app, "/v1/bindings", body).await;
}

async fn unbind(app: &TestApp, device: &str, reason: &str) {
    let path = format!("/v1/devices/{device}/unbinding");
    let body = json!({"reason": reason});
    app.operator().post_json(&path, body).await.expect(200);
}

/// A watch handed out to the elder, which has to show by tomorrow that it works; the order.
async fn handed_out(app: &TestApp, proof: &str) -> String {
    let device = registered(app).await;
    let due_at = (app.now() + TimeDelta::days(1)).to_rfc3339();
    let resident = app.world.elder().id.to_string();
    let body = json!({"device_id": device, "resident_id": resident, "due_at": due_at,
        "proof": proof});
    word(&make(app, "/v1/enrolments", body).await, "id")
}

async fn enrolment(app: &TestApp, id: &str) -> Value {
    app.operator()
        .get(&format!("/v1/enrolments/{id}"))
        .await
        .expect(200)
}

async fn becomes(app: &TestApp, id: &str, state: &str) -> Value {
    app.until(&format!("the enrolment becomes {state}"), async || {
        let order = enrolment(app, id).await;
        (order["state"] == state).then_some(order)
    })
    .await
}

/// From now on, for a minute, a press of the new watch's help button is a test.
async fn begin_test(app: &TestApp, id: &str) {
    let path = format!("/v1/enrolments/{id}/tests");
    let body = json!({"window_s": WINDOW.as_secs()});
    app.operator().post_json(&path, body).await.expect(200);
}

async fn pending(app: &TestApp) -> usize {
    let mut all = 0;
    for name in ["near", "second", "third", "fourth", "across", "far"] {
        all += app.responder(name).pending().await.len();
    }
    all
}

/// Nobody's at first, then the resident's: each time the alarm finds whoever is to have it.
pub(crate) async fn a_watch_from_the_box_becomes_a_residents(app: &mut TestApp) {
    app.carrier.hear_anything();
    let (seat, world) = (app.operator(), app.world.clone());
    let device = registered(app).await;
    let mut watch = app.watch(NEW).await;
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    let strange = seat.only_incident().await;
    assert_eq!(strange["kind"], "unknown_device");
    let id = word(&strange, "id");
    seat.close(&id, "test", Some("not handed out yet"))
        .await
        .expect(200);
    bind(app, &device, world.elder()).await;
    app.advance(Duration::from_secs(61));
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    let fall = seat.only_incident().await;
    assert_eq!(
        (&fall["kind"], &fall["status"]),
        (&json!("fall"), &json!("offered"))
    );
    assert_eq!(fall["resident_id"], world.elder().id.to_string());
    app.responder("near").only_offer().await;
}

/// Even while an incident of the former wearer is open, what the watch says now is not theirs.
pub(crate) async fn an_alarm_after_unbinding_is_never_the_former_wearers(app: &mut TestApp) {
    app.carrier.hear_anything();
    let (seat, world) = (app.operator(), app.world.clone());
    let elder = world.elder();
    let device = elder.device.to_string();
    let mut watch = app.watch(&elder.uid).await;
    let fix = app.now().format("%d%m%y,%H%M%S").to_string();
    watch
        .send(&format!(
            "UD,{fix},A,31.25,N,121.5,E,0,0,0,0,80,81,12,0,00000000,0,0"
        ))
        .await;
    let path = format!("/v1/devices/{device}");
    app.until("the fix is kept", async || {
        let seen = app.operator().get(&path).await.expect(200);
        seen["last_position"].is_object().then_some(())
    })
    .await;
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    let theirs = word(&seat.only_incident().await, "id");

    unbind(app, &device, "handed_over").await;
    let seen = seat.get(&path).await.expect(200);
    assert!(
        seen["resident_id"].is_null() && seen["last_position"].is_null(),
        "{seen:#}"
    );
    app.advance(Duration::from_secs(61));
    assert_eq!(
        watch.ask(&fall_at(app.now())).await,
        "AL",
        "kept and answered all the same"
    );
    let open = seat.incidents("open").await;
    assert_eq!(open.len(), 2, "{open:#?}");
    let strange = open
        .iter()
        .find(|it| word(it, "id") != theirs)
        .expect("another");
    assert_eq!(strange["kind"], "unknown_device");
    assert!(strange["resident_id"].is_null(), "{strange:#}");
    let former = seat.incident(&theirs).await.expect(200);
    assert_eq!(former["incident"]["repeats"], 0, "{former:#}");
    let family = app.family(elder).incidents("all").await;
    assert_eq!(
        family.len(),
        1,
        "the record of before, and nothing else: {family:#?}"
    );
    let device_account = app.device(elder).report(elder.id, "fall").await;
    device_account.expect_problem(404, "not-found");

    // The next wearer is helped, and the former one's people hear nothing of it.
    seat.close(&theirs, "helped", Some("before"))
        .await
        .expect(200);
    seat.close(word(strange, "id"), "test", Some("nobody's"))
        .await
        .expect(200);
    bind(app, &device, world.neighbour()).await;
    app.advance(Duration::from_secs(61));
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    let fall = seat.only_incident().await;
    assert_eq!(fall["resident_id"], world.neighbour().id.to_string());
    let heard = app.family(elder).incidents("all").await;
    assert_eq!(heard.len(), 1, "{heard:#?}");
    let frames = seat.all("/v1/devices/frames?decoded=true&limit=200").await;
    let alarms = frames.iter().filter(|frame| frame["type"] == "AL").count();
    assert_eq!(alarms, 3, "the evidence stays: {frames:#?}");
}

/// What was asked for one wearer is not done to the next.
pub(crate) async fn commands_end_with_the_wearer(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let (device, path) = (
        elder.device.to_string(),
        format!("/v1/devices/{}/commands", elder.device),
    );
    let told = make(app, &path, json!({"kind": "speak", "text": "good morning"})).await;
    unbind(app, &device, "lost").await;
    let one = format!("{path}/{}", word(&told, "id"));
    let over = app.operator().get(&one).await.expect(200);
    assert_eq!(over["state"], "cancelled");
    let mut watch = app.watch(&elder.uid).await;
    assert_eq!(watch.ask("LK").await, "LK");
    assert!(watch.hears_nothing().await);
}

/// On the board with an owner and a deadline, told to the seat, sent to nobody, and only once.
pub(crate) async fn a_watch_that_was_never_started_is_a_case(app: &mut TestApp) {
    let (seat, world) = (app.operator(), app.world.clone());
    let order = handed_out(app, "frame").await;
    app.advance(Duration::from_secs(23 * 3600));
    assert!(seat.incidents("open").await.is_empty(), "there is time yet");
    app.advance(Duration::from_secs(2 * 3600));
    let late = becomes(app, &order, "overdue").await;
    let case = seat.only_incident().await;
    assert_eq!(case["kind"], "enrolment_overdue");
    assert_eq!(case["id"], late["incident_id"]);
    assert_eq!(case["next_owner"], "operator");
    assert!(case["deadline_at"].is_string(), "{case:#}");
    assert_eq!(case["resident_id"], world.elder().id.to_string());
    let operators: Vec<_> = world.home.operators.iter().collect();
    app.carrier
        .expect_all(&operators, MessageKey::OperatorAttention)
        .await;
    assert_eq!(pending(app).await, 0);
    // Forgotten, the seat is reminded of the same case.
    app.advance(Duration::from_secs(901));
    app.carrier
        .expect_all(&operators, MessageKey::OperatorAttention)
        .await;
    assert_eq!(seat.only_incident().await["id"], case["id"]);
    // Better late than never.
    let mut watch = app.watch(NEW).await;
    assert_eq!(watch.ask("LK").await, "LK");
    becomes(app, &order, "proven").await;
    seat.close(word(&case, "id"), "other", Some("started today"))
        .await
        .expect(200);
    let family = &world.elder().family;
    app.carrier.expect(family, MessageKey::FamilyClosed).await;
}

/// Any frame shows it, and then the deadline passes without a word.
pub(crate) async fn a_watch_that_works_is_no_case(app: &mut TestApp) {
    let order = handed_out(app, "frame").await;
    app.advance(Duration::from_secs(60));
    let mut watch = app.watch(NEW).await;
    assert_eq!(watch.ask("LK,1,0,90").await, "LK");
    let done = becomes(app, &order, "proven").await;
    assert!(done["proven_at"].is_string(), "{done:#}");
    app.crash_and_reopen().await;
    app.advance(Duration::from_secs(26 * 3600));
    assert_eq!(enrolment(app, &order).await["state"], "proven");
    assert!(app.operator().incidents("all").await.is_empty());
}

/// The press that was asked for sends nobody, the seat sees it; the next one is real.
pub(crate) async fn a_test_press_sends_nobody_and_the_next_one_does(app: &mut TestApp) {
    let (seat, world) = (app.operator(), app.world.clone());
    let order = handed_out(app, "alarm").await;
    let mut watch = app.watch(NEW).await;
    assert_eq!(watch.ask("LK").await, "LK");
    begin_test(app, &order).await;
    assert_eq!(watch.ask(&alarm_at(app.now(), PRESSED)).await, "AL");
    becomes(app, &order, "proven").await;
    let press = seat.only_incident().await;
    assert_eq!(
        (&press["kind"], &press["status"]),
        (&json!("sos"), &json!("raised"))
    );
    assert_eq!(press["next_owner"], "operator");
    let operators: Vec<_> = world.home.operators.iter().collect();
    app.carrier
        .expect_all(&operators, MessageKey::OperatorAttention)
        .await;
    // Pressed again inside the window, as old fingers do: still the same test.
    app.advance(Duration::from_secs(20));
    assert_eq!(watch.ask(&alarm_at(app.now(), PRESSED)).await, "AL");
    app.carrier
        .expect_all(&operators, MessageKey::OperatorAlarmAgain)
        .await;
    assert_eq!(pending(app).await, 0, "nobody is sent");
    assert!(app.family(world.elder()).told().await.is_empty());
    let id = word(&press, "id");
    let lines = seat.incident(&id).await.expect(200);
    let said = lines["timeline"].as_array().expect("a history");
    assert!(
        said.iter().any(|line| line["kind"] == "proof_test"),
        "{said:#?}"
    );
    let trail = app
        .app
        .store
        .audit_of(
            world.home.organisation,
            "enrolment",
            order.parse().expect("an id"),
        )
        .expect("a trail");
    assert!(
        trail.iter().any(|line| line.action == "enrolment_test"),
        "{trail:#?}"
    );

    app.advance(WINDOW);
    assert_eq!(watch.ask(&alarm_at(app.now(), PRESSED)).await, "AL");
    let real = seat.only_incident().await;
    assert_eq!(
        (&real["id"], &real["status"]),
        (&press["id"], &json!("offered"))
    );
    app.responder("near").only_offer().await;
    let helpers = ["near", "second", "third"].map(|name| &world.helper(name).person);
    app.carrier.expect_all(&helpers, MessageKey::OfferNew).await;
    app.carrier.hear_anything();
}

/// A fall, another device, a call of the family: inside the window all of them are real.
pub(crate) async fn what_is_no_test_press_is_real_inside_the_window(app: &mut TestApp) {
    app.carrier.hear_anything();
    let (seat, world) = (app.operator(), app.world.clone());
    let elder = world.elder();
    let order = handed_out(app, "alarm").await;
    let mut watch = app.watch(NEW).await;
    let mut old = app.watch(&elder.uid).await;
    for round in 0..4 {
        app.advance(Duration::from_secs(3600));
        if round < 3 {
            // Only an order that waits for its proof can be tested; the first press proves it.
            begin_test(app, &order).await;
        }
        match round {
            0 => {
                app.family(elder).report(elder.id, "fall").await.expect(201);
            }
            1 => {
                let pressed = alarm_at(app.now(), PRESSED);
                assert_eq!(old.ask(&pressed).await, "AL");
            }
            2 => {
                assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
            }
            _ => {
                assert_eq!(watch.ask(&alarm_at(app.now(), PRESSED)).await, "AL");
            }
        }
        let real = seat.only_incident().await;
        assert_eq!(real["status"], "offered", "round {round}: {real:#}");
        seat.close(word(&real, "id"), "test", Some("a drill"))
            .await
            .expect(200);
    }
}

/// A person who calls while the seat has not closed the test yet means now.
pub(crate) async fn a_call_joins_an_open_test_and_sends_help(app: &mut TestApp) {
    app.carrier.hear_anything();
    let (seat, elder) = (app.operator(), app.world.elder().clone());
    let order = handed_out(app, "alarm").await;
    let mut watch = app.watch(NEW).await;
    begin_test(app, &order).await;
    assert_eq!(watch.ask(&alarm_at(app.now(), PRESSED)).await, "AL");
    assert_eq!(pending(app).await, 0);
    app.family(&elder)
        .report(elder.id, "fall")
        .await
        .expect(200);
    let real = seat.only_incident().await;
    assert_eq!(real["status"], "offered", "{real:#}");
    app.responder("near").only_offer().await;
}
