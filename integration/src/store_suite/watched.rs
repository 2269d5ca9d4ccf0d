//! Looks the whole store through after every change.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::devices::{DeviceUid, Protocol, ReceivedFrame};
use domain::ids::{FrameId, IncidentId, OrganisationId, OutboxId, TimerId};
use domain::incidents::IncidentContext;
use domain::ports::{Change, ClaimedOutbox, ClaimedTimer, Delivered, Store, StoreError, Target};
use domain::time::Timestamp;
use uuid::Uuid;

use super::Fixture;
use super::town::{EAST, WEST};
use crate::memory_store::Inside;

/// A store whose every change is followed by a look at all it holds.
pub(super) struct Watched<'a, F>(pub(super) &'a F);

impl<F: Fixture> Watched<'_, F> {
    fn look(&self) {
        assert_sound(&self.0.inside(EAST));
        assert_sound(&self.0.inside(WEST));
    }

    fn then_look<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        self.look();
        done
    }
}

/// No open incident without exactly one pending guard, and no guard without one.
pub(super) fn assert_sound(inside: &Inside) {
    let mut open_keys = BTreeSet::new();
    for incident in &inside.incidents {
        let guards: Vec<_> = inside
            .pending
            .iter()
            .filter(|timer| timer.incident_id == Some(incident.id))
            .collect();
        if !incident.is_open() {
            assert!(
                guards.is_empty(),
                "a closed incident is still guarded: {incident:?}"
            );
            continue;
        }
        assert_eq!(
            guards.len(),
            1,
            "an open incident needs one guard: {incident:?} {guards:?}"
        );
        assert_eq!(
            Some(guards[0].due_at),
            incident.deadline_at,
            "guarded until its deadline"
        );
        let key = incident
            .open_key
            .as_ref()
            .expect("an open incident has a key");
        assert!(
            open_keys.insert(key.0.clone()),
            "two open incidents of one cause: {key:?}"
        );
    }
    for timer in &inside.pending {
        let incident = inside
            .incidents
            .iter()
            .any(|i| Some(i.id) == timer.incident_id);
        let frame = inside
            .frames
            .iter()
            .any(|frame| Some(frame.id) == timer.frame_id && frame.undecided);
        assert!(
            incident != frame,
            "a timer guards an incident or an undecided frame: {timer:?}"
        );
    }
    for frame in inside.frames.iter().filter(|frame| frame.undecided) {
        let timers = inside
            .pending
            .iter()
            .filter(|timer| timer.frame_id == Some(frame.id));
        assert_eq!(
            timers.count(),
            1,
            "an undecided frame needs one timer: {frame:?}"
        );
    }
}

impl<F: Fixture> Store for Watched<'_, F> {
    fn incident_context(&self, target: &Target) -> Result<IncidentContext, StoreError> {
        self.0.store().incident_context(target)
    }

    fn save(&self, change: Change) -> Result<(), StoreError> {
        self.then_look(self.0.store().save(change))
    }

    fn save_undecided(&self, frame: ReceivedFrame, now: Timestamp) -> Result<bool, StoreError> {
        self.then_look(self.0.store().save_undecided(frame, now))
    }

    fn save_telemetry(&self, frame: ReceivedFrame) -> Result<(), StoreError> {
        self.then_look(self.0.store().save_telemetry(frame))
    }

    fn undecided_frame(&self, id: FrameId) -> Result<ReceivedFrame, StoreError> {
        self.0.store().undecided_frame(id)
    }

    fn open_incident_of(
        &self,
        protocol: Protocol,
        uid: &DeviceUid,
    ) -> Result<Option<(OrganisationId, IncidentId)>, StoreError> {
        self.0.store().open_incident_of(protocol, uid)
    }

    fn claim_timers(
        &self,
        owner: Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedTimer>, StoreError> {
        self.then_look(self.0.store().claim_timers(owner, now, lease, limit))
    }

    // The only call that may leave an incident unguarded: whoever makes it knows why.
    fn finish_timer(&self, id: TimerId, generation: i64, now: Timestamp) -> Result<(), StoreError> {
        self.0.store().finish_timer(id, generation, now)
    }

    fn claim_outbox(
        &self,
        owner: Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedOutbox>, StoreError> {
        self.then_look(self.0.store().claim_outbox(owner, now, lease, limit))
    }

    fn finish_outbox(
        &self,
        id: OutboxId,
        generation: i64,
        delivered: &Delivered,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.then_look(self.0.store().finish_outbox(id, generation, delivered, now))
    }
}
