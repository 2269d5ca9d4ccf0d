//! Uplinks of The Things Stack v3, JSON over MQTT or HTTP.

pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;

use domain::devices::Protocol;

use crate::conformance::{Manner, Scenario};
use crate::protocol::{Carrier, Codec};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &[],
    beats: &[],
    unsaid: &[(
        Scenario::Heartbeat,
        "the server passes uplinks on; a bare sign of life is none of its events",
    )],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec::of_messages(
    Protocol::Ttn,
    &[Carrier::Mqtt, Carrier::Http],
    decode::decode,
    decode::claimed_uid,
    encode::samples,
    MANNER,
);
