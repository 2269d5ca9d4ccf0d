//! The traits through which rules reach storage, clock, randomness, carriers and wake-ups.
//!
//! All are synchronous: the server runs them on blocking threads, the simulation in one thread.

use chrono::TimeDelta;
use uuid::Uuid;

use crate::audit::AuditEntry;
use crate::devices::{DeviceUid, EventKey, Protocol, ReceivedFrame};
use crate::ids::{
    AccountId, FrameId, IncidentId, OfferId, OrganisationId, OutboxId, ResidentId, TimerId,
};
use crate::incidents::{Decision, DrillCrew, IncidentContext, Input, OpenKey, TimerKind};
use crate::message::Notice;
use crate::notices::{Channel, OutboxItem};
use crate::responders::Ranked;
use crate::time::Timestamp;

/// What an input is about, so that its context can be read.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A device's alarm.
    Device {
        /// How it came.
        protocol: Protocol,
        /// Who sent it.
        uid: DeviceUid,
        /// What makes a repeat a repeat.
        key: EventKey,
        /// Peer address without port.
        source: String,
        /// Whether a life may hang on it: which open incident it would join.
        life: bool,
        /// When it was here; the minute before it is counted.
        received_at: Timestamp,
        /// The device its connection is bound to, when that is another one: it then speaks for
        /// nobody, and the organisation of that one looks at it.
        quarantine: Option<DeviceUid>,
    },
    /// A known incident.
    Incident {
        /// In whose data.
        organisation_id: OrganisationId,
        /// Which.
        id: IncidentId,
    },
    /// A known incident that is to be tied to a resident.
    Identification {
        /// In whose data.
        organisation_id: OrganisationId,
        /// Which incident.
        id: IncidentId,
        /// Which resident.
        resident_id: ResidentId,
    },
    /// Two known incidents that are to be joined, parted or linked.
    Pair {
        /// In whose data.
        organisation_id: OrganisationId,
        /// Which stays.
        id: IncidentId,
        /// Which other.
        other: IncidentId,
    },
    /// An exercise for a resident.
    Drill {
        /// In whose data.
        organisation_id: OrganisationId,
        /// Who is played to need help.
        resident_id: ResidentId,
        /// Whom it may reach.
        crew: DrillCrew,
    },
    /// A case that was found, about a resident or about nobody in particular.
    Case {
        /// In whose data.
        organisation_id: OrganisationId,
        /// Its place among the open cases.
        key: OpenKey,
        /// Whom it concerns.
        resident_id: Option<ResidentId>,
    },
    /// A report for a resident.
    Resident {
        /// In whose data.
        organisation_id: OrganisationId,
        /// Who needs help.
        resident_id: ResidentId,
        /// The caller and their key, so that a repeated call makes no second incident.
        idempotency: Option<(AccountId, String)>,
    },
}

/// A claimed timer: the generation is the fence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedTimer {
    /// Identity.
    pub id: TimerId,
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// Of which incident, or `None` for a frame that still has to be decided.
    pub incident_id: Option<IncidentId>,
    /// The frame that still has to be decided.
    pub frame_id: Option<FrameId>,
    /// What it guards; a frame's timer has no meaning here.
    pub kind: TimerKind,
    /// Which rung.
    pub rung: u16,
    /// When it was due.
    pub due_at: Timestamp,
    /// Counts claims; an effect under an old generation is refused.
    pub generation: i64,
}

/// A claimed outbox row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedOutbox {
    /// The intent.
    pub item: OutboxItem,
    /// Attempts made before this one.
    pub attempts: u32,
    /// Counts claims.
    pub generation: i64,
}

/// Everything one transaction saves.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// What was decided.
    pub decision: Decision,
    /// The frame it came in.
    pub frame: Option<ReceivedFrame>,
    /// The timer it follows from; done in the same transaction, under its fence.
    pub timer: Option<(TimerId, i64)>,
    /// The caller and key it follows from.
    pub idempotency: Option<(AccountId, String)>,
    /// Who did what.
    pub audit: Option<AuditEntry>,
    /// The present.
    pub now: Timestamp,
}

/// Why storage said no.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no such row.
    #[error("not found")]
    NotFound,
    /// Somebody else changed it first; read again and decide again.
    #[error("changed by somebody else")]
    Conflict,
    /// This very event or key is stored already.
    #[error("already stored")]
    Duplicate,
    /// The lease is no longer ours.
    #[error("lease lost")]
    Fenced,
    /// The database does not answer.
    #[error("storage unavailable: {0}")]
    Unavailable(String),
    /// Something that cannot happen did.
    #[error("storage fault: {0}")]
    Bug(String),
}

/// What became of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// A carrier took it.
    Sent(Channel),
    /// Nowhere to send it; it stands on the person's own list.
    NoEndpoint,
    /// Try again later.
    Later {
        /// When.
        at: Timestamp,
        /// Why.
        reason: String,
    },
    /// Not tried, because now is not the time; no attempt is counted.
    Held {
        /// When it is looked at again.
        at: Timestamp,
    },
    /// Not tried, because it is no longer wanted.
    Dropped(String),
    /// It will never go.
    Failed(String),
}

/// Durable storage of the alarm path.
pub trait Store {
    /// One consistent read of all that a decision may look at.
    fn incident_context(&self, target: &Target) -> Result<IncidentContext, StoreError>;

    /// Saves everything or nothing; returns after it is durable.
    fn save(&self, change: Change) -> Result<(), StoreError>;

    /// Keeps an alarm frame alone with a timer due now, when its decision cannot be waited for.
    /// Returns whether it was new.
    fn save_undecided(&self, frame: ReceivedFrame, now: Timestamp) -> Result<bool, StoreError>;

    /// Keeps a telemetry or undecodable frame.
    fn save_telemetry(&self, frame: ReceivedFrame) -> Result<(), StoreError>;

    /// Reads a kept frame that still has to be decided.
    fn undecided_frame(&self, id: FrameId) -> Result<ReceivedFrame, StoreError>;

    /// The open incident that a registered device, or another of the same resident, raised last.
    fn open_incident_of(
        &self,
        protocol: Protocol,
        uid: &DeviceUid,
    ) -> Result<Option<(OrganisationId, IncidentId)>, StoreError>;

    /// Claims due timers for a while.
    fn claim_timers(
        &self,
        owner: Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedTimer>, StoreError>;

    /// Marks a claimed timer done without any other effect.
    fn finish_timer(&self, id: TimerId, generation: i64, now: Timestamp) -> Result<(), StoreError>;

    /// Claims outbox rows for a while, oldest first.
    fn claim_outbox(
        &self,
        owner: Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedOutbox>, StoreError>;

    /// Records an attempt and finishes or reschedules the row, under its fence.
    fn finish_outbox(
        &self,
        id: OutboxId,
        generation: i64,
        delivered: &Delivered,
        now: Timestamp,
    ) -> Result<(), StoreError>;
}

/// Orders responders for an incident; may only ever improve an alarm.
pub trait Ranking {
    /// Best first. Never fails: at worst the fixed list.
    fn rank(&self, context: &IncidentContext, input: &Input, now: Timestamp) -> Ranked;
}

/// The present.
pub trait Clock {
    /// The wall clock, to the microsecond.
    fn now(&self) -> Timestamp;
}

/// Fresh identifiers.
pub trait Identifiers {
    /// One that was never used.
    fn fresh(&self) -> Uuid;
}

/// Tells workers that there may be something to do: no payload, they look for themselves.
pub trait WakeUps {
    /// Rows were committed.
    fn committed(&self);
}

/// A notice on its way to one endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The outbox row: the idempotency key.
    pub outbox_id: OutboxId,
    /// About which incident.
    pub incident_id: IncidentId,
    /// About which offer.
    pub offer_id: Option<OfferId>,
    /// To whom.
    pub account_id: AccountId,
    /// What.
    pub notice: Notice,
    /// Attempts made before this one.
    pub attempts: u32,
}

/// Takes notices to people.
pub trait Carriers {
    /// Hands one notice over; at least once, so a duplicate must be harmless.
    fn deliver(&self, delivery: &Delivery, now: Timestamp) -> Delivered;

    /// Takes a notice of an exercise no further than the server's own console; it stands on the
    /// person's own list.
    fn rehearse(&self, _delivery: &Delivery, _now: Timestamp) -> Delivered {
        Delivered::NoEndpoint
    }
}

/// All ports of the engine.
pub trait Ports {
    /// Storage.
    fn store(&self) -> &impl Store;
    /// Ranking.
    fn ranking(&self) -> &impl Ranking;
    /// Clock.
    fn clock(&self) -> &impl Clock;
    /// Randomness.
    fn identifiers(&self) -> &impl Identifiers;
    /// Wake-ups.
    fn wake_ups(&self) -> &impl WakeUps;
    /// Carriers.
    fn carriers(&self) -> &impl Carriers;
    /// Who is asked when, where an organisation has no ladders of its own.
    fn ladders(&self) -> &crate::incidents::Ladders;
    /// The ladders that an organisation has set for itself; `None` follows [`Ports::ladders`].
    fn ladders_of(
        &self,
        _organisation: OrganisationId,
    ) -> Option<std::sync::Arc<crate::incidents::Ladders>> {
        None
    }
    /// How people are weighed and how many are asked at once.
    fn policy(&self) -> &crate::responders::Policy;
}

/// Whether ranking is worth the time for this input: only some inputs ask anybody.
pub fn needs_ranking(input: &Input) -> bool {
    !matches!(
        input,
        Input::CancelPreAlarm
            | Input::OpenCase(_)
            | Input::ClearCase
            | Input::Acknowledge { .. }
            | Input::Accept { .. }
            | Input::Depart { .. }
            | Input::Arrive { .. }
            | Input::BlockAccess { .. }
            | Input::HandOver(_)
            | Input::FollowUp(_)
            | Input::Suspend(_)
            | Input::Link { .. }
            | Input::Close(_)
            | Input::Reopen { .. }
    )
}
