//! Invented frames of real shape and what they mean; every alarm, all synthetic.

use domain::devices::{Alarm, DeviceEvent, Reading, Recency};

use super::decode::decode;
use super::encode::{self, HERE, SCAN, frame, samples};
use crate::protocol::Envelope;

fn read(bytes: &[u8]) -> DeviceEvent {
    decode(bytes, &Envelope::default()).expect("a frame")
}

fn place(event: &DeviceEvent) -> Option<(f64, f64, bool)> {
    event.fix.map(|fix| (fix.at.lat(), fix.at.lon(), fix.valid))
}

#[test]
fn the_sos_packet_is_an_sos() {
    let event = read(&frame(1, 0x99, &[]));
    assert_eq!(
        (event.alarms.as_slice(), event.is_alarm),
        (&[Alarm::Sos][..], true)
    );
    assert!(!event.device_uid.is_named());
    assert_eq!(event.key.0, "99+sos");
    assert_eq!(read(&frame(1, 0x94, &[])).alarms, [Alarm::Vibration]);
}

#[test]
fn alarm_bits_behind_a_position_or_a_scan() {
    let table = [
        (0, Some(Alarm::Vibration)),
        (1, Some(Alarm::Overspeed)),
        (4, Some(Alarm::LowBattery)),
    ];
    for bit in 0..8 {
        let expected = table.iter().find(|row| row.0 == bit).and_then(|row| row.1);
        let gps = frame(18, 0x10, &[&HERE[..], &[0, 4, 1 << bit]].concat());
        let scan = frame(0, 0x69, &[&SCAN[..], &[1 << bit]].concat());
        for bytes in [gps, scan] {
            assert_eq!(read(&bytes).alarms.first().copied(), expected, "bit {bit}");
        }
    }
    // Longer cells than we know leave more than an alarm byte.
    assert_eq!(
        read(&frame(0, 0x18, &[&SCAN[..], &[1, 1]].concat())).alarms,
        []
    );
}

#[test]
fn positions_in_both_forms() {
    for sample in [&samples()[1], &samples()[3]] {
        let event = read(sample);
        assert_eq!(place(&event), Some((31.25, 121.5, true)));
        let at = event.device_time.map(|at| at.to_rfc3339());
        assert_eq!(at.as_deref(), Some("2024-01-31T08:09:10+00:00"));
    }
    assert_eq!(read(&samples()[4]).recency, Recency::Stored);
    let mut south = samples()[1].clone();
    south[11] |= 0x10;
    assert_eq!(place(&read(&south)), Some((-31.25, 121.5, true)));
    assert_eq!(place(&read(&frame(1, 0x08, &[]))), None);
}

#[test]
fn status_and_scans() {
    let status = read(&frame(11, 0x13, &[81, 64, 8, 25, 100, 0, 4, 31, 1, 72]));
    assert_eq!(
        (status.battery_pct, status.charging),
        (Some(81), Some(true))
    );
    assert_eq!(status.readings[&Reading::HeartRate], 72.0);
    assert_eq!(
        read(&frame(7, 0x13, &[81, 64, 8, 25, 100, 1])).battery_pct,
        Some(81)
    );
    let scan = read(&frame(0, 0x17, &SCAN));
    assert_eq!(scan.recency, Recency::Stored);
    assert!(scan.device_time.is_some() && scan.fix.is_none());
}

#[test]
fn replies() {
    let reply = |bytes: &[u8]| encode::reply(bytes, &Envelope::default());
    assert_eq!(reply(&samples()[0]), Some(frame(0x0d, 0x01, &[1])));
    let now = Envelope::default().at("2026-11-24T01:02:03Z".parse().expect("a moment"));
    let time = frame(7, 0x30, &[0x07, 0xea, 11, 24, 1, 2, 3]);
    let both = [frame(0x0d, 0x01, &[1]), time.clone()].concat();
    assert_eq!(encode::reply(&samples()[0], &now), Some(both));
    assert_eq!(encode::reply(&frame(1, 0x30, &[]), &now), Some(time));
    assert_eq!(reply(&frame(1, 0x30, &[])), None, "no clock, no time");
    assert_eq!(
        reply(&frame(18, 0x10, &HERE)),
        Some(frame(18, 0x10, &HERE[..6]))
    );
    assert_eq!(
        reply(&frame(3, 0x17, &SCAN)),
        Some(frame(3, 0x17, &SCAN[..6]))
    );
    let status = frame(7, 0x13, &[81, 64, 8, 25, 100, 1]);
    assert_eq!(reply(&status), Some(status));
    assert_eq!(reply(&frame(1, 0x99, &[])), None);
}
