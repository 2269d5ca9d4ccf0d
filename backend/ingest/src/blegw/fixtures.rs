//! Invented messages of real shape and what they mean, all synthetic.

use domain::devices::{DeviceEvent, Reading};
use serde_json::{Value, json};

use super::decode::decode;
use super::encode::{message, reading, samples};
use crate::protocol::Envelope;

fn read(bytes: &[u8]) -> DeviceEvent {
    decode(bytes, &Envelope::default()).expect("a message")
}

fn field(event: &DeviceEvent, name: &str) -> Value {
    event.data.as_ref().expect("data")[name].clone()
}

#[test]
fn the_gateway_is_the_device_and_the_meter_is_told() {
    let fields = json!({"ble_addr": "fe0000000e05", "pulse": 69, "spo2": 94, "pi": 7});
    let event = read(&reading("Oximeter JUMPER", fields.clone()));
    assert_eq!(event.device_uid.as_str(), "FE0000000D04");
    assert_eq!(field(&event, "gateway_mac"), "FE:00:00:00:0d:04");
    assert_eq!(field(&event, "message_type"), "reportAttribute");
    assert_eq!(field(&event, "reading"), fields);
    let expected = [(Reading::HeartRate, 69.0), (Reading::BloodOxygen, 94.0)];
    assert_eq!(event.readings, expected.into_iter().collect());
    assert_eq!(
        event.device_time.map(|at| at.timestamp()),
        Some(1_795_489_200)
    );
    assert!(!event.is_alarm);
}

#[test]
fn units_that_are_not_named_are_not_guessed() {
    let sugar = read(&reading("Contour_Elite", json!({"blood_glucose": "104"})));
    assert_eq!(
        (sugar.readings.len(), field(&sugar, "reading")),
        (0, json!({"blood_glucose": "104"}))
    );
    let pressure = read(&samples()[3]);
    assert_eq!(pressure.readings[&Reading::Systolic], 131.0);
    assert_eq!(pressure.readings[&Reading::HeartRate], 71.0);
    let none = read(&reading("x", json!({"pulse": 0, "spo2": 1})));
    assert!(none.readings.is_empty());
}

#[test]
fn messages_without_a_reading_and_with_several() {
    let beat = read(&message("HB_Msg", json!({"msg": "Online"})));
    assert_eq!(
        (field(&beat, "reading"), field(&beat, "message")),
        (Value::Null, json!("Online"))
    );
    let two = json!({"value": {"device_list": [{"pulse": 70}, {"pulse": 80}]}});
    let two = read(&message("reportAttribute", two));
    assert_eq!(
        field(&two, "readings"),
        json!([{"pulse": 70}, {"pulse": 80}])
    );
    for refused in [
        "{}",
        r#"{"type":"x"}"#,
        r#"{"mac":"FE:00:00:00:0d:04"}"#,
        r#"{"mac":"x","type":"y"}"#,
    ] {
        assert!(
            decode(refused.as_bytes(), &Envelope::default()).is_err(),
            "{refused}"
        );
    }
}
