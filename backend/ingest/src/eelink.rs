//! Eelink badges and tags: `6767` packets over TCP, several of them behind an `EL` header over UDP.

pub mod alarms;
pub mod command;
pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod frame;
mod packets;

use domain::devices::Protocol;

use crate::conformance::{Manner, Scenario};
use crate::protocol::{Carrier, Checksum, Codec, learns_nothing, unescaped};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &["01"],
    beats: &["03"],
    unsaid: &[
        (
            Scenario::StoredReplay,
            "no type and no mark tells a stored report",
        ),
        (
            Scenario::LowBatterySos,
            "a warning has one code, and volts instead of a percentage",
        ),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Eelink,
    carriers: &[Carrier::Tcp, Carrier::Udp],
    // Packets over TCP have none; the header of datagrams has one and names nobody when it is wrong.
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
