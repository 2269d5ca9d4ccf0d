//! Looking at single rows without copying the rest: what a simulation asks after every step.

use domain::devices::ReceivedFrame;
use domain::ids::{FrameId, IncidentId, OfferId, OutboxId, TimerId};
use domain::incidents::{Incident, IncidentStatus, Offer};
use domain::message::MessageKey;
use domain::notices::DeliveryState;
use domain::time::Timestamp;

use super::MemoryStore;

/// A pending timer as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardSeen {
    /// Identity.
    pub id: TimerId,
    /// Of which incident; `None` for a frame that waits to be decided.
    pub incident_id: Option<IncidentId>,
    /// When.
    pub due_at: Timestamp,
    /// Until when a worker has it.
    pub leased_until: Option<Timestamp>,
}

/// A notice as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeSeen {
    /// Identity.
    pub id: OutboxId,
    /// About which offer.
    pub offer_id: Option<OfferId>,
    /// What.
    pub key: MessageKey,
    /// What became of it.
    pub state: DeliveryState,
    /// Attempts so far.
    pub attempts: u32,
    /// Whether a failure says why.
    pub has_reason: bool,
    /// Written when.
    pub created_at: Timestamp,
}

impl MemoryStore {
    /// Calls for every incident with when its pending guard is due. O(incidents).
    pub fn each_incident(&self, mut visit: impl FnMut(&Incident, Option<Timestamp>)) {
        let state = self.state();
        for (key, incident) in &state.incidents {
            let guard = state.timers.guards.get(key);
            let guard = guard.and_then(|id| state.timers.rows.get(id));
            visit(incident, guard.map(|row| row.due_at));
        }
    }

    /// One incident and its offers, in no order that means anything.
    pub fn incident_and_offers(&self, id: IncidentId) -> Option<(Incident, Vec<Offer>)> {
        let state = self.state();
        let (key, incident) = state.incidents.iter().find(|((_, of), _)| *of == id)?;
        let offers = state.offers.get(key);
        let offers = offers.into_iter().flat_map(|of| of.values()).cloned();
        Some((incident.clone(), offers.collect()))
    }

    /// Open incidents and where they stand, oldest first.
    pub fn open_incidents(&self) -> Vec<(IncidentId, IncidentStatus)> {
        let state = self.state();
        let open = state.incidents.values().filter(|i| i.is_open());
        open.map(|i| (i.id, i.status)).collect()
    }

    /// Calls for every timer that is not done, the longest overdue first.
    pub fn each_timer(&self, mut visit: impl FnMut(GuardSeen)) {
        let state = self.state();
        for (_, id) in &state.timers.due {
            if let Some(row) = state.timers.rows.get(id) {
                visit(GuardSeen {
                    id: *id,
                    incident_id: row.incident_id,
                    due_at: row.due_at,
                    leased_until: row.leased_until,
                });
            }
        }
    }

    /// Calls for every notice.
    pub fn each_notice(&self, mut visit: impl FnMut(NoticeSeen)) {
        for row in self.state().outbox.values() {
            visit(row.seen());
        }
    }

    /// One notice.
    pub fn notice(&self, id: OutboxId) -> Option<NoticeSeen> {
        self.state()
            .outbox
            .get(&id)
            .map(super::state::OutboxRow::seen)
    }

    /// Calls for every kept frame: what it came to, and whether it still waits for a decision with a
    /// timer that will bring it.
    pub fn each_frame(&self, mut visit: impl FnMut(&ReceivedFrame, Option<IncidentId>, bool)) {
        let state = self.state();
        for row in state.frames.rows.values() {
            let FrameId(id) = row.frame.id;
            let waits = row.undecided && state.timers.rows.contains_key(&TimerId(id));
            visit(&row.frame, row.incident_id, waits);
        }
    }

    /// The generation of a pending timer.
    pub fn generation(&self, id: TimerId) -> Option<i64> {
        self.state().timers.rows.get(&id).map(|row| row.generation)
    }
}

impl super::state::OutboxRow {
    fn seen(&self) -> NoticeSeen {
        NoticeSeen {
            id: self.item.id,
            offer_id: self.item.offer_id,
            key: self.item.notice.key,
            state: self.state,
            attempts: self.attempts,
            has_reason: self.last_error.is_some(),
            created_at: self.item.created_at,
        }
    }
}
