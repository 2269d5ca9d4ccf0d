//! Tag devices: registered, labelled, bound, taken back.

use chrono::TimeDelta;
use integration::app::TestApp;
use integration::roles::{Answer, Ask, Client, IDEMPOTENCY_KEY, word};
use reqwest::Method;
use serde_json::{Value, json};

use super::device_cells::{code, fresh_device, fresh_uid, make, order};
use super::stream::Events;

async fn ask(caller: &Client, path: &str, key: &str, body: &Value) -> Answer {
    let ask = Ask::json(body).header(IDEMPOTENCY_KEY, key);
    caller.send(Method::POST, path, ask).await
}

fn unbinding(device: impl std::fmt::Display) -> String {
    format!("/v1/devices/{device}/unbinding")
}

/// Once, under a number that a device could send; never as nobody.
pub(crate) async fn a_device_is_registered_once_and_under_a_name(app: &mut TestApp) {
    let (admin, uid) = (app.admin(), fresh_uid());
    let body = json!({"protocol": "jt808", "uid": uid, "model": "T1"});
    let kept = ask(&admin, "/v1/devices", "new", &body).await.expect(201);
    assert_eq!(
        (&kept["protocol"], &kept["model"]),
        (&json!("jt808"), &json!("T1"))
    );
    assert_eq!(
        ask(&admin, "/v1/devices", "new", &body).await.expect(200),
        kept
    );
    for caller in [
        &*app.admin(),
        &*app.operator_as(&app.world.other.operators[0]),
    ] {
        let again = ask(caller, "/v1/devices", "again", &body).await;
        again.expect_problem(409, "device-registered");
    }
    for (body, field) in [
        (json!({"protocol": "watch", "uid": "unnamed"}), "uid"),
        (json!({"protocol": "watch", "uid": "has blanks"}), "uid"),
        (json!({"protocol": "telex", "uid": uid}), "protocol"),
    ] {
        let refused = ask(&admin, "/v1/devices", "odd", &body).await;
        let problem = refused.expect_problem(422, "invalid-request");
        assert_eq!(problem["errors"][0]["field"], field, "{body}");
    }
    let listed = admin.all("/v1/devices?limit=200").await;
    assert_eq!(listed.len(), app.world.home.elders.len() + 1);
}

/// The label stays the same until it was used, and then opens nothing.
pub(crate) async fn a_label_binds_once(app: &mut TestApp) {
    let (seat, device) = (app.operator(), fresh_device(app).await);
    let path = format!("/v1/devices/{device}/label");
    let label = seat.get(&path).await;
    assert_eq!(label.status, 200);
    assert!(
        label.headers["content-type"]
            .to_str()
            .expect("text")
            .starts_with("image/svg+xml")
    );
    assert!(
        label.text.contains("<svg") && label.text.contains("</svg>"),
        "{}",
        label.text
    );
    assert_eq!(seat.get(&path).await.text, label.text, "it is printed once");
    let other = fresh_device(app).await;
    let others = seat.get(&format!("/v1/devices/{other}/label")).await;
    assert_ne!(others.text, label.text);

    let (elder, code) = (app.world.elder().id, code(app, &device));
    let typed = format!("{} {}", &code[..5], code[5..].to_lowercase());
    let body = json!({"device_id": device, "code": typed, "resident_id": elder.to_string()});
    let mut wrong = body.clone();
    wrong["device_id"] = json!(other);
    let refused = ask(&seat, "/v1/bindings", "wrong", &wrong).await;
    refused.expect_problem(409, "label-invalid");
    let bound = ask(&seat, "/v1/bindings", "bind", &body).await.expect(201);
    assert_eq!(bound["resident_id"], elder.to_string());
    assert_eq!(
        ask(&seat, "/v1/bindings", "bind", &body).await.expect(200),
        bound
    );
    let again = ask(&seat, "/v1/bindings", "again", &body).await;
    again.expect_problem(409, "device-bound");
    seat.get(&path).await.expect_problem(409, "device-bound");

    let back = json!({"reason": "returned"});
    seat.post_json(&unbinding(&device), back.clone())
        .await
        .expect(200);
    let spent = ask(&seat, "/v1/bindings", "spent", &body).await;
    spent.expect_problem(409, "label-invalid");
    assert_ne!(
        seat.get(&path).await.text,
        label.text,
        "a new one for the next"
    );
    let twice = seat.post_json(&unbinding(&device), back).await;
    twice.expect_problem(409, "device-not-bound");
}

/// Only what nobody wears is handed out, and with a deadline that can be met.
pub(crate) async fn an_order_to_hand_out_has_a_deadline_and_a_free_device(app: &mut TestApp) {
    let (seat, device) = (app.operator(), fresh_device(app).await);
    let good = order(app, &device);
    for due_at in [
        app.now() - TimeDelta::seconds(1),
        app.now() + TimeDelta::days(91),
    ] {
        let mut odd = good.clone();
        odd["due_at"] = json!(due_at.to_rfc3339());
        let refused = ask(&seat, "/v1/enrolments", "odd", &odd).await;
        let problem = refused.expect_problem(422, "invalid-request");
        assert_eq!(problem["errors"][0]["field"], "due_at");
    }
    let kept = ask(&seat, "/v1/enrolments", "out", &good).await.expect(201);
    assert_eq!(kept["state"], "pending");
    assert_eq!(
        ask(&seat, "/v1/enrolments", "out", &good).await.expect(200),
        kept
    );
    let again = ask(&seat, "/v1/enrolments", "again", &good).await;
    again.expect_problem(409, "device-bound");
    let worn = order(app, &app.world.elder().device.to_string());
    let worn = ask(&seat, "/v1/enrolments", "worn", &worn).await;
    worn.expect_problem(409, "device-bound");
    let all = seat.all("/v1/enrolments?limit=1").await;
    assert_eq!(all, std::slice::from_ref(&kept));
    let one = format!("/v1/enrolments/{}", word(&kept, "id"));
    assert_eq!(seat.get(&one).await.expect(200), kept);

    let tests = format!("{one}/tests");
    let long = seat.post_json(&tests, json!({"window_s": 301})).await;
    long.expect_problem(422, "invalid-request");
    let open = seat
        .post_json(&tests, json!({"window_s": 60}))
        .await
        .expect(200);
    assert!(open["test_until"].is_string());
    let back = json!({"reason": "returned"});
    seat.post_json(&unbinding(&device), back).await.expect(200);
    let over = seat.get(&one).await.expect(200);
    assert_eq!(
        (&over["state"], &over["test_until"]),
        (&json!("cancelled"), &Value::Null)
    );
    let late = seat.post_json(&tests, json!({"window_s": 60})).await;
    late.expect_problem(409, "conflict");
}

/// One line for each time with somebody, also for a device from before there were lines.
pub(crate) async fn whose_a_device_was_stays_known(app: &mut TestApp) {
    let (seat, world) = (app.operator(), app.world.clone());
    let device = world.elder().device.to_string();
    let path = format!("/v1/devices/{device}/bindings");
    let list = async || {
        let page = app.operator().get(&path).await.expect(200);
        page["items"].as_array().expect("items").clone()
    };
    assert!(list().await.is_empty());
    let away = json!({"reason": "handed_over"});
    seat.post_json(&unbinding(&device), away).await.expect(200);
    let code = code(app, &device);
    let next = world.neighbour().id.to_string();
    let body = json!({"device_id": device, "code": code, "resident_id": next});
    make(app, "/v1/bindings", &body).await;
    let lines = list().await;
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert_eq!(lines[0]["resident_id"], next);
    assert!(lines[0]["until"].is_null() && lines[0]["bound_at"].is_string());
    assert_eq!(lines[1]["resident_id"], world.elder().id.to_string());
    assert_eq!(lines[1]["reason"], "handed_over");
    assert!(lines[1]["until"].is_string() && lines[1]["bound_at"].is_null());
    let trail = app
        .app
        .store
        .audit_of(world.home.organisation, "device", world.elder().device.0)
        .expect("a trail");
    let deeds: Vec<&str> = trail.iter().map(|line| line.action.as_str()).collect();
    assert!(
        deeds.contains(&"device_unbind") && deeds.contains(&"binding_open"),
        "{deeds:?}"
    );
}

/// Lists, single things and an open stream, from the answer on; the seat keeps the record.
pub(crate) async fn when_the_service_ends_the_family_sees_nothing_more(app: &mut TestApp) {
    app.carrier.hear_anything();
    let (seat, world) = (app.operator(), app.world.clone());
    let elder = world.elder();
    let (family, neighbours) = (app.family(elder), app.family(world.neighbour()));
    let report = seat.report(elder.id, "fall").await.expect(201);
    let id = word(&report, "id");
    let mut live = Events::open(&family, "/v1/incidents/stream?after=0", None).await;
    assert_eq!(live.kinds(1).await, ["alarm_received"]);
    while !live.is_quiet().await {}
    let residents = "/v1/residents?limit=200";
    assert_eq!(family.all(residents).await.len(), 1);
    assert_eq!(family.incidents("all").await.len(), 1);

    let death = json!({"reason": "death"});
    seat.post_json(&unbinding(elder.device), death)
        .await
        .expect(200);
    assert!(family.all(residents).await.is_empty());
    assert!(family.incidents("all").await.is_empty());
    family.incident(&id).await.expect_problem(404, "not-found");
    let one = format!("/v1/residents/{}", elder.id);
    family.get(&one).await.expect_problem(404, "not-found");
    seat.close(&id, "other", Some("the resident has died"))
        .await
        .expect(200);
    assert!(live.is_quiet().await, "the open stream shows nothing more");
    let refused = family.report(elder.id, "fall").await;
    refused.expect_problem(404, "not-found");

    assert_eq!(
        neighbours.all(residents).await.len(),
        1,
        "others see theirs"
    );
    let kept = seat.incident(&id).await.expect(200);
    assert_eq!(kept["incident"]["outcome"], "other");
    assert_eq!(seat.get(&one).await.expect(200)["id"], elder.id.to_string());
}
