//! Invented messages of real shape and what they mean, all synthetic.

use domain::devices::{Alarm, DeviceEvent};
use serde_json::{Value, json};

use super::decode::decode;
use super::encode::{point, state};
use crate::protocol::{Envelope, Session};

fn read(bytes: &[u8]) -> DeviceEvent {
    decode(bytes, &Envelope::default()).expect("a message")
}

fn field(event: &DeviceEvent, name: &str) -> Value {
    event.data.as_ref().expect("data")[name].clone()
}

#[test]
fn falls_in_the_words_of_every_radar() {
    let rows = [
        (json!({"fall_status": "normal"}), json!(false), "none"),
        (json!({"fall_status": "fall"}), json!(true), "fall"),
        (json!({"fall_down_status": "none"}), json!(false), "none"),
        (
            json!({"fall_down_status": "maybe_fall"}),
            json!(true),
            "maybe",
        ),
        (json!({"fall_down_status": "fall"}), json!(true), "fall"),
        (json!({"fall": true}), json!(true), "fall"),
        (json!({"fall": 0}), json!(false), "none"),
    ];
    for (fields, fall, stage) in rows {
        let event = read(&state(fields));
        assert_eq!(field(&event, "fall"), fall);
        assert_eq!(field(&event, "stage"), stage);
        assert_eq!(event.is_alarm, fall == json!(true));
        assert_eq!(event.alarms.contains(&Alarm::Fall), event.is_alarm);
    }
    let plain = read(&state(json!({"presence": true})));
    assert_eq!(
        (field(&plain, "fall"), field(&plain, "occupancy")),
        (Value::Null, json!(true))
    );
}

#[test]
fn help_in_the_words_of_every_button() {
    for fields in [
        json!({"action": "emergency"}),
        json!({"action": "sos"}),
        json!({"sos": "sos"}),
        json!({"sos_state": true}),
    ] {
        let event = read(&state(fields));
        assert_eq!(
            (event.alarms.as_slice(), event.is_alarm),
            (&[Alarm::Sos][..], true)
        );
        assert_eq!(event.key.0, "state+sos");
        assert_eq!(event.device_uid.as_str(), "FFFE000000000C03");
    }
    assert!(!read(&state(json!({"action": "single"}))).is_alarm);
}

#[test]
fn dangers_and_states() {
    use Alarm::*;
    let rows = [
        ("smoke", Smoke, true),
        ("gas", Gas, true),
        ("carbon_monoxide", CarbonMonoxide, true),
        ("water_leak", Water, true),
        ("battery_low", LowBattery, false),
        ("tamper", Tampering, false),
        ("vibration", Vibration, false),
    ];
    for (name, alarm, is_alarm) in rows {
        let event = read(&state(json!({name: true})));
        assert_eq!(
            (event.alarms.as_slice(), event.is_alarm),
            (&[alarm][..], is_alarm)
        );
        assert_eq!(read(&state(json!({name: false}))).alarms, []);
    }
    let all = read(&state(json!({"battery_low": true, "action": "emergency"})));
    assert_eq!(all.alarms, [Sos, LowBattery]);
}

#[test]
fn data_points_of_every_type() {
    let rows = [
        (point(1, 1, &[1]), json!(true)),
        (point(1, 2, &[0xff, 0xff, 0xff, 0xfe]), json!(-2)),
        (point(1, 3, b"ok"), json!("ok")),
        (point(1, 4, &[2]), json!(2)),
        (point(1, 0, &[1, 2]), json!("0102")),
    ];
    for (bytes, value) in rows {
        let event = read(&bytes);
        assert_eq!(
            (field(&event, "dp"), field(&event, "value")),
            (json!(1), value)
        );
        assert!(!event.is_alarm);
    }
    for refused in [
        point(1, 2, &[1]),
        point(1, 4, &[]),
        br#"{"dpValues":[]}"#.to_vec(),
    ] {
        assert!(decode(&refused, &Envelope::default()).is_err());
    }
    let session = Session {
        model: Some("MIR-HE200-TY".to_owned()),
        ..Session::default()
    };
    for (value, is_alarm) in [(0, false), (1, true), (2, true)] {
        let event = decode(&point(116, 4, &[value]), &Envelope::of(&session)).expect("a point");
        assert_eq!(event.is_alarm, is_alarm, "{value}");
    }
}

#[test]
fn the_topic_names_who_the_body_does_not() {
    let named = |name: &'static str| {
        let envelope = Envelope {
            topic: Some(name),
            ..Envelope::default()
        };
        let event = decode(b"{\"contact\":true}", &envelope).expect("a message");
        event.device_uid.to_string()
    };
    assert_eq!(named("zigbee2mqtt/0xfffe000000000c04"), "FFFE000000000C04");
    assert_eq!(named("zigbee2mqtt/bath-7"), "bath-7");
    assert_eq!(named("zigbee2mqtt/bath room"), "unnamed");
}
