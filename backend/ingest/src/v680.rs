//! Pendants such as DS008 and older trackers: text frames `#IMEI#user#…##`.

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
    logins: &["login"],
    beats: &[],
    unsaid: &[
        (
            Scenario::Heartbeat,
            "a bare IMEI is its only other frame, and that is the login",
        ),
        (Scenario::StoredReplay, "no field tells a stored report"),
        (Scenario::LowBatterySos, "no field tells the battery"),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::V680,
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
