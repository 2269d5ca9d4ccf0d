//! Eview pendants with speech (EV-07B, EV-04, EV-05): binary frames that start with `ab`.

pub mod alarms;
pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod frame;

use domain::devices::Protocol;

use crate::conformance::Manner;
use crate::protocol::{Carrier, Checksum, Codec, learns_nothing, unescaped};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &[],
    beats: &["03"],
    unsaid: &[],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Minifinder2,
    carriers: &[Carrier::Tcp, Carrier::Udp],
    checksum: Checksum::Lenient,
    split: frame::split,
    decode: decode::decode,
    claimed_uid: decode::claimed_uid,
    plain: unescaped,
    reply: encode::reply,
    learn: learns_nothing,
    samples: encode::samples,
    manner: MANNER,
};
