//! Gateways that hand on what Bluetooth meters read, JSON over MQTT.

pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;

use domain::devices::Protocol;

use crate::protocol::{
    Carrier, Checksum, Codec, learns_nothing, never_replies, unescaped, whole_message,
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::BlegwMqtt,
    carriers: &[Carrier::Mqtt],
    checksum: Checksum::Absent,
    split: whole_message,
    decode: decode::decode,
    claimed_uid: decode::claimed_uid,
    plain: unescaped,
    reply: never_replies,
    learn: learns_nothing,
    samples: encode::samples,
};
