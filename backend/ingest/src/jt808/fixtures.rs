//! Invented messages of real shape and what they mean; every alarm bit, all synthetic.

use domain::devices::{Alarm, DeviceEvent, Reading, Recency};

use super::decode::decode;
use super::encode::{self, ID, batch, frame, frame_2019, location};
use crate::protocol::{Envelope, Session};

fn read_as(model: Option<&str>, bytes: &[u8]) -> DeviceEvent {
    let session = Session {
        model: model.map(str::to_owned),
        ..Session::default()
    };
    decode(bytes, &Envelope::of(&session)).expect("a frame")
}

fn report(word: u32, extras: &[u8]) -> DeviceEvent {
    read_as(None, &frame(0x0200, ID, 7, &location(word, 2, extras)))
}

#[test]
fn a_report_has_place_time_in_beijing_and_extras() {
    let event = report(0, &[0xe4, 2, 0, 81, 0x69, 2, 0x01, 0x8b]);
    assert_eq!(event.device_uid.as_str(), "19990000001");
    let fix = event.fix.expect("a fix");
    assert_eq!(
        (fix.at.lat(), fix.at.lon(), fix.valid),
        (31.25, 121.5, true)
    );
    let at = event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2024-01-31T08:09:10+00:00"));
    assert_eq!((event.battery_pct, event.charging), (Some(81), Some(true)));
    assert_eq!(event.readings[&Reading::BatteryVolts], 3.95);
    let south_west = read_as(None, &frame(0x0200, ID, 7, &location(0, 0b1110, &[])));
    let fix = south_west.fix.expect("a fix");
    assert_eq!((fix.at.lat(), fix.at.lon()), (-31.25, -121.5));
}

#[test]
fn every_alarm_bit_alone_and_all_at_once() {
    use Alarm::*;
    let table = [
        (0, Sos, true),
        (1, Overspeed, false),
        (4, Fault, false),
        (5, Fault, false),
        (6, Fault, false),
        (7, LowBattery, false),
        (8, PowerOff, false),
        (9, Fault, false),
        (10, Fault, false),
        (11, Fault, false),
        (15, Vibration, false),
        (16, Tampering, true),
        (17, Tampering, true),
        (18, LowBattery, false),
        (20, Geofence, true),
        (26, Unspecified, true),
        (28, Movement, false),
        (29, Collision, true),
        (30, Collision, true),
    ];
    for bit in 0..32 {
        let row = table.iter().find(|row| row.0 == bit);
        let event = report(1 << bit, &[]);
        assert_eq!(event.alarms.first(), row.map(|row| &row.1), "bit {bit}");
        assert_eq!(event.is_alarm, row.is_some_and(|row| row.2), "bit {bit}");
    }
    let all = report(u32::MAX, &[]).alarms;
    assert_eq!(all[..2], [Sos, Unspecified]);
    assert!(all.contains(&LowBattery) && all.contains(&Tampering));
}

#[test]
fn a_padlock_has_no_sos_and_a_camera_has_one_of_its_own() {
    let bytes = frame(0x0200, ID, 7, &location(0b1_0011, 2, &[]));
    assert_eq!(
        read_as(Some("G-360P"), &bytes).alarms,
        [Alarm::Removed, Alarm::Tampering]
    );
    let sos = frame(0x0200, ID, 7, &location(0, 2, &[0xe8, 2, 0x0c, 0x01]));
    assert_eq!(read_as(Some("JC371"), &sos).alarms, [Alarm::Sos]);
    assert_eq!(read_as(None, &sos).alarms, []);
}

#[test]
fn alarms_of_vendors_extras() {
    let rows: &[(&[u8], &[Alarm])] = &[
        (&[0xe7, 8, 0, 0b110, 0, 0, 0, 0, 0, 0], &[Alarm::Sos]),
        (&[0xe7, 8, 0, 1, 0, 0, 0, 0, 0, 0], &[Alarm::Vibration]),
        (&[0xd0, 4, 0, 0, 0, 8], &[Alarm::Vibration]),
        (&[0x70, 6, 0, 0, 0, 1, 1, 0x16], &[Alarm::Collision]),
        (
            &[0xeb, 8, 0, 6, 0, 0x89, 0xff, 0xff, 0xef, 0xff],
            &[Alarm::Removed],
        ),
        (
            &[0xeb, 8, 0, 6, 0, 0x89, 0xff, 0xff, 0xff, 0xfe],
            &[Alarm::PowerOff],
        ),
        (
            &[0xeb, 8, 0, 6, 0, 0xc5, 0xff, 0xff, 0xff, 0xbf],
            &[Alarm::Vibration],
        ),
        (&[0xeb, 5, 0, 3, 0, 0xc6, 3], &[Alarm::LowBattery]),
        (
            &[0xfe, 8, 0x7c, 1, 4, 0, 0, 0, 0x10, 64],
            &[Alarm::Tampering],
        ),
    ];
    for (extras, alarms) in rows {
        assert_eq!(report(0, extras).alarms, *alarms, "{extras:x?}");
        // An item of no length or cut short says nothing and hides no alarm of the word.
        let cut = report(1, &extras[..extras.len() - 1]);
        assert_eq!(cut.alarms[0], Alarm::Sos, "{extras:x?}");
    }
}

#[test]
fn a_batch_keeps_order_and_a_stored_sos_is_history() {
    let reports = [location(1, 2, &[]), location(0, 2, &[0x06, 1, 50])];
    let event = read_as(None, &frame(0x0704, ID, 7, &batch(true, &reports)));
    assert_eq!(event.records.len(), 2);
    assert_eq!((event.recency, event.is_alarm), (Recency::Stored, true));
    assert_eq!(event.records[0].alarms, [Alarm::Sos]);
    assert_eq!(event.records[1].battery_pct, Some(50));
    // One report is the event itself; late by the clock is history as well.
    let one = frame(0x0704, ID, 7, &batch(false, &reports[..1]));
    assert_eq!(read_as(None, &one).recency, Recency::Live);
    let late = Envelope::default().at("2024-01-31T08:30:00Z".parse().expect("a moment"));
    let event = decode(&one, &late).expect("a frame");
    assert_eq!((event.recency, event.records.len()), (Recency::Stored, 0));
    // A live SOS sent again in a batch is the same event.
    assert_eq!(event.key, report(1, &[]).key);
}

#[test]
fn the_header_of_2019_and_later_parts() {
    let long = [0, 0, 0x08, 0x88, 0x88, 0, 0, 0, 0, 0x01];
    let event = read_as(None, &frame_2019(0x0200, long, 7, &location(1, 0, &[])));
    assert_eq!(event.device_uid.as_str(), "888880000000001");
    assert!(event.is_alarm && event.fix.is_some_and(|fix| !fix.valid));
}

#[test]
fn replies_repeat_serial_and_type() {
    let reply = |bytes: &[u8]| encode::reply(bytes, &Envelope::default());
    for kind in [0x0002_u16, 0x0003, 0x0102, 0x0200, 0x0704, 0x0900] {
        let [high, low] = kind.to_be_bytes();
        let expected = frame(0x8001, ID, 0, &[0x12, 0x34, high, low, 0]);
        assert_eq!(
            reply(&frame(kind, ID, 0x1234, &[])),
            Some(expected),
            "{kind:x}"
        );
    }
    let registered = frame(0x8100, ID, 0, b"\x12\x34\x00019990000001");
    assert_eq!(
        reply(&frame(0x0100, ID, 0x1234, &[0; 37])),
        Some(registered)
    );
    for kind in [0x0001, 0x0701, 0x0702] {
        assert_eq!(reply(&frame(kind, ID, 0x1234, &[0; 8])), None, "{kind:x}");
    }
    assert_eq!(reply(&frame(0x0109, ID, 1, &[])), None, "no clock, no time");
    let session = Session {
        replies: 9,
        ..Session::default()
    };
    let now = Envelope::of(&session).at("2026-11-24T01:02:03Z".parse().expect("a moment"));
    assert_eq!(
        encode::reply(&frame(0x0109, ID, 1, &[]), &now),
        Some(frame(0x8109, ID, 9, &[0x07, 0xea, 11, 24, 1, 2, 3, 0]))
    );
    assert_eq!(
        encode::reply(b"(199900000001,1,001,BASE,2,TIME)", &now).as_deref(),
        Some(&b"(199900000001,1,001,BASE,2,20261124010203)"[..])
    );
}

#[test]
fn other_messages() {
    let battery = read_as(
        None,
        &frame(0x0210, ID, 7, &[79, 0x24, 1, 0x31, 0x16, 9, 0x10]),
    );
    let at = battery.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2024-01-31T08:09:10+00:00"));
    assert_eq!(battery.battery_pct, Some(79));
    let card = read_as(
        None,
        &frame(0x0702, ID, 7, &[1, 0x24, 1, 0x31, 0x16, 9, 0x10, 0]),
    );
    assert_eq!(card.device_time, battery.device_time);
    let beat = read_as(None, &frame(0x0002, ID, 7, &[64, 20, 0]));
    assert_eq!((beat.battery_pct, beat.is_alarm), (Some(64), false));
    let answer = [&[0, 7], &location(1, 2, &[])[..]].concat();
    assert!(read_as(None, &frame(0x0201, ID, 7, &answer)).is_alarm);
    let report = location(1, 2, &[]);
    let length = u8::try_from(report.len()).expect("short");
    let batch = [&[length], &report[..], &[length], &report].concat();
    assert_eq!(
        read_as(None, &frame(0x0210, ID, 7, &batch)).records.len(),
        2
    );
}

#[test]
fn what_vendors_carry_through() {
    let time = [0x24, 1, 0x31, 0x16, 9, 0x10];
    let read = |parts: &[&[u8]]| read_as(None, &frame(0x0900, ID, 7, &parts.concat()));
    for (code, alarm) in [
        (0x01, Alarm::PowerRestored),
        (0x02, Alarm::PowerCut),
        (0x25, Alarm::Overspeed),
        (0x26, Alarm::Collision),
        (0x31, Alarm::Door),
    ] {
        let event = read(&[&[0xf0], &time, &[0, 0, 3, 1, code, 0]]);
        assert_eq!(event.alarms, [alarm], "{code:x}");
    }
    let stored = read(&[&[0xf0], &time, &[1, 0, 0x15, 0, 0, 0, 56]]);
    assert_eq!(
        (stored.recency, stored.alarms),
        (Recency::Stored, vec![Alarm::Collision])
    );
    let place = [
        31_250_000_i32.to_be_bytes(),
        (-121_500_000_i32).to_be_bytes(),
    ]
    .concat();
    let event = read(&[&[0xff], &time, &place, &[0; 6]]);
    let fix = event.fix.expect("a fix");
    assert_eq!(
        (fix.at.lat(), fix.at.lon(), fix.valid),
        (31.25, -121.5, true)
    );
    let beacons = read(&[&[0x53], &location(0, 2, &[])[4..], &[0]]);
    assert!(beacons.fix.is_some_and(|fix| fix.valid));
    assert_eq!(
        read(&[&[0xf3, 0, 6, 0, 6], &time]).device_time,
        beacons.device_time
    );
    assert_eq!(read(&[&[0x41], b"text"]).device_time, None);
}

#[test]
fn messages_of_locks() {
    let message = |kind: u16, product, word: u16| {
        let body = [
            &[0x31, 0x01, 0x24, 0x08, 0x09, 0x10][..],
            &[0x31, 0x15, 0, 0, 0x12, 0x13, 0, 0, 0x07],
            &[
                0, 0, 20, 5, 0, 0, 0, 1, 70, 0, 0, 0x11, 0x22, 0, 0x33, product, 0, 0,
            ],
            &word.to_be_bytes(),
        ];
        let body = body.concat();
        let [high, low] = kind.to_be_bytes();
        let length = u8::try_from(body.len()).expect("short");
        let message = [&[high, low, 0x80, length], &ID[..], &[7], &body].concat();
        super::frame::wrap(&message)
    };
    let event = read_as(None, &message(0x5501, 3, 0));
    let fix = event.fix.expect("a fix");
    assert_eq!(
        (fix.at.lat(), fix.at.lon(), fix.valid),
        (31.25, 121.5, true)
    );
    assert_eq!(
        (event.battery_pct, event.recency),
        (Some(70), Recency::Live)
    );
    let old = read_as(None, &message(0x5502, 3, 0));
    assert!(old.fix.is_some_and(|fix| !fix.valid) && old.recency == Recency::Stored);
    for (product, bit, alarm) in [
        (1, 0, Alarm::LowBattery),
        (3, 0, Alarm::Overspeed),
        (3, 1, Alarm::LowBattery),
        (3, 2, Alarm::Vibration),
        (3, 3, Alarm::LowBattery),
        (3, 5, Alarm::GeofenceEnter),
        (3, 6, Alarm::GeofenceExit),
    ] {
        let event = read_as(None, &message(0x5501, product, 1 << bit));
        assert_eq!(event.alarms, [alarm], "{product} {bit}");
    }
    // The answer repeats the type and has a serial of one byte.
    let reply = encode::reply(&message(0x5502, 3, 0), &Envelope::default());
    let answer = [&[0x44, 0x01, 0, 3], &ID[..], &[1, 0x55, 0x02, 0]].concat();
    assert_eq!(reply, Some(super::frame::wrap(&answer)));
}

#[test]
fn a_doubtful_frame_is_read_and_names_nobody_until_somebody_is_known() {
    let mut bytes = frame(0x0200, ID, 7, &location(1, 2, &[]));
    let sum = bytes.len() - 2;
    bytes[sum] ^= 1;
    let event = decode(&bytes, &Envelope::default()).expect("a frame");
    assert_eq!((event.device_uid.is_named(), event.is_alarm), (false, true));
    let session = Session {
        uid: Some(report(0, &[]).device_uid),
        ..Session::default()
    };
    let event = decode(&bytes, &Envelope::of(&session)).expect("a frame");
    assert_eq!(event.device_uid.as_str(), "19990000001");
    // The later parts of a message have no head of their own to read.
    let later = [
        &[0x02, 0x00, 0x20, 28],
        &ID[..],
        &[0, 7, 0, 2, 0, 2],
        &location(1, 2, &[]),
    ]
    .concat();
    let event = decode(&super::frame::wrap(&later), &Envelope::default()).expect("a frame");
    assert_eq!((event.is_alarm, event.fix), (false, None));
}
