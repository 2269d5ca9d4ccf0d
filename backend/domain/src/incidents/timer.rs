//! Due times are rows, never sleeping tasks.

use serde::{Deserialize, Serialize};

use crate::ids::{IncidentId, TimerId};
use crate::incidents::IncidentStatus;
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// What a timer guards.
    pub enum TimerKind {
        /// The resident's window to cancel.
        PreAlarm = "pre_alarm",
        /// A rung of the ladder.
        Rung = "rung",
        /// The responder who accepted must set out.
        Movement = "movement",
        /// The responder on the way must arrive.
        Arrival = "arrival",
        /// The responder on scene must report an outcome.
        Outcome = "outcome",
        /// Somebody must open the door.
        Access = "access",
        /// What became of the person who was handed over must be written down.
        HandOver = "hand_over",
        /// The time for which the person is away.
        Suspension = "suspension",
        /// The look on the next day.
        FollowUp = "follow_up",
        /// An operator has it; it must not be forgotten.
        StillOpen = "still_open",
    }
}

impl TimerKind {
    /// Whether a timer of this kind means something in a state.
    pub fn guards(self, status: IncidentStatus) -> bool {
        super::decide::guards(self, status)
    }
}

/// A due time of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// Identity.
    pub id: TimerId,
    /// Of which incident.
    pub incident_id: IncidentId,
    /// What it guards.
    pub kind: TimerKind,
    /// Names the rung it guards, not the version: an unrelated note must not silence it.
    pub rung: u16,
    /// When.
    pub due_at: Timestamp,
}
