//! Invented messages of real shape and what they mean, all synthetic.

use domain::devices::{Alarm, DeviceEvent};
use serde_json::{Value, json};

use super::decode::decode;
use super::encode::{AT, event};
use crate::protocol::Envelope;

fn read(bytes: &[u8]) -> DeviceEvent {
    let envelope = Envelope {
        topic: Some("/devices/id_invented-7/events"),
        ..Envelope::default()
    };
    decode(bytes, &envelope).expect("a message")
}

fn field(event: &DeviceEvent, name: &str) -> Value {
    event.data.as_ref().expect("data")[name].clone()
}

#[test]
fn the_stages_of_a_fall_are_one_event_until_it_is_over() {
    let at = |stage: &str| read(&event(5, json!({"status": stage})));
    let first = at("fall_detected");
    assert_eq!(first.key.0, format!("fall:{AT}"));
    for stage in ["fall_detected", "fall_confirmed", "calling"] {
        let told = at(stage);
        assert_eq!(
            (told.alarms.as_slice(), told.is_alarm),
            (&[Alarm::Fall][..], true)
        );
        assert_eq!(
            (&told.key, field(&told, "stage")),
            (&first.key, json!(stage))
        );
    }
    let over = at("fall_exit");
    assert_eq!(
        (over.alarms.as_slice(), over.is_alarm),
        (&[Alarm::Fall][..], false)
    );
    assert_ne!(over.key, first.key);
    let next = read(&event(
        5,
        json!({"status": "fall_detected", "timestamp": AT + 60_000}),
    ));
    assert_ne!(next.key, first.key);
    assert_eq!(first.device_uid.as_str(), "id_invented-7");
    assert_eq!(field(&first, "time_ms"), AT);
    assert_eq!(first.device_time.map(|at| at.timestamp_millis()), Some(AT));
}

#[test]
fn practice_is_shown_and_never_an_alarm() {
    let real = read(&event(5, json!({"status": "fall_confirmed"})));
    for flag in ["isSimulated", "isLearning", "testMode"] {
        let told = read(&event(5, json!({"status": "fall_confirmed", flag: true})));
        assert_eq!(
            (told.alarms.as_slice(), told.is_alarm),
            (&[Alarm::Fall][..], false)
        );
        assert_eq!(field(&told, flag), true);
        // Else a rehearsal would make a repeat of the real one.
        assert_ne!(told.key, real.key);
    }
    let outside = json!({"type": 5, "isLearning": true, "payload": {"status": "calling"}});
    assert!(!read(outside.to_string().as_bytes()).is_alarm);
    // A radar that keeps silent in the room still tells us.
    let silent = read(&event(
        5,
        json!({"status": "fall_confirmed", "isSilent": true}),
    ));
    assert_eq!(
        (silent.is_alarm, field(&silent, "isSilent")),
        (true, json!(true))
    );
}

#[test]
fn every_type_of_event() {
    let table: [(u32, &str, &[Alarm]); 5] = [
        (4, "presence", &[]),
        (5, "fall", &[Alarm::Fall]),
        (8, "sensitive_fall", &[Alarm::Fall]),
        (10, "bed_exit", &[Alarm::OutOfBed]),
        (77, "unknown", &[]),
    ];
    for (kind, name, alarms) in table {
        let told = read(&event(kind, json!({})));
        assert_eq!((told.kind.as_str(), &told.alarms[..]), (name, alarms));
        assert_eq!(told.is_alarm, !alarms.is_empty(), "{name}");
    }
    // Other lists of numbers are about; what says "fall" is one.
    let other = read(&event(1, json!({"status": "fall_confirmed"})));
    assert_eq!((other.kind.as_str(), other.is_alarm), ("fall", true));
    let there = read(&event(4, json!({"presenceDetected": true})));
    assert_eq!(field(&there, "presence"), true);
    let state = read(br#"{"status":"monitoring"}"#);
    assert_eq!(
        (state.kind.as_str(), field(&state, "status")),
        ("state", json!("monitoring"))
    );
    for word in [r#"{"type":"fall"}"#, r#"{"eventType":5,"timestamp":7}"#] {
        assert!(read(word.as_bytes()).is_alarm, "{word}");
    }
    for refused in ["{}", r#"{"payload":{}}"#, "[5]", "5"] {
        assert!(
            decode(refused.as_bytes(), &Envelope::default()).is_err(),
            "{refused}"
        );
    }
}
