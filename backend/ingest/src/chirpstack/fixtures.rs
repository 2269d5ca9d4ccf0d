//! Invented bodies of real shape and what they mean, all synthetic.

use domain::devices::{Alarm, DeviceEvent};
use serde_json::{Value, json};

use super::decode::{claimed_uid, decode};
use super::encode::{body, uplink};
use crate::protocol::{Envelope, Session};

fn read(bytes: &[u8]) -> DeviceEvent {
    decode(bytes, &Envelope::default()).expect("a body")
}

fn field(event: &DeviceEvent, name: &str) -> Value {
    event.data.as_ref().expect("data")[name].clone()
}

const FALL: [u8; 8] = [0x03, 0xf8, 4, 1, 7, 0, 77, 1];

#[test]
fn the_payload_of_an_uplink_is_read_by_the_profiles_codec() {
    let event = read(&uplink("k1", &FALL));
    assert_eq!(event.alarms, [Alarm::Fall, Alarm::NoMovement]);
    assert!(event.is_alarm);
    assert_eq!(event.device_uid.as_str(), "FFFE000000000A01");
    assert_eq!(event.key.0, "up:k1");
    let at = event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2026-11-24T02:59:58.120+00:00"));
    assert_eq!(field(&event, "payload_hex"), "03f8040107004d01");
    assert_eq!(field(&event, "dev_eui"), "fffe000000000a01");
    assert_eq!(field(&event, "fport"), 85);
    assert_eq!(field(&event, "decoded")["detection_status"], "fall");
}

#[test]
fn a_told_model_goes_before_the_servers_words() {
    let session = Session {
        model: Some("ws101".to_owned()),
        ..Session::default()
    };
    let bytes = uplink("k2", &[0xff, 0x2e, 2]);
    let event = decode(&bytes, &Envelope::of(&session)).expect("a body");
    assert_eq!(event.alarms, [Alarm::Sos]);
    let by_profile = read(&bytes);
    assert_eq!((by_profile.alarms.len(), by_profile.is_alarm), (0, false));
    assert!(field(&by_profile, "codec_error").is_string());
}

#[test]
fn repeats_of_an_alarm_have_its_number_and_other_uplinks_their_own_key() {
    let alarm = [0x06, 0xfb, 44, 1, 0, 1, 255];
    let (first, again) = (read(&uplink("k3", &alarm)), read(&uplink("k4", &alarm)));
    assert_eq!(first.key, again.key);
    assert!(first.key.0.starts_with("alarm:300+fall:"));
    assert_ne!(
        read(&uplink("k5", &FALL)).key,
        read(&uplink("k6", &FALL)).key
    );
}

#[test]
fn events_are_told_by_topic_or_by_their_fields() {
    let rows = [
        (json!({"devAddr": "01fe0a01"}), "join"),
        (json!({"queueItemId": "q", "acknowledged": true}), "ack"),
        (json!({"downlinkId": 7, "queueItemId": "q"}), "txack"),
        (json!({"margin": 9}), "status"),
        (json!({"level": "ERROR"}), "log"),
        (
            json!({"integrationName": "x", "location": {}}),
            "integration",
        ),
        (json!({}), "unknown"),
    ];
    for (fields, name) in rows {
        let event = read(&body(fields));
        assert_eq!(
            (event.kind.as_str(), field(&event, "event")),
            (name, json!(name))
        );
        assert_eq!(field(&event, "dedup_key"), Value::Null);
        assert_eq!(field(&event, "payload_hex"), Value::Null);
    }
    let topic = Some("application/a/device/fffe000000000a01/event/status");
    let envelope = Envelope {
        topic,
        ..Envelope::default()
    };
    let event = decode(&body(json!({"batteryLevel": 41.6})), &envelope).expect("a body");
    assert_eq!(
        (event.kind.as_str(), event.battery_pct),
        ("status", Some(42))
    );
    let place = json!({"location": {"latitude": 31.25, "longitude": 121.5}});
    let fix = read(&body(place)).fix.expect("a place");
    assert_eq!((fix.at.lat(), fix.at.lon()), (31.25, 121.5));
}

#[test]
fn what_names_no_device_is_refused() {
    for bytes in [&b"{}"[..], b"[]", b"up", br#"{"deviceInfo":{"devEui":7}}"#] {
        assert!(decode(bytes, &Envelope::default()).is_err());
        assert_eq!(claimed_uid(bytes), None);
    }
    let strange = br#"{"deviceInfo":{"devEui":"not hex"},"data":"!!"}"#;
    let event = read(strange);
    assert!(!event.device_uid.is_named());
    assert_eq!(field(&event, "payload_hex"), Value::Null);
}
