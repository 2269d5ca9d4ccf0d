//! Events of a ChirpStack v4 server, JSON over MQTT or HTTP.

pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;

use domain::devices::Protocol;

use crate::conformance::Manner;
use crate::protocol::{Carrier, Codec};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &[],
    beats: &["status"],
    unsaid: &[],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec::of_messages(
    Protocol::Chirpstack,
    &[Carrier::Mqtt, Carrier::Http],
    decode::decode,
    decode::claimed_uid,
    encode::samples,
    MANNER,
);
