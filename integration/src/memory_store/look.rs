//! Looking inside, for tests and simulations.

use domain::audit::AuditEntry;
use domain::ids::{AccountId, FrameId, IncidentId, OrganisationId, OutboxId};
use domain::incidents::{Incident, TimelineEntry};
use domain::message::MessageKey;
use domain::notices::{Channel, DeliveryState};
use domain::responders::WaveStanding;
use domain::time::Timestamp;

use super::MemoryStore;
use super::state::{FrameRow, OutboxRow, TimerRow};

/// All that is stored about one organisation's incidents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inside {
    /// Open and closed.
    pub incidents: Vec<Incident>,
    /// Timers that are not done.
    pub pending: Vec<Pending>,
    /// Raw frames, oldest first.
    pub frames: Vec<KeptFrame>,
    /// Notices in the order they were written.
    pub notices: Vec<KeptNotice>,
    /// Who stood where at each wave, by incident and wave.
    pub standings: Vec<WaveStanding>,
    /// History of all incidents.
    pub timeline: Vec<TimelineEntry>,
    /// Who did what.
    pub audit: Vec<AuditEntry>,
}

/// A timer that is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// What it guards.
    pub incident_id: Option<IncidentId>,
    /// Or what it waits for.
    pub frame_id: Option<FrameId>,
    /// When.
    pub due_at: Timestamp,
}

/// A stored frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFrame {
    /// Identity.
    pub id: FrameId,
    /// What came.
    pub raw: Vec<u8>,
    /// What it came to.
    pub incident_id: Option<IncidentId>,
    /// Still to be decided.
    pub undecided: bool,
}

/// A stored notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptNotice {
    /// Identity.
    pub id: OutboxId,
    /// To whom.
    pub account_id: AccountId,
    /// What.
    pub key: MessageKey,
    /// What became of it.
    pub state: DeliveryState,
    /// Attempts so far.
    pub attempts: u32,
    /// How it went.
    pub channel: Option<Channel>,
    /// Why not.
    pub last_error: Option<String>,
}

impl MemoryStore {
    /// All that is stored about one organisation's incidents.
    pub fn inside(&self, organisation: OrganisationId) -> Inside {
        let state = self.state();
        let ours = |of: &OrganisationId| *of == organisation;
        let incidents = state
            .incidents
            .values()
            .filter(|i| ours(&i.organisation_id));
        let timers = state
            .timers
            .rows
            .values()
            .filter(|row| ours(&row.organisation_id));
        let mut frames: Vec<_> = state
            .frames
            .rows
            .iter()
            .filter(|((of, _), _)| ours(of))
            .map(|(_, row)| row)
            .collect();
        frames.sort_by_key(|row| (row.frame.received_at, row.frame.id));
        let mut notices: Vec<_> = state
            .outbox
            .values()
            .filter(|row| ours(&row.item.organisation_id))
            .collect();
        notices.sort_by_key(|row| (row.item.created_at, row.item.id));
        let timeline = state
            .timeline
            .iter()
            .filter(|entry| ours(&entry.organisation_id));
        let audit = state
            .audit
            .iter()
            .filter(|entry| ours(&entry.organisation_id));
        let standings = state.standings.iter();
        let standings = standings.filter(|standing| ours(&standing.organisation_id));
        let mut standings: Vec<WaveStanding> = standings.cloned().collect();
        standings.sort_by_key(|standing| (standing.incident_id, standing.wave));
        Inside {
            standings,
            incidents: incidents.cloned().collect(),
            pending: timers.map(TimerRow::look).collect(),
            frames: frames.into_iter().map(FrameRow::look).collect(),
            notices: notices.into_iter().map(OutboxRow::look).collect(),
            timeline: timeline.cloned().collect(),
            audit: audit.cloned().collect(),
        }
    }
}

impl TimerRow {
    fn look(&self) -> Pending {
        Pending {
            incident_id: self.incident_id,
            frame_id: self.frame_id,
            due_at: self.due_at,
        }
    }
}

impl FrameRow {
    fn look(&self) -> KeptFrame {
        KeptFrame {
            id: self.frame.id,
            raw: self.frame.raw.clone(),
            incident_id: self.incident_id,
            undecided: self.undecided,
        }
    }
}

impl OutboxRow {
    fn look(&self) -> KeptNotice {
        KeptNotice {
            id: self.item.id,
            account_id: self.item.account_id,
            key: self.item.notice.key,
            state: self.state,
            attempts: self.attempts,
            channel: self.channel,
            last_error: self.last_error.clone(),
        }
    }
}
