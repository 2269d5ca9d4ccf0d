//! Invented messages and what they mean; every alarm word, all synthetic.

use domain::devices::{Alarm, DeviceEvent, DeviceUid, Reading, Recency};
use domain::time::Timestamp;
use serde_json::{Value, json};

use super::decode::decode;
use super::encode::{message, reply, samples};
use super::frame::take_apart;
use super::signature::{Refused, verify};
use crate::protocol::Envelope;

const KEY: &[u8] = b"an invented key of a device";

fn told(body: &Value) -> Vec<u8> {
    let device = DeviceUid::parse("AN-0018").expect("a uid");
    let time: Timestamp = "2026-11-24T03:00:00Z".parse().expect("a moment");
    message(&device, ("b7", 12), time, body, KEY)
}

fn read(body: Value) -> DeviceEvent {
    decode(&told(&body), &Envelope::default()).expect("a message")
}

#[test]
fn every_alarm_word_alone_and_all_at_once() {
    for &alarm in Alarm::ALL {
        let event = read(json!({"kind": "alarm", "alarms": [alarm]}));
        assert_eq!(
            (event.alarms.as_slice(), event.is_alarm),
            (&[alarm][..], true)
        );
    }
    let all = read(json!({"alarms": Alarm::ALL.iter().rev().collect::<Vec<_>>()}));
    assert_eq!(all.alarms, Alarm::ALL);
    for strange in [json!(["thunder"]), json!([7]), json!([])] {
        let event = read(json!({"kind": "alarm", "alarms": strange}));
        assert_eq!(
            (event.alarms.as_slice(), event.is_alarm),
            (&[Alarm::Unspecified][..], true)
        );
    }
    assert!(!read(json!({"kind": "status"})).is_alarm);
}

#[test]
fn everything_a_message_may_say() {
    let event = read(json!({
        "kind": "alarm", "alarms": ["fall"], "stored": true, "time": "2026-11-24T01:00:00+08:00",
        "position": {"lat": 31.25, "lon": 121.5, "datum": "wgs84"},
        "battery_pct": 81, "charging": false, "worn": true,
        "readings": {"heart_rate": 72, "spo2_pct": 97, "mood": 3},
    }));
    assert_eq!(event.device_uid.as_str(), "AN-0018");
    assert_eq!(
        (event.key.0.as_str(), event.recency),
        ("b7:12", Recency::Stored)
    );
    let at = event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2026-11-23T17:00:00+00:00"));
    let fix = event.fix.expect("a place");
    assert_eq!(
        (fix.at.lat(), fix.at.lon(), fix.valid),
        (31.25, 121.5, true)
    );
    assert_eq!(
        (event.battery_pct, event.charging, event.worn),
        (Some(81), Some(false), Some(true))
    );
    let expected = [(Reading::HeartRate, 72.0), (Reading::BloodOxygen, 97.0)];
    assert_eq!(event.readings, expected.into_iter().collect());
}

#[test]
fn a_place_without_a_datum_is_none_and_no_fix_keeps_the_alarm() {
    for position in [
        json!({"lat": 31.25, "lon": 121.5}),
        json!({"lat": 31.25, "lon": 121.5, "datum": "cgcs2000"}),
        json!({"lat": 91, "lon": 121.5, "datum": "wgs84"}),
        json!(null),
    ] {
        let event = read(json!({"alarms": ["sos"], "position": position}));
        assert_eq!((event.fix, event.is_alarm), (None, true));
    }
    let nowhere = json!({"lat": 0, "lon": 0, "datum": "wgs84", "valid": true});
    let fix = read(json!({"position": nowhere})).fix.expect("kept");
    assert!(!fix.valid);
}

#[test]
fn a_message_is_proven_by_its_code_and_acknowledged_by_its_numbers() {
    let bytes = told(&json!({"alarms": ["sos"]}));
    let signed = take_apart(&bytes).expect("an envelope");
    assert_eq!(verify(&signed, KEY), Ok(()));
    assert_eq!(verify(&signed, b"another"), Err(Refused::Mismatch));
    let unsigned = take_apart(&samples()[0]).expect("an envelope");
    assert_eq!(verify(&unsigned, KEY), Err(Refused::Unsigned));
    let acknowledged = reply(&bytes, &Envelope::default()).expect("an answer");
    let acknowledged: Value = serde_json::from_slice(&acknowledged).expect("JSON");
    let expected = json!({"ok": true, "device": "AN-0018", "boot": "b7", "seq": 12});
    assert_eq!(acknowledged, expected);
}

#[test]
fn envelopes_that_are_refused() {
    let whole = json!({
        "device": "AN-0018", "boot": "b7", "seq": 1, "time": "2026-11-24T03:00:00Z", "body": "{}",
    });
    let refused = |field: &str, value: Value| {
        let mut envelope = whole.clone();
        envelope[field] = value;
        let bytes = envelope.to_string();
        decode(bytes.as_bytes(), &Envelope::default()).is_err()
    };
    assert!(!refused("mac", json!("nonsense")), "kept, and never proven");
    for (field, value) in [
        ("device", json!("a b")),
        ("device", json!(null)),
        ("boot", json!("")),
        ("boot", json!("x".repeat(65))),
        ("seq", json!(-1)),
        ("seq", json!(1.5)),
        ("seq", json!("1")),
        ("time", json!("2026-11-24T03:00:00")),
        ("body", json!({})),
        ("body", json!("[]")),
        ("body", json!("{")),
        (
            "body",
            json!(format!("{{\"a\":{}1{}}}", "[".repeat(99), "]".repeat(99))),
        ),
    ] {
        assert!(refused(field, value.clone()), "{field} {value}");
    }
}
