//! Elder watches made in Shenzhen (SeTracker, Wonlex, 4P-touch): `[3G*id*LEN*TYPE,…]` over TCP.

mod bits;
pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod frame;
mod head;
mod position;

use domain::devices::Protocol;

use crate::conformance::Manner;
use crate::protocol::{Carrier, Checksum, Codec, learns_nothing};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &[],
    beats: &["LK"],
    unsaid: &[],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Watch,
    carriers: &[Carrier::Tcp],
    checksum: Checksum::Absent,
    split: frame::split,
    decode: decode::decode,
    claimed_uid: decode::claimed_uid,
    plain: frame::unescape,
    reply: encode::reply,
    learn: learns_nothing,
    samples: encode::samples,
    manner: MANNER,
};
