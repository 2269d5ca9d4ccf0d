//! A message of a gateway to a [`DeviceEvent`].

use chrono::DateTime;
use domain::devices::{DeviceEvent, DeviceUid, EventKey, Protocol, Reading};
use serde_json::{Map, Value};

use crate::protocol::{DecodeError, Envelope};
use crate::{json, keys};

/// Says what a message means. The gateway is the device: it stands in the home and names itself;
/// the meter it heard is told in `reading`.
pub fn decode(bytes: &[u8], _envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let body = json::object(bytes)?;
    let named = named(&body).ok_or(DecodeError::new(0, "no gateway address"))?;
    let Some(kind) = json::text(&body, "type") else {
        return Err(DecodeError::new(0, "no type"));
    };
    let mut event = DeviceEvent::new(
        Protocol::BlegwMqtt,
        named,
        json::word(kind).unwrap_or("unknown"),
        EventKey(String::new()),
    );
    // The gateways' clocks run years ahead; who keeps the event flags it.
    event.device_time =
        json::whole(&body, "time").and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let meters = json::at(&body, "data/value/device_list").and_then(Value::as_array);
    let meter = meters.and_then(|meters| meters.first());
    if let Some(Value::Object(meter)) = meter {
        readings(meter, &mut event);
    }
    let mut data = Map::from_iter([
        ("gateway_mac".to_owned(), address(&body).into()),
        ("message_type".to_owned(), kind.into()),
        ("attribute".to_owned(), json::copy(&body, "data/attribute")),
        ("message".to_owned(), json::copy(&body, "data/msg")),
        ("reading".to_owned(), meter.cloned().into()),
    ]);
    if let Some(all) = meters.filter(|meters| meters.len() > 1) {
        data.insert("readings".to_owned(), all.clone().into());
    }
    event.data = Some(data);
    event.key = keys::of(&event, bytes);
    Ok(event)
}

/// Reads who a message claims to come from.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    named(&json::object(bytes).ok()?)
}

fn named(body: &Map<String, Value>) -> Option<DeviceUid> {
    json::hardware_uid(address(body)?)
}

/// Reports carry it twice.
fn address(body: &Map<String, Value>) -> Option<&str> {
    json::text(body, "mac").or_else(|| json::text(body, "deviceCode"))
}

/// Only values whose unit is sure; sugar, uric acid and cholesterol come in units that the message
/// does not name, and stay in `reading`.
fn readings(meter: &Map<String, Value>, event: &mut DeviceEvent) {
    let table = [
        ("pulse", Reading::HeartRate, 1.0),
        ("PR", Reading::HeartRate, 1.0),
        ("spo2", Reading::BloodOxygen, 2.0),
        ("bp_high", Reading::Systolic, 1.0),
        ("bp_low", Reading::Diastolic, 1.0),
        ("temp", Reading::Temperature, 1.0),
    ];
    json::readings(meter, &table, event);
}
