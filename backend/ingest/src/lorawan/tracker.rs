//! Channels of Milesight's AT101, a tracker.

use domain::devices::{Alarm, Recency, Record};
use serde_json::{Map, Value};

use super::meaning::Meaning;
use super::milesight::{Part, shown};
use crate::bytes::Reader;
use crate::places;
use crate::protocol::DecodeError;

type Done = Result<(), DecodeError>;

const MOTION: &[(u8, &str)] = &[(0, "unknown"), (1, "start"), (2, "moving"), (3, "stop")];
const TILT: &[(u8, &str)] = &[(4, "normal"), (5, "tilt")];
const FENCE: &[(u8, &str)] = &[(0, "inside"), (1, "outside"), (2, "unset"), (3, "unknown")];
const HEAT: &[(u8, &str)] = &[(0, "normal"), (1, "abnormal")];

/// Where it is, and whether inside its fence.
pub(super) fn location(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    let (lat, lon) = (micro(reader)?, micro(reader)?);
    let status = reader.u8()?;
    meaning.say("latitude", lat);
    meaning.say("longitude", lon);
    let (name, word) = motion(status & 15);
    meaning.say(name, word);
    meaning.say("geofence_status", shown(FENCE, status >> 4));
    meaning.fix = places::fix(lat, lon, true);
    if status >> 4 == 1 {
        meaning.state(Alarm::GeofenceExit);
    }
    Ok(())
}

/// The same, sent because the fence was crossed.
pub(super) fn fence_alarm(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    location(reader, meaning)?;
    match meaning.data.get("geofence_status").and_then(Value::as_str) {
        Some("inside") => meaning.alarm(Alarm::GeofenceEnter),
        Some("outside") => meaning.alarm(Alarm::GeofenceExit),
        _ => meaning.alarm(Alarm::Geofence),
    }
    Ok(())
}

/// A network it hears; all ones when it hears none.
pub(super) fn wifi(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    let group = reader.u8()?;
    let mac = reader.array::<6>()?.map(|byte| format!("{byte:02x}"));
    let rssi = i8::from_le_bytes(reader.array()?);
    let (name, word) = motion(reader.u8()? & 15);
    meaning.say(name, word);
    if mac.iter().all(|byte| byte == "ff") {
        meaning.say("wifi_scan_result", "timeout");
        return Ok(());
    }
    meaning.say("wifi_scan_result", "finish");
    let entry = Map::from_iter([
        ("group".to_owned(), group.into()),
        ("mac".to_owned(), mac.join(":").into()),
        ("rssi".to_owned(), rssi.into()),
        (name.to_owned(), word.into()),
    ]);
    meaning.push("wifi", entry);
    Ok(())
}

/// Too warm or too cold.
pub(super) fn heat(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    meaning.say("temperature", f64::from(reader.i16_le()?) / 10.0);
    let code = reader.u8()?;
    meaning.say("temperature_abnormal", shown(HEAT, code));
    meaning.say("temperature_alarm", shown(HEAT, code));
    if code == 1 {
        meaning.alarm(Alarm::Temperature);
    }
    Ok(())
}

/// A stored position; later firmware adds angles, six bytes that no channel starts with.
pub(super) fn history(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    let seconds = reader.u32_le()?;
    let (lon, lat) = (micro(reader)?, micro(reader)?);
    let mut entry = Map::from_iter([
        ("timestamp".to_owned(), seconds.into()),
        ("longitude".to_owned(), lon.into()),
        ("latitude".to_owned(), lat.into()),
    ]);
    if reader.left() >= 6 && !reader.rest().starts_with(&[0x20, 0xce]) {
        for axis in ANGLES {
            entry.insert(
                (*axis).to_owned(),
                i8::from_le_bytes(reader.array()?).into(),
            );
        }
    }
    meaning.push("history", entry);
    meaning.history.push(Record {
        device_time: places::moment_of_seconds(seconds),
        recency: Recency::Stored,
        fix: places::fix(lat, lon, true),
        alarms: Vec::new(),
        is_alarm: false,
        battery_pct: None,
    });
    Ok(())
}

/// Where it lay at first and how far it leans now, degrees.
const ANGLES: [&str; 6] = [
    "initial_angle_x",
    "initial_angle_y",
    "initial_angle_z",
    "inclination_angle_x",
    "inclination_angle_y",
    "inclination_angle_z",
];
/// The same as fields of a channel.
pub(super) const ANGLE_FIELDS: &[Part] = &[
    Part::I8(ANGLES[0]),
    Part::I8(ANGLES[1]),
    Part::I8(ANGLES[2]),
    Part::I8(ANGLES[3]),
    Part::I8(ANGLES[4]),
    Part::I8(ANGLES[5]),
];

/// Taken off what it was fixed to.
pub(super) fn judge(meaning: &mut Meaning) {
    if meaning.data.get("tamper_status").and_then(Value::as_str) == Some("uninstall") {
        meaning.alarm(Alarm::Removed);
    }
}

fn micro(reader: &mut Reader<'_>) -> Result<f64, DecodeError> {
    Ok(f64::from(reader.i32_le()?) / 1e6)
}

fn motion(code: u8) -> (&'static str, &'static str) {
    match code {
        4 | 5 => ("tilt_status", shown(TILT, code)),
        _ => ("motion_status", shown(MOTION, code)),
    }
}
