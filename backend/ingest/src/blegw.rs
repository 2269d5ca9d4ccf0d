//! Gateways that hand on what Bluetooth meters read, JSON over MQTT.

pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;

use domain::devices::Protocol;

use crate::protocol::{Carrier, Codec};

/// The functions of this protocol.
pub static CODEC: Codec = Codec::of_messages(
    Protocol::BlegwMqtt,
    &[Carrier::Mqtt],
    decode::decode,
    decode::claimed_uid,
    encode::samples,
);
