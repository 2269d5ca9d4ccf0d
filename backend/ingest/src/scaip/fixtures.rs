//! Invented bodies of real shape and what they mean; every status and device, all synthetic.

use domain::devices::{Alarm, DeviceEvent};
use serde_json::{Value, json};

use super::decode::decode;
use super::encode::{answer, reply, request};
use crate::protocol::{Envelope, MAX_FRAME};

fn read(bytes: &[u8]) -> DeviceEvent {
    decode(bytes, &Envelope::default()).expect("a body")
}

fn field(event: &DeviceEvent, name: &str) -> Value {
    event.data.as_ref().expect("data")[name].clone()
}

fn alarm(device: &str, status: &str) -> DeviceEvent {
    read(&request(&[
        ("ref", "inv1"),
        ("cid", "77000018"),
        ("dty", device),
        ("stc", status),
    ]))
}

#[test]
fn every_status_of_a_unit() {
    use Alarm::*;
    let table: [(&str, Option<Alarm>, bool); 24] = [
        ("0002", None, false),
        ("0003", Some(Absent), true),
        ("0009", Some(Unspecified), true),
        ("0010", Some(Sos), true),
        ("0011", Some(Unspecified), true),
        ("0014", Some(LowBattery), false),
        ("0015", None, false),
        ("0016", Some(LowBattery), false),
        ("0019", None, false),
        ("0067", Some(Fault), false),
        ("0069", Some(NoMovement), true),
        ("0070", None, false),
        ("0081", Some(PillMissed), true),
        ("0085", Some(PowerCut), false),
        ("0086", Some(PowerRestored), false),
        ("0092", None, false),
        ("0093", None, false),
        ("0102", None, false),
        ("0110", Some(Sos), true),
        ("0111", None, false),
        ("0117", None, false),
        ("0119", Some(Movement), false),
        ("0125", Some(Tampering), true),
        ("0777", Some(Unspecified), true),
    ];
    for (status, expected, is_alarm) in table {
        // Two, three or four digits are the same code.
        for digits in [status, &status[1..], status.trim_start_matches("00")] {
            let event = alarm("0002", digits);
            assert_eq!(event.alarms.first().copied(), expected, "{digits}");
            assert_eq!(event.is_alarm, is_alarm, "{digits}");
        }
    }
}

#[test]
fn what_every_device_watches_over() {
    use Alarm::*;
    let table = [
        ("0002", Unspecified),
        ("0003", Sos),
        ("0004", Sos),
        ("0005", Fall),
        ("0006", Sos),
        ("0007", Sos),
        ("0010", NoMovement),
        ("0011", PillMissed),
        ("0012", OutOfBed),
        ("0013", OutOfBed),
        ("0014", Door),
        ("0015", Wandering),
        ("0016", Unspecified),
        ("0017", Seizure),
        ("0018", Absent),
        ("0019", Unspecified),
        ("0020", Temperature),
        ("0021", Gas),
        ("0023", Smoke),
        ("0026", CarbonMonoxide),
        ("0033", Water),
        ("0041", PowerCut),
        ("0044", Absent),
        ("0045", Unspecified),
        ("0048", Unspecified),
        ("0051", Wandering),
        ("0777", Unspecified),
    ];
    for (device, expected) in table {
        let event = alarm(device, "9");
        assert_eq!(
            (event.alarms.as_slice(), event.is_alarm),
            (&[expected][..], true),
            "{device}"
        );
        // Who presses a button on it wants help.
        assert_eq!(alarm(device, "10").alarms, [Sos], "{device}");
    }
}

#[test]
fn senders_differ() {
    let body = "<?xml version=\"1.0\"?>\n<scaip>\n <cid> +77000019</cid><dty>4</dty>\
                <stc>10</stc><crd>gsm:</crd><lco>021</lco><ref>inv2</ref></scaip>";
    let event = read(body.as_bytes());
    assert_eq!(event.device_uid.as_str(), "77000019");
    assert!(event.is_alarm);
    assert_eq!(field(&event, "controller_id_trimmed"), "+77000019");
    assert_eq!(field(&event, "mty_effective"), "ME");
    assert_eq!(field(&event, "location"), "021 kitchen");
    assert_eq!(field(&event, "caller"), "gsm:");
    assert_eq!(field(&event, "direction"), "device to server");
    assert_eq!(event.key.0, "ME:inv2::10");
    let beat = read(&request(&[
        ("ref", "inv3"),
        ("mty", "pi"),
        ("cid", "7"),
        ("stc", "102"),
    ]));
    assert_eq!(
        (field(&beat, "is_heartbeat"), beat.is_alarm),
        (json!(true), false)
    );
    for mty in ["RE", "IN", "PI"] {
        let event = read(&request(&[("cid", "7"), ("mty", mty), ("stc", "10")]));
        assert!(!event.is_alarm, "{mty}");
    }
    // No reason at all is still an alarm.
    let bare = read(&request(&[("cid", "77000018")]));
    assert_eq!(
        (bare.alarms.as_slice(), bare.is_alarm),
        (&[Alarm::Unspecified][..], true)
    );
    assert_eq!(bare.key.0, "ME+unspecified");
    let nobody = read(&request(&[("ref", "inv4"), ("stc", "10")]));
    assert_eq!(
        (nobody.device_uid.is_named(), nobody.is_alarm),
        (false, true)
    );
}

#[test]
fn answers_are_read_and_not_answered() {
    for (bytes, number) in [
        (answer("inv5", 4), 4),
        (
            b"<scaip><ref>inv5</ref><snu>0</snu><ste/></scaip>".to_vec(),
            0,
        ),
    ] {
        let event = read(&bytes);
        assert_eq!(field(&event, "direction"), "server to device");
        assert_eq!(field(&event, "status_number"), number);
        assert_eq!(field(&event, "reply_must_echo_ref"), Value::Null);
        assert!(!event.is_alarm);
        assert_eq!(reply(&bytes, &Envelope::default()), None);
    }
}

#[test]
fn requests_are_answered_with_their_reference() {
    let to = |tags: &[(&str, &str)]| reply(&request(tags), &Envelope::default());
    let whole = [
        ("ref", "in<v>&6"),
        ("cid", "7"),
        ("dty", "2"),
        ("stc", "10"),
    ];
    let expected = b"<mrs><ref>in&lt;v&gt;&amp;6</ref><snu>0</snu></mrs>";
    assert_eq!(to(&whole).as_deref(), Some(&expected[..]));
    assert_eq!(to(&whole[..2]), Some(answer("in<v>&6", 7)));
    assert_eq!(to(&whole[1..]), Some(answer("", 7)));
}

#[test]
fn limits_hold() {
    let refused = |body: &str| decode(body.as_bytes(), &Envelope::default()).err();
    for body in [
        "",
        "<mrq>",
        "<other/>",
        "{}",
        "<!DOCTYPE mrq [<!ENTITY a \"b\">]><mrq><ref>&a;</ref></mrq>",
    ] {
        assert!(refused(body).is_some(), "{body}");
    }
    let long = format!("<mrq><ite>{}</ite></mrq>", "x".repeat(MAX_FRAME));
    assert_eq!(
        refused(&long).map(|error| error.reason),
        Some("body too long")
    );
    let many = format!("<mrq>{}</mrq>", "<a/>".repeat(400));
    assert_eq!(refused(&many).map(|error| error.reason), Some("not XML"));
    let deep = format!("<mrq>{}{}</mrq>", "<a>".repeat(500), "</a>".repeat(500));
    assert!(refused(&deep).is_some());
    let latin = b"<mrq><ref>\xe9</ref></mrq>";
    assert_eq!(
        decode(latin, &Envelope::default()).map_err(|e| e.reason),
        Err("not UTF-8")
    );
}
