//! Clones that speak `*HQ,id,V1,…#`, and binary frames that start with `$`.

pub mod alarms;
mod binary;
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
    logins: &[],
    beats: &["HTBT", "V0", "LINK"],
    unsaid: &[
        (Scenario::Fall, "the status word has no fall"),
        (
            Scenario::StoredReplay,
            "no type and no mark tells a stored report",
        ),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::H02,
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
