//! The suite notices: a store that breaks one promise fails the cases about it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::TimeDelta;
use domain::devices::{DeviceUid, Protocol, ReceivedFrame};
use domain::ids::{FrameId, IncidentId, OrganisationId, OutboxId, TimerId};
use domain::incidents::{Guard, IncidentContext};
use domain::ports::{Change, ClaimedOutbox, ClaimedTimer, Delivered, Store, StoreError, Target};
use domain::time::Timestamp;
use uuid::Uuid;

use super::{Fixture, run, town};
use crate::memory_store::{Inside, MemoryStore};

/// Which promise is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    IgnoresVersion,
    IgnoresOpenKey,
    IgnoresEventKey,
    IgnoresIdempotency,
    IgnoresFence,
    IgnoresLease,
    ClaimsEarly,
    DropsGuard,
    KeepsGuardAfterEnd,
    LosesNotices,
    LosesOffers,
    LosesFrame,
    LosesHistory,
    LosesAudit,
    SavesHalf,
    ForgetsUndecided,
    RetriesAtOnce,
    CountsNoAttempt,
    MixesOrganisations,
    CountsNoFlood,
    DropsTelemetry,
}

/// A store in memory that breaks one promise.
#[derive(Clone)]
struct Broken {
    store: MemoryStore,
    fault: Fault,
}

impl Fixture for Broken {
    type S = Self;

    fn store(&self) -> &Self {
        self
    }

    fn twin(&self) -> Self {
        self.clone()
    }

    fn inside(&self, organisation: OrganisationId) -> Inside {
        self.store.inside(organisation)
    }
}

impl Broken {
    fn with(fault: Fault) -> Self {
        Self {
            store: MemoryStore::new(&town()),
            fault,
        }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn spoil(&self, change: &mut Change) {
        let decision = &mut change.decision;
        match self.fault {
            Fault::IgnoresVersion => {
                if let Some(incident) = &decision.incident {
                    let stored = self.store.inside(incident.organisation_id).incidents;
                    let stored = stored.into_iter().find(|stored| stored.id == incident.id);
                    decision.expected_version = stored.map(|stored| stored.version);
                }
            }
            Fault::IgnoresOpenKey => {
                if let Some(incident) = &mut decision.incident
                    && let Some(key) = &mut incident.open_key
                {
                    key.0 = format!("{}:{}", key.0, incident.id);
                }
            }
            Fault::IgnoresEventKey => {
                if let Some(frame) = &mut change.frame
                    && let Ok(event) = &mut frame.decoded
                {
                    event.key.0 = format!("{}:{}", event.key.0, frame.id);
                }
            }
            Fault::IgnoresIdempotency => change.idempotency = None,
            Fault::IgnoresFence => change.timer = None,
            Fault::DropsGuard => decision.guard = Guard::Keep,
            Fault::KeepsGuardAfterEnd if decision.guard == Guard::Clear => {
                decision.guard = Guard::Keep;
            }
            Fault::LosesNotices => decision.outbox.clear(),
            Fault::LosesOffers => decision.offers.clear(),
            Fault::LosesFrame => change.frame = None,
            Fault::LosesHistory => decision.timeline.clear(),
            Fault::LosesAudit => change.audit = None,
            _ => {}
        }
    }
}

impl Store for Broken {
    fn incident_context(&self, target: &Target) -> Result<IncidentContext, StoreError> {
        let mut target = target.clone();
        if self.has(Fault::MixesOrganisations)
            && let Target::Incident {
                organisation_id, ..
            } = &mut target
        {
            *organisation_id = super::town::EAST;
        }
        let mut context = self.store.incident_context(&target)?;
        if self.has(Fault::CountsNoFlood) {
            context.unknown_last_minute = 0;
        }
        Ok(context)
    }

    fn save(&self, change: Change) -> Result<(), StoreError> {
        let mut change = change;
        self.spoil(&mut change);
        let saved = self.store.save(change.clone());
        if saved.is_err() && self.has(Fault::SavesHalf) {
            let half = Change {
                frame: None,
                timer: None,
                ..change
            };
            let _ = self.store.save(half);
        }
        saved
    }

    fn save_undecided(&self, frame: ReceivedFrame, now: Timestamp) -> Result<bool, StoreError> {
        if self.has(Fault::ForgetsUndecided) {
            return self.store.save_telemetry(frame).map(|()| true);
        }
        self.store.save_undecided(frame, now)
    }

    fn save_telemetry(&self, frame: ReceivedFrame) -> Result<(), StoreError> {
        if self.has(Fault::DropsTelemetry) {
            Ok(())
        } else {
            self.store.save_telemetry(frame)
        }
    }

    fn undecided_frame(&self, id: FrameId) -> Result<ReceivedFrame, StoreError> {
        self.store.undecided_frame(id)
    }

    fn open_incident_of(
        &self,
        protocol: Protocol,
        uid: &DeviceUid,
    ) -> Result<Option<(OrganisationId, IncidentId)>, StoreError> {
        self.store.open_incident_of(protocol, uid)
    }

    fn claim_timers(
        &self,
        owner: Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedTimer>, StoreError> {
        let now = if self.has(Fault::ClaimsEarly) {
            now + TimeDelta::seconds(1)
        } else {
            now
        };
        let lease = if self.has(Fault::IgnoresLease) {
            TimeDelta::zero()
        } else {
            lease
        };
        self.store.claim_timers(owner, now, lease, limit)
    }

    fn finish_timer(&self, id: TimerId, generation: i64, now: Timestamp) -> Result<(), StoreError> {
        if self.has(Fault::IgnoresFence) {
            // Tries the generations that follow, as if none were asked for.
            let any = (generation..generation + 3)
                .any(|generation| self.store.finish_timer(id, generation, now).is_ok());
            return if any { Ok(()) } else { Err(StoreError::Fenced) };
        }
        self.store.finish_timer(id, generation, now)
    }

    fn claim_outbox(
        &self,
        owner: Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedOutbox>, StoreError> {
        let lease = if self.has(Fault::IgnoresLease) {
            TimeDelta::zero()
        } else {
            lease
        };
        self.store.claim_outbox(owner, now, lease, limit)
    }

    fn finish_outbox(
        &self,
        id: OutboxId,
        generation: i64,
        delivered: &Delivered,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        match (self.fault, delivered) {
            (Fault::RetriesAtOnce, Delivered::Later { reason, .. }) => {
                let at_once = Delivered::Later {
                    at: now,
                    reason: reason.clone(),
                };
                self.store.finish_outbox(id, generation, &at_once, now)
            }
            (Fault::CountsNoAttempt, Delivered::Later { .. }) => Ok(()),
            (Fault::IgnoresFence, _) => (generation..generation + 3)
                .map(|generation| self.store.finish_outbox(id, generation, delivered, now))
                .find(Result::is_ok)
                .unwrap_or(Err(StoreError::Fenced)),
            _ => self.store.finish_outbox(id, generation, delivered, now),
        }
    }
}

/// Cases that must fail when the promise is broken.
const NOTICED: &[(Fault, &[&str])] = &[
    (
        Fault::IgnoresVersion,
        &["an_old_version_conflicts", "of_two_yes_one_is_saved"],
    ),
    (
        Fault::IgnoresOpenKey,
        &["a_second_first_alarm_conflicts", "another_alarm_joins"],
    ),
    (
        Fault::IgnoresEventKey,
        &["an_event_is_stored_once", "a_repeated_frame_is_known"],
    ),
    (Fault::IgnoresIdempotency, &["a_key_makes_one_incident"]),
    (
        Fault::IgnoresFence,
        &[
            "a_lapsed_lease_is_claimed_anew",
            "an_old_claim_saves_nothing",
            "an_old_claim_records_nothing",
            "a_refused_change_leaves_nothing",
        ],
    ),
    (
        Fault::IgnoresLease,
        &[
            "not_early_and_once",
            "the_longest_overdue_first",
            "a_notice_is_claimed_once",
        ],
    ),
    (Fault::ClaimsEarly, &["not_early_and_once"]),
    (
        Fault::DropsGuard,
        &["an_alarm_opens_an_incident", "a_new_guard_replaces_the_old"],
    ),
    (
        Fault::KeepsGuardAfterEnd,
        &["the_end_clears_the_guard", "a_story_leaves_nothing_behind"],
    ),
    (
        Fault::LosesNotices,
        &["an_alarm_opens_an_incident", "a_notice_is_claimed_once"],
    ),
    (
        Fault::LosesOffers,
        &["an_alarm_opens_an_incident", "an_answer_is_read_back"],
    ),
    (
        Fault::LosesFrame,
        &["an_alarm_opens_an_incident", "a_repeated_frame_is_known"],
    ),
    (
        Fault::LosesHistory,
        &[
            "an_alarm_opens_an_incident",
            "a_story_leaves_nothing_behind",
        ],
    ),
    (Fault::LosesAudit, &["a_deed_is_written_down"]),
    (
        Fault::SavesHalf,
        &["an_event_is_stored_once", "a_refused_change_leaves_nothing"],
    ),
    (
        Fault::ForgetsUndecided,
        &[
            "a_kept_frame_is_decided_once",
            "a_copy_decides_the_kept_frame",
        ],
    ),
    (Fault::RetriesAtOnce, &["a_later_notice_waits"]),
    (
        Fault::CountsNoAttempt,
        &["a_later_notice_waits", "too_many_attempts_fail"],
    ),
    (Fault::MixesOrganisations, &["others_see_nothing"]),
    (
        Fault::CountsNoFlood,
        &["a_flood_shares_one_row", "a_flood_ends_with_its_minute"],
    ),
    (Fault::DropsTelemetry, &["frames_that_ask_nothing_are_kept"]),
];

#[test]
fn every_broken_promise_is_noticed() {
    for (fault, cases) in NOTICED {
        for case in *cases {
            let broken = Broken::with(*fault);
            let ran = catch_unwind(AssertUnwindSafe(|| run(case, &broken)));
            assert!(ran.is_err(), "{case} does not notice {fault:?}");
            // The same case through the same wrapper, unspoilt: it is the fault that is noticed.
            run(case, &Broken::with(Fault::None));
        }
    }
}
