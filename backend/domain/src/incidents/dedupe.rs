//! Same alarm or a new one? One key per open cause.
//!
//! Frames are the same event when device and event key are equal (kept by a unique constraint).
//! Different events of one cause join the open incident of that cause: the second of two
//! simultaneous first alarms collides on this key instead of doubling.

use serde::{Deserialize, Serialize};

use crate::devices::{DeviceUid, Protocol};
use crate::ids::{DeviceId, LifeSignRuleId, ResidentId, ResponderId};

/// Unknown devices from one source and minute beyond which they share one row on the board.
pub const UNKNOWN_FLOOD_PER_MINUTE: u32 = 20;

/// Unique among the open incidents of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpenKey(pub String);

impl OpenKey {
    /// One open incident per resident for everything a life may hang on.
    pub fn life(resident: ResidentId) -> Self {
        Self(format!("life:{resident}"))
    }

    /// One open incident per resident for what is only to be looked at.
    pub fn attention(resident: ResidentId) -> Self {
        Self(format!("attention:{resident}"))
    }

    /// One exercise per resident, beside whatever is real.
    pub fn drill(resident: ResidentId) -> Self {
        Self(format!("drill:{resident}"))
    }

    /// One open case per silent device.
    pub fn silent(device: DeviceId) -> Self {
        Self(format!("silent:{device}"))
    }

    /// One open case per area that is not heard.
    pub fn outage(committee_code: &str) -> Self {
        Self(format!("outage:{committee_code}"))
    }

    /// One open case per rule and resident.
    pub fn life_sign(rule: LifeSignRuleId, resident: ResidentId) -> Self {
        Self(format!("life-sign:{rule}:{resident}"))
    }

    /// One open incident per helper who needs help.
    pub fn responder(responder: ResponderId) -> Self {
        Self(format!("responder:{responder}"))
    }

    /// Whether a helper needs help under this key.
    pub fn is_of_a_responder(&self) -> bool {
        self.0.starts_with("responder:")
    }

    /// One open case per device that was handed out and not started.
    pub fn enrolment(device: DeviceId) -> Self {
        Self(format!("enrolment:{device}"))
    }

    /// One open incident per unknown device, or per source once a source floods.
    pub fn unknown(protocol: Protocol, uid: &DeviceUid, source: &str, last_minute: u32) -> Self {
        if last_minute >= UNKNOWN_FLOOD_PER_MINUTE {
            Self(format!("unknown-source:{source}"))
        } else {
            Self(format!("unknown:{protocol}:{uid}"))
        }
    }
}

impl OpenKey {
    /// One open incident per pair of a line's device and the one that is named on it.
    pub fn quarantine(protocol: Protocol, bound: &DeviceUid, named: &DeviceUid) -> Self {
        Self(format!("quarantine:{protocol}:{bound}:{named}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twenty_first_unknown_device_of_a_minute_shares_a_row() {
        let uid = DeviceUid::parse("9990000001").expect("a uid");
        let key = |count| OpenKey::unknown(Protocol::Watch, &uid, "127.0.0.9", count).0;
        assert_eq!(key(19), "unknown:watch:9990000001");
        assert_eq!(key(20), "unknown-source:127.0.0.9");
    }
}
