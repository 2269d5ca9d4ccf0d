//! Invented frames of real shape and what they mean; every alarm code, all synthetic.

use domain::devices::{Alarm, DeviceEvent, Reading};

use super::decode::decode;
use super::encode::{self, AT, ID, alarm, frame, item, place, state};
use crate::protocol::Envelope;

fn read(items: &[Vec<u8>]) -> DeviceEvent {
    decode(&frame(0x20, 7, &ID, &items.concat()), &Envelope::default()).expect("a frame")
}

fn seconds(event: &DeviceEvent) -> Option<i64> {
    event.device_time.map(|at| at.timestamp())
}

#[test]
fn every_alarm_code() {
    use Alarm::*;
    let table = [
        (1, Sos, true),
        (2, LowBattery, true),
        (4, Removed, true),
        (5, Movement, true),
        (7, Fall, true),
        (8, Collision, true),
        (11, PowerRestored, false),
        (12, PowerCut, true),
        (13, PowerOn, false),
        (14, PowerOff, true),
        (15, Door, true),
        (16, Door, true),
    ];
    for code in 0..=0xff {
        let row = table.iter().find(|row| row.0 == code);
        let event = read(&[alarm(code, AT)]);
        assert_eq!(event.alarms.first(), row.map(|row| &row.1), "{code}");
        assert_eq!(event.is_alarm, row.is_some_and(|row| row.2), "{code}");
    }
    let both = read(&[alarm(2, AT), alarm(7, AT), alarm(1, AT)]);
    assert_eq!(both.alarms, [Sos, Fall, LowBattery]);
}

#[test]
fn a_place_has_its_own_time_and_an_alarm_its_own_key() {
    let event = read(&[place(31.25, 121.5), alarm(7, AT + 5), state(AT + 9)]);
    let fix = event.fix.expect("a place");
    assert_eq!(
        (fix.at.lat(), fix.at.lon(), fix.valid),
        (31.25, 121.5, true)
    );
    assert_eq!(seconds(&event), Some(AT.into()));
    let again = read(&[alarm(7, AT + 5)]);
    assert_eq!(
        (seconds(&again), &again.key),
        (Some(i64::from(AT) + 5), &event.key)
    );
}

#[test]
fn an_sos_indoors_has_no_place_and_is_no_less_an_alarm() {
    for (lat, lon) in [(0.0, 0.0), (f64::NAN, f64::NAN), (f64::INFINITY, 1e300)] {
        let event = read(&[place(lat, lon), alarm(1, AT)]);
        assert_eq!(event.alarms, [Alarm::Sos]);
        assert!(event.fix.is_none_or(|fix| !fix.valid));
    }
}

#[test]
fn a_state_has_battery_and_vitals() {
    let event = read(&[state(AT)]);
    assert_eq!((event.battery_pct, event.charging), (Some(81), Some(false)));
    assert_eq!(seconds(&event), Some(AT.into()));
    let expected = [
        (Reading::Steps, 289.0),
        (Reading::Temperature, 36.0),
        (Reading::BreathingRate, 16.0),
        (Reading::HeartRate, 72.0),
        (Reading::Systolic, 121.0),
        (Reading::Diastolic, 79.0),
        (Reading::BloodOxygen, 97.0),
    ];
    assert_eq!(event.readings, expected.into_iter().collect());
    let none = item(0x6a, &[&[0xff; 6][..], &[1], &[0xff; 14]].concat());
    let nothing = read(&[none]);
    assert!(nothing.readings.is_empty() && nothing.battery_pct.is_none());
    assert_eq!(nothing.charging, Some(true));
}

#[test]
fn a_wrong_checksum_is_read_and_names_nobody() {
    let mut bytes = frame(0x20, 7, &ID, &alarm(1, AT));
    bytes[13] ^= 1;
    let event = decode(&bytes, &Envelope::default()).expect("a frame");
    assert_eq!((event.device_uid.is_named(), event.is_alarm), (false, true));
}

#[test]
fn replies_repeat_type_and_serial() {
    let reply = |kind| encode::reply(&frame(kind, 7, &ID, &[]), &Envelope::default());
    assert_eq!(reply(0x20), Some(frame(0x20, 7, &ID, &[0])));
    assert_eq!(reply(0x21), None);
}
