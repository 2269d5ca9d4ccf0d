//! Xexun badges: `faaf … faaf` frames with several reports.

pub mod alarms;
pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod frame;

use domain::devices::Protocol;

use crate::conformance::{Manner, Scenario};
use crate::protocol::{Carrier, Checksum, Codec, learns_nothing};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &[],
    beats: &[],
    unsaid: &[
        (
            Scenario::Heartbeat,
            "it reports and sends no bare sign of life",
        ),
        (Scenario::StoredReplay, "no mask tells a stored report"),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Xexun2,
    carriers: &[Carrier::Tcp, Carrier::Udp],
    checksum: Checksum::Lenient,
    split: frame::split,
    decode: decode::decode,
    claimed_uid: decode::claimed_uid,
    plain: frame::unescape,
    reply: encode::reply,
    learn: learns_nothing,
    samples: encode::samples,
    manner: MANNER,
};
