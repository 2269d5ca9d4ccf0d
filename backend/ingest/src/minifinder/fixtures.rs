//! Invented frames of real shape and what they mean; every alarm bit, all synthetic.

use domain::devices::{Alarm, DeviceEvent, DeviceUid, Recency};

use super::decode::decode;
use super::encode::{frame, position};
use crate::protocol::{Envelope, Session};

fn read(content: &str) -> DeviceEvent {
    decode(&frame(content), &Envelope::default()).expect("a frame")
}

#[test]
fn every_alarm_bit_alone_and_all_at_once() {
    use Alarm::*;
    let table = [
        (2, Fault, false),
        (6, Sos, true),
        (7, Overspeed, false),
        (8, Fall, true),
        (9, Geofence, true),
        (10, Geofence, true),
        (11, Geofence, true),
        (12, LowBattery, false),
        (14, Movement, false),
        (15, Movement, false),
    ];
    for bit in 0..32 {
        let row = table.iter().find(|row| row.0 == bit);
        let event = read(&position('D', 1 << bit));
        assert_eq!(event.alarms.first(), row.map(|row| &row.1), "bit {bit}");
        assert_eq!(event.is_alarm, row.is_some_and(|row| row.2), "bit {bit}");
        assert_eq!(event.charging, Some(bit == 22));
    }
    let all = read(&position('D', u32::MAX)).alarms;
    assert_eq!(all[..2], [Sos, Fall]);
}

#[test]
fn a_position_and_a_buffered_one() {
    let event = read(&position('D', 1));
    let fix = event.fix.expect("a fix");
    assert_eq!(
        (fix.at.lat(), fix.at.lon(), fix.valid),
        (31.25, 121.5, true)
    );
    let at = event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2024-01-31T08:09:10+00:00"));
    assert_eq!(
        (event.battery_pct, event.recency),
        (Some(81), Recency::Live)
    );
    let (live, stored) = (read(&position('D', 1 << 6)), read(&position('B', 1 << 6)));
    assert_eq!((stored.recency, &stored.key), (Recency::Stored, &live.key));
    let short = read("A,1/2/24,3:4:5,-31.25,-121.5,000.1,90.0,0");
    assert!(
        short
            .fix
            .is_some_and(|fix| !fix.valid && fix.at.lat() == -31.25)
    );
    assert_eq!(
        short.device_time.map(|at| at.timestamp()),
        Some(1_706_756_645)
    );
}

#[test]
fn an_sos_indoors_has_no_fix_and_is_no_less_an_alarm() {
    let event = read("D,31/01/24,08:09:10,0.000000,0.000000,0,0,000040,0,9,0,0,0");
    assert_eq!(event.alarms, [Alarm::Sos]);
    assert!(event.fix.is_some_and(|fix| !fix.valid));
    assert!(read("D,,,,,0,0,40").is_alarm);
}

#[test]
fn a_login_names_the_pendant() {
    let login = read("1,888800000000018,V07S.1.2,100");
    assert_eq!(login.device_uid.as_str(), "888800000000018");
    assert_eq!(login.battery_pct, Some(100));
    assert!(!read("5,17,V").device_uid.is_named());
    let session = Session {
        uid: DeviceUid::parse("888800000000018"),
        ..Session::default()
    };
    let event = decode(&frame("5,17,A,90"), &Envelope::of(&session)).expect("a frame");
    assert_eq!(event.device_uid.as_str(), "888800000000018");
    assert_eq!(event.battery_pct, Some(90));
    for text in ["1", "1,", "1,abc", "", "xyz,1"] {
        assert!(
            decode(&frame(text), &Envelope::default()).is_err(),
            "{text}"
        );
    }
}
