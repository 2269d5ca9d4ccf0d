//! Invented frames of real shape and what they mean; every alarm code, all synthetic.

use domain::devices::{Alarm, DeviceEvent, DeviceUid};

use super::decode::decode;
use super::encode::{ID, frame, pendant, position};
use crate::protocol::{Envelope, Session};
use crate::reassembly::{Piece, Reassembly};

fn read(content: &str) -> DeviceEvent {
    decode(&frame(ID, content), &Envelope::default()).expect("a frame")
}

fn place(event: &DeviceEvent) -> Option<(f64, f64, bool)> {
    event.fix.map(|fix| (fix.at.lat(), fix.at.lon(), fix.valid))
}

#[test]
fn every_alarm_code_of_a_pendant() {
    for code in 0..=0xff {
        let event = read(&pendant(&format!("{code:02x}")));
        let expected = match code {
            0x01 => vec![Alarm::Sos],
            0x09 => vec![Alarm::Fall],
            _ => vec![],
        };
        assert_eq!(event.is_alarm, !expected.is_empty(), "{code:x}");
        assert_eq!(event.alarms, expected, "{code:x}");
        assert_eq!((event.fix, event.device_time), (None, None));
    }
    // The same digits where others have their cell mean nothing.
    assert!(!read(&position("1", "AUT", "04010500003d005d")).is_alarm);
}

#[test]
fn a_position_in_minutes_or_degrees_with_or_without_a_fix() {
    let event = read(&position("1", "AUT", "27bc10af"));
    assert_eq!(event.device_uid.as_str(), ID);
    assert_eq!(place(&event), Some((31.25, 121.5, true)));
    let at = event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2024-01-31T08:09:10+00:00"));
    assert_eq!(
        place(&read(&position("0", "AUT", "V"))),
        Some((31.25, 121.5, false))
    );
    let degrees = read("#1#0000#AUT#1##121.5,W,31.25,S,0.0,#310124#080910");
    assert_eq!(place(&degrees), Some((-31.25, -121.5, true)));
    let cells = read("#13#0000#AUT#1#7240060,0547,0548#12130.0,E,3115.0,N,0.1,2#310124#080910.000");
    assert_eq!(place(&cells), Some((31.25, 121.5, true)));
}

#[test]
fn the_word_for_help_is_an_alarm_indoors_as_well() {
    let event = read(&position("1", "SOS", "27bc10af"));
    assert_eq!(
        (event.alarms.as_slice(), event.is_alarm),
        (&[Alarm::Unspecified][..], true)
    );
    let zeros = read("#0#0000#SOS#1##0.0,E,0.0,N,0.0,#310124#080910");
    assert_eq!(place(&zeros), Some((0.0, 0.0, false)));
    assert!(zeros.is_alarm && read("#0#0000#SOS#1#").is_alarm);
    assert_eq!(event.key, zeros.key);
}

#[test]
fn of_several_places_the_first_is_that_of_the_event() {
    let content = format!(
        "{}#V#12131.0,E,3116.0,N,0.1,9#310124#080920",
        position("1", "SOS", "V")
    );
    let event = read(&content);
    assert_eq!(
        (event.records.len(), place(&event)),
        (2, Some((31.25, 121.5, true)))
    );
    assert_eq!(event.key, read(&position("1", "SOS", "V")).key);
}

#[test]
fn a_frame_sent_in_two_belongs_to_the_login_before_it() {
    let login = read("");
    assert_eq!(
        (login.device_uid.as_str(), login.kind.as_str()),
        (ID, "login")
    );
    let session = Session {
        uid: DeviceUid::parse(ID),
        ..Session::default()
    };
    let rest = b"1#0000#AUT#01#260001a4#16.7477,W,5136.3565,N,0.0,0.0#310124#080910.000##";
    let event = decode(rest, &Envelope::of(&session)).expect("a frame");
    assert_eq!(event.device_uid.as_str(), ID);
    assert!(
        event
            .fix
            .is_some_and(|fix| fix.at.lon() < 0.0 && fix.at.lon() > -1.0)
    );
    for text in ["", "#", "##", "#123##", "abc", "1#2"] {
        assert!(
            decode(text.as_bytes(), &Envelope::default()).is_err(),
            "{text}"
        );
    }
}

#[test]
fn an_empty_field_does_not_end_a_frame() {
    let (first, next) = (
        frame(ID, "#1#0000#AUT#01##12130.0,E,3115.0,N,0,0#310124#080910"),
        frame(ID, ""),
    );
    let mut stream = Reassembly::of(&crate::v680::CODEC);
    stream.push(&[&first[..], &next].concat());
    assert_eq!(stream.finish(), Some(Piece::Frame(first)));
    assert_eq!(stream.finish(), Some(Piece::Frame(next)));
    let bare = format!("#{ID}#{}", position("1", "AUT", "V")).into_bytes();
    let mut datagram = Reassembly::of(&crate::v680::CODEC);
    datagram.push(&bare);
    assert_eq!(
        (datagram.next_piece(), datagram.finish()),
        (None, Some(Piece::Frame(bare)))
    );
}
