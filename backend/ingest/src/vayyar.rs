//! Vayyar Care wall radars, JSON over MQTT.

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
    beats: &["state"],
    unsaid: &[
        (Scenario::SosWithoutFix, "a radar has no help button"),
        (Scenario::StoredReplay, "no field tells a stored event"),
        (Scenario::LowBatterySos, "a radar has no help button"),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec::of_messages(
    Protocol::Vayyar,
    &[Carrier::Mqtt, Carrier::Http],
    decode::decode,
    decode::claimed_uid,
    encode::samples,
    MANNER,
);
