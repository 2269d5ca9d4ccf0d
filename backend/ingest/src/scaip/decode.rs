//! A body to a [`DeviceEvent`].

use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Protocol};
use serde_json::{Map, Value};

use super::codes::{self, Worth};
use super::frame::{Message, take_apart};
use crate::protocol::{DecodeError, Envelope};
use crate::{json, keys};

/// Says what a body means. What a sender leaves out is taken as the standard's default; a message
/// that should be an alarm and says no known reason is one without a reason.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let message = take_apart(bytes)?;
    let kind = match message.is_answer {
        true => "mrs".to_owned(),
        false => effective(&message),
    };
    let mut event = DeviceEvent::new(
        Protocol::Scaip,
        envelope.sender(controller(&message)),
        json::word(&kind).unwrap_or("unknown"),
        EventKey(String::new()),
    );
    let status = message.code("stc");
    let worth = match (message.is_answer, kind.as_str()) {
        (false, "ME") => status
            .and_then(codes::status)
            .map_or(Worth::Alarm(Alarm::Unspecified), |(_, worth)| worth),
        _ => Worth::Technical(None),
    };
    let device = message.code("dty").and_then(codes::device);
    let alarm = match worth {
        Worth::Person => Some(Alarm::Sos),
        Worth::Watched => Some(device.map_or(Alarm::Unspecified, |(_, alarm)| alarm)),
        Worth::Alarm(alarm) => Some(alarm),
        Worth::Technical(alarm) => alarm,
    };
    event.alarms = alarm.into_iter().collect();
    event.is_alarm = alarm.is_some() && !matches!(worth, Worth::Technical(_));
    event.key = key(&message, &event, bytes);
    event.data = Some(data(&message, &kind));
    Ok(event)
}

/// Reads who a body claims to come from: the controller, whose number the unit is known by.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    controller(&take_apart(bytes).ok()?)
}

/// The message type; an alarm when the sender leaves it out.
fn effective(message: &Message) -> String {
    message
        .tag("mty")
        .map_or_else(|| "ME".to_owned(), str::to_ascii_uppercase)
}

/// Without the `+` of a telephone number.
fn controller(message: &Message) -> Option<DeviceUid> {
    DeviceUid::parse(message.tag("cid")?.trim_start_matches('+'))
}

/// The reference the unit gives a message, which it repeats with every copy; the device and the
/// status belong to it, as senders are about that never change it.
fn key(message: &Message, event: &DeviceEvent, bytes: &[u8]) -> EventKey {
    let Some(reference) = message.tag("ref").and_then(json::word) else {
        return keys::of(event, bytes);
    };
    let part = |name| message.tag(name).and_then(json::word).unwrap_or_default();
    let (device, status) = (part("did"), part("stc"));
    EventKey(format!("{}:{reference}:{device}:{status}", event.kind))
}

fn data(message: &Message, kind: &str) -> Map<String, Value> {
    let status = message.code("stc");
    let is_normal = status == Some(70) && message.tag("mty").is_none();
    let is_request = !message.is_answer;
    let direction = match is_request {
        true => "device to server",
        false => "server to device",
    };
    let mut data = Map::from_iter([
        (
            "mty_effective".to_owned(),
            is_request.then_some(kind).into(),
        ),
        (
            "is_heartbeat".to_owned(),
            (kind == "PI" || (is_request && is_normal)).into(),
        ),
        (
            "reply_must_echo_ref".to_owned(),
            message.tag("ref").filter(|_| is_request).into(),
        ),
        ("status_number".to_owned(), message.code("snu").into()),
        ("direction".to_owned(), direction.into()),
        ("location".to_owned(), location(message).into()),
        (
            "controller_id_trimmed".to_owned(),
            message.tag("cid").into(),
        ),
    ]);
    let device = message.code("dty").and_then(codes::device);
    data.insert(
        "device_type".to_owned(),
        device.map(|(word, _)| word).into(),
    );
    let status = status.and_then(codes::status);
    data.insert("status".to_owned(), status.map(|(word, _)| word).into());
    for (name, tag) in [
        ("device_id", "did"),
        ("caller", "crd"),
        ("priority", "pri"),
        ("geo", "lge"),
        ("text", "stt"),
        ("info", "ite"),
    ] {
        data.insert(name.to_owned(), message.tag(tag).into());
    }
    data
}

/// The code as it stands there and its text: the sender's own, else the standard's.
fn location(message: &Message) -> Option<String> {
    let code = message.tag("lco");
    let own = message.tag("lte");
    let known = || message.code("lco").and_then(codes::location);
    match (code, own.or_else(known)) {
        (Some(code), Some(text)) => Some(format!("{code} {text}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => None,
    }
}
