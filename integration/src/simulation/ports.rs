//! The ports of one simulated process: the engine calls them, and they go wrong.

use std::cell::Cell;

use chrono::TimeDelta;
use domain::devices::{DeviceUid, EventKey, Protocol, ReceivedFrame};
use domain::ids::{FrameId, IncidentId, OfferId, OrganisationId, OutboxId, TimerId};
use domain::incidents::{
    Decision, Guard, IncidentContext, IncidentStatus, Input, InputKind, Ladders, OfferState,
};
use domain::message::MessageKey;
use domain::ports::{
    Carriers, Change, ClaimedOutbox, ClaimedTimer, Clock, Delivered, Delivery, Identifiers, Ports,
    Ranking, Store, StoreError, Target, WakeUps,
};
use domain::responders::{Policy, Ranked};
use domain::time::Timestamp;
use uuid::Uuid;

use super::agenda::{Event, Lane};
use super::bugs::Bug;
use super::coverage::Given;
use super::faults::Fault;
use super::town;
use super::world::World;

/// One call into the engine by one life of one process.
pub(super) struct Port<'w> {
    world: &'w World,
    process: usize,
    /// A process that died and came back is another one.
    epoch: u32,
    given: Cell<Option<Given>>,
    before: Cell<Option<IncidentStatus>>,
    /// True time at which the engine last asked what time it is.
    decided_at: Cell<i64>,
}

impl<'w> Port<'w> {
    /// A process begins something.
    pub(super) fn new(world: &'w World, process: usize) -> Self {
        Self {
            world,
            process,
            epoch: world.processes[process].epoch.get(),
            given: Cell::new(None),
            before: Cell::new(None),
            decided_at: Cell::new(world.now.get()),
        }
    }

    /// The same, for an input that needs no ranking.
    pub(super) fn giving(world: &'w World, process: usize, input: &Input) -> Self {
        let port = Self::new(world, process);
        port.given.set(Some(Given::of(input)));
        port
    }

    /// Whether the process that began this still lives.
    pub(super) fn is_alive(&self) -> bool {
        let process = &self.world.processes[self.process];
        process.is_up.get() && process.epoch.get() == self.epoch
    }

    fn reach(&self) -> Result<(), StoreError> {
        if !self.is_alive() {
            return Err(unavailable("the process is dead"));
        }
        if self.world.now.get() < self.world.storage_back.get() {
            // Counted once an outage, however many ask.
            if !self.world.is_away.replace(true) {
                self.world.struck(Fault::StorageAway);
            }
            return Err(unavailable("the database is away"));
        }
        self.world.is_away.set(false);
        Ok(())
    }

    fn has(&self, bug: Bug) -> bool {
        self.world.plan.bug == Some(bug)
    }

    /// The write waits for its turn and its sync, while everybody else goes on.
    fn wait_for_sync(&self) -> Result<(), StoreError> {
        let process = &self.world.processes[self.process];
        if process.is_doomed.replace(false) {
            self.world.crash(self.process);
        } else if self.world.strikes(Fault::SlowSave) {
            self.world.struck(Fault::SlowSave);
            let wait = self.world.storage.borrow_mut().ms(200, 45_000);
            self.world.pass(wait);
        } else if self.world.storage.borrow_mut().permille(150) {
            let wait = self.world.storage.borrow_mut().ms(1, 40);
            self.world.pass(wait);
        }
        if self.is_alive() {
            return Ok(());
        }
        // It died with this write in its batch: the disk has it, or has it not.
        self.world.struck(Fault::TornBatch);
        if self.world.storage.borrow_mut().permille(500) {
            return Ok(());
        }
        Err(unavailable("lost with the batch"))
    }

    /// What the storage makes of a write before it looks at it.
    fn refused(&self) -> Result<(), StoreError> {
        if self.world.strikes(Fault::SaveRefused) {
            self.world.struck(Fault::SaveRefused);
            return Err(unavailable("refused"));
        }
        Ok(())
    }

    /// A write that is done; the reply may be lost, and the writer may be dead.
    fn replied(&self) -> Result<(), StoreError> {
        if !self.is_alive() {
            return Err(unavailable("the process is dead"));
        }
        if self.world.strikes(Fault::CommitUnknown) {
            self.world.struck(Fault::CommitUnknown);
            return Err(unavailable("connection lost at commit"));
        }
        Ok(())
    }

    fn conflicts(&self) -> bool {
        let process = &self.world.processes[self.process];
        let is_alarm = self.given.get() == Some(Given::Input(InputKind::Alarm));
        if is_alarm && self.world.strikes(Fault::Contention) {
            self.world.struck(Fault::Contention);
            process.conflicts.set(4);
        }
        if process.conflicts.get() > 0 {
            process.conflicts.set(process.conflicts.get() - 1);
            return true;
        }
        if self.world.strikes(Fault::FalseConflict) {
            self.world.struck(Fault::FalseConflict);
            return true;
        }
        false
    }

    fn plant(&self, mut change: Change) -> Change {
        let given = self.given.get();
        let is = |kind| given == Some(Given::Input(kind));
        let decision = &mut change.decision;
        if self.has(Bug::NoFencing)
            && let Some((id, _)) = change.timer
        {
            change.timer = self.world.store.generation(id).map(|now| (id, now));
        }
        if self.has(Bug::ForgetGuard) && is(InputKind::Accept) {
            decision.guard = Guard::Clear;
        }
        if self.has(Bug::NoAllClear) {
            let is_all_clear = |key| key == MessageKey::OfferWithdrawn;
            decision
                .outbox
                .retain(|item| !is_all_clear(item.notice.key));
        }
        if self.has(Bug::OffersStayOpen) && is(InputKind::Close) {
            let stays = |state| state == OfferState::Withdrawn;
            decision.offers.retain(|offer| !stays(offer.state));
        }
        if self.has(Bug::DoubleAccept) && is(InputKind::Accept) {
            self.overwrite(decision);
        }
        change
    }

    fn overwrite(&self, decision: &mut Decision) {
        let Some(incident) = &mut decision.incident else {
            return;
        };
        if let Some((stored, _)) = self.world.store.incident_and_offers(incident.id) {
            decision.expected_version = Some(stored.version);
            incident.version = stored.version + 1;
        }
    }

    fn write(&self, change: Change) -> Result<(), StoreError> {
        let timer = change.timer;
        let change = self.plant(change);
        self.world.store.save(change.clone())?;
        let at = self.world.now.get();
        let event = change
            .frame
            .as_ref()
            .and_then(|frame| self.world.named(frame));
        let mut judge = self.world.judge.borrow_mut();
        judge.committed(at, self.decided_at.get(), &change, event);
        if let Some((id, generation)) = timer {
            judge.fired(at, id, generation);
        }
        drop(judge);
        self.world
            .committed(&change, self.before.get(), self.given.get());
        Ok(())
    }
}

fn unavailable(why: &str) -> StoreError {
    StoreError::Unavailable(why.to_owned())
}

impl Store for Port<'_> {
    fn incident_context(&self, target: &Target) -> Result<IncidentContext, StoreError> {
        self.reach()?;
        if self.world.strikes(Fault::ReadRefused) {
            self.world.struck(Fault::ReadRefused);
            return Err(unavailable("no answer to a read"));
        }
        let context = self.world.store.incident_context(target)?;
        self.before.set(context.incident.as_ref().map(|i| i.status));
        Ok(context)
    }

    fn save(&self, change: Change) -> Result<(), StoreError> {
        self.reach()?;
        self.refused()?;
        if self.conflicts() {
            if self.has(Bug::DropOnConflict) {
                return Ok(());
            }
            return Err(StoreError::Conflict);
        }
        self.wait_for_sync()?;
        self.write(change)?;
        self.replied()
    }

    fn save_undecided(&self, frame: ReceivedFrame, now: Timestamp) -> Result<bool, StoreError> {
        self.reach()?;
        self.refused()?;
        self.wait_for_sync()?;
        let is_new = self.world.store.save_undecided(frame, now)?;
        self.world.judge.borrow_mut().stir();
        self.replied()?;
        Ok(is_new)
    }

    fn save_telemetry(&self, frame: ReceivedFrame) -> Result<(), StoreError> {
        if self.has(Bug::DropUndecodable) && frame.decoded.is_err() {
            return Ok(());
        }
        self.reach()?;
        self.refused()?;
        self.wait_for_sync()?;
        self.world.store.save_telemetry(frame)?;
        self.world.judge.borrow_mut().stir();
        self.replied()
    }

    fn undecided_frame(&self, id: FrameId) -> Result<ReceivedFrame, StoreError> {
        self.reach()?;
        self.world.store.undecided_frame(id)
    }

    fn open_incident_of(
        &self,
        protocol: Protocol,
        uid: &DeviceUid,
    ) -> Result<Option<(OrganisationId, IncidentId)>, StoreError> {
        self.reach()?;
        self.world.store.open_incident_of(protocol, uid)
    }

    fn claim_timers(
        &self,
        owner: Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedTimer>, StoreError> {
        self.reach()?;
        let early = TimeDelta::seconds(if self.has(Bug::EarlyTimers) { 10 } else { 0 });
        let more = TimeDelta::days(if self.has(Bug::EndlessLease) { 1 } else { 0 });
        let claimed = self
            .world
            .store
            .claim_timers(owner, now + early, lease + more, limit)?;
        let mut judge = self.world.judge.borrow_mut();
        for timer in &claimed {
            judge.claimed(self.world.now.get(), timer, now);
        }
        Ok(claimed)
    }

    fn finish_timer(&self, id: TimerId, generation: i64, now: Timestamp) -> Result<(), StoreError> {
        self.reach()?;
        self.refused()?;
        self.wait_for_sync()?;
        self.world.store.finish_timer(id, generation, now)?;
        let mut judge = self.world.judge.borrow_mut();
        judge.fired(self.world.now.get(), id, generation);
        drop(judge);
        self.replied()
    }

    fn claim_outbox(
        &self,
        owner: Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedOutbox>, StoreError> {
        self.reach()?;
        let more = TimeDelta::days(if self.has(Bug::ForgetNotice) { 1 } else { 0 });
        self.world
            .store
            .claim_outbox(owner, now, lease + more, limit)
    }

    fn finish_outbox(
        &self,
        id: OutboxId,
        generation: i64,
        delivered: &Delivered,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        if self.has(Bug::ForgetNotice) && matches!(delivered, Delivered::Later { .. }) {
            return Ok(());
        }
        self.reach()?;
        self.refused()?;
        self.wait_for_sync()?;
        self.world
            .store
            .finish_outbox(id, generation, delivered, now)?;
        self.replied()
    }
}

impl Ports for Port<'_> {
    fn store(&self) -> &impl Store {
        self
    }

    fn ranking(&self) -> &impl Ranking {
        self
    }

    fn clock(&self) -> &impl Clock {
        self
    }

    fn identifiers(&self) -> &impl Identifiers {
        self
    }

    fn wake_ups(&self) -> &impl WakeUps {
        self
    }

    fn carriers(&self) -> &impl Carriers {
        self
    }

    fn ladders(&self) -> &Ladders {
        &self.world.rules.ladders
    }

    fn policy(&self) -> &Policy {
        &self.world.rules.policy
    }
}

impl Ranking for Port<'_> {
    /// Also where the input of a decision is seen that the engine made up by itself.
    fn rank(&self, context: &IncidentContext, input: &Input, _: Timestamp) -> Ranked {
        self.given.set(Some(Given::of(input)));
        town::ranked(context, self.world.plan.responders)
    }
}

impl Clock for Port<'_> {
    fn now(&self) -> Timestamp {
        self.decided_at.set(self.world.now.get());
        self.world.clock_of(self.process)
    }
}

impl Identifiers for Port<'_> {
    fn fresh(&self) -> Uuid {
        self.world.fresh()
    }
}

impl WakeUps for Port<'_> {
    fn committed(&self) {
        for lane in [Lane::Timers, Lane::Outbox] {
            let process = self.process;
            let is_periodic = false;
            let look = Event::Look {
                process,
                lane,
                is_periodic,
            };
            self.world.put(0, look);
        }
    }
}

impl Carriers for Port<'_> {
    fn deliver(&self, delivery: &Delivery, now: Timestamp) -> Delivered {
        let at = self.world.now.get();
        let mut judge = self.world.judge.borrow_mut();
        judge.called(at, delivery, &self.world.store);
        drop(judge);
        self.world.carry(delivery, now)
    }
}

/// A target of a device's word, as the engine itself makes it.
pub(super) fn device_target(frame: &ReceivedFrame) -> Option<(Target, EventKey)> {
    let event = frame.decoded.as_ref().ok()?;
    let target = Target::Device {
        protocol: event.protocol,
        uid: event.device_uid.clone(),
        key: event.key.clone(),
        source: frame.source.clone(),
        life: true,
        received_at: frame.received_at,
        quarantine: None,
    };
    Some((target, event.key.clone()))
}

/// An offer of an incident that is still open, for somebody who answers late.
pub(super) fn open_offer(world: &World, incident: IncidentId) -> Option<OfferId> {
    let (_, mut offers) = world.store.incident_and_offers(incident)?;
    offers.retain(|offer| offer.state.is_open());
    if offers.is_empty() {
        return None;
    }
    let place = world.people.borrow_mut().dice.place(offers.len());
    Some(offers[place].id)
}
