//! Trackers and personal tags of TopFlytech: `2323`, `2525`, `2626` and `2727` frames.

pub mod alarms;
mod content;
pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod frame;

use domain::devices::Protocol;

use crate::conformance::Manner;
use crate::protocol::{Carrier, Checksum, Codec, learns_nothing, unescaped};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &["01"],
    beats: &["03"],
    unsaid: &[],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::T800x,
    carriers: &[Carrier::Tcp, Carrier::Udp],
    checksum: Checksum::Absent,
    split: frame::split,
    decode: decode::decode,
    claimed_uid: decode::claimed_uid,
    plain: unescaped,
    reply: encode::reply,
    learn: learns_nothing,
    samples: encode::samples,
    manner: MANNER,
};
