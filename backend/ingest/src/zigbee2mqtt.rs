//! Zigbee devices behind a Zigbee2MQTT bridge: fall radars, SOS buttons, sensors.

pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;

use domain::devices::Protocol;

use crate::protocol::{Carrier, Codec};

/// The functions of this protocol.
pub static CODEC: Codec = Codec::of_messages(
    Protocol::Zigbee2mqtt,
    &[Carrier::Mqtt],
    decode::decode,
    decode::claimed_uid,
    encode::samples,
);
