//! What is written down beside an incident, in rows of its own.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, DeviceId, IncidentId, OrganisationId};
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// Who has the person after a hand-over.
    pub enum HandOverTo {
        /// 120.
        Ambulance = "ambulance",
        /// A hospital's own people.
        Hospital = "hospital",
        /// 110.
        Police = "police",
        /// 119.
        Fire = "fire",
    }
}

words! {
    /// Who goes along.
    pub enum Companion {
        /// Nobody.
        Nobody = "nobody",
        /// Kin.
        Family = "family",
        /// Somebody who lives near by.
        Neighbour = "neighbour",
        /// The responder.
        Responder = "responder",
    }
}

/// Others have the person now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Who says so.
    pub by: AccountId,
    /// Who has them.
    pub to: HandOverTo,
    /// Which hospital or station; tells of somebody's health, so it is kept sealed.
    pub place: Option<String>,
    /// Who goes along.
    pub companion: Companion,
}

/// A hand-over as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOverRecord {
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// Of which incident.
    pub incident_id: IncidentId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub hand_over: HandOver,
}

words! {
    /// Why there was an alarm without a need.
    pub enum FalseAlarmReason {
        /// The button was pressed by accident.
        AccidentalPress = "accidental_press",
        /// The device fell, or was put down hard.
        DeviceDropped = "device_dropped",
        /// The person sat down or lay down.
        OrdinaryMovement = "ordinary_movement",
        /// A child or a guest played with it.
        PlayedWith = "played_with",
        /// Tried out without saying so.
        TriedOut = "tried_out",
        /// Steam, dust or cooking.
        SteamOrCooking = "steam_or_cooking",
        /// The device is faulty.
        DeviceFault = "device_fault",
        /// Nobody knows why.
        Unexplained = "unexplained",
    }
}

words! {
    /// How somebody looked again.
    pub enum FollowUpWay {
        /// At the door.
        Visit = "visit",
        /// By telephone.
        Voice = "voice",
    }
}

words! {
    /// What somebody found who looked again.
    pub enum FollowUpResult {
        /// The person is well, or in good hands.
        Well = "well",
        /// Nobody was reached.
        NotReached = "not_reached",
        /// The person needs help again.
        NeedsHelp = "needs_help",
    }
}

/// Somebody looked again after the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FollowUpReport {
    /// Who.
    pub by: AccountId,
    /// How.
    pub way: FollowUpWay,
    /// What they found.
    pub result: FollowUpResult,
}

words! {
    /// Why a person is away.
    pub enum SuspensionReason {
        /// In a hospital.
        Hospital = "hospital",
        /// On a journey.
        Travel = "travel",
    }
}

/// The person is away for a known time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// Who says so.
    pub by: AccountId,
    /// Why.
    pub reason: SuspensionReason,
    /// Until when; it ends then by itself.
    pub until: Timestamp,
}

words! {
    /// How two incidents hang together.
    pub enum LinkKind {
        /// The second is handled in the first.
        Merged = "merged",
        /// The second was taken out of the first again.
        Split = "split",
        /// They may have to do with each other.
        Linked = "linked",
    }
}

/// Two incidents that hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// The first.
    pub incident_id: IncidentId,
    /// The second.
    pub other_id: IncidentId,
    /// How.
    pub kind: LinkKind,
    /// Since when.
    pub at: Timestamp,
    /// Who said so.
    pub by: AccountId,
}

/// The only people an exercise may reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DrillCrew(pub Vec<AccountId>);

impl DrillCrew {
    /// Whether somebody takes part.
    pub fn holds(&self, account: AccountId) -> bool {
        self.0.contains(&account)
    }
}

/// A row beside the incident, saved with the decision.
#[derive(Clone, Debug, PartialEq)]
pub enum Beside {
    /// Who has the person.
    HandOver(HandOverRecord),
    /// Why there was an alarm without a need; counted per device.
    FalseAlarm {
        /// In whose data.
        organisation_id: OrganisationId,
        /// Of which incident.
        incident_id: IncidentId,
        /// Of which device, when one alarmed.
        device_id: Option<DeviceId>,
        /// Why.
        reason: FalseAlarmReason,
        /// What shows it, in somebody's words; kept sealed.
        evidence: Option<String>,
        /// When it was said.
        at: Timestamp,
    },
    /// Two incidents that hang together.
    Link(Link),
    /// It is an exercise.
    Drill {
        /// In whose data.
        organisation_id: OrganisationId,
        /// Which incident.
        incident_id: IncidentId,
        /// Whom it may reach.
        crew: DrillCrew,
        /// When it began.
        at: Timestamp,
    },
}
