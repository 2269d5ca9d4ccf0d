//! Invented frames of real shape and what they mean; every alarm code, all synthetic.

use domain::devices::{Alarm, DeviceEvent, Reading, Recency};

use super::decode::decode;
use super::encode::{self, AT, ID, frame, here, tag, tracker};
use crate::protocol::{Envelope, Session};

const SERIAL: u16 = 0x1234;

fn read(mark: u16, kind: u8, content: &[u8]) -> DeviceEvent {
    decode(
        &frame(mark, kind, SERIAL, &ID, content),
        &Envelope::default(),
    )
    .expect("a frame")
}

fn place(event: &DeviceEvent) -> Option<(f64, f64, bool)> {
    event.fix.map(|fix| (fix.at.lat(), fix.at.lon(), fix.valid))
}

#[test]
fn every_alarm_code_of_tags() {
    use Alarm::*;
    let table = [
        (1, Removed),
        (2, Tampering),
        (3, Sos),
        (4, Removed),
        (5, Fall),
        (6, LowBattery),
        (8, Temperature),
        (9, Vibration),
        (14, GeofenceEnter),
        (15, GeofenceExit),
        (16, Movement),
        (30, Temperature),
        (33, Temperature),
        (37, Temperature),
    ];
    for code in 0..=0xff {
        let expected = table.iter().find(|row| row.0 == code).map(|row| row.1);
        let wireless = [&[0x20, code][..], &AT, &[9; 27], &[0; 5], &[0x81]].concat();
        for event in [
            read(0x2727, 0x04, &tag(0x49, code)),
            read(0x2727, 0x25, &wireless),
        ] {
            assert_eq!(event.alarms.first().copied(), expected, "{code}");
            assert_eq!(event.is_alarm, expected.is_some(), "{code}");
            assert_eq!(event.battery_pct, Some(81));
        }
    }
}

#[test]
fn every_alarm_code_of_trackers() {
    use Alarm::*;
    let table = [
        (1, PowerCut),
        (2, LowBattery),
        (3, Sos),
        (4, Overspeed),
        (5, GeofenceEnter),
        (6, GeofenceExit),
        (7, Movement),
        (8, Vibration),
        (10, Vibration),
        (23, PowerRestored),
        (24, LowBattery),
    ];
    for (mark, kind) in [
        (0x2323, 0x04),
        (0x2525, 0x04),
        (0x2525, 0x14),
        (0x2626, 0x04),
    ] {
        for code in 0..=0xff {
            let expected = table.iter().find(|row| row.0 == code).map(|row| row.1);
            let event = read(mark, kind, &tracker(mark, kind, 0x49, code));
            assert_eq!(event.alarms.first().copied(), expected, "{mark:x} {code}");
            let is_news = expected == Some(PowerRestored);
            assert_eq!(event.is_alarm, expected.is_some() && !is_news);
            assert_eq!(place(&event), Some((31.25, 121.5, true)));
            assert_eq!(event.battery_pct, Some(81));
        }
    }
}

#[test]
fn a_tag_says_where_it_is_and_what_was_stored() {
    let event = read(0x2727, 0x02, &tag(0x49, 0));
    assert_eq!(event.device_uid.as_str(), "888800000000018");
    let at = event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2024-01-31T08:09:10+00:00"));
    assert_eq!(place(&event), Some((31.25, 121.5, true)));
    assert_eq!(event.readings[&Reading::BatteryVolts], 3.9);
    let (live, stored) = (
        read(0x2727, 0x04, &tag(0x49, 5)),
        read(0x2727, 0x04, &tag(0xc9, 5)),
    );
    assert_eq!(
        (live.recency, stored.recency),
        (Recency::Live, Recency::Stored)
    );
    assert_eq!(live.key, stored.key, "the same fall");
    let mut full = tag(0x49, 0);
    full[29] = 0;
    assert_eq!(read(0x2727, 0x02, &full).battery_pct, Some(100));
}

#[test]
fn an_sos_indoors_has_cells_or_zeros_and_is_no_less_an_alarm() {
    let event = read(0x2727, 0x04, &tag(0x09, 3));
    assert_eq!(
        (event.alarms.as_slice(), event.fix),
        (&[Alarm::Sos][..], None)
    );
    let mut zeros = tag(0x49, 3);
    zeros[12..20].fill(0);
    let event = read(0x2727, 0x04, &zeros);
    assert_eq!(place(&event), Some((0.0, 0.0, false)));
    assert!(event.is_alarm);
    // Cut short behind the alarm byte it is an alarm all the same.
    assert!(read(0x2727, 0x04, &tag(0x49, 3)[..2]).is_alarm);
}

#[test]
fn buttons_that_a_tracker_hears() {
    let heard = |kind, code| {
        let button = [&[0, kind][..], &[7; 6], &[0x29, code, 0], &[0; 16]].concat();
        read(
            0x2525,
            0x10,
            &[&AT[..], &[1, 0, 5], &[7; 12], &button].concat(),
        )
        .alarms
    };
    assert_eq!(heard(2, 0), [Alarm::Sos]);
    assert_eq!(
        (heard(2, 1), heard(3, 1)),
        (vec![Alarm::LowBattery], vec![Alarm::LowBattery])
    );
    assert_eq!((heard(3, 0), heard(2, 9)), (vec![], vec![]));
}

#[test]
fn how_it_was_driven_makes_records() {
    let moments = [&[0][..], &AT, &here(), &[3, 0x60], &AT, &[0xff; 18]].concat();
    let event = read(0x2626, 0x05, &moments);
    let valid = |at: usize| event.records[at].fix.map(|fix| fix.valid);
    assert_eq!(
        (event.records.len(), valid(0), valid(1)),
        (2, Some(true), None)
    );
    assert!(!event.is_alarm);
}

#[test]
fn a_model_has_two_more_digits_of_volts() {
    let session = Session {
        model: Some("TLW2-2BL".to_owned()),
        ..Session::default()
    };
    let bytes = frame(0x2525, 0x02, SERIAL, &ID, &tracker(0x2525, 0x02, 0x49, 0));
    let told = decode(&bytes, &Envelope::of(&session)).expect("a frame");
    assert_eq!(told.readings[&Reading::BatteryVolts], 3.92);
    assert!(
        read(0x2525, 0x02, &tracker(0x2525, 0x02, 0x49, 0))
            .readings
            .is_empty()
    );
}

#[test]
fn replies_are_the_head_again_with_the_alarm() {
    let reply = |mark, kind, content: &[u8]| {
        encode::reply(
            &frame(mark, kind, SERIAL, &ID, content),
            &Envelope::default(),
        )
    };
    for kind in [0x01, 0x03, 0x10, 0x81] {
        assert_eq!(
            reply(0x2727, kind, &[]),
            Some(frame(0x2727, kind, SERIAL, &ID, &[]))
        );
    }
    assert_eq!(
        reply(0x2323, 0x01, &[]),
        Some(frame(0x2323, 0x01, 1, &ID, &[]))
    );
    let alarm = reply(0x2525, 0x14, &tracker(0x2525, 0x14, 0x49, 3));
    assert_eq!(alarm, Some(frame(0x2525, 0x14, SERIAL, &ID, &[3])));
    assert_eq!(
        reply(0x2727, 0x04, &tag(0x49, 5)),
        Some(frame(0x2727, 0x04, SERIAL, &ID, &[5]))
    );
    assert_eq!(
        reply(0x2727, 0x02, &tag(0x49, 0)).map(|frame| frame.len()),
        Some(15)
    );
}
