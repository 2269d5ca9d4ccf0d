//! European home alarm units (SS 91100, CLC/TS 50134-9): XML over SIP MESSAGE.

mod codes;
pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod frame;

use domain::devices::Protocol;

use crate::protocol::{Carrier, Checksum, Codec, learns_nothing, unescaped, whole_message};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    protocol: Protocol::Scaip,
    carriers: &[Carrier::Sip],
    checksum: Checksum::Absent,
    split: whole_message,
    decode: decode::decode,
    claimed_uid: decode::claimed_uid,
    plain: unescaped,
    reply: encode::reply,
    learn: learns_nothing,
    samples: encode::samples,
};
