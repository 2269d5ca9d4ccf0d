//! Invented objects of real shape and what they mean; every warning number, all synthetic.

use domain::devices::{Alarm, DeviceEvent, Reading};

use super::decode::decode;
use super::encode::{AT, ID, frame, report};
use crate::protocol::Envelope;

fn read(reports: &[&str]) -> DeviceEvent {
    decode(&frame(ID, reports), &Envelope::default()).expect("a frame")
}

#[test]
fn every_warning_number() {
    use Alarm::*;
    let known = [LowBattery, Sos, PowerOff, Removed];
    for number in 0..=20 {
        let expected = match number {
            0 => None,
            1..=4 => Some(known[number - 1]),
            _ => Some(Unspecified),
        };
        for text in [format!(",\"wn\":{number}"), format!(",\"wn\":\"{number}\"")] {
            let event = read(&[&report(AT, &text)]);
            assert_eq!(event.alarms.first().copied(), expected, "{number}");
            assert_eq!(event.is_alarm, expected.is_some(), "{number}");
        }
    }
}

#[test]
fn a_report_has_time_place_battery_and_vitals() {
    let rest = ",\"gp\":\"121.5,31.25\",\"ba\":3,\"st\":289,\"hr\":72,\"te\":\"364,250\"";
    let event = read(&[&report(AT, rest)]);
    assert_eq!(event.device_uid.as_str(), ID);
    assert_eq!(event.device_time.map(|at| at.timestamp()), Some(AT.into()));
    let fix = event.fix.expect("a place");
    assert_eq!(
        (fix.at.lat(), fix.at.lon(), fix.valid),
        (31.25, 121.5, true)
    );
    let expected = [
        (Reading::Steps, 289.0),
        (Reading::HeartRate, 72.0),
        (Reading::Temperature, 36.4),
    ];
    assert_eq!(event.readings, expected.into_iter().collect());
    let battery = |level| read(&[&report(AT, &format!(",\"ba\":{level}"))]).battery_pct;
    let levels = [0, 1, 2, 3, 4, 5].map(battery);
    assert_eq!(
        levels,
        [Some(10), Some(30), Some(60), Some(80), Some(100), None]
    );
    assert!(
        read(&[&report(AT, ",\"hr\":0,\"te\":\"0\"")])
            .readings
            .is_empty()
    );
}

#[test]
fn an_sos_indoors_has_no_place_or_zeros_and_is_no_less_an_alarm() {
    for place in ["", ",\"gp\":\"0,0\"", ",\"gp\":\"\""] {
        let event = read(&[&report(AT, &format!("{place},\"wn\":2"))]);
        assert_eq!(event.alarms, [Alarm::Sos]);
        assert!(event.fix.is_none_or(|fix| !fix.valid));
    }
}

#[test]
fn several_reports_keep_their_order_and_the_gravest_stands_for_the_frame() {
    let (sos, later) = (report(AT, ",\"wn\":2"), report(AT + 60, ",\"wn\":1"));
    let event = read(&[&sos, &later]);
    assert_eq!(event.alarms, [Alarm::Sos, Alarm::LowBattery]);
    assert_eq!(event.device_time.map(|at| at.timestamp()), Some(AT.into()));
    assert_eq!(event.records.len(), 2);
}

#[test]
fn what_is_no_object_or_names_nobody_is_refused() {
    let nested = "[".repeat(100_000);
    let texts = [
        "",
        "{}",
        "[]",
        "{\"imei\":1,\"data\":[]}",
        "{\"imei\":\"x y\",\"data\":[]}",
        "{\"imei\":\"1\"}",
        &nested,
    ];
    for text in texts {
        assert!(decode(text.as_bytes(), &Envelope::default()).is_err());
    }
}
