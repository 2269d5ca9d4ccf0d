//! Who is nearest: the prepared network, the roster, and a fall-back that never fails.
//!
//! Ranking may improve an alarm; it may not delay or stop it. It has 5 ms: nothing further is
//! begun after that, and without any walking time until then, or when ranking fails, the order is
//! the duty list as it stands. Without a network or a position the order is by straight line.

mod budget;
mod known;
mod ordering;
mod roster;
mod walks;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use domain::incidents::{IncidentContext, Input};
use domain::ports::Ranking;
use domain::responders::{
    Candidate, Policy, RankMethod, Ranked, Reason, Responder, Skill, WeightSet,
};
use domain::time::Timestamp;
use spatial::{Network, Scratch};

pub use roster::Roster;

use crate::ops::counters::Counters;
use crate::stages::monotonic;

pub use budget::BUDGET;

use budget::Budget;
use ordering::{Ordering, Workspace};

/// A worker on foot, metres per second (DOMAIN 3.3).
pub const WORKER_ON_FOOT_M_S: f64 = 1.2;

/// Network and roster as one atomically replaced snapshot.
pub struct Allocation {
    network: RwLock<Option<Arc<Network>>>,
    roster: RwLock<Arc<Roster>>,
    scratches: Mutex<Vec<Scratch>>,
    workspaces: Mutex<Vec<Workspace>>,
    weights: WeightSet,
    budget: Duration,
    counters: Arc<Counters>,
}

impl Allocation {
    /// Nothing known yet: every ranking is the fixed list.
    pub fn new(counters: Arc<Counters>) -> Self {
        let policy = Policy::shipped().expect("the policy inside is read by a test of its crate");
        Self {
            network: RwLock::default(),
            roster: RwLock::default(),
            scratches: Mutex::default(),
            workspaces: Mutex::default(),
            weights: policy.weights,
            budget: BUDGET,
            counters,
        }
    }

    /// The same with another budget. Tests of the rules give a generous one: on a busy machine
    /// five milliseconds can pass while a thread waits for its turn.
    pub fn within(mut self, budget: Duration) -> Self {
        self.budget = budget;
        self
    }

    /// Replaces the network; positions are snapped anew with the next roster.
    pub fn set_network(&self, network: Network) {
        *self.network.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(network));
    }

    /// The present network.
    pub fn network(&self) -> Option<Arc<Network>> {
        self.network
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Replaces the roster.
    pub fn set_roster(&self, responders: Vec<Responder>) {
        let roster = Roster::placed(responders, self.network().as_deref());
        *self.roster.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(roster);
    }

    /// The present roster.
    pub fn roster(&self) -> Arc<Roster> {
        self.roster
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Runs a question that needs working memory.
    pub fn with_scratch<T>(&self, ask: impl FnOnce(&mut Scratch) -> T) -> T {
        lend(&self.scratches, ask)
    }

    /// Ranks by a clock that a test may hold.
    fn rank_by(
        &self,
        clock: &dyn Fn() -> Instant,
        context: &IncidentContext,
        input: &Input,
        now: Timestamp,
    ) -> Ranked {
        let budget = Budget::begin(self.budget, clock);
        let roster = self.roster();
        let network = self.network();
        let ordering = Ordering {
            roster: &roster,
            network: network.as_deref(),
            weights: &self.weights,
            budget: &budget,
            context,
            input,
            now,
        };
        let ordered = catch_unwind(AssertUnwindSafe(|| {
            self.with_scratch(|scratch| {
                lend(&self.workspaces, |work| ordering.order(scratch, work))
            })
        }));
        let (candidates, fell_back) = match ordered {
            Ok(Ok((candidates, lasted))) => (candidates, !lasted),
            Ok(Err(_)) | Err(_) => (fixed_list(&roster, context, now), true),
        };
        let took_us = u64::try_from(budget.took().as_micros()).unwrap_or(u64::MAX);
        if fell_back {
            self.counters.ranking_fallbacks.count();
            tracing::error!(
                took_us,
                "ranking failed or took too long; the fixed list is used"
            );
        }
        Ranked {
            candidates,
            took_us,
        }
    }
}

impl Ranking for Allocation {
    fn rank(&self, context: &IncidentContext, input: &Input, now: Timestamp) -> Ranked {
        self.rank_by(&monotonic, context, input, now)
    }
}

/// Lends working memory; a question that panics loses it.
fn lend<M: Default, T>(kept: &Mutex<Vec<M>>, ask: impl FnOnce(&mut M) -> T) -> T {
    let taken = kept.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut memory = taken.unwrap_or_default();
    let answer = ask(&mut memory);
    kept.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(memory);
    answer
}

/// Everybody on duty in the roster's order: no clock, no network, no weights.
fn fixed_list(roster: &Roster, context: &IncidentContext, now: Timestamp) -> Vec<Candidate> {
    (0..roster.len())
        .map(|index| roster.responder(index))
        .filter(|r| r.organisation_id == context.organisation_id && r.on_duty(now))
        .map(|responder| Candidate {
            responder_id: responder.id,
            account_id: responder.account_id,
            walking_ms: None,
            metres: None,
            method: RankMethod::FixedList,
            reasons: vec![Reason::FixedList, Reason::OnDuty],
            first_aid: responder.skills.contains(&Skill::FirstAid),
        })
        .collect()
}

#[cfg(test)]
mod tests;
