//! Invented frames of real shape and what they mean; every alarm bit, all synthetic.

use domain::devices::{Alarm, DeviceEvent};

use super::decode::decode;
use super::encode::{self, AT, ID, body, exact_place, frame, place, report};
use crate::protocol::Envelope;

fn read(reports: &[Vec<u8>]) -> DeviceEvent {
    decode(&frame(0x14, 7, &ID, &body(reports)), &Envelope::default()).expect("a frame")
}

fn alarm(at: u32, word: u32) -> Vec<u8> {
    report(at, 1, &word.to_be_bytes())
}

fn at_place(event: &DeviceEvent) -> Option<(f64, f64, bool)> {
    event.fix.map(|fix| (fix.at.lat(), fix.at.lon(), fix.valid))
}

#[test]
fn every_alarm_bit_alone_and_all_at_once() {
    use Alarm::*;
    let table = [(0, Sos), (1, Removed), (15, Fall)];
    for bit in 0..32 {
        let expected = table.iter().find(|row| row.0 == bit).map(|row| row.1);
        let event = read(&[alarm(AT, 1 << bit)]);
        assert_eq!(event.alarms.first().copied(), expected, "bit {bit}");
        assert_eq!(event.is_alarm, expected.is_some(), "bit {bit}");
    }
    assert_eq!(read(&[alarm(AT, u32::MAX)]).alarms, [Sos, Fall, Removed]);
}

#[test]
fn a_report_has_time_battery_and_place_in_every_form() {
    let forms = [
        [&[0x01][..], &place()].concat(),
        [&[0x23][..], &place(), &[1, 0, 0, 0, 0, 0, 0, 9], &[0; 4]].concat(),
        [&[0x44][..], &[1], &[0; 13], &[9], &exact_place()].concat(),
        [&[0x80, 0, 22, 0x47, 0, 19][..], &exact_place(), &[1, 9, 0]].concat(),
    ];
    for form in &forms {
        let event = read(&[report(AT, 2, form)]);
        assert_eq!(at_place(&event), Some((31.25, 121.5, true)), "{form:x?}");
        assert_eq!(event.device_time.map(|at| at.timestamp()), Some(AT.into()));
        assert_eq!((event.battery_pct, event.charging), (Some(81), Some(true)));
        assert_eq!(event.device_uid.as_str(), "888800000000018");
        assert!(event.records.is_empty());
    }
    let networks = read(&[report(AT, 2, &[0x02, 1, 0, 0, 0, 0, 0, 9, 0xcd])]);
    assert_eq!(networks.fix, None);
}

#[test]
fn an_sos_indoors_has_zeros_or_no_place_and_is_no_less_an_alarm() {
    let zeros = [&1_u32.to_be_bytes()[..], &[0x01, 0], &[0; 8]].concat();
    let event = read(&[report(AT, 3, &zeros)]);
    assert_eq!(
        (event.alarms.as_slice(), at_place(&event)),
        (&[Alarm::Sos][..], Some((0.0, 0.0, false)))
    );
    let odd = [&1_u32.to_be_bytes()[..], &[0x40, 0], &[0xff; 16]].concat();
    assert!(read(&[report(AT, 3, &odd)]).is_alarm);
    assert_eq!(event.key, read(&[alarm(AT, 1)]).key);
}

#[test]
fn several_reports_keep_their_order_and_the_gravest_stands_for_the_frame() {
    let event = read(&[alarm(AT, 2), alarm(AT + 5, 1 << 15), report(AT + 9, 0, &[])]);
    assert_eq!(event.alarms, [Alarm::Fall, Alarm::Removed]);
    assert_eq!(
        event.device_time.map(|at| at.timestamp()),
        Some(i64::from(AT) + 5)
    );
    let alarms: Vec<_> = event.records.iter().map(|record| record.is_alarm).collect();
    assert_eq!(alarms, [true, true, false]);
}

#[test]
fn marks_and_escapes_inside_are_undone() {
    let serial = 0xfaaf;
    let bytes = frame(0x14, serial, &ID, &body(&[alarm(0xfbbf_faaf, 1)]));
    assert_eq!(
        bytes.windows(2).filter(|pair| pair == b"\xfa\xaf").count(),
        2
    );
    let event = decode(&bytes, &Envelope::default()).expect("a frame");
    assert_eq!(
        event.device_time.map(|at| at.timestamp()),
        Some(0xfbbf_faaf)
    );
    let answer = encode::reply(&bytes, &Envelope::default());
    assert_eq!(answer, Some(frame(0x14, serial, &ID, &[1])));
}

#[test]
fn a_wrong_checksum_is_read_and_names_nobody() {
    let mut bytes = frame(0x14, 7, &ID, &body(&[alarm(AT, 1)]));
    bytes[16] ^= 1;
    let event = decode(&bytes, &Envelope::default()).expect("a frame");
    assert_eq!((event.device_uid.is_named(), event.is_alarm), (false, true));
}

#[test]
fn reports_are_answered_as_devices_expect() {
    let request = frame(0x14, 4, &ID, &body(&[alarm(AT, 1)]));
    let answer = [
        &[0xfa, 0xaf, 0, 0x14, 0, 4][..],
        &ID,
        &[0, 1, 0xff, 0xfe, 1, 0xfa, 0xaf],
    ];
    assert_eq!(
        encode::reply(&request, &Envelope::default()),
        Some(answer.concat())
    );
    assert_eq!(
        encode::reply(&frame(0x07, 4, &ID, b"OK"), &Envelope::default()),
        None
    );
}
