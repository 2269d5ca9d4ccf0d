//! Invented lines of real shape and what they mean; every event number, all synthetic.

use domain::devices::{Alarm, DeviceEvent, DeviceUid, Reading};

use super::decode::decode;
use super::encode::{ID, networks, place, report};
use crate::protocol::{Envelope, Session};
use crate::reassembly::{Piece, Reassembly};

fn read(bytes: &[u8]) -> DeviceEvent {
    decode(bytes, &Envelope::default()).expect("a frame")
}

#[test]
fn every_event_number() {
    use Alarm::*;
    let table = [
        (0, PowerOn, false),
        (5, Sos, true),
        (8, LowBattery, true),
        (9, GeofenceEnter, true),
        (10, GeofenceExit, true),
        (12, PowerOff, true),
    ];
    for number in 0..=99 {
        let row = table.iter().find(|row| row.0 == number);
        let text = number.to_string();
        let cells = format!("240131080910+0,21681,20616,460+{text}+3744+0");
        let state = format!("5+240131080910+0+0+0+0+{text}+3744+1");
        let frames = [
            place(&text),
            networks(&text),
            report("R3", &cells),
            report("R12", &cells),
            report("RH", &state),
        ];
        for event in frames.map(|bytes| read(&bytes)) {
            assert_eq!(event.alarms.first(), row.map(|row| &row.1), "{number}");
            assert_eq!(event.is_alarm, row.is_some_and(|row| row.2), "{number}");
            let at = event.device_time.map(|at| at.to_rfc3339());
            assert_eq!(at.as_deref(), Some("2024-01-31T08:09:10+00:00"));
            assert_eq!(event.readings[&Reading::BatteryVolts], 3.744);
        }
    }
}

#[test]
fn a_place_and_an_sos_without_one() {
    let event = read(&place("5"));
    assert_eq!(event.device_uid.as_str(), ID);
    let fix = event.fix.expect("a fix");
    assert_eq!(
        (fix.at.lat(), fix.at.lon(), fix.valid),
        (31.25, 121.5, true)
    );
    let indoors = read(&networks("5"));
    assert_eq!(
        (indoors.alarms.as_slice(), indoors.fix),
        (&[Alarm::Sos][..], None)
    );
    assert_eq!(event.key, indoors.key, "the same press in another report");
    let zeros = read(&report("R0", "0+240131080910+0+0+0+0+5+3744+13"));
    assert!(zeros.is_alarm && zeros.fix.is_some_and(|fix| !fix.valid));
    // Without the count behind it.
    let short = read(&report("R1", "240131080910+02:00:00:00:00:01,-91+5+3744"));
    assert_eq!(short.alarms, [Alarm::Sos]);
}

#[test]
fn half_a_report_is_refused_and_never_an_answer() {
    let whole = place("12");
    let text = String::from_utf8(whole).expect("text");
    let end = text.rfind("+3744").expect("volts");
    for cut in 1..end - 1 {
        let event = decode(&text.as_bytes()[..cut], &Envelope::default());
        assert!(event.is_err(), "{cut}: {event:?}");
    }
}

#[test]
fn places_one_behind_the_other_make_records() {
    let one = "080910.00,A,3115.0000,N,12130.0000,E,0.01,90.0,12.0,310124";
    let two = "080920.00,V,3115.0000,S,12130.0000,W,,,-3.1,310124";
    let event = read(format!("{ID}${one}${two}").as_bytes());
    let fixes: Vec<_> = event
        .records
        .iter()
        .filter_map(|record| record.fix)
        .collect();
    assert_eq!((fixes[0].at.lat(), fixes[0].valid), (31.25, true));
    assert_eq!((fixes[1].at.lon(), fixes[1].valid), (-121.5, false));
    assert!(read(format!("{ID}${one}").as_bytes()).records.is_empty());
}

#[test]
fn answers_belong_to_whom_they_name_or_to_the_connection() {
    let named = read(format!("{ID} netlock=Success!").as_bytes());
    assert_eq!(
        (named.device_uid.as_str(), named.kind.as_str()),
        (ID, "answer")
    );
    assert!(!read(b"mode=Success!").device_uid.is_named());
    let session = Session {
        uid: DeviceUid::parse(ID),
        ..Session::default()
    };
    let bound = decode(b"mode=Success!", &Envelope::of(&session)).expect("a frame");
    assert_eq!(bound.device_uid.as_str(), ID);
}

#[test]
fn reports_without_line_ends_stand_apart() {
    let bare = |bytes: Vec<u8>| bytes[..bytes.len() - 2].to_vec();
    let (first, next) = (bare(place("5")), bare(networks("8")));
    let mut stream = Reassembly::of(&crate::mictrack::CODEC);
    stream.push(&[&first[..], &next].concat());
    assert_eq!(stream.next_piece(), Some(Piece::Frame(first)));
    assert_eq!(
        (stream.next_piece(), stream.finish()),
        (None, Some(Piece::Frame(next)))
    );
}
