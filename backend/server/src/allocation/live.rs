//! The live index: everybody in place, on the streets as they are now.
//!
//! Questions hold the lock for some microseconds of reading, changes for some microseconds of
//! writing. What takes longer, other streets or labels, is made beside it and swapped in.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, TryLockError, Weak};
use std::thread;
use std::time::Duration;

use chrono::TimeDelta;
use domain::ids::{OrganisationId, ResponderId};
use domain::responders::RestRules;
use domain::time::Timestamp;

use super::budget::Budget;
use super::cover::Cover;
use super::positions::Fix;
use super::roster::Roster;
use super::streets::{Closed, Ways};
use super::team::{Rebuilt, Step, Team, Wanted};

/// Changes made while the lock is held once: questions wait for no more than these.
const AT_ONCE: usize = 16;
/// Rounds of catching up with moves before the lock is taken for the last of them.
const ROUNDS: usize = 8;
/// Classes of people whose shifts nobody told are looked at again after this long, in hours.
const HOLD_H: i64 = 24;

/// What questions are asked of.
#[derive(Default)]
pub(super) struct Index {
    /// The roster that seats are numbered by.
    pub(super) roster: Arc<Roster>,
    /// How many of each of its committees are free.
    pub(super) cover: Cover,
    teams: HashMap<OrganisationId, Team>,
}

impl Index {
    /// Everybody of an organisation.
    pub(super) fn team(&self, organisation: OrganisationId) -> Option<&Team> {
        self.teams.get(&organisation)
    }
}

/// The index and its lock.
pub(super) struct Live {
    index: RwLock<Index>,
    /// Wakes whoever makes labels; made with the first closure.
    labels: SyncSender<()>,
}

impl Live {
    /// Nobody and no streets, and a thread beside it that makes labels until this is dropped.
    pub(super) fn start() -> Arc<Self> {
        let (labels, woken) = sync_channel(1);
        let live = Arc::new(Self {
            index: RwLock::default(),
            labels,
        });
        let beside = Arc::downgrade(&live);
        let started = thread::Builder::new()
            .name("labels".to_owned())
            .spawn(move || label(&beside, &woken));
        if let Err(error) = started {
            tracing::error!(%error, "no thread for labels: closures make rankings slower");
        }
        live
    }

    /// The index, unless it is held by a change for too long, or a change broke off inside.
    pub(super) fn read_within(
        &self,
        budget: &Budget<'_>,
        limit: Duration,
    ) -> Option<RwLockReadGuard<'_, Index>> {
        loop {
            match self.index.try_read() {
                Ok(index) => return Some(index),
                Err(TryLockError::Poisoned(_)) => return None,
                Err(TryLockError::WouldBlock) => {}
            }
            if budget.took() >= limit {
                return None;
            }
            thread::yield_now();
        }
    }

    /// Holds the index as the roster says: who differs is changed, a few at a time.
    pub(super) fn hold(
        &self,
        roster: &Arc<Roster>,
        rest: &RestRules,
        ways: Option<&Arc<Ways>>,
        now: Timestamp,
    ) {
        self.mend();
        let mut listed: HashMap<OrganisationId, Vec<(ResponderId, u32)>> = HashMap::new();
        let mut wanted: HashMap<OrganisationId, Vec<Wanted>> = HashMap::new();
        let mut until = now + TimeDelta::hours(HOLD_H);
        for (place, responder) in (0_u32..).zip(roster.all()) {
            let organisation = responder.organisation_id;
            listed
                .entry(organisation)
                .or_default()
                .push((responder.id, place));
            wanted
                .entry(organisation)
                .or_default()
                .push(Wanted::of(responder, now));
            until = responder
                .duty_holds_until(now)
                .map_or(until, |turn| turn.min(until));
        }
        let gone = self.organisations();
        let gone = gone.into_iter().filter(|id| !wanted.contains_key(id));
        for (organisation, nobody) in gone.map(|id| (id, Vec::new())).collect::<Vec<_>>() {
            wanted.insert(organisation, nobody);
        }
        for (organisation, wanted) in &wanted {
            self.seat(*organisation, wanted, ways);
        }
        let mut numbered: HashMap<OrganisationId, Vec<(u32, u32)>> = {
            let index = self.read();
            let teams = index.teams.iter().map(|(organisation, team)| {
                let listed = listed.get(organisation).map_or(&[][..], Vec::as_slice);
                (*organisation, team.numbered(listed))
            });
            teams.collect()
        };
        let mut cover = Cover::count(roster, rest, now);
        let mut index = self.write();
        let old = std::mem::replace(&mut index.roster, Arc::clone(roster));
        std::mem::swap(&mut index.cover, &mut cover);
        for (organisation, team) in &mut index.teams {
            let listed = numbered.remove(organisation).unwrap_or_default();
            team.list(&listed, now, until);
        }
        drop(index);
        // Freed where nobody waits for it.
        drop((old, cover));
    }

    /// Moves somebody, unless something newer is known; whether they are known at all.
    pub(super) fn move_to(&self, organisation: OrganisationId, id: ResponderId, fix: Fix) -> bool {
        let mut index = self.write();
        let team = index.teams.get_mut(&organisation);
        team.is_some_and(|team| team.move_to(id, fix))
    }

    /// Puts an organisation on other streets. Answers are those of the new streets from the
    /// moment this returns; labels follow where they are missing.
    pub(super) fn put_on(&self, organisation: OrganisationId, ways: Arc<Ways>) {
        let labelled = ways.is_labelled();
        while !self.rebuild(organisation, &ways, None) {}
        if !labelled {
            self.wake();
        }
    }

    /// What is closed for an organisation; `None` while it has no team or no streets.
    pub(super) fn closed(&self, organisation: OrganisationId) -> Option<Closed> {
        Some(self.ways(organisation)?.closed().clone())
    }

    /// Whether every team has its labels.
    pub(super) fn is_settled(&self) -> bool {
        let index = self.read();
        let mut ways = index.teams.values().filter_map(Team::ways);
        ways.all(|ways| ways.is_labelled())
    }

    /// Organisations that have a team.
    pub(super) fn organisations(&self) -> Vec<OrganisationId> {
        self.read().teams.keys().copied().collect()
    }

    /// The streets of an organisation as they are now.
    pub(super) fn ways(&self, organisation: OrganisationId) -> Option<Arc<Ways>> {
        self.read().teams.get(&organisation)?.ways().cloned()
    }

    fn seat(&self, organisation: OrganisationId, wanted: &[Wanted], ways: Option<&Arc<Ways>>) {
        let known = self.read().teams.contains_key(&organisation);
        if !known {
            let team = Team::new(ways.cloned(), wanted);
            self.write().teams.insert(organisation, team);
        }
        let steps: Vec<Step> = {
            let index = self.read();
            let team = index.teams.get(&organisation);
            team.map_or_else(Vec::new, |team| team.differences(wanted))
        };
        for few in steps.chunks(AT_ONCE) {
            let mut index = self.write();
            if let Some(team) = index.teams.get_mut(&organisation) {
                few.iter().for_each(|step| team.take(step));
            }
        }
    }

    /// Makes a team anew on these streets beside the questions and swaps it in; false when the
    /// streets it was on were replaced meanwhile. With `only_from` the team must be on those.
    fn rebuild(
        &self,
        organisation: OrganisationId,
        ways: &Arc<Ways>,
        only_from: Option<&Arc<Ways>>,
    ) -> bool {
        let from = self.ways(organisation);
        if let Some(expected) = only_from
            && !same(from.as_ref(), Some(expected))
        {
            return false;
        }
        let mut rebuilt = Rebuilt::new(Arc::clone(ways), from.as_deref());
        for _ in 0..ROUNDS {
            let changed = {
                let index = self.read();
                let Some(team) = index.teams.get(&organisation) else {
                    return true;
                };
                team.changed_since(rebuilt.upto)
            };
            rebuilt.take(&changed);
            if changed.0.len() <= AT_ONCE {
                break;
            }
        }
        let mut index = self.write();
        let Some(team) = index.teams.get_mut(&organisation) else {
            return true;
        };
        if !same(team.ways(), from.as_ref()) {
            return false;
        }
        rebuilt.take(&team.changed_since(rebuilt.upto));
        team.swap(&mut rebuilt);
        drop(index);
        // The old indexes are freed here, where nobody waits for them.
        drop(rebuilt);
        true
    }

    /// Makes the labels that are missing; false when streets were changed meanwhile.
    fn label_all(&self) -> bool {
        let mut made: Vec<(Arc<Ways>, Arc<Ways>)> = Vec::new();
        let mut whole = true;
        for organisation in self.organisations() {
            let Some(bare) = self.ways(organisation).filter(|ways| !ways.is_labelled()) else {
                continue;
            };
            let known = made.iter().find(|(from, _)| Arc::ptr_eq(from, &bare));
            let labelled = match known {
                Some((_, labelled)) => Arc::clone(labelled),
                None => {
                    let labelled = Arc::new(bare.labelled());
                    made.push((Arc::clone(&bare), Arc::clone(&labelled)));
                    labelled
                }
            };
            whole &= self.rebuild(organisation, &labelled, Some(&bare));
        }
        whole
    }

    fn wake(&self) {
        match self.labels.try_send(()) {
            // It is awake already and will look once more.
            Ok(()) | Err(TrySendError::Full(())) => {}
            Err(TrySendError::Disconnected(())) => {
                tracing::error!("nobody makes labels: rankings after closures stay slower");
            }
        }
    }

    /// After a change that broke off, everybody is placed anew: half a change is none.
    fn mend(&self) {
        if self.index.is_poisoned() {
            *self.write() = Index::default();
            self.index.clear_poison();
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock for changes; tests hold it to see what becomes of an alarm meanwhile.
    pub(super) fn write(&self) -> std::sync::RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn same(one: Option<&Arc<Ways>>, other: Option<&Arc<Ways>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (None, None) => true,
        _ => false,
    }
}

/// Makes labels whenever streets without them came into use, until the index is gone.
fn label(live: &Weak<Live>, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        loop {
            let Some(live) = live.upgrade() else {
                return;
            };
            if live.label_all() {
                break;
            }
        }
    }
}
