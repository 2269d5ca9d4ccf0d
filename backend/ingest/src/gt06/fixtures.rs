//! Invented frames of real shape and what they mean. All are synthetic: no recorded frame holds a
//! fall, and every alarm code is tried here.

use domain::devices::{Alarm, DeviceEvent, DeviceUid, Recency};

use super::decode::{decode, learn};
use super::encode::{self, CELL, HERE, frame};
use crate::protocol::{Envelope, Session};

const SERIAL: u16 = 0x1234;

fn read(bytes: &[u8]) -> DeviceEvent {
    decode(bytes, &Envelope::default()).expect("a frame")
}

fn alarm_packet(kind: u8, status: u8, alarm: u8) -> DeviceEvent {
    let body = [&HERE[..], &[9], &CELL, &[status, 3, 4, alarm, 2]].concat();
    read(&frame(false, kind, &body, SERIAL))
}

fn place(event: &DeviceEvent) -> Option<(f64, f64, bool)> {
    event.fix.map(|fix| (fix.at.lat(), fix.at.lon(), fix.valid))
}

#[test]
fn every_alarm_code_in_every_alarm_packet() {
    use Alarm::*;
    let table = [
        (0x01, Sos),
        (0x02, PowerCut),
        (0x03, Vibration),
        (0x04, GeofenceEnter),
        (0x05, GeofenceExit),
        (0x06, Overspeed),
        (0x09, Vibration),
        (0x0c, Tampering),
        (0x0e, LowBattery),
        (0x0f, LowBattery),
        (0x11, PowerOff),
        (0x13, Tampering),
        (0x14, Door),
        (0x18, Removed),
        (0x19, LowBattery),
        (0x23, Fall),
        (0x25, Tampering),
        (0x2c, Collision),
        (0x32, Tampering),
        (0xf2, Collision),
    ];
    for kind in [0x16, 0x26, 0x27] {
        for code in 0..=0xff {
            let expected = table.iter().find(|row| row.0 == code).map(|row| row.1);
            let event = alarm_packet(kind, 0x40, code);
            assert_eq!(event.alarms.first().copied(), expected, "{kind:x} {code:x}");
            assert_eq!(event.is_alarm, expected.is_some(), "{kind:x} {code:x}");
            assert_eq!(place(&event), Some((31.25, 121.5, true)));
            assert_eq!(event.battery_pct, Some(50));
        }
    }
}

#[test]
fn an_alarm_in_the_terminal_information_is_never_hidden_by_the_code() {
    let event = alarm_packet(0x16, 4 << 3, 0x0e);
    assert_eq!(event.alarms, [Alarm::Sos, Alarm::LowBattery]);
    let terminal = [
        (1, Alarm::Vibration),
        (2, Alarm::PowerCut),
        (3, Alarm::LowBattery),
        (4, Alarm::Sos),
        (6, Alarm::Geofence),
        (7, Alarm::Removed),
    ];
    for (bits, alarm) in terminal {
        assert_eq!(alarm_packet(0x26, bits << 3, 0).alarms, [alarm]);
    }
}

#[test]
fn an_sos_indoors_has_zeros_and_is_no_less_an_alarm() {
    let mut body = [&HERE[..], &[9], &CELL, &[0x40, 6, 4, 1, 2]].concat();
    body[7..18].fill(0);
    let event = read(&frame(false, 0x16, &body, SERIAL));
    assert_eq!(event.alarms, [Alarm::Sos]);
    assert_eq!(place(&event), Some((0.0, 0.0, false)));
}

#[test]
fn a_heartbeat_reports_states_and_alarms_only_for_a_life() {
    let beat = |status, code| read(&frame(false, 0x13, &[status, 4, 4, code, 2], SERIAL));
    let low = beat(3 << 3 | 4, 0);
    assert_eq!(
        (low.alarms.as_slice(), low.is_alarm),
        (&[Alarm::LowBattery][..], false)
    );
    assert_eq!((low.charging, low.battery_pct), (Some(true), Some(66)));
    let sos = beat(4 << 3, 0);
    assert!(sos.is_alarm);
    // Without a clock kind and reasons are the key, whatever the serial and the battery.
    let again = read(&frame(false, 0x13, &[4 << 3, 2, 1, 0, 2], SERIAL + 1));
    assert_eq!(sos.key, again.key);
}

#[test]
fn south_and_west_stand_in_the_flags() {
    let mut body = HERE;
    body[16] = 0x18;
    let event = read(&frame(false, 0x10, &body, SERIAL));
    assert_eq!(place(&event), Some((-31.25, -121.5, true)));
}

#[test]
fn a_stored_packet_is_history_and_keeps_its_key() {
    let with = |mark| {
        let body = [&HERE[..], &CELL, &[1, 5, mark]].concat();
        read(&frame(false, 0x22, &body, SERIAL))
    };
    assert_eq!(with(1).recency, Recency::Stored);
    assert_eq!(with(0).recency, Recency::Live);
    let (first, again) = (alarm_packet(0x26, 0, 0x23), alarm_packet(0x16, 0, 0x23));
    assert_eq!(first.key, again.key, "the same fall in another packet");
}

#[test]
fn a_login_names_the_device_and_may_state_its_zone() {
    let imei = [0x08, 0x88, 0x80, 0x00, 0x00, 0x00, 0x00, 0x18];
    let login = frame(
        false,
        0x01,
        &[&imei[..], &[0x20, 0x07, 0x32, 0x05]].concat(),
        SERIAL,
    );
    assert_eq!(read(&login).device_uid.as_str(), "888800000000018");
    let mut session = Session::default();
    learn(&login, &mut session);
    assert_eq!(session.zone_s, Some(8 * 3600));
    session.uid = DeviceUid::parse("888800000000018");
    let position = frame(false, 0x10, &HERE, SERIAL);
    let event = decode(&position, &Envelope::of(&session)).expect("a frame");
    assert_eq!(event.device_uid.as_str(), "888800000000018");
    let at = event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2024-01-31T00:09:10+00:00"));
    assert!(!read(&position).device_uid.is_named());
}

#[test]
fn a_login_with_a_flipped_bit_never_names_another_device() {
    let imei = [0x08, 0x88, 0x80, 0x00, 0x00, 0x00, 0x00, 0x18];
    let right = frame(false, 0x01, &imei, SERIAL);
    let uid = read(&right).device_uid;
    for bit in 0..right.len() * 8 {
        let mut flipped = right.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(event) = decode(&flipped, &Envelope::default()) {
            assert!(
                event.device_uid == uid || !event.device_uid.is_named(),
                "bit {bit}: {}",
                event.device_uid
            );
        }
    }
}

#[test]
fn replies_repeat_type_and_serial() {
    let reply = |bytes: &[u8]| encode::reply(bytes, &Envelope::default());
    for kind in [0x01, 0x13, 0x16, 0x23, 0x26, 0x27, 0x12, 0x22, 0x95] {
        let request = frame(false, kind, &[0; 18], SERIAL);
        assert_eq!(
            reply(&request),
            Some(frame(false, kind, &[], SERIAL)),
            "{kind:x}"
        );
    }
    assert_eq!(
        reply(&frame(false, 0x8a, &[], SERIAL)),
        None,
        "no clock, no time"
    );
    let now = Envelope::default().at("2026-11-24T01:02:03Z".parse().expect("a moment"));
    assert_eq!(
        encode::reply(&frame(false, 0x8a, &[], SERIAL), &now),
        Some(frame(false, 0x8a, &[26, 11, 24, 1, 2, 3], SERIAL))
    );
    assert_eq!(reply(&frame(false, 0x80, b"\x04\0\0\0\0", SERIAL)), None);
    assert_eq!(reply(&frame(true, 0x94, &[0, 1, 2], SERIAL)), None);
}
