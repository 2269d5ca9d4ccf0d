//! LoRaWAN payloads: what the bytes of an uplink mean, by the codec of the device's model.
//!
//! The network server hands them on (`chirpstack`, `ttn`); a payload names nobody.

mod abeeway;
mod abeeway3;
pub mod codecs;
pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod meaning;
pub mod milesight;
mod radar;
mod sensecap;
pub mod served;
mod smoke;
mod tracker;

use domain::devices::Protocol;

use crate::conformance::{Manner, Scenario};
use crate::protocol::{Carrier, Codec};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &[],
    beats: &[],
    unsaid: &[
        (
            Scenario::Login,
            "a payload is read by the codec of its model: record or play what the network server makes of it (chirpstack, ttn)",
        ),
        (
            Scenario::Heartbeat,
            "a payload is read by the codec of its model: record or play what the network server makes of it (chirpstack, ttn)",
        ),
        (
            Scenario::SosWithoutFix,
            "a payload is read by the codec of its model: record or play what the network server makes of it (chirpstack, ttn)",
        ),
        (
            Scenario::Fall,
            "a payload is read by the codec of its model: record or play what the network server makes of it (chirpstack, ttn)",
        ),
        (
            Scenario::Duplicate,
            "a payload is read by the codec of its model: record or play what the network server makes of it (chirpstack, ttn)",
        ),
        (
            Scenario::OutOfOrder,
            "a payload is read by the codec of its model: record or play what the network server makes of it (chirpstack, ttn)",
        ),
        (
            Scenario::StoredReplay,
            "a payload is read by the codec of its model: record or play what the network server makes of it (chirpstack, ttn)",
        ),
        (
            Scenario::LowBatterySos,
            "a payload is read by the codec of its model: record or play what the network server makes of it (chirpstack, ttn)",
        ),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec::of_messages(
    Protocol::Lorawan,
    &[Carrier::Mqtt, Carrier::Http],
    decode::decode,
    decode::claimed_uid,
    encode::samples,
    MANNER,
);
