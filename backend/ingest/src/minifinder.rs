//! Older Eview pendants (EV-07S, EV-07W) and MiniFinder Pico: text frames `!D,…;`.

pub mod alarms;
pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod frame;

use domain::devices::Protocol;

use crate::conformance::Manner;
use crate::protocol::{Carrier, Checksum, Codec, learns_nothing, never_replies, unescaped};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &["1"],
    beats: &["5"],
    unsaid: &[],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Minifinder,
    carriers: &[Carrier::Tcp],
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
