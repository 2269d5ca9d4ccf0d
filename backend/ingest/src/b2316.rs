//! B2316 watches: JSON objects one behind the other.

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
    beats: &[],
    unsaid: &[
        (
            Scenario::Heartbeat,
            "it reports and sends no bare sign of life",
        ),
        (Scenario::Fall, "no warning number tells a fall"),
        (Scenario::StoredReplay, "no field tells a stored report"),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::B2316,
    carriers: &[Carrier::Tcp, Carrier::Udp],
    checksum: Checksum::Absent,
    split: frame::split,
    decode: decode::decode,
    claimed_uid: decode::claimed_uid,
    plain: unescaped,
    reply: never_replies,
    learn: learns_nothing,
    samples: encode::samples,
    manner: MANNER,
};
