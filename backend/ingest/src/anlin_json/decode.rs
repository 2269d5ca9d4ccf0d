//! A message to a [`DeviceEvent`].

use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Fix, Protocol, Reading, Recency};
use domain::geo::{Coordinate, Datum};
use serde_json::{Map, Value};

use super::frame::{Signed, take_apart};
use crate::json;
use crate::protocol::{DecodeError, Envelope};

/// Says what a message means; whether it is proven is not asked here. Its identity is its own word,
/// so a body that cannot be read is refused with its reason and kept raw.
pub fn decode(bytes: &[u8], _envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let message = take_apart(bytes)?;
    let body = json::object(message.body.as_bytes())?;
    let kind = json::text(&body, "kind").and_then(json::word);
    let mut event = DeviceEvent::new(
        Protocol::AnlinJson,
        message.device.clone(),
        kind.unwrap_or("status"),
        EventKey(format!("{}:{}", message.boot, message.sequence)),
    );
    event.is_numbered = true;
    event.device_time = json::moment(&body, "time").or(Some(message.time));
    if json::truth(&body, "stored") == Some(true) {
        event.recency = Recency::Stored;
    }
    (event.alarms, event.is_alarm) = alarms(&body);
    event.fix = position(&body);
    // Brought over here: whoever knows the device must not do it again.
    event.datum = json::text(&body, "position/datum")
        .and_then(|datum| datum.parse().ok())
        .filter(|datum| event.fix.is_some() && *datum != Datum::Wgs84);
    event.battery_pct = json::percent(&body, "battery_pct");
    event.charging = json::truth(&body, "charging");
    event.worn = json::truth(&body, "worn");
    for reading in Reading::ALL {
        if let Some(value) = json::number(&body, &format!("readings/{reading}")) {
            event.readings.insert(*reading, value);
        }
    }
    event.data = Some(data(&message, &body));
    Ok(event)
}

/// Reads who a message claims to come from.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    take_apart(bytes).ok().map(|message| message.device)
}

/// The words of our own vocabulary. One that is not known is an alarm without a reason; so is an
/// empty list in a message of kind `alarm`.
fn alarms(body: &Map<String, Value>) -> (Vec<Alarm>, bool) {
    let listed = json::at(body, "alarms").and_then(Value::as_array);
    let mut alarms = Vec::new();
    for word in listed.into_iter().flatten() {
        let known = word.as_str().and_then(|word| word.parse().ok());
        alarms.push(known.unwrap_or(Alarm::Unspecified));
    }
    let is_alarm = json::text(body, "kind") == Some("alarm") || !alarms.is_empty();
    if is_alarm && alarms.is_empty() {
        alarms.push(Alarm::Unspecified);
    }
    (Alarm::in_order(alarms), is_alarm)
}

/// A place says in which datum it is; without one, or in one that is not supported, it is no place,
/// and stays in the data.
fn position(body: &Map<String, Value>) -> Option<Fix> {
    let lat = json::number(body, "position/lat")?;
    let lon = json::number(body, "position/lon")?;
    let datum = json::text(body, "position/datum")?;
    let at = Coordinate::parse(lon + 0.0, lat + 0.0, datum).ok()?;
    let is_claimed = json::truth(body, "position/valid").unwrap_or(true);
    let is_nowhere = lat == 0.0 && lon == 0.0;
    Some(Fix {
        at,
        valid: is_claimed && !is_nowhere,
    })
}

fn data(message: &Signed, body: &Map<String, Value>) -> Map<String, Value> {
    let mut data = Map::from_iter([
        ("boot".to_owned(), message.boot.as_str().into()),
        ("seq".to_owned(), message.sequence.into()),
        ("time".to_owned(), message.time_text.as_str().into()),
        ("is_signed".to_owned(), message.mac.is_some().into()),
        ("position".to_owned(), json::copy(body, "position")),
    ]);
    // Signs of daily life of a home, as `{"signs": {"water_m3": 12.5, "door": "open"}}`.
    for field in ["water_m3", "energy_kwh", "door", "occupancy", "smoke"] {
        if let Some(value) = json::at(body, &format!("signs/{field}")) {
            data.insert(field.to_owned(), value.clone());
        }
    }
    data
}
