//! Small ports: a clock that is set by hand, counted identifiers, a fixed ranking, and carriers
//! that say what they are told to say.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use domain::incidents::{IncidentContext, Input, Ladders};
use domain::notices::Channel;
use domain::ports::{
    Carriers, Clock, Delivered, Delivery, Identifiers, Ports, Ranking, Store, WakeUps,
};
use domain::responders::{Policy, Ranked};
use domain::time::Timestamp;
use uuid::Uuid;

use super::town;

/// When every case begins.
pub(super) const START: &str = "2026-11-24T19:00:00.123456Z";

pub(super) struct Engine<S> {
    pub(super) store: S,
    pub(super) clock: SetClock,
    identifiers: Counted,
    ranking: Fixed,
    pub(super) carriers: Recorder,
    pub(super) wake_ups: Bell,
    ladders: Ladders,
    policy: Policy,
}

impl<S: Store> Engine<S> {
    /// Engines that share a store count their identifiers in ranges of their own.
    pub(super) fn new(store: S, range: u64) -> Self {
        Self {
            store,
            clock: SetClock(Mutex::new(START.parse().expect("a moment"))),
            identifiers: Counted {
                range,
                next: AtomicU64::new(1),
            },
            ranking: Fixed(town::ranked()),
            carriers: Recorder {
                seen: Mutex::new(Vec::new()),
                answer: Mutex::new(Delivered::Sent(Channel::Console)),
            },
            wake_ups: Bell(AtomicU32::new(0)),
            ladders: Ladders::shipped().expect("sound ladders"),
            policy: town::policy(),
        }
    }
}

impl<S: Store> Ports for Engine<S> {
    fn store(&self) -> &impl Store {
        &self.store
    }

    fn ranking(&self) -> &impl Ranking {
        &self.ranking
    }

    fn clock(&self) -> &impl Clock {
        &self.clock
    }

    fn identifiers(&self) -> &impl Identifiers {
        &self.identifiers
    }

    fn wake_ups(&self) -> &impl WakeUps {
        &self.wake_ups
    }

    fn carriers(&self) -> &impl Carriers {
        &self.carriers
    }

    fn ladders(&self) -> &Ladders {
        &self.ladders
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }
}

pub(super) struct SetClock(Mutex<Timestamp>);

impl SetClock {
    pub(super) fn advance(&self, by: TimeDelta) {
        *locked(&self.0) += by;
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *locked(&self.0)
    }
}

struct Counted {
    range: u64,
    next: AtomicU64,
}

impl Identifiers for Counted {
    fn fresh(&self) -> Uuid {
        Uuid::from_u64_pair(self.range, self.next.fetch_add(1, Ordering::Relaxed))
    }
}

struct Fixed(Ranked);

impl Ranking for Fixed {
    fn rank(&self, _: &IncidentContext, _: &Input, _: Timestamp) -> Ranked {
        self.0.clone()
    }
}

/// Remembers what went out.
pub(super) struct Recorder {
    seen: Mutex<Vec<Delivery>>,
    answer: Mutex<Delivered>,
}

impl Recorder {
    pub(super) fn seen(&self) -> Vec<Delivery> {
        locked(&self.seen).clone()
    }

    pub(super) fn answer_with(&self, answer: Delivered) {
        *locked(&self.answer) = answer;
    }
}

impl Carriers for Recorder {
    fn deliver(&self, delivery: &Delivery, _: Timestamp) -> Delivered {
        locked(&self.seen).push(delivery.clone());
        locked(&self.answer).clone()
    }
}

pub(super) struct Bell(AtomicU32);

impl Bell {
    pub(super) fn rung(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

impl WakeUps for Bell {
    fn committed(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
