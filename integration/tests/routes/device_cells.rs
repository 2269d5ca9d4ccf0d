//! What the cells about devices need before they are tried: devices of their own.

use chrono::TimeDelta;
use domain::devices::LabelCode;
use domain::ids::DeviceId;
use integration::app::TestApp;
use integration::roles::{Ask, IDEMPOTENCY_KEY, word};
use reqwest::Method;
use serde_json::{Value, json};
use server::engine::fresh_id;

/// A number that no other device has.
pub(crate) fn fresh_uid() -> String {
    format!("77{:010}", fresh_id().as_u128() % 10_u128.pow(10))
}

/// Asks the seat for something new under a fresh key.
pub(crate) async fn make(app: &TestApp, path: &str, body: &Value) -> Value {
    let ask = Ask::json(body).header(IDEMPOTENCY_KEY, fresh_id());
    app.operator()
        .send(Method::POST, path, ask)
        .await
        .expect(201)
}

/// A watch that nobody wears.
pub(crate) async fn fresh_device(app: &TestApp) -> String {
    let body = json!({"protocol": "watch", "uid": fresh_uid()});
    word(&make(app, "/v1/devices", &body).await, "id")
}

/// The code on a device's label, as whoever holds the device reads it.
pub(crate) fn code(app: &TestApp, device: &str) -> String {
    let device = DeviceId(device.parse().expect("an id"));
    let organisation = app.world.home.organisation;
    let fresh = LabelCode::from_bits(7);
    let label = app
        .app
        .store
        .device_label(organisation, device, fresh, app.now());
    label.expect("a label").as_str().to_owned()
}

/// An order for a device, due tomorrow.
pub(crate) fn order(app: &TestApp, device: &str) -> Value {
    let due_at = (app.now() + TimeDelta::days(1)).to_rfc3339();
    let resident = app.world.elder().id.to_string();
    json!({"device_id": device, "resident_id": resident, "due_at": due_at, "proof": "alarm"})
}

/// An operation about a device with its own device: the path, and the body that is right for it.
pub(crate) async fn filled(
    app: &TestApp,
    operation: &str,
    path: &str,
) -> Option<(String, Option<Value>)> {
    let body = match operation {
        "device_register" => {
            let body = json!({"protocol": "watch", "uid": fresh_uid(), "model": "a model"});
            return Some((path.to_owned(), Some(body)));
        }
        "device_unbind" => Some(json!({"reason": "returned"})),
        "enrolment_test" => Some(json!({"window_s": 60})),
        "device_label" | "binding_list" | "binding_open" | "enrolment_order" | "enrolment_read" => {
            None
        }
        _ => return None,
    };
    let device = fresh_device(app).await;
    let resident = app.world.elder().id.to_string();
    match operation {
        "binding_open" => {
            let code = code(app, &device);
            let body = json!({"device_id": device, "code": code, "resident_id": resident});
            Some((path.to_owned(), Some(body)))
        }
        "enrolment_order" => Some((path.to_owned(), Some(order(app, &device)))),
        "device_label" => Some((path.replace("{device_id}", &device), body)),
        _ => {
            let order = make(app, "/v1/enrolments", &order(app, &device)).await;
            let path = path
                .replace("{device_id}", &device)
                .replace("{enrolment_id}", &word(&order, "id"));
            Some((path, body))
        }
    }
}
