//! Planted bugs: the reliability suites must be shown to notice each of them.
//!
//! This file is compiled only with the feature `planted-bugs`, which no shipped binary has; a test
//! looks for the names below in the shipped binary and must not find them.

use std::sync::OnceLock;
use std::time::Duration;

use chrono::TimeDelta;
use domain::devices::{DeviceUid, EventKey, Protocol, ReceivedFrame};
use domain::ids::{FrameId, IncidentId, OrganisationId, OutboxId, TimerId};
use domain::incidents::{Guard, Ladders};
use domain::ports::{
    Carriers, Change, ClaimedOutbox, ClaimedTimer, Clock, Delivered, Identifiers, Ports, Ranking,
    Store, StoreError, Target, WakeUps,
};
use domain::responders::Policy;
use domain::time::Timestamp;
use store::SqlStore;
use uuid::Uuid;

use crate::engine::Engine;

/// The device is answered first and the alarm is stored afterwards.
pub(crate) const ANSWER_BEFORE_COMMIT: &str = "answer_before_commit";
/// No two frames are the same event.
pub(crate) const NO_EVENT_KEY: &str = "no_event_key";
/// A new incident has no timer.
pub(crate) const FORGET_TIMER: &str = "forget_timer";
/// The index of rankings is held by somebody while an alarm comes in.
pub(crate) const WEDGED_INDEX: &str = "wedged_index";

/// Nobody hands notices over any more.
pub(crate) const STUCK_OUTBOX: &str = "stuck_outbox";
/// No timer is looked at any more.
pub(crate) const STUCK_TIMERS: &str = "stuck_timers";
/// For so long both work: a stop is noticed, not a start that never was.
pub(crate) const STUCK_AFTER: Duration = Duration::from_secs(3);

/// How long the index is held: far longer than an alarm may take.
pub(crate) const WEDGED_FOR: Duration = Duration::from_secs(2);
/// How long a service that answers first would leave alarms in memory before a bigger commit.
pub(crate) const COMMIT_LATER: Duration = Duration::from_millis(100);

/// Whether the bug of this name was asked for, by `ANLIN_PLANT`.
///
/// Kept out of line, so that the names stay readable in the binary.
#[inline(never)]
pub(crate) fn is(name: &str) -> bool {
    static CHOSEN: OnceLock<Option<String>> = OnceLock::new();
    CHOSEN
        .get_or_init(|| std::env::var("ANLIN_PLANT").ok())
        .as_deref()
        == Some(name)
}

/// Holds a worker for good, some time after the start.
pub(crate) async fn stick(name: &str) {
    static STARTED: OnceLock<std::time::Instant> = OnceLock::new();
    let started = STARTED.get_or_init(crate::stages::monotonic);
    if is(name) && started.elapsed() > STUCK_AFTER {
        std::future::pending::<()>().await;
    }
}

/// Holds the index of rankings, from when this returns until much later.
pub(crate) fn wedge_index(engine: &Engine) {
    let allocation = engine.allocation.clone();
    let (held, is_held) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let _held = allocation.hold_index_for_test();
        // Nobody listens any more only while the service is going down.
        let _ = held.send(());
        std::thread::sleep(WEDGED_FOR);
    });
    let _ = is_held.recv();
}

/// Makes every frame an event of its own.
pub(crate) fn make_unique(frame: &mut ReceivedFrame) {
    let id = frame.id;
    if let Ok(event) = &mut frame.decoded {
        event.key = EventKey(format!("{}:{id}", event.key.0));
    }
}

/// The engine, with a store that forgets timers.
pub(crate) struct Forgetful {
    engine: Engine,
    store: ForgetfulStore,
}

impl Forgetful {
    pub(crate) fn new(engine: Engine) -> Self {
        let store = ForgetfulStore(engine.store.as_ref().clone());
        Self { engine, store }
    }
}

impl Ports for Forgetful {
    fn store(&self) -> &impl Store {
        &self.store
    }

    fn ranking(&self) -> &impl Ranking {
        self.engine.ranking()
    }

    fn clock(&self) -> &impl Clock {
        self.engine.clock()
    }

    fn identifiers(&self) -> &impl Identifiers {
        self.engine.identifiers()
    }

    fn wake_ups(&self) -> &impl WakeUps {
        self.engine.wake_ups()
    }

    fn carriers(&self) -> &impl Carriers {
        self.engine.carriers()
    }

    fn ladders(&self) -> &Ladders {
        self.engine.ladders()
    }

    fn ladders_of(
        &self,
        organisation: domain::ids::OrganisationId,
    ) -> Option<std::sync::Arc<Ladders>> {
        self.engine.ladders_of(organisation)
    }

    fn policy(&self) -> &Policy {
        self.engine.policy()
    }
}

struct ForgetfulStore(SqlStore);

impl Store for ForgetfulStore {
    fn incident_context(
        &self,
        target: &Target,
    ) -> Result<domain::incidents::IncidentContext, StoreError> {
        self.0.incident_context(target)
    }

    fn save(&self, mut change: Change) -> Result<(), StoreError> {
        change.decision.guard = Guard::Keep;
        self.0.save(change)
    }

    fn save_undecided(&self, frame: ReceivedFrame, now: Timestamp) -> Result<(), StoreError> {
        self.0.save_undecided(frame, now)
    }

    fn save_telemetry(&self, frame: ReceivedFrame) -> Result<(), StoreError> {
        self.0.save_telemetry(frame)
    }

    fn undecided_frame(&self, id: FrameId) -> Result<ReceivedFrame, StoreError> {
        self.0.undecided_frame(id)
    }

    fn open_incident_of(
        &self,
        protocol: Protocol,
        uid: &DeviceUid,
    ) -> Result<Option<(OrganisationId, IncidentId)>, StoreError> {
        self.0.open_incident_of(protocol, uid)
    }

    fn claim_timers(
        &self,
        owner: Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedTimer>, StoreError> {
        self.0.claim_timers(owner, now, lease, limit)
    }

    fn finish_timer(&self, id: TimerId, generation: i64, now: Timestamp) -> Result<(), StoreError> {
        self.0.finish_timer(id, generation, now)
    }

    fn claim_outbox(
        &self,
        owner: Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedOutbox>, StoreError> {
        self.0.claim_outbox(owner, now, lease, limit)
    }

    fn finish_outbox(
        &self,
        id: OutboxId,
        generation: i64,
        delivered: &Delivered,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.0.finish_outbox(id, generation, delivered, now)
    }
}
