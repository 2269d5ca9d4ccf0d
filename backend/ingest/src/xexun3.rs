//! Newer Xexun watches and badges: `fc … cf` frames of tagged values.

pub mod alarms;
pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod frame;

use domain::devices::Protocol;

use crate::conformance::{Manner, Scenario};
use crate::protocol::{Carrier, Checksum, Codec, learns_nothing, unescaped};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &[],
    beats: &["22"],
    unsaid: &[(Scenario::StoredReplay, "no item tells a stored report")],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Xexun3,
    carriers: &[Carrier::Tcp, Carrier::Udp],
    checksum: Checksum::Lenient,
    split: frame::split,
    decode: decode::decode,
    claimed_uid: decode::claimed_uid,
    plain: unescaped,
    reply: encode::reply,
    learn: learns_nothing,
    samples: encode::samples,
    manner: MANNER,
};
