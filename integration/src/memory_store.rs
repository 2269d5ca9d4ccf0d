//! Storage in memory: the same answers as a database, without one.
//!
//! One lock around ordered collections, so that the same calls give the same answers in the same
//! order. Nothing is durable here; everything else that `domain::ports::Store` promises is.

mod claim;
mod context;
mod finish;
mod keep;
mod look;
mod save;
mod state;
mod town;
mod witness;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use domain::devices::{DeviceUid, Protocol, ReceivedFrame};
use domain::ids::{FrameId, IncidentId, OrganisationId, OutboxId, TimerId};
use domain::incidents::IncidentContext;
use domain::ports::{Change, ClaimedOutbox, ClaimedTimer, Delivered, Store, StoreError, Target};
use domain::time::Timestamp;
use uuid::Uuid;

pub use look::{Inside, KeptFrame, KeptNotice, Pending};
pub use town::Town;
pub use witness::{GuardSeen, NoticeSeen};

use state::State;

/// A store in memory. Clones share their content.
#[derive(Clone)]
pub struct MemoryStore {
    state: Arc<Mutex<State>>,
}

impl MemoryStore {
    /// An installation with these people and devices, and nothing that ever happened.
    pub fn new(town: &Town) -> Self {
        Self {
            state: Arc::new(Mutex::new(State::new(town))),
        }
    }

    /// Every change is checked before the first write, so a panic elsewhere leaves it whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn incident_context(&self, target: &Target) -> Result<IncidentContext, StoreError> {
        context::read(&self.state(), target)
    }

    fn save(&self, change: Change) -> Result<(), StoreError> {
        save::save(&mut self.state(), change)
    }

    fn save_undecided(&self, frame: ReceivedFrame, now: Timestamp) -> Result<bool, StoreError> {
        keep::undecided(&mut self.state(), frame, now)
    }

    fn save_telemetry(&self, frame: ReceivedFrame) -> Result<(), StoreError> {
        keep::telemetry(&mut self.state(), frame)
    }

    fn undecided_frame(&self, id: FrameId) -> Result<ReceivedFrame, StoreError> {
        keep::read_undecided(&self.state(), id)
    }

    fn open_incident_of(
        &self,
        protocol: Protocol,
        uid: &DeviceUid,
    ) -> Result<Option<(OrganisationId, IncidentId)>, StoreError> {
        Ok(context::open_incident_of(&self.state(), protocol, uid))
    }

    fn claim_timers(
        &self,
        _owner: Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedTimer>, StoreError> {
        Ok(claim::timers(&mut self.state(), now, now + lease, limit))
    }

    fn finish_timer(
        &self,
        id: TimerId,
        generation: i64,
        _now: Timestamp,
    ) -> Result<(), StoreError> {
        finish::timer(&mut self.state(), id, generation)
    }

    fn claim_outbox(
        &self,
        _owner: Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedOutbox>, StoreError> {
        Ok(claim::outbox(&mut self.state(), now, now + lease, limit))
    }

    fn finish_outbox(
        &self,
        id: OutboxId,
        generation: i64,
        delivered: &Delivered,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        finish::outbox(&mut self.state(), id, generation, delivered, now)
    }
}
