//! Cheap watches and SOS cards of ZhongXun Topin: `7878` frames without serial or checksum.

pub mod command;
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
    logins: &["01"],
    beats: &["08", "13"],
    unsaid: &[
        (Scenario::Fall, "no packet of this family tells a fall"),
        (
            Scenario::LowBatterySos,
            "packet 99 says that somebody calls and no more",
        ),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Topin,
    carriers: &[Carrier::Tcp],
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
