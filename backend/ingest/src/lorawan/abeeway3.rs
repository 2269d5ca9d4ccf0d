//! Abeeway's trackers of the third generation, and the commands they are sent.

use chrono::{SecondsFormat, TimeDelta, Timelike};
use domain::devices::Alarm;
use domain::time::Timestamp;
use serde_json::{Map, Value, json};

use super::meaning::{Meaning, Uplink};
use crate::bytes::Reader;
use crate::places;
use crate::protocol::DecodeError;

/// The device's seconds start again every half day.
const HALF_DAY_S: i64 = 12 * 3600;
/// The device has no time yet.
const NO_TIME: u16 = 0xffff;

const TYPES: [&str; 6] = [
    "UNKNOWN",
    "NOTIFICATION",
    "POSITION",
    "QUERY",
    "RESPONSE",
    "TELEMETRY",
];
const STATUS: [&str; 4] = ["SUCCESS", "TIMEOUT", "FAILURE", "NOT_SOLVABLE"];
const POSITIONS: [&str; 12] = [
    "LR11xx_A_GNSS",
    "LR11xx_GNSS_NAV1",
    "LR11xx_GNSS_NAV2",
    "WIFI",
    "BLE_SCAN1_MAC",
    "BLE_SCAN1_SHORT",
    "BLE_SCAN1_LONG",
    "BLE_SCAN2_MAC",
    "BLE_SCAN2_SHORT",
    "BLE_SCAN2_LONG",
    "GNSS",
    "AIDED_GNSS",
];
/// What made the tracker report, bit by bit.
const TRIGGERS: [&str; 10] = [
    "geoTriggerPod",
    "geoTriggerSos",
    "geoTriggerMotionStart",
    "geoTriggerMotionStop",
    "geoTriggerInMotion",
    "geoTriggerInStatic",
    "geoTriggerShock",
    "geoTriggerTempHighThreshold",
    "geoTriggerTempLowThreshold",
    "geoTriggerGeozoning",
];
const QUALITIES: [&str; 4] = ["INVALID", "VALID", "FIX_2D", "FIX_3D"];

/// What the server may tell a tracker.
const COMMANDS: [&str; 12] = [
    "CLEAR_AND_RESET",
    "RESET",
    "START_SOS",
    "STOP_SOS",
    "SYSTEM_STATUS_REQUEST",
    "POSITION_ON_DEMAND",
    "SET_GPS_ALMANAC",
    "SET_BEIDOU_ALMANAC",
    "START_BLE_CONNECTIVITY",
    "STOP_BLE_CONNECTIVITY",
    "SYSTEM_EVENT",
    "CLEAR_MOTION_PERCENTAGE",
];

/// Reads any message: flags, type and token; battery; seconds; then what the type says.
pub(super) fn read(uplink: Uplink<'_>) -> Result<Meaning, DecodeError> {
    let mut reader = Reader::new(uplink.bytes);
    let mut meaning = Meaning::default();
    let (flags, battery, seconds) = (reader.u8()?, reader.u8()?, reader.u16()?);
    let is_buffered = battery & 0x80 != 0;
    let device_time = match is_buffered {
        true => {
            let low = reader.u16()?;
            places::moment_of_seconds(u32::from(seconds) << 16 | u32::from(low))
        }
        false => rebuilt(seconds, uplink.received_at),
    };
    let level = match battery & 0x7f {
        0 => "CHARGING".into(),
        0x7f => "UNKNOWN".into(),
        level => Value::from(level),
    };
    let kind = usize::from(flags >> 3 & 7);
    let is_sos = flags & 0x40 != 0;
    let shown = device_time.map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true));
    meaning.say(
        "header",
        json!({
            "sos": is_sos,
            "type": TYPES.get(kind).copied().unwrap_or("UNKNOWN"),
            "ackToken": flags & 7,
            "multiFrame": flags & 0x80 != 0,
            "batteryLevel": level,
            "timestamp": shown,
        }),
    );
    meaning.battery_pct = level.as_u64().and_then(|level| u8::try_from(level).ok());
    meaning.battery_pct = meaning.battery_pct.filter(|percent| *percent <= 100);
    meaning.device_time = device_time;
    if is_sos {
        meaning.alarm(Alarm::Sos);
    }
    if flags & 0x80 != 0 {
        reader.skip(1)?;
    }
    match TYPES.get(kind) {
        Some(&"NOTIFICATION") => notification(reader.u8()?, &mut meaning),
        // A position cut short means what it says as far as it goes.
        Some(&"POSITION") => drop(position(&mut reader, &mut meaning)),
        _ => {}
    }
    Ok(meaning)
}

/// The last moment not after receipt whose seconds in its half day are these.
fn rebuilt(seconds: u16, received_at: Option<Timestamp>) -> Option<Timestamp> {
    let received_at = received_at?.with_nanosecond(0)?;
    if seconds == NO_TIME {
        return Some(received_at);
    }
    let now = received_at.timestamp().rem_euclid(HALF_DAY_S);
    let ago = (now - i64::from(seconds)).rem_euclid(HALF_DAY_S);
    received_at.checked_sub_signed(TimeDelta::seconds(ago))
}

fn notification(byte: u8, meaning: &mut Meaning) {
    let (class, kind) = (byte >> 4, byte & 15);
    let (class, kinds): (&str, &[&str]) = match class {
        0 => (
            "SYSTEM",
            &[
                "STATUS",
                "LOW_BATTERY",
                "BLE_STATUS",
                "TAMPER_DETECTION",
                "HEARTBEAT",
            ],
        ),
        1 => ("SOS", &["SOS_ON", "SOS_OFF"]),
        2 => ("TEMPERATURE", &["TEMP_HIGH", "TEMP_LOW", "TEMP_NORMAL"]),
        3 => ("ACCELEROMETER", &["MOTION_START", "MOTION_END", "SHOCK"]),
        4 => ("NETWORK", &["MAIN_UP", "BACKUP_UP"]),
        5 => (
            "GEOZONING",
            &["ENTRY", "EXIT", "IN_HAZARD", "OUT_HAZARD", "MEETING_POINT"],
        ),
        6 => ("TELEMETRY", &["TELEMETRY", "TELEMETRY_MODE_BATCH"]),
        _ => ("UNKNOWN", &[]),
    };
    let kind = kinds.get(usize::from(kind)).copied().unwrap_or("UNKNOWN");
    meaning.say(
        "notification",
        json!({"notificationClass": class, "notificationType": kind}),
    );
    let alarm = match kind {
        "LOW_BATTERY" => Alarm::LowBattery,
        "TAMPER_DETECTION" => Alarm::Tampering,
        "SOS_ON" => Alarm::Sos,
        "TEMP_HIGH" | "TEMP_LOW" => Alarm::Temperature,
        "SHOCK" => Alarm::Vibration,
        "ENTRY" => Alarm::GeofenceEnter,
        "EXIT" => Alarm::GeofenceExit,
        "IN_HAZARD" => Alarm::Geofence,
        _ => return,
    };
    meaning.alarm(alarm);
}

fn position(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Result<(), DecodeError> {
    let head = reader.u8()?;
    let motions = reader.u8()? & 15;
    let bits = u32::from(reader.u16()?);
    let mut triggers = Map::new();
    for (bit, name) in (0..).zip(TRIGGERS) {
        triggers.insert(name.to_owned(), (bits >> bit & 1).into());
    }
    let kind = POSITIONS.get(usize::from(head & 15)).copied();
    let mut told = Map::from_iter([
        ("motion".to_owned(), (head >> 7).into()),
        ("motionCounter".to_owned(), motions.into()),
        (
            "status".to_owned(),
            STATUS[usize::from(head >> 5 & 3)].into(),
        ),
        ("positionType".to_owned(), kind.unwrap_or("UNKNOWN").into()),
        ("triggers".to_owned(), triggers.into()),
    ]);
    if bits & 2 != 0 {
        meaning.alarm(Alarm::Sos);
    }
    if kind == Some("GNSS")
        && head >> 5 & 3 == 0
        && let Ok(fix) = satellite(reader, &mut told)
    {
        meaning.fix = fix;
    }
    meaning.say("position", told);
    Ok(())
}

fn satellite(
    reader: &mut Reader<'_>,
    told: &mut Map<String, Value>,
) -> Result<Option<domain::devices::Fix>, DecodeError> {
    let lat = f64::from(reader.i32()?) / 1e7;
    let lon = f64::from(reader.i32()?) / 1e7;
    let altitude = reader.i16()?;
    let (course, speed) = (reader.u16()?, reader.u16()?);
    let (error, quality) = (reader.u8()?, reader.u8()?);
    let error = match error {
        251 => "(250,500]".into(),
        252 => "(500,1000]".into(),
        253 => "(1000,2000]".into(),
        254 => "(2000,4000]".into(),
        255 => ">4000".into(),
        metres => Value::from(metres),
    };
    let named = QUALITIES.get(usize::from(quality >> 5)).copied();
    told.insert("coordinates".to_owned(), json!([lon, lat, altitude]));
    told.insert(
        "gnssFix".to_owned(),
        json!({
            "latitude": lat, "longitude": lon, "altitude": altitude,
            "COG": course, "SOG": speed, "EHPE": error,
            "quality": {
                "fixQuality": named.unwrap_or("UNKNOWN"),
                "numberSatellitesUsed": quality & 15,
            },
        }),
    );
    Ok(places::fix(lat, lon, named != Some("INVALID")))
}

/// What the server sends: nobody's alarm, only shown.
pub(super) fn read_command(uplink: Uplink<'_>) -> Result<Meaning, DecodeError> {
    let mut reader = Reader::new(uplink.bytes);
    let mut meaning = Meaning::default();
    let head = reader.u8()?;
    meaning.say("ackToken", head & 7);
    let kind = match head >> 3 & 7 {
        1 => "COMMAND",
        2 => "REQUEST",
        3 => "ANSWER",
        _ => "UNKNOWN",
    };
    meaning.say("downMessageType", kind);
    if kind == "COMMAND" {
        let code = reader.u8()?;
        let command = COMMANDS.get(usize::from(code)).copied();
        let command = command.unwrap_or("UNKNOWN");
        meaning.say("commandType", command);
    }
    Ok(meaning)
}
