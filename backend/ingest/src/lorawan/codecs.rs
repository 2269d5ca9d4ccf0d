//! Which codec reads which model.

use crate::protocol::DecodeError;

use super::meaning::{Meaning, Uplink};
use super::{abeeway, abeeway3, milesight, sensecap, smoke};

/// The longest payload LoRaWAN carries, bytes.
const MAX_PAYLOAD: usize = 255;

/// Reads one payload.
type Read = fn(Uplink<'_>) -> Result<Meaning, DecodeError>;

/// Words of a model, the more special first, and who reads it.
static OTHERS: &[(&str, Read)] = &[
    ("gs524n", smoke::read),
    ("abeeway asset tracker 2", abeeway::read),
    ("abeeway asset tracker 3", abeeway3::read),
    ("abeeway compact tracker", abeeway3::read),
    ("abeeway micro tracker", abeeway::read),
    ("abeeway smart badge", abeeway::read),
    ("t1000", sensecap::read),
];

/// Whether a codec is known for a model.
pub fn is_known(model: &str) -> bool {
    of_model(model).is_some()
}

/// Reads a payload of a model; `None` when no codec is known for it.
pub fn read(model: &str, uplink: Uplink<'_>) -> Option<Result<Meaning, DecodeError>> {
    let codec = of_model(model)?;
    if uplink.bytes.len() > MAX_PAYLOAD {
        return Some(Err(DecodeError::new(MAX_PAYLOAD, "payload too long")));
    }
    Some(match codec {
        Found::Channels(model) => milesight::read(model, uplink),
        Found::Other(read) => read(uplink),
    })
}

enum Found {
    Channels(&'static milesight::Model),
    Other(Read),
}

fn of_model(model: &str) -> Option<Found> {
    let model = model.to_ascii_lowercase().replace(['_', '/'], " ");
    if let Some(found) = milesight::model(&model) {
        return Some(Found::Channels(found));
    }
    if let Some((_, read)) = OTHERS.iter().find(|(words, _)| model.contains(words)) {
        return Some(Found::Other(*read));
    }
    // What the server itself sends to such a tracker.
    (model.starts_with("abeeway") && model.ends_with("command"))
        .then_some(Found::Other(abeeway3::read_command))
}
