//! Watches that speak `IWAP10…#`, and trackers that speak `TRVAP01…#`.

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
    logins: &["AP00"],
    beats: &["AP03", "CP01"],
    unsaid: &[(
        Scenario::StoredReplay,
        "no type and no mark tells a stored report",
    )],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Trv,
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
