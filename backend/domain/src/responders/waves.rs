//! How many are asked at once, and how long they are given.
//!
//! The ladder is the upper frame: a wave never asks more people than the ladder has left in all,
//! and never waits longer than its rung. Inside that frame the number follows from how likely the
//! next people accept and how far they walk. When a life may hang on it, asking everybody at once
//! is always among the plans compared, so the plan taken is never expected to bring help later.

mod arrival;
mod step;

use serde::{Deserialize, Serialize};

use crate::incidents::Ladder;
use crate::words::words;

use arrival::expected_arrivals_s;

pub use step::{Step, next_step, next_step_among};

/// A wave plans no further than this many people: the ladder's size and some more.
const PLANNED_MOST: usize = 32;
/// Plans whose expectations are no further apart than this are equal: less is rounding.
const SAME_S: f64 = 1e-9;

words! {
    /// How wave sizes are found.
    pub enum WaveMode {
        /// From density and past acceptance, inside the ladder.
        Planned = "planned",
        /// As the ladder says.
        Ladder = "ladder",
        /// Everybody the ladder would ever ask, at once.
        AllAtOnce = "all_at_once",
    }
}

words! {
    /// Why a wave has its size; a key for `accessibility`.
    pub enum WaveWhy {
        /// Asking everybody at once is expected to bring help soonest.
        EverybodyAtOnce = "everybody_at_once",
        /// Asking these first is expected to bring help sooner than asking everybody.
        NearestFirst = "nearest_first",
        /// Of so many somebody is likely to say yes.
        EnoughForAYes = "enough_for_a_yes",
        /// The rung allows no more.
        AsManyAsAllowed = "as_many_as_allowed",
        /// The ladder says so many.
        AsTheLadder = "as_the_ladder",
        /// Who accepted does not move: somebody beside them.
        Replacement = "replacement",
        /// Who accepted cannot go: somebody in their place.
        InTheirPlace = "in_their_place",
    }
}

/// Rules for waves, as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaveRules {
    /// How sizes are found.
    pub mode: WaveMode,
    /// Life: at least so many that somebody accepts with this chance, 50-99.
    pub life_target_percent: u8,
    /// Otherwise: just so many that somebody accepts with this chance, 1-99.
    pub ordinary_target_percent: u8,
    /// Half of those who accept have said so after this many seconds, 1-600.
    pub answer_median_s: u32,
    /// The next wave follows when this share of yes would have come, 1-99.
    pub settled_percent: u8,
    /// A wave waits at least this long, 5-600, unless its rung is shorter.
    pub shortest_s: u32,
    /// Seconds until help comes from elsewhere when nobody accepts, 60-7200.
    pub nobody_s: u32,
}

/// Why wave rules are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WaveError {
    /// A share outside its range.
    #[error("{0} is out of range")]
    Share(&'static str),
    /// A time outside its range.
    #[error("{0} is out of range")]
    Time(&'static str),
}

impl WaveRules {
    /// Refuses rules that would ask nobody or wait for ever.
    ///
    /// # Errors
    /// The first number out of its range.
    pub fn check(&self) -> Result<(), WaveError> {
        let shares = [
            ("life_target_percent", self.life_target_percent, 50),
            ("ordinary_target_percent", self.ordinary_target_percent, 1),
            ("settled_percent", self.settled_percent, 1),
        ];
        for (name, share, least) in shares {
            if !(least..=99).contains(&share) {
                return Err(WaveError::Share(name));
            }
        }
        let times = [
            ("answer_median_s", self.answer_median_s, 1..=600),
            ("shortest_s", self.shortest_s, 5..=600),
            ("nobody_s", self.nobody_s, 60..=7200),
        ];
        for (name, time, range) in times {
            if !range.contains(&time) {
                return Err(WaveError::Time(name));
            }
        }
        Ok(())
    }
}

/// What the ladder allows at a rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Responders this rung asks.
    pub offers: u16,
    /// Responders later rungs would ask.
    pub later: u16,
    /// Seconds this rung waits at most.
    pub timeout_s: u32,
}

impl Frame {
    /// The frame at a rung when so many were asked already.
    pub fn of(ladder: &Ladder, rung: u16, asked: usize) -> Self {
        let total: usize = (0..=ladder.last())
            .map(|number| usize::from(ladder.rung(number).offers))
            .sum();
        let left = u16::try_from(total.saturating_sub(asked)).unwrap_or(u16::MAX);
        let step = ladder.rung(rung);
        let offers = step.offers.min(left);
        Self {
            offers,
            later: left - offers,
            timeout_s: step.timeout_s,
        }
    }
}

/// One who may be asked next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prospect {
    /// Chance of a yes in thousandths.
    pub accept_permille: u16,
    /// Milliseconds on foot, when known.
    pub walking_ms: Option<u32>,
}

/// Who is asked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wave {
    /// How many of the best who were not asked yet.
    pub offers: u16,
    /// Seconds until the next rung.
    pub timeout_s: u32,
    /// Why so many.
    pub why: WaveWhy,
}

/// The next wave for prospects in their order, the best first.
///
/// O(n · steps) with n at most 32 people and 24 steps of a quarter of the answer time.
pub fn next_wave(rules: &WaveRules, life: bool, frame: Frame, prospects: &[Prospect]) -> Wave {
    let all = frame.offers.saturating_add(frame.later);
    let framed = |offers, why| Wave {
        offers,
        timeout_s: frame.timeout_s,
        why,
    };
    match rules.mode {
        WaveMode::Ladder => framed(frame.offers, WaveWhy::AsTheLadder),
        WaveMode::AllAtOnce => framed(all, WaveWhy::EverybodyAtOnce),
        // A rung that asks nobody is the seat's; the plan must not turn it into a wave.
        WaveMode::Planned if frame.offers == 0 || prospects.is_empty() => {
            framed(frame.offers, WaveWhy::AsTheLadder)
        }
        WaveMode::Planned if life => life_wave(rules, frame, all, prospects),
        WaveMode::Planned => ordinary_wave(rules, frame, prospects),
    }
}

fn ordinary_wave(rules: &WaveRules, frame: Frame, prospects: &[Prospect]) -> Wave {
    let within = prospects.len().min(usize::from(frame.offers));
    let (least, reached) = match enough(&prospects[..within], rules.ordinary_target_percent) {
        Some(least) => (least, WaveWhy::EnoughForAYes),
        None => (within, WaveWhy::AsManyAsAllowed),
    };
    Wave {
        offers: counted(least),
        timeout_s: hold_s(rules, frame),
        why: reached,
    }
}

fn life_wave(rules: &WaveRules, frame: Frame, all: u16, prospects: &[Prospect]) -> Wave {
    let within = prospects
        .len()
        .min(usize::from(all))
        .min(PLANNED_MOST.max(usize::from(frame.offers)));
    let prospects = &prospects[..within];
    let hold = hold_s(rules, frame);
    let least = enough(prospects, rules.life_target_percent).unwrap_or(within);
    let mut best = within;
    // Where everybody has to be asked to reach the target, there is nothing to choose.
    if least < within {
        let expected = expected_arrivals_s(rules, prospects, hold);
        for first in (least..within).rev() {
            if expected[first] < expected[best] - SAME_S {
                best = first;
            }
        }
    }
    let everybody = best == within;
    Wave {
        offers: counted(best),
        timeout_s: if everybody { frame.timeout_s } else { hold },
        why: if everybody {
            WaveWhy::EverybodyAtOnce
        } else {
            WaveWhy::NearestFirst
        },
    }
}

/// The fewest of the first who suffice that somebody accepts with this chance, at least one;
/// `None` when not even all of them do.
fn enough(prospects: &[Prospect], target_percent: u8) -> Option<usize> {
    let mut refused = 1.0;
    for (count, prospect) in prospects.iter().enumerate() {
        refused *= 1.0 - chance(prospect);
        if 1.0 - refused >= f64::from(target_percent) / 100.0 {
            return Some(count + 1);
        }
    }
    None
}

/// Seconds until most of those who would say yes have said so, inside the rung's time.
fn hold_s(rules: &WaveRules, frame: Frame) -> u32 {
    let step = f64::from(rules.answer_median_s) / arrival::STEPS_A_MEDIAN;
    let settled = f64::from(rules.settled_percent) / 100.0;
    let steps = (1..=arrival::STEPS)
        .find(|steps| arrival::answered(*steps) >= settled)
        .unwrap_or(arrival::STEPS);
    // Both factors are small and positive; `as` saturates.
    let seconds = (f64::from(steps) * step).ceil() as u32;
    seconds.max(rules.shortest_s).min(frame.timeout_s)
}

fn chance(prospect: &Prospect) -> f64 {
    f64::from(prospect.accept_permille.min(999)) / 1000.0
}

fn counted(people: usize) -> u16 {
    u16::try_from(people).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests;
