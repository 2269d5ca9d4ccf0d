//! The port of the domain: what the alarm path needs of storage.

mod claim;
mod context;
mod finish;
mod keep;
mod save;

use chrono::TimeDelta;
use domain::devices::replay::Verdict;
use domain::devices::{DeviceUid, Protocol, ReceivedFrame};
use domain::ids::{FrameId, IncidentId, OrganisationId, OutboxId, TimerId};
use domain::incidents::IncidentContext;
use domain::ports::{Change, ClaimedOutbox, ClaimedTimer, Delivered, Store, StoreError, Target};
use domain::time::Timestamp;

use crate::evidence;
use crate::signed::admit;
use crate::sql_store::SqlStore;
use crate::writer::Lane;

use claim::Claim;
pub(crate) use context::incident_of_key;

impl Store for SqlStore {
    fn incident_context(&self, target: &Target) -> Result<IncidentContext, StoreError> {
        self.read_consistent(|conn| context::read(conn, target))
    }

    fn save(&self, change: Change) -> Result<(), StoreError> {
        #[cfg(feature = "planted-bugs")]
        let change = crate::plant::spoiled(change);
        let keys = self.keys().clone();
        let signed = self.signed();
        let is_kept = change.frame.is_some() && change.timer.is_some();
        let lane = if is_kept { Lane::Behind } else { Lane::Alarm };
        self.write(lane, move |conn| {
            if change.frame.is_some() && admit(conn, signed.as_deref())? == Verdict::Repeat {
                return Err(StoreError::Duplicate);
            }
            save::save(conn, &keys, &change)
        })
    }

    fn save_undecided(&self, frame: ReceivedFrame, now: Timestamp) -> Result<bool, StoreError> {
        let (signed, home) = (self.signed(), self.known_home());
        self.write(Lane::Alarm, move |conn| {
            match admit(conn, signed.as_deref())? {
                // It is durable already, and that is all that was asked for.
                Verdict::Repeat => Ok(false),
                Verdict::New | Verdict::Refused => keep::undecided(conn, home, &frame, now),
            }
        })
    }

    fn save_telemetry(&self, frame: ReceivedFrame) -> Result<(), StoreError> {
        let (signed, home) = (self.signed(), self.known_home());
        self.write(Lane::Telemetry, move |conn| {
            match admit(conn, signed.as_deref())? {
                Verdict::New => keep::telemetry(conn, home, &frame),
                Verdict::Repeat | Verdict::Refused => Ok(()),
            }
        })
    }

    fn undecided_frame(&self, id: FrameId) -> Result<ReceivedFrame, StoreError> {
        self.read(|conn| keep::read_undecided(conn, id))
    }

    fn open_incident_of(
        &self,
        protocol: Protocol,
        uid: &DeviceUid,
    ) -> Result<Option<(OrganisationId, IncidentId)>, StoreError> {
        self.read(|conn| evidence::open_incident_of(conn, protocol, uid))
    }

    fn claim_timers(
        &self,
        owner: uuid::Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedTimer>, StoreError> {
        #[cfg(feature = "planted-bugs")]
        let now = crate::plant::due_by(now);
        // Looking is cheap and idle most of the time; only a find costs a commit.
        if !self.read(|conn| claim::timer_due(conn, now))? {
            return Ok(Vec::new());
        }
        let claim = Claim::new(owner, now, lease, limit);
        self.write(Lane::Alarm, move |conn| claim::timers(conn, claim))
    }

    fn finish_timer(&self, id: TimerId, generation: i64, now: Timestamp) -> Result<(), StoreError> {
        self.write(Lane::Alarm, move |conn| {
            finish::timer(conn, id, generation, now)
        })
    }

    fn claim_outbox(
        &self,
        owner: uuid::Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedOutbox>, StoreError> {
        if !self.read(|conn| claim::outbox_due(conn, now))? {
            return Ok(Vec::new());
        }
        let claim = Claim::new(owner, now, lease, limit);
        self.write(Lane::Outcome, move |conn| claim::outbox(conn, claim))
    }

    fn finish_outbox(
        &self,
        id: OutboxId,
        generation: i64,
        delivered: &Delivered,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let delivered = delivered.clone();
        self.write(Lane::Outcome, move |conn| {
            finish::outbox(conn, id, generation, &delivered, now)
        })
    }
}
