//! A payload and its model to a [`DeviceEvent`].

use domain::devices::{DeviceEvent, DeviceUid, EventKey, Protocol};

use super::codecs;
use super::meaning::{Meaning, Uplink};
use crate::keys;
use crate::protocol::{DecodeError, Envelope};

/// Says what a payload means by the codec of [`crate::Session::model`]; without a known one it is
/// an event that holds the bytes.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let uplink = Uplink {
        bytes,
        fport: envelope.fport,
        received_at: envelope.received_at,
    };
    let event = DeviceEvent::new(
        Protocol::Lorawan,
        envelope.sender(None),
        "uplink",
        EventKey(String::new()),
    );
    let Some(read) = codecs::read(envelope.model(), uplink) else {
        let mut data = serde_json::Map::new();
        data.insert("payload_hex".to_owned(), hex::encode(bytes).into());
        return Ok(DeviceEvent {
            kind: "unknown_model".to_owned(),
            key: keys::of_content("unknown_model", bytes),
            data: Some(data),
            ..event
        });
    };
    let meaning = read?;
    let data = meaning.data.clone();
    let key = key(&meaning);
    let mut event = meaning.tell(event);
    event.key = key.unwrap_or_else(|| keys::of(&event, bytes));
    event.data = Some(data);
    Ok(event)
}

/// A payload names nobody: its network server does.
pub fn claimed_uid(_bytes: &[u8]) -> Option<DeviceUid> {
    None
}

/// The key by the device's own number of an alarm, where it has one.
fn key(meaning: &Meaning) -> Option<EventKey> {
    let id = meaning.alarm_id.as_ref().filter(|_| meaning.is_alarm)?;
    Some(EventKey(format!("alarm:{id}")))
}
