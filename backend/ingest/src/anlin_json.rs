//! Our own documented JSON, signed by the device, over MQTT and HTTPS.

pub mod command;
pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod frame;
pub mod signature;

use domain::devices::Protocol;

use crate::conformance::Manner;
use crate::protocol::{Carrier, Codec};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &[],
    beats: &["status"],
    unsaid: &[],
};

/// The functions of this protocol. Decoding does not need the key: whoever serves it calls
/// [`signature::verify`] and [`domain::devices::replay::Window::admit`] before it acts.
pub static CODEC: Codec = Codec {
    reply: encode::reply,
    ..Codec::of_messages(
        Protocol::AnlinJson,
        &[Carrier::Mqtt, Carrier::Http],
        decode::decode,
        decode::claimed_uid,
        encode::samples,
        MANNER,
    )
};
