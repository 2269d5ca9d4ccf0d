//! Invented messages of real shape and what they mean, all synthetic.

use domain::devices::{Alarm, DeviceEvent, Reading};
use serde_json::{Value, json};

use super::decode::decode;
use super::encode::{message, samples};
use crate::protocol::{Envelope, Session};

fn told(bytes: &[u8], topic: Option<&str>) -> DeviceEvent {
    let envelope = Envelope {
        topic,
        ..Envelope::default()
    };
    decode(bytes, &envelope).expect("a message")
}

fn field(event: &DeviceEvent, name: &str) -> Value {
    event.data.as_ref().expect("data")[name].clone()
}

#[test]
fn alarms_by_topic_by_word_and_by_code() {
    use Alarm::{Fall, Sos};
    let rows = [
        (json!({}), Some("iMEDE_watch/SOS"), Sos),
        (json!({}), Some("iMEDE_watch/sos"), Sos),
        (json!({}), Some("iMEDE_watch/fallDown"), Fall),
        (json!({"status": "SOS"}), None, Sos),
        (json!({"status": "FALL DOWN"}), None, Fall),
        (json!({"alarmState": "01"}), Some("iMEDE_watch/hb"), Sos),
        (json!({"alarmState": "05"}), Some("iMEDE_watch/hb"), Fall),
        (json!({"alarmState": "06"}), None, Fall),
    ];
    for (fields, topic, alarm) in rows {
        let event = told(&message(fields), topic);
        assert_eq!(
            (event.alarms.as_slice(), event.is_alarm),
            (&[alarm][..], true)
        );
    }
    let event = told(
        &message(json!({"status": "SOS"})),
        Some("iMEDE_watch/fallDown"),
    );
    assert_eq!(event.alarms, [Sos, Fall]);
    assert!(!told(&message(json!({"alarmState": "00"})), None).is_alarm);
    // Both spellings of the topic are one event; without a clock the receiver's window counts.
    let spelled = |topic| told(&message(json!({"status": "SOS"})), Some(topic)).key;
    assert_eq!(spelled("iMEDE_watch/SOS"), spelled("iMEDE_watch/sos"));
}

#[test]
fn readings_and_what_is_none() {
    let bytes = message(json!({
        "heartRate": 68, "spO2": "95", "bodyTemperature": 36.9, "battery": 41, "step": 289,
        "bloodPressure": {"bp_sys": 131, "bp_dia": 82},
    }));
    let event = told(&bytes, Some("iMEDE_watch/VitalSign"));
    let expected = [
        (Reading::Steps, 289.0),
        (Reading::HeartRate, 68.0),
        (Reading::Systolic, 131.0),
        (Reading::Diastolic, 82.0),
        (Reading::BloodOxygen, 95.0),
        (Reading::Temperature, 36.9),
    ];
    assert_eq!(event.readings, expected.into_iter().collect());
    assert_eq!(
        (event.battery_pct, field(&event, "topic_kind")),
        (Some(41), json!("VitalSign"))
    );
    let none = told(&message(json!({"heartRate": 0, "spO2": 1})), None);
    assert_eq!(
        (none.readings.len(), field(&none, "heartRate")),
        (0, json!(0))
    );
    assert_eq!(field(&none, "step"), Value::Null);
}

#[test]
fn the_clock_counts_only_with_its_zone() {
    let bytes = &samples()[0];
    assert_eq!(told(bytes, None).device_time, None);
    let session = Session {
        zone_s: Some(8 * 3600),
        ..Session::default()
    };
    let event = decode(bytes, &Envelope::of(&session)).expect("a message");
    let at = event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2026-11-24T02:59:58+00:00"));
}

#[test]
fn kinds_without_a_topic_and_refusals() {
    let kinds = samples()
        .iter()
        .map(|bytes| told(bytes, None).kind)
        .collect::<Vec<_>>();
    let expected = [
        "hb",
        "vitalsign",
        "ap55",
        "location",
        "sleepdata",
        "sos",
        "falldown",
        "onlinetrigger",
    ];
    assert_eq!(kinds, expected);
    let place = told(&samples()[3], None).fix.expect("a place");
    assert_eq!((place.at.lat(), place.at.lon()), (31.25, 121.5));
    for refused in ["{}", r#"{"IMEI":"x y"}"#, r#"{"IMEI":7}"#, "SOS"] {
        assert!(
            decode(refused.as_bytes(), &Envelope::default()).is_err(),
            "{refused}"
        );
    }
}
