//! What is already known when an alarm is weighed, and what is kept of it.

use serde::{Deserialize, Serialize};

use crate::devices::{Trust, UsualWay};
use crate::ids::{IncidentId, OrganisationId};
use crate::incidents::Severity;
use crate::time::Timestamp;

use super::{Finding, Item};

/// Days for which an ended false alarm counts.
pub const RECENT_DAYS: i64 = 30;
/// Ended device alarms of the organisation among which those of the model are counted.
pub const RECENT_OF_MODEL: i64 = 500;

/// One weighing, kept for ever with its incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EvidenceRecord {
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// Of which incident.
    pub incident_id: IncidentId,
    /// Counts the records of an incident from 0.
    pub number: u16,
    /// When.
    pub at: Timestamp,
    /// How far the alarm's identity was believed; `None` for what is no alarm.
    pub trust: Option<Trust>,
    /// Version of the rules it was weighed by.
    pub rules: String,
    /// What was new.
    pub items: Vec<Item>,
    /// How grave the incident was with it.
    pub severity: Severity,
    /// Seconds to cancel with it.
    pub window_s: u32,
    /// What decided that.
    pub why: Vec<Finding>,
}

/// How often a device and its model were wrong lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Doubts {
    /// False alarms of this device within [`RECENT_DAYS`].
    pub device_false: u32,
    /// Ended alarms of its model among the last [`RECENT_OF_MODEL`].
    pub model_alarms: u32,
    /// Those of them that were false.
    pub model_false: u32,
}

/// What is known beside the alarm itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Earlier weighings of the incident, the first one first.
    pub records: Vec<EvidenceRecord>,
    /// How often the device was wrong.
    pub doubts: Doubts,
    /// The way it usually comes.
    pub way: Option<UsualWay>,
    /// Other devices of the protocol come from the same address.
    pub is_source_shared: bool,
}

impl Known {
    /// Everything found so far.
    pub fn items(&self) -> impl Iterator<Item = Item> + '_ {
        self.records
            .iter()
            .flat_map(|record| &record.items)
            .copied()
    }

    /// How far the alarm's identity is believed: the best of all its copies.
    pub fn trust(&self) -> Option<Trust> {
        self.records.iter().filter_map(|record| record.trust).min()
    }
}
