//! Invented frames of real shape and what they mean; every alarm bit, all synthetic.

use domain::devices::{Alarm, DeviceEvent, Reading};

use super::decode::decode;
use super::encode::{ID, alarm, frame, place};
use crate::protocol::Envelope;

fn read(items: &[Vec<u8>]) -> DeviceEvent {
    decode(&frame(&ID, 0x11, &items.concat()), &Envelope::default()).expect("a frame")
}

#[test]
fn every_alarm_bit_counts_when_it_is_set_in_both() {
    use Alarm::*;
    let table = [(0, Tampering), (1, LowBattery), (2, Sos), (3, Fall)];
    for bit in 0..8 {
        let expected = table.iter().find(|row| row.0 == bit).map(|row| row.1);
        let event = read(&[place(1), alarm(1 << bit, 1 << bit)]);
        assert_eq!(event.alarms.first().copied(), expected, "bit {bit}");
        assert_eq!(event.is_alarm, expected.is_some(), "bit {bit}");
        for (mask, value) in [(1 << bit, 0), (0, 1 << bit), (!(1 << bit), 1 << bit)] {
            assert!(read(&[alarm(mask, value)]).alarms.is_empty(), "bit {bit}");
        }
    }
    assert_eq!(
        read(&[alarm(0xff, 0xff)]).alarms,
        [Sos, Fall, LowBattery, Tampering]
    );
}

#[test]
fn a_report_has_place_time_and_volts() {
    let event = read(&[place(1)]);
    assert_eq!(event.device_uid.as_str(), "888800000000018");
    let at = event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2024-01-31T08:09:10+00:00"));
    let fix = event.fix.expect("a place");
    assert_eq!(
        (fix.at.lat(), fix.at.lon(), fix.valid),
        (31.25, 121.5, false)
    );
    assert_eq!(event.readings[&Reading::BatteryVolts], 3.9);
    let fix = read(&[place(0x0d)]).fix.expect("a place");
    assert_eq!((fix.at.lat(), fix.at.lon()), (-31.25, -121.5));
}

#[test]
fn an_sos_with_a_weak_battery_and_without_a_place_is_an_sos() {
    let event = read(&[alarm(0x0f, 0x06)]);
    assert_eq!(event.alarms, [Alarm::Sos, Alarm::LowBattery]);
    assert!(event.is_alarm && event.fix.is_none());
    let (first, again) = (
        read(&[place(1), alarm(4, 4)]),
        read(&[alarm(4, 4), place(9)]),
    );
    assert_eq!(
        first.key, again.key,
        "the same press, sent again from another place"
    );
}

#[test]
fn a_wrong_checksum_is_read_and_names_nobody() {
    let mut bytes = frame(&ID, 0x11, &alarm(0x0f, 0x08));
    bytes[3] ^= 1;
    let event = decode(&bytes, &Envelope::default()).expect("a frame");
    assert_eq!((event.device_uid.is_named(), event.is_alarm), (false, true));
}
