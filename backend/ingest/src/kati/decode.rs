//! A message of the cloud to a [`DeviceEvent`].

use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Protocol, Reading};
use domain::time::Timestamp;
use serde_json::{Map, Value};

use crate::protocol::{DecodeError, Envelope};
use crate::{fields, json, keys, places};

/// Says what a message means. Its topic names the kind; without one its fields do.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let body = json::object(bytes)?;
    let named = named(&body).ok_or(DecodeError::new(0, "no IMEI"))?;
    let topic = json::topic_part(envelope.topic, 0).and_then(json::word);
    // Documents write the last word of the topic in capitals or not.
    let kind = topic.unwrap_or_else(|| kind_of(&body));
    let mut event = DeviceEvent::new(
        Protocol::KatiMqtt,
        named,
        &kind.to_ascii_lowercase(),
        EventKey(String::new()),
    );
    event.alarms = alarms(&body, &event.kind);
    event.is_alarm = !event.alarms.is_empty();
    event.device_time = local_time(&body, envelope.session.zone_s);
    event.fix = json::place(&body, "location/GPS/latitude", "location/GPS/longitude");
    event.battery_pct = json::percent(&body, "battery");
    readings(&body, &mut event);
    let mut data = Map::from_iter([("topic_kind".to_owned(), kind.into())]);
    for field in ["battery", "step", "heartRate", "spO2"] {
        data.insert(field.to_owned(), json::copy(&body, field));
    }
    for field in ["status", "num_datas", "data", "sleep"] {
        if let Some(value) = json::at(&body, field) {
            data.insert(field.to_owned(), value.clone());
        }
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
    let imei = json::text(body, "IMEI").or_else(|| json::text(body, "imei"))?;
    let is_digits = imei.bytes().all(|byte| byte.is_ascii_digit());
    DeviceUid::parse(imei).filter(|_| is_digits)
}

fn kind_of(body: &Map<String, Value>) -> &'static str {
    let has = |field: &str| json::at(body, field).is_some();
    match alarms(body, "").first() {
        Some(Alarm::Fall) => "fallDown",
        Some(_) => "sos",
        None if has("sleep") => "sleepdata",
        None if has("num_datas") => "AP55",
        None if has("heartRate") || has("bloodPressure") => "VitalSign",
        None if has("step") => "hb",
        None if has("status") => "onlineTrigger",
        None if has("location") => "location",
        None => "unknown",
    }
}

/// By the topic, by the status in words, or by the watch's own two digits.
fn alarms(body: &Map<String, Value>, kind: &str) -> Vec<Alarm> {
    let mut alarms = Vec::new();
    match kind {
        "sos" => alarms.push(Alarm::Sos),
        "falldown" => alarms.push(Alarm::Fall),
        _ => {}
    }
    let status = json::text(body, "status").map(str::to_ascii_uppercase);
    match status.as_deref() {
        Some("SOS") => alarms.push(Alarm::Sos),
        Some("FALL DOWN" | "FALLDOWN" | "FALL") => alarms.push(Alarm::Fall),
        _ => {}
    }
    for field in ["alarmState", "alarm_state", "alarm"] {
        match json::text(body, field) {
            Some("01") => alarms.push(Alarm::Sos),
            Some("05" | "06") => alarms.push(Alarm::Fall),
            _ => {}
        }
    }
    Alarm::in_order(alarms)
}

/// `dd/MM/yyyy HH:mm:ss` of a clock whose zone only the deployment knows: without it the time says
/// nothing.
fn local_time(body: &Map<String, Value>, zone_s: Option<i32>) -> Option<Timestamp> {
    let text = json::text(body, "timeStamps")?;
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let [day, month, century, year, hour, minute, second] = fields::pairs(&digits)?;
    places::moment(
        [century * 100 + year, month, day, hour, minute, second],
        zone_s?,
    )
}

fn readings(body: &Map<String, Value>, event: &mut DeviceEvent) {
    let table = [
        ("step", Reading::Steps, 0.0),
        // 0 means "no reading"; so does a saturation of 1.
        ("heartRate", Reading::HeartRate, 1.0),
        ("spO2", Reading::BloodOxygen, 2.0),
        ("bloodPressure/bp_sys", Reading::Systolic, 1.0),
        ("bloodPressure/bp_dia", Reading::Diastolic, 1.0),
        ("bodyTemperature", Reading::Temperature, 1.0),
    ];
    json::readings(body, &table, event);
}
