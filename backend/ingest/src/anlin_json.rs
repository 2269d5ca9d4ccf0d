//! Our own documented JSON, signed by the device, over MQTT and HTTPS.

pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod frame;
pub mod replay;
pub mod signature;

use domain::devices::Protocol;

use crate::protocol::{Carrier, Checksum, Codec, learns_nothing, unescaped, whole_message};

/// The functions of this protocol. Decoding does not need the key: whoever serves it calls
/// [`signature::verify`] and [`replay::Window::admit`] before it acts.
pub static CODEC: Codec = Codec {
    protocol: Protocol::AnlinJson,
    carriers: &[Carrier::Mqtt, Carrier::Http],
    checksum: Checksum::Absent,
    split: whole_message,
    decode: decode::decode,
    claimed_uid: decode::claimed_uid,
    plain: unescaped,
    reply: encode::reply,
    learn: learns_nothing,
    samples: encode::samples,
};
