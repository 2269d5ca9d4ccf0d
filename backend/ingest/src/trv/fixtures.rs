//! Invented frames of real shape and what they mean; every alarm code, all synthetic.

use domain::devices::{Alarm, DeviceEvent, DeviceUid, Reading};

use super::decode::{claimed_uid, decode};
use super::encode::{HERE, reply};
use crate::protocol::{Envelope, Session};

fn read(text: &str) -> DeviceEvent {
    decode(text.as_bytes(), &Envelope::default()).expect("a frame")
}

fn alarm(code: &str) -> DeviceEvent {
    read(&format!(
        "IWAP10{HERE},460,0,1111,2222,{code},zh-cn,00,Home|x|1#"
    ))
}

#[test]
fn every_alarm_code() {
    let table: [(&str, &[Alarm]); 6] = [
        ("00", &[]),
        ("01", &[Alarm::Sos]),
        ("05", &[Alarm::Fall]),
        ("06", &[Alarm::Fall]),
        ("09", &[Alarm::Unspecified]),
        ("", &[Alarm::Unspecified]),
    ];
    for (code, alarms) in table {
        let event = alarm(code);
        assert_eq!(event.alarms, alarms, "{code}");
        assert_eq!(event.is_alarm, code != "00", "{code}");
        assert_eq!(event.battery_pct, Some(81));
    }
    assert_eq!(
        alarm("01").key,
        read(&format!("IWAP10{HERE},1,1,1,1,01#")).key
    );
    assert_ne!(alarm("01").key, alarm("05").key);
}

#[test]
fn a_position_and_its_signs() {
    let event = read(&format!("IWAP01{HERE},460,0,1111,2222#"));
    let fix = event.fix.expect("a fix");
    assert_eq!(
        (fix.at.lat(), fix.at.lon(), fix.valid),
        (31.25, 121.5, true)
    );
    let at = event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at.as_deref(), Some("2024-01-31T08:09:10+00:00"));
    let other = HERE.replace('N', "S").replace('E', "W").replace('A', "V");
    let fix = read(&format!("TRVAP01{other},460,0,1,2#"))
        .fix
        .expect("kept");
    assert_eq!(
        (fix.at.lat(), fix.at.lon(), fix.valid),
        (-31.25, -121.5, false)
    );
}

#[test]
fn an_sos_indoors_is_no_less_an_alarm() {
    let dark = "240131V0000.0000N00000.0000E000.0080910000.0000000000100102";
    let event = read(&format!("IWAP10{dark},460,0,1111,2222,01,zh-cn,00#"));
    assert_eq!(event.alarms, [Alarm::Sos]);
    assert!(event.fix.is_some_and(|fix| !fix.valid));
    // Cut anywhere behind the position it is at least an alarm of unknown reason.
    assert!(read(&format!("IWAP10{dark},460")).is_alarm);
}

#[test]
fn a_login_names_the_device_and_others_wait_for_it() {
    let login = b"IWAP00888880000000001#";
    assert_eq!(
        claimed_uid(login).expect("named").as_str(),
        "888880000000001"
    );
    assert!(!alarm("01").device_uid.is_named());
    let session = Session {
        uid: DeviceUid::parse("888880000000001"),
        ..Session::default()
    };
    let event = decode(b"IWAP49,68#", &Envelope::of(&session)).expect("a frame");
    assert_eq!(event.device_uid.as_str(), "888880000000001");
    assert!(decode(b"IWAP00#", &Envelope::default()).is_err());
}

#[test]
fn vitals() {
    let rows: [(&str, &[(Reading, f64)]); 6] = [
        ("IWAP49,68#", &[(Reading::HeartRate, 68.0)]),
        ("IWAP49,0#", &[]),
        (
            "IWAPHT,60,130,85#",
            &[
                (Reading::HeartRate, 60.0),
                (Reading::Systolic, 130.0),
                (Reading::Diastolic, 85.0),
            ],
        ),
        (
            "IWAPHP,0,0,0,97,5.6,36.5#",
            &[
                (Reading::BloodOxygen, 97.0),
                (Reading::BloodSugar, 5.6),
                (Reading::Temperature, 36.5),
            ],
        ),
        ("IWAP50,36.7,90#", &[(Reading::Temperature, 36.7)]),
        (
            "IWAP03,06000908100102,5555,30#",
            &[(Reading::Steps, 5555.0)],
        ),
    ];
    for (text, readings) in rows {
        assert_eq!(
            read(text).readings,
            readings.iter().copied().collect(),
            "{text}"
        );
    }
    assert_eq!(read("IWAP50,36.7,90#").battery_pct, Some(90));
    let beat = read("TRVCP01,06000908100102060000000000012#");
    assert_eq!((beat.battery_pct, beat.charging), (Some(81), Some(true)));
}

#[test]
fn replies_raise_the_first_letter() {
    let answer = |text: &str| {
        let bytes = reply(text.as_bytes(), &Envelope::default());
        bytes.map(|bytes| String::from_utf8(bytes).expect("text"))
    };
    for (request, expected) in [
        ("TRVAP00888880000000001#", Some("TRVBP00#")),
        ("IWAP49,68#", Some("IWBP49#")),
        ("TRVCP01,06000908100102#", Some("TRVDP01#")),
        ("TRVYP14#", Some("TRVZP14#")),
        ("TRVAP14#", Some("TRVBP14,0.000,0.000#")),
        ("IWAP14#", None),
        ("IWAP12,080835#", None),
        ("IWAP87#", None),
        ("IWAP00888880000000001#", None),
    ] {
        assert_eq!(answer(request).as_deref(), expected, "{request}");
    }
    let now = Envelope::default().at("2026-11-24T01:02:03Z".parse().expect("a moment"));
    let expected: &[u8] = b"IWBP00,20261124010203,0#";
    assert_eq!(
        reply(b"IWAP00888880000000001#", &now).as_deref(),
        Some(expected)
    );
}
