//! Invented frames of real shape and what they mean; every alarm word, all synthetic.

use domain::devices::{Alarm, DeviceEvent, Recency};

use super::decode::decode;
use super::encode::{ID, frame, report};
use crate::protocol::Envelope;

fn read(content: &str) -> DeviceEvent {
    decode(&frame(content), &Envelope::default()).expect("a frame")
}

#[test]
fn every_alarm_word() {
    let table = [
        ("", None),
        ("SOS", Some(Alarm::Sos)),
        ("LBT", Some(Alarm::LowBattery)),
        ("ULK", Some(Alarm::Removed)),
        ("XYZ", Some(Alarm::Unspecified)),
    ];
    for (word, alarm) in table {
        let event = read(&report('R', 'L', word));
        assert_eq!(event.alarms.first().copied(), alarm, "{word}");
        assert_eq!(event.is_alarm, alarm.is_some(), "{word}");
    }
}

#[test]
fn a_report_has_time_place_battery_and_strap() {
    let event = read(&report('R', 'L', ""));
    assert_eq!(event.device_uid.as_str(), ID);
    let at = event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2024-01-31T08:09:10+00:00"));
    let fix = event.fix.expect("a fix");
    assert_eq!(
        (fix.at.lat(), fix.at.lon(), fix.valid),
        (31.25, 121.5, true)
    );
    assert_eq!((event.battery_pct, event.worn), (Some(81), Some(true)));
    assert_eq!(read(&report('R', 'R', "ULK")).worn, Some(false));
    let south = format!("GPSD,{ID},R,20240131,080910,31.25,S,121.5,W,0,0,0,81,L,");
    assert!(
        read(&south)
            .fix
            .is_some_and(|fix| fix.at.lat() == -31.25 && fix.at.lon() == -121.5)
    );
}

#[test]
fn a_stored_sos_is_history_and_the_same_event() {
    let (live, stored) = (
        read(&report('R', 'L', "SOS")),
        read(&report('S', 'L', "SOS")),
    );
    assert_eq!(
        (live.recency, stored.recency),
        (Recency::Live, Recency::Stored)
    );
    assert_eq!(live.key, stored.key);
}

#[test]
fn an_sos_indoors_has_zeros_or_nothing_and_is_no_less_an_alarm() {
    for place in ["0.00000,N,0.00000,E", ",,,"] {
        let event = read(&format!(
            "GPSD,{ID},R,20240131,080910,{place},0,0,0,9,L,SOS"
        ));
        assert_eq!(event.alarms, [Alarm::Sos]);
        assert!(event.fix.is_none_or(|fix| !fix.valid));
    }
}

#[test]
fn what_names_nobody_is_refused() {
    assert_eq!(read(&format!("LINK,{ID}")).device_uid.as_str(), ID);
    for text in ["", "LINK", "LINK,", "GPSD,12x4,R", ",888800000000018"] {
        assert!(
            decode(&frame(text), &Envelope::default()).is_err(),
            "{text}"
        );
    }
}
