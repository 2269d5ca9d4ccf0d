//! Fifotrack badges and trackers: text frames `$$LEN,IMEI,serial,A01,…*XX`.

pub mod alarms;
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
    beats: &[],
    unsaid: &[
        (
            Scenario::Heartbeat,
            "it reports positions and sends no bare sign of life",
        ),
        (
            Scenario::StoredReplay,
            "no type and no mark tells a stored report",
        ),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Fifotrack,
    carriers: &[Carrier::Tcp, Carrier::Udp],
    // Two digits close a frame, but no source confirms how devices reckon them.
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
