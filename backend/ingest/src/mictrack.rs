//! Mictrack tags and badges: text lines `MT;6;IMEI;R0;…`.

pub mod alarms;
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
    logins: &[],
    beats: &["RH"],
    unsaid: &[
        (Scenario::Fall, "no event number tells a fall"),
        (Scenario::StoredReplay, "no field tells a stored report"),
        (
            Scenario::LowBatterySos,
            "a report has one event number, and volts instead of a percentage",
        ),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Mictrack,
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
