//! Abeeway's trackers of the second generation: badge, micro and industrial.

use domain::devices::Alarm;
use serde_json::Value;

use super::meaning::{Meaning, Uplink};
use crate::bytes::Reader;
use crate::places;
use crate::protocol::DecodeError;

const MODES: [&str; 6] = [
    "STAND_BY",
    "MOTION_TRACKING",
    "PERMANENT_TRACKING",
    "MOTION_START_END_TRACKING",
    "ACTIVITY_TRACKING",
    "OFF",
];
const EVENTS: [&str; 11] = [
    "GEOLOC_START",
    "MOTION_START",
    "MOTION_END",
    "BLE_CONNECTED",
    "BLE_DISCONNECTED",
    "TEMPERATURE_ALERT",
    "BLE_BOND_DELETED",
    "SOS_MODE_START",
    "SOS_MODE_END",
    "ANGLE_DETECTION",
    "GEOFENCING",
];
const POSITIONS: [&str; 12] = [
    "GPS",
    "GPS_TIMEOUT",
    "ENCRYPTED_WIFI_BSSIDS",
    "WIFI_TIMEOUT",
    "WIFI_FAILURE",
    "XGPS_DATA",
    "XGPS_DATA_WITH_GPS_SW_TIME",
    "BLE_BEACON_SCAN",
    "BLE_BEACON_FAILURE",
    "WIFI_BSSIDS_WITH_NO_CYPHER",
    "BLE_BEACON_SCAN_SHORT_ID",
    "BLE_BEACON_SCAN_LONG_ID",
];

/// Reads any message: type, state, battery, temperature, token, then what the type says.
pub(super) fn read(uplink: Uplink<'_>) -> Result<Meaning, DecodeError> {
    let mut reader = Reader::new(uplink.bytes);
    let mut meaning = Meaning::default();
    let (kind, state) = (reader.u8()?, reader.u8()?);
    let (battery, temperature) = (reader.u8()?, reader.u8()?);
    let token = reader.u8()?;
    let name = message_type(kind, token, &reader);
    meaning.say("messageType", name);
    meaning.say("trackingMode", word(&MODES, state >> 5));
    // The bit of the SOS button.
    meaning.say("sosFlag", state >> 4 & 1);
    meaning.say("appState", state >> 3 & 1);
    let moving = if state & 4 == 0 { "STATIC" } else { "MOVING" };
    meaning.say("dynamicMotionState", moving);
    meaning.say("periodicPosition", state & 2 != 0);
    meaning.say("onDemand", state & 1 != 0);
    meaning.say("ackToken", token >> 4);
    let (level, status) = match battery {
        0 => (Value::Null, "CHARGING"),
        255 => (Value::Null, "UNKNOWN"),
        level => (level.into(), "OPERATING"),
    };
    meaning.say("batteryLevel", level);
    meaning.say("batteryStatus", status);
    let celsius = condensed(temperature, -44.0, 85.0, 10.0);
    meaning.say("temperatureMeasure", celsius);
    if state & 0x10 != 0 {
        meaning.alarm(Alarm::Sos);
    }
    // A message cut short means what it says as far as it goes.
    let _ = match kind {
        3 => position(token & 15, &mut reader, &mut meaning),
        14 => extended_position(token & 15, &mut reader, &mut meaning),
        5 => heartbeat(&mut reader, &mut meaning),
        7 => activity(&mut reader, &mut meaning),
        10 => event(&mut reader, &mut meaning),
        _ => Ok(()),
    };
    Ok(meaning)
}

fn message_type(kind: u8, token: u8, rest: &Reader<'_>) -> &'static str {
    match (kind, token & 15) {
        (0, _) => "FRAME_PENDING",
        (3, _) => "POSITION_MESSAGE",
        (4, 0) => "ENERGY_STATUS",
        (4, _) => "HEALTH_STATUS",
        (5, _) => "HEARTBEAT",
        (7, _) => match rest.peek().unwrap_or(0) & 7 {
            2 => "CONFIGURATION",
            3 => "SHOCK_DETECTION",
            5 => "BLE_MAC",
            _ => "ACTIVITY_STATUS",
        },
        (9, _) => "SHUTDOWN",
        (10, _) => "EVENT",
        (11, _) => "DATA_SCAN_COLLECTION",
        (12, _) => "PROXIMITY_DETECTION",
        (13, _) => "SMS",
        (14, _) => "EXTENDED_POSITION_MESSAGE",
        (15, _) => "DEBUG",
        _ => "UNKNOWN",
    }
}

/// A byte spread over a range, rounded to one part in `precision`.
fn condensed(byte: u8, low: f64, high: f64, precision: f64) -> f64 {
    let value = f64::from(byte) * (high - low) / 255.0 + low;
    (value * precision).round() / precision
}

fn position(kind: u8, reader: &mut Reader<'_>, meaning: &mut Meaning) -> Result<(), DecodeError> {
    meaning.say("rawPositionType", word(&POSITIONS, kind));
    if kind != 0 {
        return Ok(());
    }
    meaning.say("age", condensed(reader.u8()?, 0.0, 2040.0, 1.0));
    // The three upper bytes of a degree in 1e-7.
    let lat = (reader.u24()? << 8).cast_signed();
    let lon = (reader.u24()? << 8).cast_signed();
    place(lat, lon, meaning);
    let accuracy = condensed(reader.u8()?, 0.0, 1000.0, 100.0);
    meaning.say("horizontalAccuracy", accuracy);
    Ok(())
}

fn extended_position(
    kind: u8,
    reader: &mut Reader<'_>,
    meaning: &mut Meaning,
) -> Result<(), DecodeError> {
    meaning.say("rawPositionType", word(&POSITIONS, kind));
    if kind != 0 {
        return Ok(());
    }
    meaning.say("age", reader.u16()?);
    reader.skip(1)?;
    let (lat, lon) = (reader.i32()?, reader.i32()?);
    place(lat, lon, meaning);
    Ok(())
}

fn place(lat: i32, lon: i32, meaning: &mut Meaning) {
    let (lat, lon) = (f64::from(lat) / 1e7, f64::from(lon) / 1e7);
    meaning.say("gpsLatitude", lat);
    meaning.say("gpsLongitude", lon);
    meaning.fix = places::fix(lat, lon, true);
}

fn heartbeat(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Result<(), DecodeError> {
    meaning.say("resetCause", reader.u8()?);
    for name in ["firmwareVersion", "bleFirmwareVersion"] {
        let [major, minor, patch] = reader.array()?;
        meaning.say(name, format!("{major}.{minor}.{patch}"));
    }
    Ok(())
}

fn activity(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Result<(), DecodeError> {
    match reader.u8()? & 7 {
        1 => {
            meaning.say("activityCount", reader.u32()?);
        }
        3 => {
            meaning.say("nbOfShocks", reader.u8()?);
            meaning.alarm(Alarm::Vibration);
        }
        _ => {}
    }
    Ok(())
}

fn event(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Result<(), DecodeError> {
    let code = reader.u8()?;
    meaning.say("eventType", word(&EVENTS, code));
    match code {
        5 => meaning.alarm(Alarm::Temperature),
        7 => meaning.alarm(Alarm::Sos),
        10 => meaning.alarm(Alarm::Geofence),
        _ => {}
    }
    Ok(())
}

fn word(words: &[&'static str], code: u8) -> &'static str {
    words.get(usize::from(code)).copied().unwrap_or("UNKNOWN")
}
