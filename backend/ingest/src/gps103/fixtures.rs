//! Invented frames of real shape and what they mean; every alarm word, all synthetic.

use domain::devices::{Alarm, DeviceEvent, Reading};

use super::decode::decode;
use super::encode::{ID, reply, report, samples};
use crate::protocol::Envelope;

fn read(text: &str) -> DeviceEvent {
    decode(text.as_bytes(), &Envelope::default()).expect("a frame")
}

fn place(event: &DeviceEvent) -> Option<(f64, f64, bool)> {
    event.fix.map(|fix| (fix.at.lat(), fix.at.lon(), fix.valid))
}

#[test]
fn every_alarm_word() {
    use Alarm::*;
    for (word, alarm) in [
        ("help me", Some(Sos)),
        ("low battery", Some(LowBattery)),
        ("stockade", Some(Geofence)),
        ("move", Some(Movement)),
        ("speed", Some(Overspeed)),
        ("sensor alarm", Some(Vibration)),
        ("ac alarm", Some(PowerCut)),
        ("accident alarm", Some(Collision)),
        ("door alarm", Some(Door)),
        ("DTC", Some(Fault)),
        ("T:-4.5", Some(Temperature)),
        ("tracker", None),
        ("001", None),
        ("acc on", None),
        ("oil 51.67", None),
    ] {
        let event = read(&report(word));
        assert_eq!(event.alarms.first().copied(), alarm, "{word}");
        assert_eq!(event.is_alarm, alarm.is_some(), "{word}");
        assert_eq!(place(&event), Some((31.25, 121.5, true)), "{word}");
    }
    assert_eq!(
        read(&report("T:-4.5")).readings[&Reading::Temperature],
        -4.5
    );
}

#[test]
fn the_date_is_the_local_one_rolled_back() {
    let at = |stamp: &str, utc: &str| {
        let text = format!("imei:{ID},tracker,{stamp},,F,{utc},A,3115.0000,N,12130.0000,E,0,");
        let at = read(&text).device_time;
        at.map(|at| at.format("%y%m%d %H:%M:%S").to_string())
    };
    for (stamp, utc, expected) in [
        ("2401311609", "080910.000", Some("240131 08:09:10")),
        ("2402010609", "220910.000", Some("240131 22:09:10")),
        ("2401311909", "040910.000", Some("240201 04:09:10")),
        ("24/01/31 16:09", "080910", Some("240131 08:09:10")),
        ("240131160959", "31.0", Some("240131 16:09:00")),
        ("0000000000", "080910", None),
        ("", "080910", None),
    ] {
        assert_eq!(at(stamp, utc).as_deref(), expected, "{stamp} {utc}");
    }
    let text = format!("imei:{ID},help me,,,F,235950.000,A,3115.0000,N,12130.0000,E,0,");
    let now = Envelope::default().at("2026-11-24T00:00:05Z".parse().expect("a moment"));
    let event = decode(text.as_bytes(), &now).expect("a frame");
    let at = event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2026-11-23T23:59:50+00:00"));
}

#[test]
fn sides_may_stand_before_behind_or_nowhere() {
    for (words, expected) in [
        ("A,3115.0000,S,12130.0000,W,0", (-31.25, -121.5, true)),
        ("V,S,3115.0000,W,12130.0000,0", (-31.25, -121.5, false)),
        ("A,3115.0000,S,12130.0000,,0,0", (-31.25, 121.5, true)),
    ] {
        let event = read(&format!("imei:{ID},tracker,2401311609,,F,080910,{words}"));
        assert_eq!(place(&event), Some(expected), "{words}");
    }
}

#[test]
fn an_sos_over_cells_has_no_place_and_no_time_and_is_no_less_an_alarm() {
    let event = read(&format!("imei:{ID},help me,,,L,,,113b,,558f,,,,,0,0,,,"));
    assert_eq!(
        (event.alarms.as_slice(), event.is_alarm),
        (&[Alarm::Sos][..], true)
    );
    assert_eq!((event.fix, event.device_time), (None, None));
    assert_eq!(event.key.0, "help me+sos");
}

#[test]
fn logins_and_heartbeats_name_the_device() {
    for text in [
        format!("##,imei:{ID},A;"),
        format!("{ID};"),
        format!("{ID}imei:{ID},tracker,2401311609,,L,;"),
        format!("imei:{ID},L,*;"),
    ] {
        assert_eq!(read(&text).device_uid.as_str(), ID, "{text}");
    }
    for text in ["", "##", "abc", "12ab"] {
        assert!(
            decode(text.as_bytes(), &Envelope::default()).is_err(),
            "{text}"
        );
    }
    let other = read(&String::from_utf8(samples()[9].clone()).expect("text"));
    assert_eq!(place(&other), Some((31.25, 121.5, true)));
    assert_eq!(other.charging, Some(true));
}

#[test]
fn replies() {
    let answer = |text: &str| reply(text.as_bytes(), &Envelope::default());
    let load = Some(b"LOAD".to_vec());
    assert_eq!(answer(&format!("##,imei:{ID},A;")), load);
    assert_eq!(answer(&format!("imei:{ID},L,*;")), load);
    assert_eq!(answer(&format!("{ID};")), Some(b"ON".to_vec()));
    assert_eq!(
        answer(&format!("{ID}{}", report("tracker"))),
        Some(b"ON".to_vec())
    );
    let stop = format!("**,imei:{ID},E;").into_bytes();
    assert_eq!(answer(&report("help me")), Some(stop));
    assert_eq!(answer(&report("tracker")), None);
}
