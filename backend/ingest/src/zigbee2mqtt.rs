//! Zigbee devices behind a Zigbee2MQTT bridge: fall radars, SOS buttons, sensors.

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
    unsaid: &[
        (
            Scenario::Heartbeat,
            "the bridge tells changes; its word on who is there is not the device's",
        ),
        (Scenario::OutOfOrder, "a state has no time"),
        (Scenario::StoredReplay, "a state has no time"),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec::of_messages(
    Protocol::Zigbee2mqtt,
    &[Carrier::Mqtt],
    decode::decode,
    decode::claimed_uid,
    encode::samples,
    MANNER,
);
