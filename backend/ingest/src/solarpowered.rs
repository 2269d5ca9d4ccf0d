//! Solar powered tags: `7e` frames of tagged values.

pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod frame;

use domain::devices::Protocol;

use crate::conformance::{Manner, Scenario};
use crate::protocol::{Carrier, Checksum, Codec, learns_nothing, never_replies, unescaped};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &[],
    beats: &["12"],
    unsaid: &[(Scenario::StoredReplay, "no item tells a stored report")],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Solarpowered,
    carriers: &[Carrier::Tcp, Carrier::Udp],
    checksum: Checksum::Lenient,
    split: frame::split,
    decode: decode::decode,
    claimed_uid: decode::claimed_uid,
    plain: unescaped,
    reply: never_replies,
    learn: learns_nothing,
    samples: encode::samples,
    manner: MANNER,
};
