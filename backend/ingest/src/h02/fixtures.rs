//! Invented frames of real shape and what they mean; every alarm bit, all synthetic.

use domain::devices::{Alarm, DeviceEvent, Reading};

use super::decode::decode;
use super::encode::{self, ID, binary, frame, position};
use crate::protocol::Envelope;

fn read(content: &str) -> DeviceEvent {
    decode(&frame(ID, content), &Envelope::default()).expect("a frame")
}

fn place(event: &DeviceEvent) -> Option<(f64, f64, bool)> {
    event.fix.map(|fix| (fix.at.lat(), fix.at.lon(), fix.valid))
}

#[test]
fn every_bit_is_active_low_and_all_are_reported() {
    use Alarm::*;
    let table = [
        (0, Vibration),
        (1, Sos),
        (2, Overspeed),
        (18, Sos),
        (19, PowerCut),
    ];
    for bit in 0..32 {
        let expected = table.iter().find(|row| row.0 == bit).map(|row| row.1);
        let status = !(1_u32 << bit);
        let text = read(&position("V1", status));
        let bytes = decode(&binary(status), &Envelope::default()).expect("a frame");
        for event in [text, bytes] {
            assert_eq!(event.alarms.first().copied(), expected, "bit {bit}");
            assert_eq!(event.is_alarm, expected == Some(Sos), "bit {bit}");
        }
    }
    let all = read(&position("V1", 0)).alarms;
    assert_eq!(all, [Sos, PowerCut, Vibration, Overspeed]);
}

#[test]
fn a_clock_that_counts_past_59_seconds() {
    let event = read("V1,080969,A,3115.0000,N,12130.0000,E,0,0,310124,FFFFFFFD");
    let at = event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2024-01-31T08:10:09+00:00"));
}

#[test]
fn a_binary_frame_that_lost_its_end_names_nobody_else() {
    let short = binary(0xffff_fbff);
    let long = [
        &[0x24, 0x88, 0x88, 0x00, 0x00, 0x00, 0x00, 0x01, 0x80][..],
        &short[6..],
    ]
    .concat();
    for (frame, uid) in [(short, ID), (long, "888800000000018")] {
        let padded = [&frame[..], &[0xff; 16]].concat();
        for length in [32, 42, 45] {
            let event = decode(&padded[..length], &Envelope::default()).expect("a frame");
            assert_eq!(event.device_uid.as_str(), uid, "{length}");
        }
    }
}

#[test]
fn positions_in_every_form() {
    let here = Some((31.25, 121.5, true));
    let event = read(&position("V1", u32::MAX));
    assert_eq!(place(&event), here);
    let at = event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2024-01-31T08:09:10+00:00"));
    let bytes = decode(&binary(u32::MAX), &Envelope::default()).expect("a frame");
    assert_eq!(
        (place(&bytes), bytes.device_time),
        (here, event.device_time)
    );
    assert_eq!(
        (bytes.battery_pct, bytes.device_uid.as_str()),
        (Some(81), ID)
    );
    for content in [
        "V1,080910,A,31150000,N,121300000,E,0,0,310124,FFFFFFFF",
        "V1,080910,A,-31-15.0000,N,-121-30.0000,E,0,0,310124,FFFFFFFF",
        "V2,080910,0,3115.00000,N,12130.00000,E,0.25,0,310124,FFFFFFFF,cc,28",
        "V1,080910,A,3115.0000,N,12130.0000,E,0,0,4,310124,FFFFFFFF,426,0",
        "V4,S23,192.0.2.7:8800,130305,080910,A,3115.0000,N,12130.0000,E,1,0,310124,FFFFFFFF",
    ] {
        let other = read(content);
        assert_eq!(
            (place(&other), other.device_time),
            (here, event.device_time),
            "{content}"
        );
        assert!(!other.is_alarm, "{content}");
    }
    let south = read("V1,080910,V,-31-15.0000,S,-121-30.0000,W,0,0,310124,FFFFFFFF");
    assert_eq!(place(&south), Some((-31.25, -121.5, false)));
}

#[test]
fn an_sos_indoors_is_no_less_an_alarm() {
    let event = read("V1,080910,V,0000.0000,N,00000.0000,E,0,0,310124,FFFBFFFF");
    assert_eq!(
        (event.alarms.as_slice(), event.is_alarm),
        (&[Alarm::Sos][..], true)
    );
    assert_eq!(place(&event), Some((0.0, 0.0, false)));
    let cells = read("NBR,080910,460,0,0,1,1111,2222,23,310124,FFFFFFFD,5");
    assert!(cells.is_alarm && cells.device_time == event.device_time);
    assert_eq!(cells.key, event.key, "the same SOS over cells");
}

#[test]
fn other_types() {
    assert_eq!(read("HTBT,90").battery_pct, Some(90));
    let link = read("LINK,080910,20,8,81,1200,0,310124,FFFFFBFF");
    assert_eq!(
        (link.battery_pct, link.readings[&Reading::Steps]),
        (Some(81), 1200.0)
    );
    let vp1 = read("VP1,A,3115.0000,N,12130.0000,E,0.62,0.0,310124");
    assert_eq!(place(&vp1), Some((31.25, 121.5, true)));
    // Words of eight digits elsewhere are no status.
    let cells = read("V1,080910,A,3115.0000,N,12130.0000,E,0,0,310124,,1,00000000");
    assert_eq!(cells.alarms, []);
    assert_eq!(read("").kind, "unknown");
}

#[test]
fn replies() {
    let now = Envelope::default().at("2026-11-24T01:02:03Z".parse().expect("a moment"));
    let text = |bytes: Option<Vec<u8>>| bytes.map(|bytes| String::from_utf8(bytes).expect("text"));
    let beat = encode::reply(&frame(ID, "HTBT,90"), &Envelope::default());
    assert_eq!(text(beat).as_deref(), Some("*HQ,9990000001,HTBT#"));
    for (content, expected) in [
        (
            position("V1", 0),
            Some("*HQ,9990000001,V4,V1,20261124010203#"),
        ),
        (position("V6", 0), Some("*HQ,9990000001,R12,010203#")),
        ("SMS,x".to_owned(), None),
    ] {
        let bytes = frame(ID, &content);
        assert_eq!(
            text(encode::reply(&bytes, &now)).as_deref(),
            expected,
            "{content}"
        );
        assert_eq!(
            encode::reply(&bytes, &Envelope::default()),
            None,
            "{content}"
        );
    }
    let expected = Some("*HQ,9990000001,R12,010203#");
    assert_eq!(text(encode::reply(&binary(0), &now)).as_deref(), expected);
}
