//! European home alarm units (SS 91100, CLC/TS 50134-9): XML over SIP MESSAGE.

mod codes;
pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;
pub mod frame;

use domain::devices::Protocol;

use crate::conformance::{Manner, Scenario};
use crate::protocol::{Carrier, Codec};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &[],
    beats: &["PI"],
    unsaid: &[
        (Scenario::OutOfOrder, "a message has no time"),
        (Scenario::StoredReplay, "a message has no time"),
        (Scenario::LowBatterySos, "a message has one status"),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec {
    reply: encode::reply,
    ..Codec::of_messages(
        Protocol::Scaip,
        &[Carrier::Sip],
        decode::decode,
        decode::claimed_uid,
        encode::samples,
        MANNER,
    )
};
