//! Invented payloads of real shape and what they mean; every alarm code, all synthetic.

use domain::devices::{Alarm, DeviceEvent, Recency};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::codecs;
use super::decode::decode;
use super::meaning::Uplink;
use super::milesight;
use crate::protocol::{Envelope, Session};

fn session(model: &str) -> Session {
    Session {
        model: Some(model.to_owned()),
        ..Session::default()
    }
}

fn read(model: &str, bytes: &[u8]) -> DeviceEvent {
    let session = session(model);
    decode(bytes, &Envelope::of(&session)).expect("a payload")
}

fn data(event: &DeviceEvent) -> Value {
    event.data.clone().expect("data").into()
}

fn field(event: &DeviceEvent, name: &str) -> Value {
    data(event)[name].clone()
}

#[test]
fn every_press_of_the_button_is_an_sos() {
    for (code, word) in [(1, "short"), (2, "long"), (3, "double"), (9, "unknown")] {
        let event = read("Milesight WS101", &[0x01, 0x75, 81, 0xff, 0x2e, code]);
        assert_eq!((event.is_alarm, event.battery_pct), (true, Some(81)));
        assert_eq!(event.alarms, [Alarm::Sos]);
        assert_eq!(field(&event, "button"), word);
    }
    let event = read("ws101", &[0xff, 0x2e, 2]);
    assert_eq!(
        field(&event, "button_event"),
        json!({"status": "long press"})
    );
    assert!(!read("ws101", &[0x01, 0x75, 81]).is_alarm);
}

#[test]
fn every_state_of_the_fall_radar() {
    use Alarm::{Fall, NoMovement, OutOfBed};
    let table: [(u8, &str, &[Alarm], bool); 6] = [
        (0, "normal", &[], false),
        (1, "vacant", &[], false),
        (2, "in_bed", &[], false),
        (3, "out_of_bed", &[OutOfBed], false),
        (4, "fall", &[Fall], true),
        (9, "unknown", &[], false),
    ];
    for (code, word, alarms, is_alarm) in table {
        let old = read("vs373", &[0x03, 0xf8, code, 0, 16, 0, 1, 1]);
        let new = read("vs373", &[0x07, 0xb0, code, 0, 16, 0, 0, 1, 1, 0]);
        assert_eq!(data(&old), data(&new));
        assert_eq!(field(&old, "detection_status"), word);
        assert_eq!(field(&old, "use_time_today"), 257);
        assert_eq!(
            (&old.alarms[..], old.is_alarm),
            (alarms, is_alarm),
            "{word}"
        );
    }
    for (code, word, alarms) in [
        (0, "normal", &[][..]),
        (1, "motionless", &[NoMovement]),
        (2, "abnormal", &[]),
        (3, "lying_down", &[]),
    ] {
        let event = read("vs373", &[0x03, 0xf8, 2, code, 16, 0, 1, 1]);
        assert_eq!(field(&event, "target_status"), word);
        assert_eq!(event.alarms, alarms);
    }
}

#[test]
fn every_alarm_of_the_fall_radar_in_every_step() {
    use Alarm::*;
    let reasons = [
        (0, "fall", Some(Fall)),
        (1, "motionless", Some(NoMovement)),
        (2, "dwell", Some(NoMovement)),
        (3, "out_of_bed", Some(OutOfBed)),
        (4, "occupied", None),
        (5, "vacant", Some(Absent)),
        (6, "bradynea", Some(Breathing)),
        (7, "tachypnea", Some(Breathing)),
        (8, "lying_down", Some(NoMovement)),
        (77, "unknown", Some(Unspecified)),
    ];
    for (code, word, alarm) in reasons {
        for (step, is_now) in [(0, true), (1, true), (2, false), (3, false), (4, false)] {
            let event = read("vs373", &[0x06, 0xfb, 44, 1, code, step, 2]);
            let expected = alarm.filter(|_| is_now);
            assert_eq!(event.alarms.first().copied(), expected, "{word} {step}");
            assert_eq!(event.is_alarm, expected.is_some());
            assert_eq!(field(&event, "events")[0]["alarm_type"], word);
            let stored = read("vs373", &[0x20, 0xce, 0, 9, 2, 0x65, 44, 1, code, step, 2]);
            assert_eq!(stored.recency, Recency::Stored);
            assert_eq!(stored.alarms, event.alarms);
            assert_eq!(field(&stored, "history")[0]["alarm_type"], word);
        }
    }
    let event = read("vs373", &[0x06, 0xfb, 44, 1, 0, 1, 255]);
    assert_eq!(event.key.0, "alarm:300+fall");
    // Its battery report in between changes nothing.
    let again = read("vs373", &[0xff, 0x0b, 0xff, 0x06, 0xfb, 44, 1, 0, 1, 255]);
    assert_eq!(again.key, event.key);
    let other = read("vs373", &[0x06, 0xfb, 45, 1, 0, 1, 255]);
    assert_ne!(other.key, event.key);
}

#[test]
fn an_old_fall_is_history_and_a_new_one_beside_it_is_not() {
    let old = [0x20, 0xce, 0, 9, 2, 0x65, 44, 1, 0, 1, 255];
    let event = read(
        "vs373",
        &[&old[..], &[0x06, 0xfb, 45, 1, 0, 1, 255]].concat(),
    );
    assert_eq!((event.recency, event.records.len()), (Recency::Live, 2));
    let event = read("vs373", &[&old[..], &old[..]].concat());
    assert_eq!((event.recency, event.records.len()), (Recency::Stored, 2));
    assert_eq!(
        event.device_time.map(|at| at.timestamp()),
        Some(0x6502_0900)
    );
}

#[test]
fn regions_of_both_firmwares() {
    let old = read("vs373", &[0x04, 0xf9, 1, 1, 0, 0]);
    assert_eq!(field(&old, "region_1_occupancy"), "vacant");
    assert_eq!(field(&old, "region_4_occupancy"), "occupied");
    let new = read("vs373", &[0x0a, 0xb3, 2, 0b10, 0, 0, 0]);
    assert_eq!(field(&new, "region_1_occupancy"), "vacant");
    assert_eq!(field(&new, "region_2_occupancy"), "occupied");
    assert_eq!(field(&new, "region_3_occupancy"), Value::Null);
    let breath = read("vs373", &[0x08, 0xb1, 1, 0x08, 0x07]);
    assert_eq!(field(&breath, "respiratory_rate"), 18.0);
    for (code, alarms) in [
        (1, &[][..]),
        (2, &[]),
        (3, &[Alarm::Breathing]),
        (4, &[Alarm::Breathing]),
    ] {
        let event = read("vs373", &[0x08, 0xb1, code, 0x08, 0x07]);
        assert_eq!(
            (&event.alarms[..], event.is_alarm),
            (alarms, false),
            "{code}"
        );
    }
    let types = read("vs373", &[0x09, 0xb2, 1, 2, 3, 0, 255, 9]);
    assert_eq!(field(&types, "region_1_type"), "bed");
    assert_eq!(field(&types, "region_6_type"), "unknown");
}

#[test]
fn water_gas_and_smoke() {
    for (model, id) in [
        ("em300-sld", 0x05),
        ("em300-zld", 0x05),
        ("em300-mld", 0x06),
        ("ws303", 0x03),
    ] {
        let dry = read(model, &[id, 0x00, 0]);
        let wet = read(model, &[id, 0x00, 1]);
        assert_eq!((dry.is_alarm, wet.is_alarm), (false, true), "{model}");
        assert_eq!(wet.alarms, [Alarm::Water]);
    }
    let stored = read("em300-sld", &[0x20, 0xce, 0, 9, 2, 0x65, 0x22, 1, 0x65, 1]);
    assert_eq!((stored.recency, stored.is_alarm), (Recency::Stored, true));
    assert_eq!(read("gs101", &[0x05, 0x8e, 1]).alarms, [Alarm::Gas]);
    for (code, alarm) in [
        (0, Some(Alarm::PowerOff)),
        (1, None),
        (2, Some(Alarm::Fault)),
        (3, None),
        (4, Some(Alarm::Fault)),
        (5, Some(Alarm::Fault)),
    ] {
        let event = read("gs101", &[0xff, 0x3f, code]);
        assert_eq!(event.alarms.first().copied(), alarm, "{code}");
    }
    let smoke = |code: u8| {
        let mut bytes = vec![0x22, 0x10 | code, 81, 3, 0xff];
        let sum = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
        bytes.push(sum.wrapping_neg());
        read("milesight gs524n", &bytes)
    };
    for (code, alarm) in [
        (1, Some(Alarm::Smoke)),
        (2, None),
        (4, Some(Alarm::LowBattery)),
        (5, Some(Alarm::Fault)),
        (7, None),
        (10, Some(Alarm::Tampering)),
        (11, None),
        (14, None),
        (15, Some(Alarm::LowBattery)),
    ] {
        assert_eq!(smoke(code).alarms.first().copied(), alarm, "{code}");
    }
    assert_eq!(field(&smoke(1), "temperature"), -1);
    let wrong = read("gs524n", &[0x22, 0x11, 81, 3, 22, 0]);
    assert_eq!(wrong.alarms, [Alarm::Smoke]);
    assert_eq!(field(&wrong, "checksum_ok"), false);
}

#[test]
fn rooms_doors_seats_and_counters() {
    let rows: [(&str, &[u8], &str, Value); 13] = [
        ("ws301", &[0x03, 0, 1], "magnet_status", json!("open")),
        ("ws301", &[0x03, 0, 0], "door", json!("close")),
        ("em300-mcs", &[0x06, 0, 0], "magnet_status", json!("close")),
        ("em300-th", &[0x04, 0x68, 99], "humidity", json!(49.5)),
        ("ws202", &[0x03, 0, 1], "pir", json!("trigger")),
        ("ws202", &[0x04, 0, 1], "daylight", json!("light")),
        ("ws203", &[0x05, 0, 1], "occupancy", json!("occupied")),
        ("vs330", &[0x03, 0x8e, 0], "occupancy", json!("vacant")),
        ("vs341", &[0x03, 0, 1], "occupancy", json!("occupied")),
        ("vs370", &[0x04, 0, 254], "illuminance", json!("disable")),
        ("vs351", &[0x04, 0xcc, 9, 1, 8, 1], "total_in", json!(265)),
        ("ws201", &[0x04, 0xd6, 33], "remaining", json!(33)),
        ("gs301", &[0x04, 0x7d, 3, 0], "nh3", json!(0.03)),
    ];
    for (model, bytes, name, value) in rows {
        let event = read(model, bytes);
        assert_eq!(field(&event, name), value, "{model}");
        assert!(!event.is_alarm, "{model}");
    }
    let warm = read("ws203", &[0x83, 0x67, 0x90, 1, 1]);
    assert_eq!(warm.alarms, [Alarm::Temperature]);
    let cold = read("vs350", &[0x03, 0x67, 0xf6, 0xff]);
    assert_eq!(field(&cold, "temperature"), -1.0);
    let stored = read("vs350", &[0x20, 0xce, 0, 9, 2, 0x65, 0, 7, 0, 2, 0]);
    assert_eq!(field(&stored, "history")[0]["period_in"], 7);
}

#[test]
fn what_every_model_says_of_itself_and_answers_to_settings() {
    let told = [
        0xff, 0x0b, 0xff, 0xff, 0x01, 0x01, 0xff, 0x16, 1, 2, 3, 4, 5, 6, 7, 8, 0xff, 0x09, 0x01,
        0x20, 0xff, 0x0a, 0x01, 0x14, 0xff, 0x0f, 0x02, 0xff, 0xff, 0x01, 0x03, 0xff, 0x28, 0xff,
        0xf9, 0x50, 1, 1, 0x01, 0x75, 77,
    ];
    for model in milesight::names().filter(|name| *name != "gs101") {
        let event = read(model, &told);
        assert_eq!(field(&event, "sn"), "0102030405060708", "{model}");
        assert_eq!(field(&event, "lorawan_class"), "Class C");
        assert_eq!(field(&event, "hardware_version"), "v1.2");
        assert_eq!(field(&event, "firmware_version"), "v1.14");
        assert_eq!(event.battery_pct, Some(77), "{model}");
    }
    // What follows an unknown channel is kept unread; what stood before counts.
    let event = read("vs373", &[0x06, 0xfb, 44, 1, 0, 1, 255, 0x6e, 0x6e, 1]);
    assert_eq!(event.alarms, [Alarm::Fall]);
    assert_eq!(field(&event, "unread_hex"), "6e6e01");
}

#[test]
fn the_at101_tracker() {
    let place = |status| {
        let mut bytes = vec![0x04, 0x88];
        bytes.extend(31_250_000_i32.to_le_bytes());
        bytes.extend(121_500_000_i32.to_le_bytes());
        bytes.push(status);
        bytes
    };
    let event = read("at101", &place(0x12));
    let fix = event.fix.expect("a place");
    assert_eq!(
        (fix.at.lat(), fix.at.lon(), fix.valid),
        (31.25, 121.5, true)
    );
    assert_eq!(
        (event.alarms.as_slice(), event.is_alarm),
        (&[Alarm::GeofenceExit][..], false)
    );
    assert_eq!(field(&event, "motion_status"), "moving");
    assert_eq!(field(&read("at101", &place(0x05)), "tilt_status"), "tilt");
    for (status, alarm) in [
        (0x02, Alarm::GeofenceEnter),
        (0x12, Alarm::GeofenceExit),
        (0x22, Alarm::Geofence),
    ] {
        let mut bytes = place(status);
        bytes[0] = 0x84;
        let event = read("at101", &bytes);
        assert_eq!((event.alarms.first(), event.is_alarm), (Some(&alarm), true));
    }
    assert_eq!(read("at101", &[0x07, 0, 1]).alarms, [Alarm::Removed]);
    let hot = read("at101", &[0x83, 0x67, 0x90, 1, 1]);
    assert_eq!(hot.alarms, [Alarm::Temperature]);
    let nobody = [&[0x06, 0xd9, 8][..], &[0xff; 6], &[0, 2]].concat();
    assert_eq!(
        field(&read("at101", &nobody), "wifi_scan_result"),
        "timeout"
    );
}

#[test]
fn abeeway_of_the_second_generation() {
    let model = "Abeeway smart badge";
    let event = read(
        model,
        &[
            3, 0x72, 200, 137, 0, 2, 0x12, 0xa0, 0x59, 0x48, 0x6b, 0x9e, 4,
        ],
    );
    assert_eq!(event.alarms, [Alarm::Sos]);
    assert_eq!(field(&event, "sosFlag"), 1);
    assert_eq!(field(&event, "age"), 16.0);
    assert!(event.fix.is_some_and(|fix| fix.valid));
    for (code, word, alarm) in [
        (0, "GEOLOC_START", None),
        (1, "MOTION_START", None),
        (2, "MOTION_END", None),
        (5, "TEMPERATURE_ALERT", Some(Alarm::Temperature)),
        (7, "SOS_MODE_START", Some(Alarm::Sos)),
        (8, "SOS_MODE_END", None),
        (9, "ANGLE_DETECTION", None),
        (10, "GEOFENCING", Some(Alarm::Geofence)),
        (77, "UNKNOWN", None),
    ] {
        let event = read(model, &[10, 0x20, 0, 137, 0x30, code]);
        assert_eq!(field(&event, "eventType"), word);
        assert_eq!(event.alarms.first().copied(), alarm, "{word}");
        assert_eq!(field(&event, "batteryLevel"), Value::Null);
    }
    let event = read(model, &[7, 0x20, 9, 137, 0, 3, 2]);
    assert_eq!(event.alarms, [Alarm::Vibration]);
}

#[test]
fn abeeway_of_the_third_generation() {
    let model = "abeeway asset tracker 3";
    let session = session(model);
    let envelope = Envelope::of(&session).at("2026-11-24T13:00:05Z".parse().expect("a moment"));
    let read = |bytes: &[u8]| decode(bytes, &envelope).expect("a payload");
    // Seconds of the half day: 3600 and 43 199.
    let event = read(&[0x0a, 81, 0x0e, 0x10, 0x10]);
    assert_eq!(event.alarms, [Alarm::Sos]);
    assert_eq!(event.battery_pct, Some(81));
    let at = |event: &DeviceEvent| event.device_time.map(|at| at.to_rfc3339());
    assert_eq!(at(&event).as_deref(), Some("2026-11-24T13:00:00+00:00"));
    let event = read(&[0x0a, 0, 0xa8, 0xbf, 0x11]);
    assert_eq!(at(&event).as_deref(), Some("2026-11-24T11:59:59+00:00"));
    assert_eq!(field(&event, "header")["batteryLevel"], "CHARGING");
    assert!(!event.is_alarm);
    for (byte, alarm) in [
        (0x01, Some(Alarm::LowBattery)),
        (0x03, Some(Alarm::Tampering)),
        (0x20, Some(Alarm::Temperature)),
        (0x30, None),
        (0x32, Some(Alarm::Vibration)),
        (0x50, Some(Alarm::GeofenceEnter)),
        (0x51, Some(Alarm::GeofenceExit)),
        (0x52, Some(Alarm::Geofence)),
        (0x53, None),
        (0xff, None),
    ] {
        let event = read(&[0x08, 81, 0, 0, byte]);
        assert_eq!(event.alarms.first().copied(), alarm, "{byte:x}");
    }
    let mut place = vec![0x10, 81, 0, 0, 0x0a, 0, 0, 0x02];
    place.extend(312_500_000_i32.to_be_bytes());
    place.extend(1_215_000_000_i32.to_be_bytes());
    place.extend([0, 12, 0, 0, 0, 9, 23, 0x65]);
    let event = read(&place);
    assert_eq!(event.alarms, [Alarm::Sos], "by its trigger");
    let fix = event.fix.expect("a place");
    assert_eq!((fix.at.lat(), fix.at.lon()), (31.25, 121.5));
    assert_eq!(
        field(&event, "position")["gnssFix"]["quality"]["fixQuality"],
        "FIX_3D"
    );
    assert_eq!(
        read(&[0x48, 81, 0, 0, 0x30]).alarms,
        [Alarm::Sos],
        "by its flag"
    );
    // A command of ours is nobody's alarm.
    let event = super::decode::decode(
        &[0x0d, 2],
        &Envelope::of(&Session {
            model: Some("abeeway stop command".to_owned()),
            ..Session::default()
        }),
    )
    .expect("a command");
    assert_eq!(
        (field(&event, "commandType"), event.is_alarm),
        (json!("START_SOS"), false)
    );
}

#[test]
fn the_sensecap_card() {
    let report = |id: u8, events: u8, rest: &[u8]| {
        let head = [id, 0, 0, events, 7, 0x65, 2, 9, 0];
        read("SenseCAP T1000-A", &[&head[..], rest].concat())
    };
    let here = [121_500_000_i32.to_be_bytes(), 31_250_000_i32.to_be_bytes()].concat();
    let table = [
        (0, None),
        (1, None),
        (2, Some(Alarm::NoMovement)),
        (3, Some(Alarm::Vibration)),
        (4, Some(Alarm::Temperature)),
        (5, None),
        (6, Some(Alarm::Sos)),
        (7, None),
    ];
    for (bit, alarm) in table {
        let event = report(0x09, 1 << bit, &[&here[..], &[81]].concat());
        assert_eq!(event.alarms.first().copied(), alarm, "{bit}");
        assert!(event.fix.is_some_and(|fix| fix.at.lat() == 31.25));
        assert_eq!(event.battery_pct, Some(81));
    }
    let indoors = [
        &[0xfe, 0, 0, 0, 0, 1, 0xb0][..],
        &[0xff; 21],
        &[0, 215, 0, 40, 80],
    ]
    .concat();
    let event = report(0x07, 0b0100_0100, &indoors);
    assert_eq!(event.alarms, [Alarm::Sos, Alarm::NoMovement]);
    assert_eq!(field(&event, "wifi")[0]["rssi"], -80);
    assert_eq!(field(&event, "temperature"), 21.5);
    // An SOS behind a state, in one payload; then bytes that are no packet.
    let state = [
        &[0x02, 81, 1, 5, 1, 6, 1, 7, 0, 30, 0, 5, 0, 9, 1, 1][..],
        &[0x05, 80, 2, 0, 1],
    ];
    let event = read("t1000", &state.concat());
    assert_eq!(field(&event, "work_mode"), "periodic");
    assert_eq!(field(&event, "event_uplink_interval_min"), 9);
    assert_eq!(field(&event, "more")[0]["battery"], 80);
    let sos = [
        &[0x0b, 0, 0, 0x40, 7, 0x65, 2, 9, 0][..],
        &[0xff; 21],
        &[80, 0x77],
    ]
    .concat();
    let event = read("t1000", &[&[0x05, 80, 2, 0, 1][..], &sos].concat());
    assert_eq!(
        (event.alarms.as_slice(), event.is_alarm),
        (&[Alarm::Sos][..], true)
    );
    assert_eq!(field(&event, "unread_hex"), "77");
    let session = session("t1000");
    for refused in [&[0x77, 1][..], &[0x09, 0, 0, 0x40]] {
        assert!(decode(refused, &Envelope::of(&session)).is_err());
    }
}

#[test]
fn an_unknown_model_keeps_its_bytes() {
    let event = read("invented 9", &[1, 2, 3]);
    assert_eq!(
        (event.kind.as_str(), field(&event, "payload_hex")),
        ("unknown_model", json!("010203"))
    );
    let session = session("ws101");
    assert!(decode(&[0x6e, 0x6e, 1], &Envelope::of(&session)).is_err());
    assert!(decode(&[0; 256], &Envelope::of(&session)).is_err());
}

fn models() -> Vec<&'static str> {
    let others = [
        "gs524n",
        "abeeway asset tracker 2",
        "abeeway asset tracker 3",
        "abeeway reset command",
        "sensecap t1000",
    ];
    milesight::names().chain(others).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn no_payload_makes_a_codec_panic(
        model in prop::sample::select(models()),
        bytes in prop::collection::vec(prop_oneof![
            any::<u8>(),
            prop::sample::select(vec![0x03_u8, 0x04, 0x06, 0x20, 0xce, 0xf8, 0xfb, 0xff, 0x88]),
        ], 0..80),
    ) {
        let session = session(model);
        let envelope = Envelope::of(&session);
        if let Ok(event) = decode(&bytes, &envelope) {
            prop_assert!(event.battery_pct.is_none_or(|percent| percent <= 100));
            prop_assert!(event.readings.values().all(|value| value.is_finite()));
            prop_assert!(event.alarms.is_sorted());
        }
        let uplink = Uplink { bytes: &bytes, fport: None, received_at: None };
        prop_assert!(codecs::read(model, uplink).is_some());
    }
}
