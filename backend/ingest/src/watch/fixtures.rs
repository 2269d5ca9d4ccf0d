//! Invented frames of real shape, one row per message type and per oddity, and what they mean.

use domain::devices::Alarm::{
    self, Fall, GeofenceEnter, GeofenceExit, LowBattery, PowerCut, Removed, Sos, Unspecified,
};
use domain::devices::{DeviceEvent, Reading, Recency};

use super::decode::{claimed_uid, decode};
use super::encode;
use crate::protocol::Envelope;

const UID: &str = "9990000001";

/// What a row expects.
#[derive(Default)]
struct Row {
    content: &'static str,
    reply: Option<&'static str>,
    alarms: &'static [Alarm],
    is_alarm: bool,
    stored: bool,
    time: Option<&'static str>,
    fix: Option<(f64, f64, bool)>,
    battery: Option<u8>,
    readings: &'static [(Reading, f64)],
}

/// Time of every row with position fields.
const AT: Option<&str> = Some("2024-01-31T08:09:10+00:00");
const STEPS: &[(Reading, f64)] = &[(Reading::Steps, 12.0)];

fn rows() -> Vec<Row> {
    [links(), positions(), alarms(), readings()]
        .into_iter()
        .flatten()
        .collect()
}

fn links() -> Vec<Row> {
    let row = |content, reply| Row {
        content,
        reply,
        ..Row::default()
    };
    vec![
        row("LK", Some("LK")),
        Row {
            battery: Some(81),
            readings: STEPS,
            ..row("LK,12,3,81", Some("LK"))
        },
        row("LK,x,-1,101", Some("LK")),
        row("TKQ", Some("TKQ")),
        row("TKQ2", Some("TKQ2")),
        row("INIT,0000000000,1,V9_invented", Some("INIT,1")),
        row("JXTK,0,20240131.amr,1,1,abc", Some("JXTKR,1")),
        row("TK,#!AMR", None),
        row("CONFIG,TY:g36,UL:600", None),
        row("img,5,2401310809,abc", None),
        row("SHBR,17", None),
        row("ip", None),
    ]
}

fn positions() -> Vec<Row> {
    let here = Some((31.25, 121.5, true));
    let row = |content, fix| Row {
        content,
        fix,
        time: AT,
        battery: Some(81),
        readings: STEPS,
        ..Row::default()
    };
    vec![
        row(
            "UD,310124,080910,A,31.25,N,121.5,E,0.5,90,4,9,80,81,12,0,00000000,0,0",
            here,
        ),
        row(
            "UD_LTE,310124,080910,A, 31.25,N, 121.5,E,0,0,4,9,80,81,12,0,00000018",
            here,
        ),
        row(
            "UD3,310124,080910,A,31.25,,121.5,,0,0,4,9,80,81,12,0,0000,0,0",
            here,
        ),
        row(
            "WT,310124,080910,A,31.25,N,121.5,E,0,0,4,9,80,81,12,0,00000010,0,0",
            here,
        ),
        Row {
            stored: true,
            ..row(
                "UD2,310124,080910,A,31.25,N,121.5,E,0,0,4,9,80,81,12,0,00000008,0",
                here,
            )
        },
        row(
            "UD,310124,080910,V,31.25,S,-121.5,W,0,0,4,9,80,81,12,0,00000000,0,0",
            Some((-31.25, -121.5, false)),
        ),
        row(
            "UD,310124,080910,A,95.0,N,121.5,E,0,0,4,9,80,81,12,0,00000000,0,0",
            None,
        ),
        row("UD,310124,080910,A,,,,,0,0,4,9,80,81,12,0,", None),
        // A state is reported and makes no alarm of a position.
        Row {
            alarms: &[LowBattery],
            ..row(
                "UD,310124,080910,A,31.25,N,121.5,E,0,0,4,9,80,81,12,0,00000001,0",
                here,
            )
        },
        Row {
            content: "UD",
            ..Row::default()
        },
        Row {
            content: "UD,311324,246060,X",
            ..Row::default()
        },
    ]
}

fn alarms() -> Vec<Row> {
    let row = |content, alarms| Row {
        content,
        alarms,
        reply: Some("AL"),
        is_alarm: true,
        time: AT,
        battery: Some(81),
        readings: STEPS,
        fix: Some((0.0, 0.0, false)),
        ..Row::default()
    };
    vec![
        // Indoors: no fix, zeros, no hemisphere.
        row(
            "AL,310124,080910,V,0.0,,0.0,,0,0,0,0,80,81,12,0,00010000,0,0",
            &[Sos],
        ),
        row(
            "AL_LTE,310124,080910,V,0,N,0,E,0,0,0,0,80,81,12,0,00200000,0,0",
            &[Fall],
        ),
        row(
            "ALCUSTOMER1,310124,080910,V,0,N,0,E,0,0,0,0,80,81,12,0,00400008,0",
            &[Fall],
        ),
        row(
            "AL,310124,080910,A,0.0,N,0.0,E,0,0,0,0,80,81,12,0,00030001,0,0",
            &[Sos, LowBattery],
        ),
        row(
            "AL,310124,080910,V,0,N,0,E,0,0,0,0,80,81,12,0,007f4007,0,0",
            &[
                Sos,
                Fall,
                Removed,
                LowBattery,
                GeofenceEnter,
                GeofenceExit,
                PowerCut,
            ],
        ),
        row(
            "AL,310124,080910,V,0,N,0,E,0,0,0,0,80,81,12,0,00000000,0,0",
            &[Unspecified],
        ),
        row(
            "AL,310124,080910,V,0,N,0,E,0,0,0,0,80,81,12,0,0001,0,0",
            &[Unspecified, LowBattery],
        ),
        // The SOS bit counts in a position frame too; that asks for no reply.
        Row {
            reply: None,
            ..row(
                "UD,310124,080910,V,0,N,0,E,0,0,0,0,80,81,12,0,00010000,0,0",
                &[Sos],
            )
        },
        Row {
            content: "AL",
            reply: Some("AL"),
            alarms: &[Unspecified],
            is_alarm: true,
            ..Row::default()
        },
    ]
}

fn readings() -> Vec<Row> {
    let row = |content, readings| Row {
        content,
        readings,
        ..Row::default()
    };
    vec![
        row("heart,72", &[(Reading::HeartRate, 72.0)]),
        row("HEART,72", &[(Reading::HeartRate, 72.0)]),
        row("PULSE,72", &[(Reading::HeartRate, 72.0)]),
        row("heart,0", &[]),
        row(
            "bphrt,121,79",
            &[(Reading::Systolic, 121.0), (Reading::Diastolic, 79.0)],
        ),
        row(
            "BLOOD,121,79,72",
            &[
                (Reading::Systolic, 121.0),
                (Reading::Diastolic, 79.0),
                (Reading::HeartRate, 72.0),
            ],
        ),
        row("oxygen,0,97", &[(Reading::BloodOxygen, 97.0)]),
        row("oxygen,0,1", &[]),
        row("TEMP,36.4", &[(Reading::Temperature, 36.4)]),
        row("btemp2,1,36.4", &[(Reading::Temperature, 36.4)]),
    ]
}

fn check(row: &Row, event: &DeviceEvent) {
    let content = row.content;
    assert_eq!(event.device_uid.as_str(), UID, "{content}");
    assert!(content.starts_with(&event.kind), "{content}");
    assert_eq!(event.alarms, row.alarms, "{content}");
    assert_eq!(event.is_alarm, row.is_alarm, "{content}");
    let recency = if row.stored {
        Recency::Stored
    } else {
        Recency::Live
    };
    assert_eq!(event.recency, recency, "{content}");
    assert_eq!(
        event.device_time.map(|at| at.to_rfc3339()).as_deref(),
        row.time,
        "{content}"
    );
    let fix = event.fix.map(|fix| (fix.at.lat(), fix.at.lon(), fix.valid));
    assert_eq!(fix, row.fix, "{content}");
    assert_eq!(event.battery_pct, row.battery, "{content}");
    assert_eq!(
        event.readings,
        row.readings.iter().copied().collect(),
        "{content}"
    );
}

#[test]
fn every_row_means_what_it_says() {
    for row in rows() {
        let frame = encode::frame("3G", UID, None, row.content);
        check(
            &row,
            &decode(&frame, &Envelope::default()).expect(row.content),
        );
        assert_eq!(claimed_uid(&frame).expect("named").as_str(), UID);
        let expected = row
            .reply
            .map(|content| encode::frame("3G", UID, None, content));
        assert_eq!(
            encode::reply(&frame, &Envelope::default()),
            expected,
            "{}",
            row.content
        );
    }
}

#[test]
fn serial_vendor_and_a_lying_length_change_nothing_but_the_reply() {
    for row in rows() {
        let content = row.content;
        let frame = format!("[ZJ*{UID}*00A7*1FFF*{content}]").into_bytes();
        let plain = encode::frame("3G", UID, None, content);
        let alone = Envelope::default();
        assert_eq!(decode(&frame, &alone), decode(&plain, &alone), "{content}");
        let expected = row
            .reply
            .map(|reply| encode::frame("ZJ", UID, Some("00A7"), reply));
        assert_eq!(
            encode::reply(&frame, &Envelope::default()),
            expected,
            "{content}"
        );
    }
}

#[test]
fn an_alarm_cut_anywhere_after_its_type_is_still_an_alarm() {
    for row in alarms() {
        let frame = encode::frame("3G", UID, None, row.content);
        let head = frame.iter().position(|&b| b == b',').unwrap_or(frame.len());
        for cut in head..frame.len() {
            let event = decode(&frame[..cut], &Envelope::default()).expect("decodes");
            assert!(
                event.is_alarm || !row.content.starts_with("AL"),
                "{cut} {}",
                row.content
            );
        }
    }
}

#[test]
fn a_repeat_has_the_same_key_and_another_alarm_has_not() {
    let key = |content: &str| {
        decode(
            &encode::frame("3G", UID, None, content),
            &Envelope::default(),
        )
        .expect(content)
        .key
    };
    let sos = "AL,310124,080910,V,0,N,0,E,0,0,0,0,80,81,12,0,00010000,0,0";
    assert_eq!(key(sos).0, "AL:310124:080910:00010000");
    // Sent again over another network, with a new position, a weaker battery and moving.
    let again = "AL_LTE,310124,080910,A,31.25,N,121.5,E,0,0,0,9,80,79,12,0,00010011,0,0";
    assert_eq!(key(sos), key(again));
    for other in [
        sos.replace("080910", "080911"),
        sos.replace("00010000", "00200000"),
    ] {
        assert_ne!(key(sos), key(&other), "{other}");
    }
    // Without a readable time the whole content is the key.
    let timeless = sos.replace("310124", "000000");
    assert_eq!(key(&timeless), key(&timeless));
    assert_ne!(key(&timeless), key(&timeless.replace(",81,", ",80,")));
    assert_ne!(key("LK,1,2,81"), key("LK,1,2,80"));
}
