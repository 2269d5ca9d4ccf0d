//! Concox, Jimi and their many clones: `7878`/`7979` binary frames over TCP.

pub mod alarms;
pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod frame;
mod modular;
mod parts;
#[cfg(test)]
mod variants;

use domain::devices::Protocol;

use crate::conformance::Manner;
use crate::protocol::{Carrier, Checksum, Codec, unescaped};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &["01"],
    beats: &["13", "23", "36"],
    unsaid: &[],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Gt06,
    carriers: &[Carrier::Tcp],
    checksum: Checksum::Lenient,
    split: frame::split,
    decode: decode::decode,
    claimed_uid: decode::claimed_uid,
    plain: unescaped,
    reply: encode::reply,
    learn: decode::learn,
    samples: encode::samples,
    manner: MANNER,
};
