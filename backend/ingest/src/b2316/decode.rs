//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Fix, Protocol, Reading, Record};
use serde_json::{Map, Value};

use crate::protocol::{DecodeError, Envelope};
use crate::{fields, keys, places};

/// Says what a whole frame means.
pub fn decode(bytes: &[u8], _envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let object = object(bytes)?;
    let uid = imei(&object).ok_or(DecodeError::new(1, "identity unreadable"))?;
    let items = object.get("data").and_then(Value::as_array);
    let items = items.ok_or(DecodeError::new(bytes.len(), "no reports"))?;
    let mut event = DeviceEvent::new(Protocol::B2316, uid, "data", EventKey(String::new()));
    let records = items
        .iter()
        .filter_map(Value::as_object)
        .map(|item| report(item, &mut event))
        .collect();
    let mut event = event.with_records(records);
    event.key = keys::of(&event, bytes.trim_ascii());
    Ok(event)
}

/// Reads who a frame claims to come from.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    imei(&object(bytes).ok()?)
}

fn object(bytes: &[u8]) -> Result<Map<String, Value>, DecodeError> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(DecodeError::new(0, "no object")),
        Err(error) => Err(DecodeError::new(error.column(), "not JSON")),
    }
}

fn imei(object: &Map<String, Value>) -> Option<DeviceUid> {
    let imei = object.get("imei")?.as_str()?;
    DeviceUid::parse(imei).filter(|_| imei.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A whole number, written as one or as text.
fn number(item: &Map<String, Value>, key: &str) -> Option<u32> {
    match item.get(key)? {
        Value::Number(number) => u32::try_from(number.as_u64()?).ok(),
        Value::String(text) => fields::digits(text.trim()),
        _ => None,
    }
}

fn report(item: &Map<String, Value>, event: &mut DeviceEvent) -> Record {
    let alarm = number(item, "wn").and_then(alarm);
    let at = number(item, "tm").and_then(places::moment_of_seconds);
    let text = |key: &str| item.get(key).and_then(Value::as_str);
    let mut read = |reading, value: Option<f64>| {
        if let Some(value) = value {
            event.readings.insert(reading, value);
        }
    };
    read(Reading::Steps, number(item, "st").map(f64::from));
    // 0 means "no reading".
    let heart = number(item, "hr").filter(|rate| *rate > 0);
    read(Reading::HeartRate, heart.map(f64::from));
    let tenths = text("te").and_then(|list| fields::number(list.split(',').next()?.trim()));
    read(
        Reading::Temperature,
        tenths
            .filter(|tenths| *tenths > 0.0)
            .map(|tenths| tenths / 10.0),
    );
    Record {
        fix: text("gp").and_then(place),
        battery_pct: number(item, "ba").and_then(percent),
        ..Record::at(at).with_alarms(alarm.into_iter().collect())
    }
}

/// Longitude first.
fn place(text: &str) -> Option<Fix> {
    let (lon, lat) = text.split_once(',')?;
    let lat = lat.split(',').next()?;
    places::fix(
        fields::number(lat.trim())?,
        fields::number(lon.trim())?,
        true,
    )
}

/// What the warning number means. One nobody told us may be about a life.
fn alarm(number: u32) -> Option<Alarm> {
    Some(match number {
        0 => return None,
        1 => Alarm::LowBattery,
        2 => Alarm::Sos,
        3 => Alarm::PowerOff,
        4 => Alarm::Removed,
        _ => Alarm::Unspecified,
    })
}

/// Five levels.
fn percent(level: u32) -> Option<u8> {
    let steps = [10, 30, 60, 80, 100];
    steps.get(usize::try_from(level).ok()?).copied()
}
