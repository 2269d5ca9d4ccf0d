//! JT/T 808, the national standard for terminals (headers of 2013 and 2019), and its vendors' extras.

pub mod alarms;
pub mod decode;
pub mod encode;
mod extras;
#[cfg(test)]
mod fixtures;
pub mod frame;
mod short;
mod transparent;

use domain::devices::Protocol;

use crate::conformance::{Manner, Scenario};
use crate::protocol::{Carrier, Checksum, Codec, learns_nothing};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &["0100", "0102"],
    beats: &["0002", "0506"],
    unsaid: &[(
        Scenario::Fall,
        "the standard has no fall; makers reuse collision and rollover",
    )],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Jt808,
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
