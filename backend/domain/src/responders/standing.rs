//! Who stands where: hard reasons bar, soft ones weigh, walking time leads.
//!
//! Soft reasons are sums of seconds, cut to half the bound on either side. Of two candidates whose
//! walking time is known the same way, the later one is therefore never nearer by more than the
//! bound: the order is never worse than the nearest by more than that.

use crate::responders::{
    Candidate, CandidateFacts, Detail, Gap, Ground, Need, Prior, RankMethod, Reason, Stairs,
    WeightSet, Weights,
};

/// From this share of yes on, in thousandths, an acceptance is likely.
const LIKELY_PERMILLE: u16 = 500;
/// Below this share of yes, in thousandths, an acceptance is rare.
const SELDOM_PERMILLE: u16 = 200;
/// From this long a walk on, somebody is far away, in milliseconds.
const FAR_MS: u32 = 3_600_000;
/// From this much added time on, a position is vague, in milliseconds.
const VAGUE_MS: u32 = 30_000;

/// Why somebody may not be asked at all; `None` is eligible. O(1).
pub fn bar(need: &Need, of: &CandidateFacts) -> Option<Ground> {
    let resting = of.resting_until.filter(|until| *until > need.now);
    if of.clearance_revoked {
        Some(Ground::plain(Reason::ClearanceRevoked))
    } else if !of.classes.contain(need.needed) {
        Some(Ground::plain(Reason::WrongClass))
    } else if of.busy_with.is_some() && of.busy_with != need.incident_id {
        Some(Ground::plain(Reason::OnAnotherIncident))
    } else if let Some(until) = resting {
        Some(Ground::with(Reason::Resting, Detail::Until(until)))
    } else if !of.on_duty {
        Some(Ground::plain(Reason::OffDuty))
    } else {
        None
    }
}

/// The chance that somebody says yes, in thousandths, 1-999: past answers mixed with the prior.
pub fn acceptance_permille(of: &CandidateFacts, prior: &Prior) -> u16 {
    let asked = u64::from(of.past.asked) + u64::from(prior.asked);
    let accepted = u64::from(of.past.accepted.min(of.past.asked)) + u64::from(prior.accepted);
    let permille = accepted * 1000 / asked.max(1);
    u16::try_from(permille.clamp(1, 999)).unwrap_or(999)
}

/// Milliseconds of walking by which soft reasons put somebody back (positive) or bring forward,
/// before the bound is applied. O(1).
pub fn soft_ms(of: &CandidateFacts, weights: &Weights, prior: &Prior) -> i64 {
    let worth = |seconds: u32| i64::from(seconds) * 1000;
    let given = |holds: bool, seconds: u32| if holds { worth(seconds) } else { 0 };
    let refusals = 1000 - i64::from(acceptance_permille(of, prior));
    let cover = of
        .cover_left
        .map_or(0, |others| worth(weights.cover_s) / (i64::from(others) + 1));
    worth(weights.ask_s) * i64::from(of.asks_24h.min(weights.asks_counted))
        + worth(weights.case_s) * i64::from(of.open_cases.min(weights.cases_counted))
        + i64::from(weights.refusal_s) * refusals
        + cover
        + given(is_old(of, weights), weights.old_position_s)
        - given(of.first_aid, weights.first_aid_s)
        - given(of.helped_before > 0, weights.continuity_s)
        - given(of.speaks_language == Some(true), weights.language_s)
}

fn is_old(of: &CandidateFacts, weights: &Weights) -> bool {
    of.position_age_s
        .is_some_and(|age| age > weights.position_old_after_s)
}

/// What somebody costs: how their walking time is known, then walking, what the position leaves
/// open, and bounded soft reasons in milliseconds. Without a walking time everybody of a method costs the same.
fn cost(of: &CandidateFacts, weights: &Weights, prior: &Prior) -> u64 {
    let half = i64::from(weights.bound_s) * 500;
    let milliseconds = of.walking_ms.map_or(i64::from(u32::MAX) * 2, |walking| {
        let soft = soft_ms(of, weights, prior).clamp(-half, half);
        i64::from(walking) + i64::from(of.uncertain_ms) + soft + half
    });
    let method: u64 = match of.method {
        RankMethod::Network => 0,
        RankMethod::StraightLine => 1,
        RankMethod::FixedList => 2,
    };
    // Below 2^34 and never negative: the method stands above it.
    (method << 40) | milliseconds.unsigned_abs()
}

/// One place in the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    cost: u64,
    index: u32,
}

/// Who stands where, over a slice of facts. Kept between calls so that nothing is allocated.
#[derive(Clone, Debug, Default)]
pub struct Standings {
    places: Vec<Place>,
    first: usize,
}

impl Standings {
    /// Ranks anew: the best `first` in order, everybody else eligible behind them unordered.
    ///
    /// Ties go by responder id. O(n + first · log first); more than 2^32 candidates are cut off.
    pub fn rank(
        &mut self,
        need: &Need,
        facts: &[CandidateFacts],
        weights: &WeightSet,
        first: usize,
    ) {
        let chosen = weights.for_need(need);
        self.places.clear();
        for (index, of) in (0_u32..).zip(facts) {
            if bar(need, of).is_none() {
                let cost = cost(of, chosen, &weights.prior);
                self.places.push(Place { cost, index });
            }
        }
        let order = |a: &Place, b: &Place| {
            let id = |place: &Place| facts[place.index as usize].responder_id;
            a.cost.cmp(&b.cost).then_with(|| id(a).cmp(&id(b)))
        };
        self.first = first.min(self.places.len());
        if self.first > 0 && self.first < self.places.len() {
            self.places.select_nth_unstable_by(self.first - 1, order);
        }
        self.places[..self.first].sort_unstable_by(order);
    }

    /// Indices of the best, best first.
    pub fn first(&self) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.places[..self.first]
            .iter()
            .map(|place| place.index as usize)
    }

    /// How many may be asked at all.
    pub fn eligible(&self) -> usize {
        self.places.len()
    }

    /// The best as candidates for offers, grounds included.
    pub fn candidates(
        &self,
        need: &Need,
        facts: &[CandidateFacts],
        weights: &WeightSet,
    ) -> Vec<Candidate> {
        self.first()
            .map(|index| Candidate::of(need, &facts[index], weights))
            .collect()
    }
}

impl Candidate {
    /// Somebody with what speaks for and against them; of no committee yet. O(1).
    pub fn of(need: &Need, of: &CandidateFacts, weights: &WeightSet) -> Self {
        Self {
            responder_id: of.responder_id,
            account_id: of.account_id,
            walking_ms: of.walking_ms,
            metres: of.metres,
            method: of.method,
            grounds: grounds(need, of, weights).collect(),
            accept_permille: acceptance_permille(of, &weights.prior),
            committee: None,
            first_aid: of.first_aid,
            kind: of.kind,
        }
    }
}

impl WeightSet {
    /// The weights that count for a need.
    pub fn for_need(&self, need: &Need) -> &Weights {
        if need.is_life() {
            &self.life
        } else {
            &self.ordinary
        }
    }
}

/// What speaks for and against somebody; a bar comes first. O(1).
pub fn grounds(
    need: &Need,
    of: &CandidateFacts,
    weights: &WeightSet,
) -> impl Iterator<Item = Ground> {
    let when = |holds: bool, ground: Ground| holds.then_some(ground);
    let plain = |holds, reason| when(holds, Ground::plain(reason));
    let how = match of.method {
        RankMethod::Network => Reason::NearestByWalkingTime,
        RankMethod::StraightLine => Reason::StraightLineOnly,
        RankMethod::FixedList => Reason::FixedList,
    };
    let chance = acceptance_permille(of, &weights.prior);
    // At most 99, so it fits.
    let percent = Detail::Percent(u8::try_from(chance / 10).unwrap_or(99));
    let learnt = of.past.asked > 0;
    let old = is_old(of, weights.for_need(need));
    let far = of.walking_ms.is_some_and(|walking| walking >= FAR_MS);
    let cover = of.cover_left.map(|others| match others {
        0 => Ground::plain(Reason::LeavesNoCover),
        _ => Ground::with(Reason::CoverRemains, Detail::People(others)),
    });
    [
        bar(need, of),
        Some(Ground::plain(how)),
        plain(of.on_duty, Reason::OnDuty),
        plain(of.first_aid, Reason::HasFirstAid),
        when(
            of.helped_before > 0,
            Ground::with(Reason::KnowsResident, Detail::Repeats(of.helped_before)),
        ),
        plain(of.speaks_language == Some(true), Reason::SpeaksLanguage),
        plain(of.speaks_language == Some(false), Reason::OtherLanguage),
        when(
            learnt && chance >= LIKELY_PERMILLE,
            Ground::with(Reason::LikelyToAccept, percent),
        ),
        when(
            learnt && chance < SELDOM_PERMILLE,
            Ground::with(Reason::SeldomAccepts, percent),
        ),
        when(
            of.asks_24h > 0,
            Ground::with(Reason::AskedOften, Detail::Repeats(of.asks_24h)),
        ),
        when(
            of.open_cases > 0,
            Ground::with(Reason::HasOtherWork, Detail::Cases(of.open_cases)),
        ),
        cover,
        plain(old, Reason::PositionOld),
        plain(!old && of.uncertain_ms >= VAGUE_MS, Reason::PositionVague),
        of.stairs.map(stairs),
        plain(far, Reason::FarAway),
        of.gap.map(gap),
    ]
    .into_iter()
    .flatten()
}

fn stairs(stairs: Stairs) -> Ground {
    let reason = match stairs.lift_broken {
        true => Reason::LiftBroken,
        false => Reason::StairsToClimb,
    };
    Ground::with(reason, Detail::Storey(stairs.storey))
}

fn gap(gap: Gap) -> Ground {
    Ground::plain(match gap {
        Gap::Unreachable => Reason::Unreachable,
        Gap::OffTheMap => Reason::OffTheMap,
        Gap::NoPosition => Reason::NoPosition,
    })
}

#[cfg(test)]
mod tests;
