//! The cloud of Kati (iMEDE) watches, JSON over MQTT.

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
    beats: &["hb"],
    unsaid: &[
        (Scenario::OutOfOrder, "its time is local and names no zone"),
        (Scenario::StoredReplay, "no field tells a stored message"),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec::of_messages(
    Protocol::KatiMqtt,
    &[Carrier::Mqtt],
    decode::decode,
    decode::claimed_uid,
    encode::samples,
    MANNER,
);
