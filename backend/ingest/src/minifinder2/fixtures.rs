//! Invented frames of real shape and what they mean; every alarm bit, all synthetic.

use domain::devices::{Alarm, DeviceEvent, Reading, Recency};

use super::decode::decode;
use super::encode::{self, AT, ID, alarm, frame, gps, item, status};
use crate::protocol::Envelope;

fn read(items: &[Vec<u8>]) -> DeviceEvent {
    let content = [&[0x01][..], &item(0x01, ID), &items.concat()].concat();
    decode(&frame(true, 7, &content), &Envelope::default()).expect("a frame")
}

#[test]
fn every_alarm_bit_alone_and_all_at_once() {
    use Alarm::*;
    let table = [
        (0, LowBattery, true),
        (1, Overspeed, false),
        (2, Fall, true),
        (4, GeofenceExit, true),
        (5, GeofenceExit, true),
        (6, GeofenceExit, true),
        (7, GeofenceExit, true),
        (8, PowerOff, true),
        (9, PowerOn, false),
        (10, Movement, false),
        (12, Sos, true),
    ];
    for bit in 0..32 {
        let row = table.iter().find(|row| row.0 == bit);
        let event = read(&[status(AT, 0), alarm(1 << bit, AT)]);
        assert_eq!(event.alarms.first(), row.map(|row| &row.1), "bit {bit}");
        assert_eq!(event.is_alarm, row.is_some_and(|row| row.2), "bit {bit}");
    }
    for fence in 0..4 {
        let entered = read(&[alarm(1 << (4 + fence) | 1 << (26 + fence), AT)]);
        assert_eq!(entered.alarms, [GeofenceEnter]);
    }
    let all = read(&[alarm(u32::MAX, AT)]).alarms;
    assert_eq!(all[..3], [Sos, Fall, LowBattery]);
}

#[test]
fn an_sos_indoors_with_a_weak_battery_is_an_sos() {
    let event = read(&[status(AT, 0), alarm(1 << 12 | 1, AT), gps(0)]);
    assert_eq!(event.alarms, [Alarm::Sos, Alarm::LowBattery]);
    assert!(event.is_alarm && event.fix.is_some_and(|fix| !fix.valid));
    assert_eq!(event.battery_pct, Some(81));
    let at = event.device_time.map(|at| at.timestamp());
    assert_eq!(at, Some(i64::from(AT)));
    // Without a status the alarm's own time counts; the key is the same.
    let bare = read(&[alarm(1 << 12 | 1, AT)]);
    assert_eq!(bare.key, event.key);
}

#[test]
fn reports_end_where_a_key_comes_again_and_keep_their_order() {
    let event = read(&[
        status(AT, 1 << 7),
        alarm(1 << 2, AT),
        status(AT + 60, 0),
        gps(9),
        status(AT + 120, 1 << 7),
    ]);
    assert_eq!(event.records.len(), 3);
    assert_eq!(event.records[0].alarms, [Alarm::Fall]);
    assert!(event.records[1].fix.is_some_and(|fix| fix.valid));
    // The stored fall stands for the frame, and it is history.
    assert_eq!((event.recency, event.is_alarm), (Recency::Stored, true));
    assert_eq!(event.device_uid.as_str(), "888800000000018");
}

#[test]
fn several_beacons_belong_to_one_report() {
    let heard = |number: u8| item(0x2c, &[&[number][..], &[7; 6], &[0xd0, 0, 100]].concat());
    let items = [
        status(AT, 0),
        gps(9),
        heard(0),
        heard(1),
        heard(2),
        alarm(1 << 12, AT),
    ];
    let event = read(&items);
    assert_eq!(
        (event.records.len(), event.alarms.as_slice()),
        (0, &[Alarm::Sos][..])
    );
    assert!(event.fix.is_some_and(|fix| fix.valid) && event.device_time.is_some());
}

#[test]
fn beacons_networks_and_vitals() {
    let here = &gps(1)[2..10];
    for (key, before) in [(0x23, 6), (0x27, 0)] {
        let event = read(&[item(key, &[&vec![9; before], here].concat())]);
        let fix = event.fix.expect("a place");
        assert_eq!(
            (fix.at.lat(), fix.at.lon(), fix.valid),
            (31.25, 121.5, true),
            "{key:x}"
        );
    }
    for (key, before) in [(0x26, 8), (0x28, 8), (0x2a, 7), (0x2c, 9)] {
        for (flags, is_there) in [(0x80, true), (0x40, false)] {
            let event = read(&[item(key, &[&[flags], &vec![9; before][..], here].concat())]);
            assert_eq!(event.fix.is_some(), is_there, "{key:x}");
        }
    }
    let vitals = read(&[
        item(0x30, &[0, 0, 0, 0, 0x21, 1, 0, 0]),
        item(0x40, &[0, 0, 0, 0, 72]),
        item(0x41, &[0, 0, 0, 0, 1]),
    ]);
    let expected = [(Reading::Steps, 289.0), (Reading::HeartRate, 72.0)];
    assert_eq!(vitals.readings, expected.into_iter().collect());
}

#[test]
fn a_wrong_checksum_is_read_and_names_nobody() {
    let content = [&[0x01][..], &item(0x01, ID), &alarm(1 << 12, AT)].concat();
    let mut bytes = frame(true, 7, &content);
    bytes[4] ^= 1;
    let event = decode(&bytes, &Envelope::default()).expect("a frame");
    assert_eq!((event.device_uid.is_named(), event.is_alarm), (false, true));
}

#[test]
fn replies_only_when_asked() {
    let reply = |bytes: &[u8]| encode::reply(bytes, &Envelope::default());
    let content = [&[0x01][..], &item(0x01, ID)].concat();
    let acknowledged = frame(false, 0x0107, &[0x7f, 1, 0]);
    assert_eq!(reply(&frame(true, 0x0107, &content)), Some(acknowledged));
    assert_eq!(reply(&frame(false, 0x0107, &content)), None);
    let asks = |key| {
        frame(
            true,
            7,
            &[&[0x03][..], &item(0x01, ID), &item(key, &[])].concat(),
        )
    };
    assert_eq!(reply(&asks(0x12)), None, "no clock, no time");
    let now = Envelope::default().at("2024-01-31T08:09:10Z".parse().expect("a moment"));
    let time = [&[0x03, 5, 0x12][..], &AT.to_le_bytes()].concat();
    assert_eq!(
        encode::reply(&asks(0x12), &now),
        Some(frame(false, 7, &time))
    );
    let nowhere = [0x03, 10, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(reply(&asks(0x11)), Some(frame(false, 7, &nowhere)));
}
