//! Invented messages of real shape and what they mean, all synthetic.

use domain::devices::{Alarm, DeviceEvent};
use serde_json::{Value, json};

use super::decode::{claimed_uid, decode};
use super::encode::{body, uplink};
use crate::protocol::Envelope;

fn read(bytes: &[u8]) -> DeviceEvent {
    decode(bytes, &Envelope::default()).expect("a message")
}

fn field(event: &DeviceEvent, name: &str) -> Value {
    event.data.as_ref().expect("data")[name].clone()
}

#[test]
fn a_press_behind_the_server_is_an_sos() {
    let event = read(&uplink(7, &[0x01, 0x75, 81, 0xff, 0x2e, 2]));
    assert_eq!(
        (event.alarms.as_slice(), event.is_alarm),
        (&[Alarm::Sos][..], true)
    );
    assert_eq!(event.device_uid.as_str(), "FFFE000000000B02");
    assert_eq!(event.battery_pct, Some(81));
    assert_eq!(event.key.0, "up:AZfake0Key==/7");
    assert_eq!(field(&event, "decoded")["button"], "long");
    assert_eq!(field(&event, "time"), "2026-11-24T02:59:57.900Z");
    assert_eq!(read(&uplink(7, &[0x01, 0x75, 81])).key, event.key);
    assert_ne!(read(&uplink(8, &[0xff, 0x2e, 2])).key, event.key);
}

#[test]
fn a_first_frame_leaves_its_number_out() {
    let bytes = body(json!({"uplink_message": {"session_key_id": "AZ", "frm_payload": "/y4C"}}));
    let event = read(&bytes);
    assert_eq!(event.key.0, "up:AZ/0");
    assert_eq!(field(&event, "payload_hex"), "ff2e02");
    assert_eq!(field(&event, "fport"), Value::Null);
    // No model is named: nothing is read into the bytes.
    assert!(!event.is_alarm);
}

#[test]
fn other_messages_and_wrapped_ones() {
    for (name, kind) in [
        ("join_accept", "join"),
        ("downlink_ack", "ack"),
        ("downlink_sent", "sent"),
        ("anything_else", "unknown"),
    ] {
        assert_eq!(read(&body(json!({name: {}}))).kind, kind);
    }
    let place = json!({"location": {"latitude": 31.25, "longitude": 121.5}});
    let fix = read(&body(json!({"location_solved": place}))).fix;
    assert!(fix.is_some_and(|fix| fix.at.lat() == 31.25));
    let plain = uplink(9, &[0xff, 0x2e, 3]);
    let wrapped = [b"{\"result\":", &plain[..], b"}"].concat();
    assert_eq!(read(&wrapped).key, read(&plain).key);
    assert_eq!(claimed_uid(&wrapped), claimed_uid(&plain));
    assert!(decode(b"{}", &Envelope::default()).is_err());
}
