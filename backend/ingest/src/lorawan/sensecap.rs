//! SenseCAP T1000 card trackers: packets of an id and fields, the high byte first.

use domain::devices::Alarm;
use serde_json::{Map, Value};

use super::meaning::{Meaning, Uplink};
use crate::bytes::{Reader, bit};
use crate::places;
use crate::protocol::DecodeError;

const MODES: [&str; 3] = ["standby", "periodic", "event"];
const STRATEGIES: [&str; 8] = [
    "gnss",
    "wifi",
    "wifi+gnss",
    "gnss+wifi",
    "bluetooth",
    "bluetooth+wifi",
    "bluetooth+gnss",
    "bluetooth+wifi+gnss",
];
/// What made it report, bit by bit.
const EVENTS: [(&str, Option<Alarm>); 8] = [
    ("start_moving", None),
    ("end_movement", None),
    ("motionless", Some(Alarm::NoMovement)),
    ("shock", Some(Alarm::Vibration)),
    ("temperature", Some(Alarm::Temperature)),
    ("light", None),
    ("sos", Some(Alarm::Sos)),
    ("press_once", None),
];

/// Reads packets, one after the other; the first says what the payload is, the others are `more`.
pub(super) fn read(uplink: Uplink<'_>) -> Result<Meaning, DecodeError> {
    let mut rest = uplink.bytes;
    let mut meaning = next(&mut rest, 0)?;
    while !rest.is_empty() {
        let at = uplink.bytes.len() - rest.len();
        match next(&mut rest, at) {
            Ok(more) => {
                meaning.push("more", more.data);
                meaning.alarms.extend(more.alarms);
                meaning.is_alarm |= more.is_alarm;
                meaning.fix = meaning.fix.or(more.fix);
                meaning.device_time = meaning.device_time.or(more.device_time);
            }
            Err(_) => {
                meaning.say("unread_hex", hex::encode(rest));
                break;
            }
        }
    }
    Ok(meaning)
}

/// Bytes of a packet with its id.
fn length(id: u8) -> Option<usize> {
    Some(match id {
        0x01 => 47,
        0x02 => 16,
        0x03 => 32,
        0x04 => 10,
        0x05 | 0x0d => 5,
        0x06 => 22,
        0x07 => 42,
        0x08 => 35,
        0x09 => 18,
        0x0a => 38,
        0x0b => 31,
        0x0f => 17,
        0x10 => 13,
        0x11 => 14,
        _ => return None,
    })
}

fn next(rest: &mut &[u8], at: usize) -> Result<Meaning, DecodeError> {
    let id = rest.first().copied().unwrap_or(0);
    let length = length(id).ok_or(DecodeError::new(at, "unknown packet"))?;
    let Some((packet, after)) = rest.split_at_checked(length) else {
        return Err(DecodeError::new(at, "cut short"));
    };
    let mut reader = Reader::new(packet);
    reader.skip(1)?;
    let mut meaning = Meaning::default();
    meaning.say("frame_id", id);
    match id {
        0x01 | 0x02 => status(&mut reader, &mut meaning)?,
        0x05 => {
            battery(&mut reader, &mut meaning)?;
            meaning.say("work_mode", word(&MODES, reader.u8()?));
            meaning.say("positioning", word(&STRATEGIES, reader.u8()?));
            meaning.say("sos_mode", reader.u8()?);
        }
        0x06..=0x0b | 0x11 => report(id, &mut reader, &mut meaning)?,
        0x0d => meaning.say("error_code", reader.u32()?),
        // Settings and raw scans.
        _ => meaning.say("packet_hex", hex::encode(packet)),
    }
    *rest = after;
    Ok(meaning)
}

fn battery(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Result<(), DecodeError> {
    let percent = reader.u8()?;
    meaning.say("battery", percent);
    meaning.battery_pct = Some(percent).filter(|percent| *percent <= 100);
    Ok(())
}

/// The state; what makes event 0x01 report follows, and is not read.
fn status(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Result<(), DecodeError> {
    battery(reader, meaning)?;
    for name in ["software", "hardware"] {
        let [major, minor] = reader.array()?;
        meaning.say(name, format!("v{major}.{minor}"));
    }
    meaning.say("work_mode", word(&MODES, reader.u8()?));
    meaning.say("positioning", word(&STRATEGIES, reader.u8()?));
    meaning.say("heartbeat_interval_min", reader.u16()?);
    meaning.say("uplink_interval_min", reader.u16()?);
    meaning.say("event_uplink_interval_min", reader.u16()?);
    meaning.say("temp_light_enabled", reader.u8()? == 1);
    meaning.say("sos_mode", reader.u8()?);
    Ok(())
}

/// Events, time, place or what is heard around, temperature, light, battery.
fn report(id: u8, reader: &mut Reader<'_>, meaning: &mut Meaning) -> Result<(), DecodeError> {
    if id == 0x11 {
        meaning.say("position_status", reader.u8()?);
    }
    events(reader.u24()?, meaning);
    if id != 0x11 {
        meaning.say("motion_segment", reader.u8()?);
    }
    let seconds = reader.u32()?;
    meaning.say("timestamp", seconds);
    meaning.device_time = places::moment_of_seconds(seconds);
    match id {
        0x06 | 0x09 => {
            let lon = f64::from(reader.i32()?) / 1e6;
            let lat = f64::from(reader.i32()?) / 1e6;
            meaning.say("longitude", lon);
            meaning.say("latitude", lat);
            meaning.fix = places::fix(lat, lon, true);
        }
        0x07 | 0x0a => heard("wifi", 4, reader, meaning)?,
        0x08 | 0x0b => heard("bluetooth", 3, reader, meaning)?,
        _ => {}
    }
    if matches!(id, 0x06..=0x08 | 0x11) {
        let celsius = f64::from(reader.i16()?) / 10.0;
        meaning.say("temperature", celsius);
        meaning.say("light_pct", reader.u16()?);
    }
    battery(reader, meaning)
}

fn events(bits: u32, meaning: &mut Meaning) {
    let mut told = Vec::new();
    for (index, (name, alarm)) in (0..).zip(EVENTS) {
        if bit(bits, index) {
            told.push(Value::from(name));
            if let Some(alarm) = alarm {
                meaning.alarm(alarm);
            }
        }
    }
    meaning.say("events", told);
}

fn heard(
    name: &str,
    count: usize,
    reader: &mut Reader<'_>,
    meaning: &mut Meaning,
) -> Result<(), DecodeError> {
    for _ in 0..count {
        let mac = reader.array::<6>()?;
        let rssi = i8::from_le_bytes(reader.array()?);
        if mac == [0xff; 6] {
            continue;
        }
        let entry = Map::from_iter([
            ("mac".to_owned(), hex::encode(mac).into()),
            ("rssi".to_owned(), rssi.into()),
        ]);
        meaning.push(name, entry);
    }
    Ok(())
}

fn word(words: &[&'static str], code: u8) -> &'static str {
    words.get(usize::from(code)).copied().unwrap_or("unknown")
}
