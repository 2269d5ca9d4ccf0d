//! What a decision wants done: data, no effects.

use serde::{Deserialize, Serialize};

use crate::evidence::EvidenceRecord;
use crate::ids::{AccountId, IncidentId, OrganisationId, TimelineId};
use crate::incidents::{Beside, Incident, Offer, Timer};
use crate::message::Facts;
use crate::notices::OutboxItem;
use crate::responders::WaveStanding;
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// A line of an incident's history; a key for `accessibility`.
    pub enum TimelineKind {
        /// The alarm that opened it. Facts: kind.
        AlarmReceived = "alarm_received",
        /// Another alarm. Facts: kind, count.
        AlarmAgain = "alarm_again",
        /// The alarm came while the help button was tried out on purpose: nobody was sent.
        ProofTest = "proof_test",
        /// A suspicion; the resident may cancel.
        IncidentOpened = "incident_opened",
        /// Responders were asked. Facts: count, rung, minutes, why.
        OffersSent = "offers_sent",
        /// One said yes. Facts: minutes.
        OfferAccepted = "offer_accepted",
        /// One said no.
        OfferDeclined = "offer_declined",
        /// The others need not go. Facts: count.
        OffersWithdrawn = "offers_withdrawn",
        /// A wave ended without a yes. Facts: rung.
        OffersExpired = "offers_expired",
        /// An operator has it.
        OperatorAcknowledged = "operator_acknowledged",
        /// The seat was told.
        OperatorNotified = "operator_notified",
        /// The family was told.
        FamilyNotified = "family_notified",
        /// The resident is asked first whether all is well.
        ResidentAsked = "resident_asked",
        /// The seat was ordered to ring 120.
        AmbulanceOrdered = "ambulance_ordered",
        /// The device was tied to a resident.
        Identified = "identified",
        /// The responder set out.
        Departed = "departed",
        /// The responder is there.
        Arrived = "arrived",
        /// The responder does not move.
        NoMovement = "no_movement",
        /// The responder is late.
        Late = "late",
        /// Nobody is left to ask.
        Exhausted = "exhausted",
        /// No outcome was written down.
        OutcomeMissing = "outcome_missing",
        /// Over. Facts: outcome.
        Closed = "closed",
        /// Not over.
        Reopened = "reopened",
        /// Something was found missing. Facts: kind.
        CaseOpened = "case_opened",
        /// What was missing is back. Facts: kind.
        CaseCleared = "case_cleared",
        /// Taken and still open.
        StillOpen = "still_open",
        /// Nothing confirms that the alarm is of the device it names.
        IdentityUnconfirmed = "identity_unconfirmed",
        /// It came over the line of another device. Facts: device, bound, source.
        Quarantined = "quarantined",
        /// Something was learnt since the alarm. Facts: finding.
        EvidenceAdded = "evidence_added",
        /// The seat called back and nobody spoke.
        NoAnswer = "no_answer",
        /// An ambulance is to be called now.
        AmbulanceRequested = "ambulance_requested",
        /// The responder who accepted cannot go.
        Dropped = "dropped",
        /// Nobody opens the door.
        AccessBlocked = "access_blocked",
        /// The door is open.
        AccessGained = "access_gained",
        /// Others have the person now. Facts: to, companion.
        HandedOver = "handed_over",
        /// Nobody wrote down what became of the person who was handed over.
        HandOverOpen = "hand_over_open",
        /// Somebody will look again. Facts: hours.
        FollowUpPlanned = "follow_up_planned",
        /// The look of the next day is due.
        FollowUpDue = "follow_up_due",
        /// Somebody looked again. Facts: result, way.
        FollowedUp = "followed_up",
        /// It waits until the person is back. Facts: away, days.
        Suspended = "suspended",
        /// The time for which the person was away is over.
        Resumed = "resumed",
        /// It came again while somebody had it in hand: they have to look now.
        Urged = "urged",
        /// Another incident is handled here. Facts: other, kind, count.
        MergedIn = "merged_in",
        /// It is handled in another incident. Facts: other.
        MergedInto = "merged_into",
        /// Another incident left this one. Facts: other.
        SplitOff = "split_off",
        /// It stands for itself again. Facts: other.
        SplitFrom = "split_from",
        /// Another incident may have to do with it. Facts: other.
        Linked = "linked",
        /// An exercise: nobody real is told. Facts: count.
        DrillStarted = "drill_started",
    }
}

/// One line of an incident's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Identity.
    pub id: TimelineId,
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// Of which incident.
    pub incident_id: IncidentId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: TimelineKind,
    /// Who; `None` is Anlin itself or a device.
    pub account_id: Option<AccountId>,
    /// Details.
    pub facts: Facts,
}

/// What becomes of the one pending timer of the incident.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Guard {
    /// It stays.
    #[default]
    Keep,
    /// It is replaced.
    Set(Timer),
    /// The incident is closed and needs none.
    Clear,
}

/// The state after a decision and everything that follows from it, saved in one transaction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// The incident afterwards; `None` when nothing changes.
    pub incident: Option<Incident>,
    /// Version the saver expects to find; `None` opens a new incident.
    pub expected_version: Option<i32>,
    /// New and changed offers.
    pub offers: Vec<Offer>,
    /// Who stood where when new offers were sent.
    pub standings: Vec<WaveStanding>,
    /// What was weighed.
    pub evidence: Vec<EvidenceRecord>,
    /// New history.
    pub timeline: Vec<TimelineEntry>,
    /// The guard.
    pub guard: Guard,
    /// Notices.
    pub outbox: Vec<OutboxItem>,
    /// Rows beside the incident.
    pub beside: Vec<Beside>,
    /// What happens to other incidents in the same transaction.
    pub also: Vec<Decision>,
}

impl Decision {
    /// Nothing changes.
    pub fn nothing() -> Self {
        Self::default()
    }
}
