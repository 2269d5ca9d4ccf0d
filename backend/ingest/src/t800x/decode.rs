//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{DeviceEvent, DeviceUid, EventKey, Protocol};

use super::content;
use super::frame::take_apart;
use crate::keys;
use crate::protocol::{DecodeError, Envelope};

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let frame = take_apart(bytes)?;
    let mut event = DeviceEvent::new(
        Protocol::T800x,
        frame.uid.clone(),
        &format!("{:02x}", frame.kind),
        EventKey(String::new()),
    );
    let records = content::read(&frame, envelope.model(), &mut event);
    let mut event = event.with_records(records);
    event.key = keys::of(&event, frame.content);
    Ok(event)
}

/// Reads who a frame claims to come from: every head says so.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    Some(take_apart(bytes).ok()?.uid)
}
