//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{DeviceEvent, DeviceUid, EventKey, Protocol};

use super::frame::{Frame, take_apart};
use super::packets;
use crate::bytes::packed_imei;
use crate::keys;
use crate::protocol::{DecodeError, Envelope};

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let frame = take_apart(bytes)?;
    let named = imei(&frame)?.filter(|_| frame.checked || envelope.session.uid.is_some());
    let kind = frame.packets.first().map(|packet| packet.kind);
    let mut event = DeviceEvent::new(
        Protocol::Eelink,
        envelope.sender(named),
        &format!("{:02x}", kind.unwrap_or_default()),
        EventKey(String::new()),
    );
    let records: Vec<_> = frame
        .packets
        .iter()
        .filter_map(|packet| packets::read(packet, &mut event))
        .collect();
    let mut event = event.with_records(records);
    let contents: Vec<_> = frame.packets.iter().map(|packet| packet.content).collect();
    event.key = keys::of(&event, &contents.concat());
    Ok(event)
}

/// Reads who a frame claims to come from: a datagram's header, or a login.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    imei(&take_apart(bytes).ok()?).ok().flatten()
}

/// # Errors
/// A login that names nobody.
fn imei(frame: &Frame<'_>) -> Result<Option<DeviceUid>, DecodeError> {
    let login = frame.packets.iter().find(|packet| packet.kind == 0x01);
    match (&frame.uid, login) {
        (Some(uid), _) => Ok(Some(uid.clone())),
        (None, None) => Ok(None),
        (None, Some(login)) => {
            // Nothing guards a packet of a stream, so what is no IMEI is not taken for one.
            let is_imei = |uid: &DeviceUid| uid.as_str().len() == 15;
            let uid = login.content.get(..8).and_then(packed_imei).filter(is_imei);
            let unreadable = DecodeError::new(7, "identity unreadable");
            uid.map(Some).ok_or(unreadable)
        }
    }
}
