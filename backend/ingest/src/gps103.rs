//! Coban trackers and clones: text frames `imei:…,help me,…;`.

pub mod alarms;
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
    logins: &["login"],
    beats: &["heartbeat"],
    unsaid: &[
        (Scenario::Fall, "no word of the maker's tells a fall"),
        (
            Scenario::StoredReplay,
            "no word and no mark tells a stored report",
        ),
        (
            Scenario::LowBatterySos,
            "a report has one word for its reason, and no battery beside it",
        ),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Gps103,
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
