//! Who is nearest: the prepared network, the roster, and a fall-back that never fails.
//!
//! Ranking may improve an alarm; it may not delay or stop it. Without a network or a position the
//! order is by straight line, without any position it is the duty list as it stands.

mod roster;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use domain::geo::Coordinate;
use domain::incidents::{IncidentContext, Input};
use domain::ports::Ranking;
use domain::responders::{Candidate, RankMethod, Ranked, Reason, Responder, Skill, score};
use domain::time::Timestamp;
use spatial::{LonLat, Network, Scratch, Snap};

pub use roster::Roster;

use crate::ops::counters::Counters;
use crate::stages::monotonic;

/// A worker on foot, metres per second (DOMAIN 3.3).
pub const WORKER_ON_FOOT_M_S: f64 = 1.2;
/// Candidates ordered by the network; the ladder asks at most 16, re-offers a few more.
const ORDERED: usize = 32;
/// Positions older than this are marked as old, in hours.
const OLD_POSITION_H: i64 = 12;

/// Network and roster as one atomically replaced snapshot.
#[derive(Default)]
pub struct Allocation {
    network: RwLock<Option<Arc<Network>>>,
    roster: RwLock<Arc<Roster>>,
    scratches: Mutex<Vec<Scratch>>,
    counters: Arc<Counters>,
}

impl Allocation {
    /// Nothing known yet: every ranking is the fixed list.
    pub fn new(counters: Arc<Counters>) -> Self {
        Self {
            counters,
            ..Self::default()
        }
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
        let kept = self
            .scratches
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut scratch = kept.unwrap_or_default();
        let answer = ask(&mut scratch);
        self.scratches
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(scratch);
        answer
    }

    fn order(&self, context: &IncidentContext, input: &Input, now: Timestamp) -> Vec<Candidate> {
        let roster = self.roster();
        let eligible: Vec<usize> = (0..roster.len())
            .filter(|index| {
                let responder = &roster.responder(*index);
                responder.organisation_id == context.organisation_id && responder.on_duty(now)
            })
            .collect();
        let origin = origin(context, input);
        let mut candidates = match (self.network(), origin) {
            (Some(network), Some(at)) => self.by_network(&network, at, &roster, &eligible),
            _ => Vec::new(),
        };
        for index in eligible {
            let responder = roster.responder(index);
            if !candidates
                .iter()
                .any(|known| known.responder_id == responder.id)
            {
                candidates.push(without_network(responder, origin));
            }
        }
        for candidate in &mut candidates {
            add_reasons(candidate, &roster, now);
        }
        score(candidates)
    }

    fn by_network(
        &self,
        network: &Network,
        at: Coordinate,
        roster: &Roster,
        eligible: &[usize],
    ) -> Vec<Candidate> {
        let Some(origin) = known_snap(network, at) else {
            return Vec::new();
        };
        let placed: Vec<(usize, Snap)> = eligible
            .iter()
            .filter_map(|index| roster.snap(*index).map(|snap| (*index, snap)))
            .collect();
        let snaps: Vec<Snap> = placed.iter().map(|(_, snap)| *snap).collect();
        let nearest = self.with_scratch(|scratch| {
            network.nearest(scratch, &origin, &snaps, ORDERED, WORKER_ON_FOOT_M_S, None)
        });
        nearest
            .iter()
            .filter_map(|found| placed.get(found.index).map(|(index, _)| (index, found)))
            .map(|(index, found)| Candidate {
                walking_ms: Some(found.ms),
                metres: Some(whole_metres(found.metres)),
                method: RankMethod::Network,
                reasons: vec![Reason::NearestByWalkingTime],
                ..unplaced(roster.responder(*index))
            })
            .collect()
    }
}

impl Ranking for Allocation {
    fn rank(&self, context: &IncidentContext, input: &Input, now: Timestamp) -> Ranked {
        let started = monotonic();
        let ordered = catch_unwind(AssertUnwindSafe(|| self.order(context, input, now)));
        let candidates = ordered.unwrap_or_else(|_| {
            self.counters.ranking_fallbacks.count();
            tracing::error!("ranking failed; the fixed list is used");
            self.fixed_list(context, now)
        });
        let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        Ranked {
            candidates,
            took_us,
        }
    }
}

impl Allocation {
    fn fixed_list(&self, context: &IncidentContext, now: Timestamp) -> Vec<Candidate> {
        let roster = self.roster();
        (0..roster.len())
            .map(|index| roster.responder(index))
            .filter(|r| r.organisation_id == context.organisation_id && r.on_duty(now))
            .map(unplaced)
            .collect()
    }
}

/// Where help is needed: the alarm's own fix, else what the incident knows, else the home.
fn origin(context: &IncidentContext, input: &Input) -> Option<Coordinate> {
    let fix = match input {
        Input::Alarm(signal) | Input::PreAlarm(signal) => signal.at,
        _ => None,
    };
    let incident = context.incident.as_ref().and_then(|incident| incident.at);
    fix.or(incident)
        .or_else(|| context.resident.and_then(|resident| resident.at))
}

fn known_snap(network: &Network, at: Coordinate) -> Option<Snap> {
    let at = LonLat::new(at.lon(), at.lat()).ok()?;
    network.snap(at).filter(Snap::is_known)
}

fn unplaced(responder: &Responder) -> Candidate {
    Candidate {
        responder_id: responder.id,
        account_id: responder.account_id,
        walking_ms: None,
        metres: None,
        method: RankMethod::FixedList,
        reasons: vec![Reason::FixedList],
        first_aid: responder.skills.contains(&Skill::FirstAid),
    }
}

fn without_network(responder: &Responder, origin: Option<Coordinate>) -> Candidate {
    let metres = origin
        .zip(responder.at)
        .and_then(|(from, to)| straight_m(from, to));
    let Some(metres) = metres else {
        return unplaced(responder);
    };
    // Whole milliseconds far below u32::MAX for any two places of one city.
    let walking_ms = (metres / WORKER_ON_FOOT_M_S * 1000.0).min(f64::from(u32::MAX));
    Candidate {
        walking_ms: Some(whole_metres(walking_ms)),
        metres: Some(whole_metres(metres)),
        method: RankMethod::StraightLine,
        reasons: vec![Reason::StraightLineOnly],
        ..unplaced(responder)
    }
}

fn straight_m(from: Coordinate, to: Coordinate) -> Option<f64> {
    let from = LonLat::new(from.lon(), from.lat()).ok()?;
    let to = LonLat::new(to.lon(), to.lat()).ok()?;
    Some(from.haversine_m(to))
}

fn whole_metres(metres: f64) -> u32 {
    // `as` saturates, which is what a display figure needs.
    metres.round() as u32
}

fn add_reasons(candidate: &mut Candidate, roster: &Roster, now: Timestamp) {
    candidate.reasons.push(Reason::OnDuty);
    if candidate.first_aid {
        candidate.reasons.push(Reason::HasFirstAid);
    }
    let old = chrono::TimeDelta::hours(OLD_POSITION_H);
    let position_time = roster.find(candidate.responder_id).and_then(|r| r.at_time);
    if position_time.is_some_and(|at| now - at > old) {
        candidate.reasons.push(Reason::PositionOld);
    }
}
