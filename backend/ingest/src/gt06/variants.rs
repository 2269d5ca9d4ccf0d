//! Invented packets of the models that write them in their own way. All are synthetic.

use domain::devices::{Alarm, DeviceEvent, Reading, Recency};

use super::decode::{claimed_uid, decode};
use super::encode::{CELL, HERE, frame};
use crate::protocol::{Envelope, Session};

/// The same cell with four bytes of id.
const WIDE: [u8; 9] = [0x01, 0xcc, 0x00, 0x11, 0x22, 0x00, 0x00, 0x33, 0x44];
/// The same with four bytes of area and eight of id.
const LONG: [u8; 15] = [
    0x01, 0xcc, 0, 0, 0, 0x11, 0x22, 0, 0, 0, 0, 0, 0, 0x33, 0x44,
];
/// An IMEI whose check digit is right, packed.
const IMEI: [u8; 8] = [0x08, 0x88, 0x80, 0, 0, 0, 0, 0x18];

fn read_as(model: &str, extended: bool, kind: u8, body: &[&[u8]]) -> DeviceEvent {
    let session = Session {
        model: Some(model.to_owned()),
        ..Session::default()
    };
    let bytes = frame(extended, kind, &body.concat(), 7);
    decode(&bytes, &Envelope::of(&session)).expect("a frame")
}

fn read(kind: u8, body: &[&[u8]]) -> DeviceEvent {
    read_as("", false, kind, body)
}

fn is_here(event: &DeviceEvent) -> bool {
    let fix = event.fix.expect("a place");
    (fix.at.lat(), fix.at.lon(), fix.valid) == (31.25, 121.5, true)
}

#[test]
fn alarm_packets_of_every_layout() {
    // Information 0x46 (charging), level 5, signal, SOS, language.
    let status: &[u8] = &[0x46, 5, 4, 1, 2];
    let short: &[&[u8]] = &[&HERE, &[8], &CELL, status];
    let rows: [(u8, &[&[u8]]); 7] = [
        (0x16, short),
        (0x16, &[&HERE, &[9], &WIDE, status]),
        (0x26, &[&HERE, &[9], &CELL, status]),
        (0x27, &[&HERE, &[9], &CELL, status, &[0xff]]),
        (0x32, &[&HERE, &[10], &WIDE[..3], &[0], &WIDE[3..], status]),
        (0xa3, &[&HERE, &[9], &CELL, status, &[0xff]]),
        (0xa4, &[&HERE, &[16], &LONG, status, &[0xff]]),
    ];
    for (kind, body) in rows {
        let event = read(kind, body);
        assert_eq!(event.alarms, [Alarm::Sos], "{kind:x}");
        assert_eq!(
            (event.battery_pct, event.charging),
            (Some(83), Some(true)),
            "{kind:x}"
        );
        assert!(event.is_alarm && is_here(&event), "{kind:x}");
    }
    let over_cells = read(0xa5, &[&LONG, status]);
    assert_eq!(
        (over_cells.alarms.as_slice(), over_cells.fix),
        (&[Alarm::Sos][..], None)
    );
    assert_eq!(over_cells.battery_pct, Some(83));
}

#[test]
fn an_sos_that_knows_only_its_cell() {
    for (status, code) in [(0x20_u8, 0_u8), (0, 1), (0x20, 1)] {
        let event = read(0x19, &[&CELL, &[status, 3, 4, code, 2]]);
        assert_eq!(event.alarms, [Alarm::Sos], "{status:x} {code:x}");
        assert_eq!((event.battery_pct, event.is_alarm), (Some(50), true));
        assert_eq!((event.fix, event.device_time), (None, None));
    }
    // The longer one is a scan.
    assert!(!read(0x19, &[&[4 << 3; 18]]).is_alarm);
}

#[test]
fn alarm_packets_without_a_cell() {
    let status: &[u8] = &[0x46, 5, 4, 1, 2];
    let blanks: [&[u8]; 3] = [&[], &[0; 8], &[0; 45]];
    for blank in blanks {
        let event = read(0x16, &[&HERE, &[0], blank, status]);
        assert_eq!(event.alarms, [Alarm::Sos], "{}", blank.len());
        assert_eq!(event.battery_pct, Some(83), "{}", blank.len());
    }
    // The list may begin with a cell of its own.
    let list = [&[4][..], &[0; 44]].concat();
    let event = read(0x16, &[&HERE, &[0], &list, status]);
    assert_eq!(
        (event.alarms.as_slice(), event.battery_pct),
        (&[Alarm::Sos][..], Some(83))
    );
    // A status of zeros is no cell, and no alarm is read out of what follows it.
    let event = read(0x16, &[&HERE, &[0], &[0; 5]]);
    assert_eq!(
        (event.alarms.as_slice(), event.battery_pct),
        (&[][..], Some(0))
    );
}

#[test]
fn clocks_of_scans_and_batteries() {
    let at = "2024-01-31T08:09:10Z".parse().ok();
    for time in [&HERE[..6], &[0x24, 0x01, 0x31, 0x08, 0x09, 0x10]] {
        assert_eq!(read(0xf3, &[time, &[0; 9]]).device_time, at, "{time:?}");
    }
    let seconds: &[u8] = &[0x65, 0xb9, 0xfe, 0x76];
    let battery = read(0x40, &[&[0; 8], seconds, &[0; 12]]);
    assert!(battery.device_time.is_some());
}

#[test]
fn a_length_that_lies_is_answered_with_the_serial_before_the_checksum() {
    let mut alarm = frame(
        false,
        0x16,
        &[&HERE[..], &[9], &CELL, &[0x46, 5, 4, 1, 2]].concat(),
        7,
    );
    alarm[2] += 2;
    let answer = super::encode::reply(&alarm, &Envelope::default());
    assert_eq!(answer, Some(frame(false, 0x16, &[], 7)));
}

#[test]
fn alarm_packets_with_supply_voltage() {
    let tail = [&[0x46, 0x04, 0xb0, 5, 4, 0x23, 2][..], &[0; 18]].concat();
    let event = read(0xa2, &[&HERE, &LONG, &[1], &tail]);
    assert_eq!(
        (event.alarms.as_slice(), event.battery_pct),
        (&[Alarm::Fall][..], Some(83))
    );
    // 7 in the information is overspeed where the code byte is none.
    let event = read(0x16, &[&HERE, &CELL, &[7 << 3, 5, 4, 1, 2]]);
    assert_eq!(event.alarms, [Alarm::Overspeed]);
    let event = read(0x12, &[&HERE, &CELL, &[4 << 3, 0x04, 0xb0, 4, 0]]);
    assert_eq!(
        (event.alarms.as_slice(), event.is_alarm),
        (&[Alarm::Sos][..], true)
    );
    let s5: &[u8] = &[0x40, 0x04, 0xb0, 4, 1, 0, 0, 0x85, 0, 0, 0, 0];
    let event = read(0x12, &[&HERE, &CELL, s5]);
    assert_eq!(event.alarms, [Alarm::Sos]);
    assert_eq!(event.readings[&Reading::Temperature], -5.0);
}

#[test]
fn positions_of_every_layout() {
    for (kind, body) in [
        (0x10_u8, &[&HERE[..]][..]),
        (0x11, &[&HERE]),
        (0x1e, &[&HERE, &[0; 40]]),
        (0x2d, &[&HERE, &CELL, &[1, 0, 0]]),
        (0x31, &[&HERE, &WIDE, &[0, 1, 0, 0, 0, 0, 0, 0, 0, 0]]),
        (0x34, &[&[0; 4], &HERE, &[0; 20]]),
        (0x37, &[&HERE, &CELL, &[0, 0, 0]]),
        (0xa0, &[&HERE, &LONG, &[0, 0, 0]]),
    ] {
        let event = read(kind, body);
        assert!(is_here(&event) && !event.is_alarm, "{kind:x}");
        assert_eq!(event.recency, Recency::Live, "{kind:x}");
    }
    let battery: &[u8] = &[0, 0, 1, 0, 0, 0, 9, 5, 0x1e, 41, 0, 0];
    let event = read_as("VL103", false, 0x36, &[&HERE, &WIDE, battery]);
    assert_eq!((event.recency, is_here(&event)), (Recency::Stored, true));
    assert_eq!(event.readings[&Reading::BatteryVolts], 4.1);
    let event = read_as("", true, 0x38, &[&HERE, &[0; 20]]);
    assert!(is_here(&event));
    for kind in [0x18, 0x24, 0x28, 0x2c, 0x2e, 0x33, 0xa1] {
        let event = read(kind, &[&HERE[..6], &CELL, &[0; 30]]);
        assert!(
            event.device_time.is_some() && event.fix.is_none(),
            "{kind:x}"
        );
    }
}

#[test]
fn an_imei_in_front_of_the_position_names_the_device() {
    let times = [&HERE[..6], &HERE[..6]].concat();
    for (kind, model, body) in [
        (0x12, "QH302R", [&IMEI, &HERE[..], &CELL].concat()),
        (
            0x22,
            "NT20",
            [&[1], &IMEI[..], &times, &HERE[6..], &CELL].concat(),
        ),
        (
            0x25,
            "",
            [&[1], &IMEI[..], &times, &HERE[6..], &CELL].concat(),
        ),
    ] {
        let event = read_as(model, false, kind, &[&body]);
        assert_eq!(event.device_uid.as_str(), "888800000000018", "{kind:x}");
        assert!(is_here(&event), "{kind:x}");
    }
    let position = frame(false, 0x12, &[&HERE[..], &CELL].concat(), 7);
    assert_eq!(claimed_uid(&position), None);
}

#[test]
fn heartbeats_of_every_model() {
    let sos_bits = 4 << 3 | 4;
    for (model, body, battery) in [
        ("", &[sos_bits, 6, 4, 0, 2][..], Some(100)),
        ("LW4G-4B", &[sos_bits, 6, 4, 0xf0, 0x83], Some(100)),
        ("SEEWORLD", &[sos_bits, 6, 4, 12, 1], Some(100)),
        ("R11", &[sos_bits, 0x0b, 0x12, 4, 0], None),
        // Signals instead of a level, and a percentage behind them.
        (
            "",
            &[sos_bits, 0, 0, 0, 2, 64, 4, 0, 0, 0, 0, 0, 0, 0],
            Some(64),
        ),
    ] {
        let event = read_as(model, false, 0x13, &[body]);
        assert_eq!(event.alarms, [Alarm::Sos], "{model}");
        assert_eq!(
            (event.battery_pct, event.charging),
            (battery, Some(true)),
            "{model}"
        );
    }
    let modules: &[u8] = &[0, 0x18, 2, 0x01, 0x92, 0, 0x6a, 1, 95];
    let event = read(0x36, &[&[0, 5, 4, 0, 2], modules]);
    assert_eq!(event.battery_pct, Some(95));
    assert_eq!(event.readings[&Reading::BatteryVolts], 4.02);
    let badge: &[u8] = &[
        0, 0, 0, 5, 50, 30, 2, 0, 0, 0, 0, 2, 0x58, 79, 0, 1, 0, 6, 0, 0,
    ];
    let event = read(0xa3, &[badge]);
    assert_eq!(
        (event.readings[&Reading::Steps], event.battery_pct),
        (600.0, Some(79))
    );
    let status = read(0xa3, &[&[0x46, 0, 1, 6, 0x64, 0x0c, 1]]);
    assert_eq!(
        (status.alarms.as_slice(), status.recency),
        (&[Alarm::Overspeed][..], Recency::Stored)
    );
}

#[test]
fn events_of_cameras_and_of_az735() {
    let bare = [&HERE[..6], &HERE[7..15], &HERE[16..]].concat();
    let marked = [&[0xff, 0xff, 1], &HERE[..15], &HERE[16..], &[0, 47, 0, 135]].concat();
    for (code, alarm) in [
        (0x01, Some(Alarm::Sos)),
        (0x0e, Some(Alarm::LowBattery)),
        (0x76, Some(Alarm::Temperature)),
        (0x80, Some(Alarm::Vibration)),
        (0x87, Some(Alarm::Overspeed)),
        (0x88, Some(Alarm::PowerCut)),
        (0x93, Some(Alarm::Collision)),
        (0x90, None),
    ] {
        for body in [&bare, &marked] {
            let event = read(0x95, &[body, &[code]]);
            assert_eq!(event.alarms.first().copied(), alarm, "{code:x}");
            assert!(is_here(&event), "{code:x}");
        }
    }
    let short = read(0x95, &[&HERE[..6], &[1]]);
    assert_eq!(short.alarms, [Alarm::Unspecified]);
    for (status, alarm) in [
        (0xa2, Some(Alarm::LowBattery)),
        (0xa3, Some(Alarm::LowBattery)),
        (0xa4, Some(Alarm::Unspecified)),
        (0xa5, Some(Alarm::Door)),
        (0xa0, None),
    ] {
        let body: &[&[u8]] = &[
            &HERE[..6],
            &[12],
            &HERE[6..],
            &[9],
            &CELL,
            &[4, 0, 0, status, 0],
        ];
        let event = read_as("", true, 0x33, body);
        assert_eq!(event.alarms.first().copied(), alarm, "{status:x}");
        assert!(is_here(&event));
        let dark = read_as("", true, 0x33, &[&HERE[..6], &[0, 0, 0, 0, status, 0]]);
        assert_eq!((dark.alarms, dark.fix), (event.alarms, None));
    }
}

#[test]
fn modules_in_any_order() {
    for (code, alarm) in [
        (0x11, Alarm::LowBattery),
        (0x12, Alarm::LowBattery),
        (0x13, Alarm::PowerCut),
        (0x14, Alarm::Removed),
    ] {
        let place = [
            &[0, 0x33, 0, 18, 0x65, 0xb9, 0xfe, 0x76, 9, 0, 4],
            &HERE[7..],
        ]
        .concat();
        let event = read_as("", true, 0x70, &[&[0, 0x2b, 0, 1, code], &place]);
        assert_eq!(
            (event.alarms.as_slice(), is_here(&event)),
            (&[alarm][..], true)
        );
    }
    let bare = read_as("", true, 0x70, &[&[0, 0x2c, 0, 4, 0x65, 0xb9, 0xfe, 0x76]]);
    assert!(bare.device_time.is_some());
    for kind in [0xf1, 0xf2] {
        let event = read_as("", true, kind, &[&[0x65, 0xb9, 0xfe, 0x76]]);
        assert_eq!(event.device_time, bare.device_time);
    }
}
