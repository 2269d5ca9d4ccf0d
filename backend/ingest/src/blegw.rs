//! Gateways that hand on what Bluetooth meters read, JSON over MQTT.

pub mod decode;
pub mod encode;
#[cfg(test)]
mod fixtures;

use domain::devices::Protocol;

use crate::conformance::{Manner, Scenario};
use crate::protocol::{Carrier, Codec};

/// How it speaks.
const MANNER: Manner = Manner {
    logins: &[],
    beats: &["HB_Msg"],
    unsaid: &[
        (
            Scenario::OutOfOrder,
            "its time is the gateway's, which may be years off, and not the meter's",
        ),
        (
            Scenario::SosWithoutFix,
            "a gateway of meters sends readings, no alarms",
        ),
        (
            Scenario::Fall,
            "a gateway of meters sends readings, no alarms",
        ),
        (
            Scenario::Duplicate,
            "a gateway of meters sends readings, no alarms",
        ),
        (Scenario::StoredReplay, "no field tells a stored reading"),
        (
            Scenario::LowBatterySos,
            "a gateway of meters sends readings, no alarms",
        ),
    ],
};

/// The functions of this protocol.
pub static CODEC: Codec = Codec::of_messages(
    Protocol::BlegwMqtt,
    &[Carrier::Mqtt],
    decode::decode,
    decode::claimed_uid,
    encode::samples,
    MANNER,
);
