//! Invented frames of real shape and what they mean; every alarm number, all synthetic.

use domain::devices::{Alarm, DeviceEvent, Reading};

use super::decode::decode;
use super::encode::{self, ID, frame, report, short};
use crate::protocol::Envelope;

fn read(bytes: &[u8]) -> DeviceEvent {
    decode(bytes, &Envelope::default()).expect("a frame")
}

fn place(event: &DeviceEvent) -> Option<(f64, f64, bool)> {
    event.fix.map(|fix| (fix.at.lat(), fix.at.lon(), fix.valid))
}

#[test]
fn every_alarm_number() {
    use Alarm::*;
    let table = [
        (2, Sos, true),
        (14, LowBattery, true),
        (15, PowerCut, true),
        (16, PowerRestored, false),
        (17, LowBattery, true),
        (18, Overspeed, true),
        (20, Fault, true),
        (21, Vibration, true),
        (22, NoMovement, true),
        (25, Fall, true),
        (31, Fall, true),
        (33, GeofenceExit, true),
        (34, GeofenceEnter, true),
        (40, Temperature, true),
        (41, Temperature, true),
        (53, PowerOn, false),
        (54, PowerOff, true),
    ];
    for number in 0..=100 {
        let row = table.iter().find(|row| row.0 == number);
        let text = number.to_string();
        let frames = [
            report("A01", &text, 'A'),
            short(&text, "0,A,0,9,31.250000,121.500000"),
        ];
        for event in frames.map(|bytes| read(&bytes)) {
            assert_eq!(event.alarms.first(), row.map(|row| &row.1), "{number}");
            assert_eq!(event.is_alarm, row.is_some_and(|row| row.2), "{number}");
            assert_eq!(place(&event), Some((31.25, 121.5, true)));
            let at = event.device_time.map(|at| at.to_rfc3339());
            assert_eq!(at.as_deref(), Some("2024-01-31T08:09:10+00:00"));
        }
    }
    assert!(!read(&report("A01", "", 'A')).is_alarm);
}

#[test]
fn an_sos_indoors_has_an_old_place_or_networks_and_is_no_less_an_alarm() {
    let old = read(&report("A01", "2", 'V'));
    assert_eq!(
        (old.alarms.as_slice(), place(&old)),
        (&[Alarm::Sos][..], Some((31.25, 121.5, false)))
    );
    let networks = read(&short("2", "1,020000000001:-60"));
    assert_eq!(
        (networks.alarms.as_slice(), networks.fix),
        (&[Alarm::Sos][..], None)
    );
    assert_eq!(old.key, networks.key, "the same press in another report");
    assert_eq!(networks.battery_pct, Some(81));
    assert_eq!(networks.readings[&Reading::BatteryVolts], 3.9);
}

#[test]
fn a_name_with_stars_and_bytes_that_are_no_text_lose_nothing() {
    let content = "1,A01,31,240131080910,A,31.25,121.5,0,0,0,0,0,0,,,1|1|1|1,1,a*b";
    let mut bytes = frame("$$", ID, content);
    assert_eq!(read(&bytes).alarms, [Alarm::Fall]);
    let at = bytes.len() - 5;
    bytes[at] = 0xff;
    assert_eq!(read(&bytes).alarms, [Alarm::Fall]);
}

#[test]
fn what_names_nobody_is_refused() {
    for text in [
        "",
        "$$",
        "$$10,,1,A01,",
        "$$9,88x8,1,A01",
        "$$9,8888",
        "$$9,8888,,A01,",
    ] {
        assert!(
            decode(text.as_bytes(), &Envelope::default()).is_err(),
            "{text}"
        );
    }
    let uid = read(&frame("$$", ID, "2,B03,OK")).device_uid;
    assert_eq!(uid.as_str(), ID);
}

#[test]
fn only_a03_is_answered_with_the_time() {
    let request = short("", "0,A,0,13,31.25,121.5");
    assert_eq!(
        encode::reply(&request, &Envelope::default()),
        None,
        "no clock, no time"
    );
    let now = Envelope::default().at("2026-11-24T01:02:03Z".parse().expect("a moment"));
    let answer = encode::reply(&request, &now);
    let head = b"##36,888800000000018,7F,A03,261124010203*";
    let digits = format!("{:02X}\r\n", crate::checksums::sum(head));
    assert_eq!(answer, Some([&head[..], digits.as_bytes()].concat()));
    assert_eq!(encode::reply(&report("A01", "2", 'A'), &now), None);
}
