//! Who is nearest: a live index of everybody on the streets, and a fall-back that never fails.
//!
//! Ranking may improve an alarm; it may not delay or stop it. It has 5 ms: nothing further is
//! begun after that. An index that is held by somebody else is waited for a part of that; then the
//! order is by straight line over the roster, and when that fails too, the duty list as it stands.
//!
//! Start reading at `walks.rs` (one question), then `team.rs` (who is where), `streets.rs` (by
//! which way) and `live.rs` (how all of it changes while questions are asked).

mod budget;
mod closed;
mod cover;
mod doors;
mod known;
mod live;
mod ordering;
mod positions;
mod roster;
mod standing;
mod streets;
mod team;
mod walks;
mod way;

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use domain::closures::{ClosureKind, StreetClosure};
use domain::ids::{OrganisationId, ResponderId};
use domain::incidents::{IncidentContext, Input};
use domain::ports::Ranking;
use domain::responders::{
    Candidate, Ground, Policy, RankMethod, Ranked, Reason, Responder, Skill, TrackRecord,
};
use domain::time::Timestamp;
use spatial::{Costing, Network, Prepared, Scratch};
use store::RecordKey;

pub use budget::BUDGET;
pub use positions::Fix;
pub use roster::Roster;
pub use streets::Mode;

use crate::ops::counters::Counters;
use crate::stages::monotonic;

use budget::{Budget, OverTime};
use doors::{BrokenLifts, Door};
use live::Live;
use ordering::{Ordering, Workspace};
use streets::{Closed, Gates, Ways};

/// Track records of everybody who has one.
type Records = HashMap<RecordKey, TrackRecord>;

/// The part of the budget that an index which is being changed is waited for: the rest is enough
/// to go through the whole roster.
const WAIT_PARTS: (u32, u32) = (2, 5);

/// Streets and responders, kept so that a question is answered within microseconds.
pub struct Allocation {
    live: Arc<Live>,
    /// What rankings fall back to; replaced, never changed.
    roster: RwLock<Arc<Roster>>,
    /// Streets with everything open; replaced, never changed.
    streets: RwLock<Option<Arc<Ways>>>,
    /// What is to be closed. Held by whoever changes roster, streets or closures.
    plan: Mutex<Plan>,
    /// Lifts that are reported broken; replaced, never changed.
    lifts: RwLock<Arc<BrokenLifts>>,
    scratches: Mutex<Vec<Scratch>>,
    workspaces: Mutex<Vec<Workspace>>,
    policy: Policy,
    records: RwLock<Arc<Records>>,
    budget: Duration,
    counters: Arc<Counters>,
}

/// What is to be closed.
#[derive(Default)]
struct Plan {
    /// By the hours of gates, for everybody.
    gates: Gates,
    /// By reports, for those who reported.
    reported: HashMap<OrganisationId, BTreeSet<u32>>,
}

impl Plan {
    fn of(&self, organisation: OrganisationId) -> Closed {
        Closed {
            edges: self
                .reported
                .get(&organisation)
                .cloned()
                .unwrap_or_default(),
            gates: self.gates.clone(),
        }
    }
}

impl Allocation {
    /// Nothing known yet: every ranking is the fixed list.
    pub fn new(counters: Arc<Counters>) -> Self {
        let policy = Policy::shipped().expect("the policy inside is read by a test of its crate");
        Self {
            live: Live::start(),
            roster: RwLock::default(),
            streets: RwLock::default(),
            plan: Mutex::default(),
            lifts: RwLock::default(),
            scratches: Mutex::default(),
            workspaces: Mutex::default(),
            policy,
            records: RwLock::default(),
            budget: BUDGET,
            counters,
        }
    }

    /// The same under another policy.
    pub fn under(mut self, policy: &Policy) -> Self {
        self.policy = policy.clone();
        self
    }

    /// What the past tells of everybody; the next roster is read with it.
    pub fn set_records(&self, records: HashMap<RecordKey, TrackRecord>) {
        *self.records.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(records);
    }

    /// The same with another budget. Tests of the rules give a generous one: on a busy machine
    /// five milliseconds can pass while a thread waits for its turn.
    pub fn within(mut self, budget: Duration) -> Self {
        self.budget = budget;
        self
    }

    /// Replaces the network and puts everybody on it; questions go on meanwhile. Closures have to
    /// be set again: they mean other edges here.
    pub fn set_network(&self, network: &Prepared) {
        let ways = Arc::new(Ways::open(network));
        let mut plan = self.plan();
        *self.streets.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&ways));
        *plan = Plan::default();
        for organisation in self.live.organisations() {
            self.live.put_on(organisation, Arc::clone(&ways));
        }
    }

    /// The present network.
    pub fn network(&self) -> Option<Arc<Network>> {
        self.ways().map(|ways| Arc::clone(ways.network()))
    }

    /// Replaces the roster; people are added, changed and removed one by one in the index.
    pub fn set_roster(&self, responders: Vec<Responder>, now: Timestamp) {
        let plan = self.plan();
        self.hold(Roster::new(responders), &plan, now);
    }

    /// Reads the roster anew. Changes of single people wait, so that none of them is undone by a
    /// roster that was read before it.
    ///
    /// # Errors
    /// Whatever reading fails with; the last roster stays.
    pub fn reload<E>(
        &self,
        now: Timestamp,
        read: impl FnOnce() -> Result<Vec<Responder>, E>,
    ) -> Result<(), E> {
        let plan = self.plan();
        self.hold(Roster::new(read()?), &plan, now);
        Ok(())
    }

    /// Takes over what changed about one responder: duty, skills, position.
    pub fn set_responder(&self, responder: Responder, now: Timestamp) {
        let plan = self.plan();
        let roster = self.roster().with(responder);
        self.hold(roster, &plan, now);
    }

    /// Moves one responder; some ten microseconds. Whether they are known here: of others the
    /// next roster tells.
    pub fn set_position(&self, organisation: OrganisationId, id: ResponderId, fix: Fix) -> bool {
        self.live.move_to(organisation, id, fix)
    }

    /// Closes exactly what is closed at this moment: these closures, each for its organisation,
    /// and gates outside their hours.
    ///
    /// When this returns, answers avoid what is closed; that takes some milliseconds for a town.
    /// They come by search, slower and equally right, until new labels are there.
    pub fn set_closures(&self, closures: &[StreetClosure], now: Timestamp) {
        self.replan(&mut self.plan(), closures, now);
    }

    /// Reads what is closed anew. Others who change it wait, so that no older reading replaces a
    /// newer one.
    ///
    /// # Errors
    /// Whatever reading fails with; what was closed stays so.
    pub fn reload_closures<E>(
        &self,
        now: Timestamp,
        read: impl FnOnce() -> Result<Vec<StreetClosure>, E>,
    ) -> Result<(), E> {
        let mut plan = self.plan();
        self.replan(&mut plan, &read()?, now);
        Ok(())
    }

    /// Whether a closure would close anything here; without streets nobody can say.
    pub fn finds(&self, closure: &StreetClosure) -> Option<bool> {
        let open = self.ways()?;
        if closure.kind == ClosureKind::LiftBroken {
            // Most lifts are on no map: a house beside a street is enough.
            return Some(open.snap(closure.at).is_some());
        }
        let edges = self.with_scratch(|scratch| closed::edges(&open, scratch, closure));
        Some(!edges.is_empty())
    }

    /// The present roster.
    pub fn roster(&self) -> Arc<Roster> {
        self.roster
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Costings that a network should have labels for before it is set: without them answers are
    /// right and slower until labels were made.
    pub fn wanted() -> impl AsRef<[Costing]> {
        Ways::wanted()
    }

    /// Runs a question that needs working memory.
    pub fn with_scratch<T>(&self, ask: impl FnOnce(&mut Scratch) -> T) -> T {
        lend(&self.scratches, ask)
    }

    /// Whether all labels are there: until then answers are right and slower.
    pub fn is_settled(&self) -> bool {
        self.live.is_settled()
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
        let ordered = catch_unwind(AssertUnwindSafe(|| {
            lend(&self.workspaces, |work| {
                self.ordered(&budget, (context, input, now), work)
            })
        }));
        let (ranked, fell_back) = match ordered {
            Ok(Ok((ranked, lasted))) => (ranked, !lasted),
            Ok(Err(OverTime)) | Err(_) => (fixed_list(&self.roster(), context, now), true),
        };
        let took_us = u64::try_from(budget.took().as_micros()).unwrap_or(u64::MAX);
        if fell_back {
            self.counters.ranking_fallbacks.count();
            tracing::error!(
                took_us,
                "ranking failed or took too long; a simpler order is used"
            );
        }
        Ranked { took_us, ..ranked }
    }

    /// By the index, or by the roster while the index cannot be had; whether it was the index and
    /// the budget lasted.
    fn ordered(
        &self,
        budget: &Budget<'_>,
        (context, input, now): (&IncidentContext, &Input, Timestamp),
        work: &mut Workspace,
    ) -> Result<(Ranked, bool), OverTime> {
        let (parts, of) = WAIT_PARTS;
        let policy = &self.policy;
        let door = self.door(context, input);
        let mut found = None;
        if let Some(index) = self.live.read_within(budget, self.budget * parts / of) {
            let ordering = Ordering {
                roster: &index.roster,
                cover: Some(&index.cover),
                policy,
                budget,
                context,
                input,
                door,
                now,
            };
            let team = index.team(context.organisation_id);
            let ranked = team.map(|team| ordering.out_of(team, work)).transpose()?;
            match ranked {
                Some((ranked, lasted)) if !ranked.candidates.is_empty() => {
                    return Ok((ranked, lasted));
                }
                // Nobody at all is believed only when the roster says so too: while a team is
                // filled for the first time it knows less.
                nobody => found = Some(nobody.unwrap_or_default().0),
            }
        }
        // The wait was paid; what is left of the budget is enough for the roster, and on a machine
        // that let nobody run meanwhile an order by distance is still worth a tenth of a millisecond.
        let rest = budget.anew(self.budget * (of - parts) / of);
        let roster = self.roster();
        let ordering = Ordering {
            roster: &roster,
            cover: None,
            policy,
            budget: &rest,
            context,
            input,
            door,
            now,
        };
        let listed = ordering.out_of_roster(work)?;
        Ok(match found {
            Some(nobody) if listed.candidates.is_empty() => (nobody, true),
            _ => (listed, false),
        })
    }

    fn door(&self, context: &IncidentContext, input: &Input) -> Door {
        let broken = self.lifts.read().unwrap_or_else(PoisonError::into_inner);
        Door::of(context, walks::origin(context, input), &broken)
    }

    fn replan(&self, plan: &mut Plan, closures: &[StreetClosure], now: Timestamp) {
        let broken = Arc::new(BrokenLifts::of(closures, now));
        *self.lifts.write().unwrap_or_else(PoisonError::into_inner) = broken;
        let Some(open) = self.ways() else {
            return;
        };
        *plan = Plan {
            gates: closed::gates(&open, now),
            reported: HashMap::new(),
        };
        for closure in closures.iter().filter(|closure| closure.holds(now)) {
            let edges = self.with_scratch(|scratch| closed::edges(&open, scratch, closure));
            let reported = plan.reported.entry(closure.organisation_id);
            reported.or_default().extend(edges);
        }
        self.close(plan);
    }

    fn hold(&self, roster: Roster, plan: &Plan, now: Timestamp) {
        let records = self.records.read().unwrap_or_else(PoisonError::into_inner);
        let roster = Arc::new(roster.knowing(&records));
        drop(records);
        let old = std::mem::replace(
            &mut *self.roster.write().unwrap_or_else(PoisonError::into_inner),
            Arc::clone(&roster),
        );
        let rest = &self.policy.rest;
        self.live.hold(&roster, rest, self.ways().as_ref(), now);
        self.close(plan);
        drop(old);
    }

    /// Puts every organisation on streets that have closed what is planned for it.
    fn close(&self, plan: &Plan) {
        let Some(open) = self.ways() else {
            return;
        };
        // Those who close the same share their streets.
        let mut made: Vec<Arc<Ways>> = vec![Arc::clone(&open)];
        for organisation in self.live.organisations() {
            let planned = plan.of(organisation);
            if self.live.closed(organisation).as_ref() == Some(&planned) {
                continue;
            }
            let ways = match made.iter().find(|ways| *ways.closed() == planned) {
                Some(ways) => Arc::clone(ways),
                None => {
                    made.push(Arc::new(open.with_closed(planned)));
                    Arc::clone(&made[made.len() - 1])
                }
            };
            self.live.put_on(organisation, ways);
        }
    }

    fn ways(&self) -> Option<Arc<Ways>> {
        self.streets
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Keeps everybody else from the index until it is dropped, as a change would that never ends.
    #[cfg(any(test, feature = "planted-bugs"))]
    pub fn hold_index_for_test(&self) -> impl Drop + '_ {
        struct Held<'a>(Option<std::sync::RwLockWriteGuard<'a, live::Index>>);
        impl Drop for Held<'_> {
            fn drop(&mut self) {
                self.0.take();
            }
        }
        Held(Some(self.live.write()))
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
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

/// Everybody on duty in the roster's order: no clock, no network, no weights. Only what must never
/// happen is looked at: nobody is asked without clearance, or away from another incident.
fn fixed_list(roster: &Roster, context: &IncidentContext, now: Timestamp) -> Ranked {
    let this = context.incident.as_ref().map(|incident| incident.id);
    let free = |r: &&Responder| {
        r.organisation_id == context.organisation_id
            && r.on_duty(now)
            && r.clearance_revoked_at.is_none()
            && context.missions.others_of(r.id, this).next().is_none()
    };
    let candidates = roster.all().iter().filter(free).map(|responder| Candidate {
        responder_id: responder.id,
        account_id: responder.account_id,
        walking_ms: None,
        metres: None,
        method: RankMethod::FixedList,
        grounds: [Reason::FixedList, Reason::OnDuty]
            .map(Ground::plain)
            .to_vec(),
        accept_permille: 0,
        committee: None,
        first_aid: responder.skills.contains(&Skill::FirstAid),
        kind: Some(responder.kind),
    });
    Ranked {
        candidates: candidates.collect(),
        ..Ranked::default()
    }
}

#[cfg(test)]
mod tests;
