//! What a replay found: minutes, misses, load and fairness.

use serde::Serialize;

/// What became of one case.
pub(super) struct Outcome {
    pub(super) life: bool,
    pub(super) asks: usize,
    pub(super) accepted_ms: Option<u64>,
    pub(super) arrived_ms: Option<u64>,
    pub(super) behind_nearest_ms: Option<u32>,
}

/// Times of the cases in which somebody came, seconds, by nearest rank.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Minutes {
    /// Half of the yes came within.
    pub accepted_p50_s: Option<u64>,
    /// Nine of ten yes came within.
    pub accepted_p90_s: Option<u64>,
    /// Half of the helpers were there within.
    pub arrived_p50_s: Option<u64>,
    /// Nine of ten helpers were there within.
    pub arrived_p90_s: Option<u64>,
}

/// The result of a replay.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Cases replayed.
    pub cases: usize,
    /// Cases in which nobody came.
    pub missed: usize,
    /// Life-threatening ones among the cases.
    pub life_cases: usize,
    /// Life-threatening ones among the missed.
    pub life_missed: usize,
    /// Times of all cases.
    pub all: Minutes,
    /// Times of the life-threatening ones.
    pub life: Minutes,
    /// Farthest the first asked stood behind the nearest in life-threatening cases, seconds.
    pub life_behind_nearest_s: u64,
    /// Asks sent.
    pub asks: usize,
    /// Asks that led to nobody's coming: withdrawn, refused or lapsed.
    pub asks_in_vain: usize,
    /// People who could have been asked at any time.
    pub people: usize,
    /// Most asks to one person.
    pub asks_of_one_most: u32,
    /// How unevenly asks fall on people: 0 all the same, towards 1 all on one.
    pub gini: f64,
    /// How unevenly, among those who were asked at all.
    pub gini_among_asked: f64,
}

pub(super) fn summary(outcomes: &[Outcome], asks: Vec<u32>) -> Report {
    let life: Vec<&Outcome> = outcomes.iter().filter(|o| o.life).collect();
    let missed = |of: &[&Outcome]| of.iter().filter(|o| o.accepted_ms.is_none()).count();
    let all: Vec<&Outcome> = outcomes.iter().collect();
    let sent: usize = outcomes.iter().map(|o| o.asks).sum();
    let behind = life.iter().filter_map(|o| o.behind_nearest_ms).max();
    Report {
        cases: all.len(),
        missed: missed(&all),
        life_cases: life.len(),
        life_missed: missed(&life),
        all: minutes(&all),
        life: minutes(&life),
        life_behind_nearest_s: u64::from(behind.unwrap_or(0)).div_ceil(1000),
        asks: sent,
        asks_in_vain: sent - (all.len() - missed(&all)),
        people: asks.len(),
        asks_of_one_most: asks.iter().copied().max().unwrap_or(0),
        gini_among_asked: gini(asks.iter().copied().filter(|asks| *asks > 0).collect()),
        gini: gini(asks),
    }
}

fn minutes(outcomes: &[&Outcome]) -> Minutes {
    let sorted = |time: fn(&Outcome) -> Option<u64>| {
        let mut times: Vec<u64> = outcomes.iter().filter_map(|o| time(o)).collect();
        times.sort_unstable();
        times
    };
    let (accepted, arrived) = (sorted(|o| o.accepted_ms), sorted(|o| o.arrived_ms));
    let whole = |ms: Option<u64>| ms.map(|ms| ms.div_ceil(1000));
    Minutes {
        accepted_p50_s: whole(rank(&accepted, 50)),
        accepted_p90_s: whole(rank(&accepted, 90)),
        arrived_p50_s: whole(rank(&arrived, 50)),
        arrived_p90_s: whole(rank(&arrived, 90)),
    }
}

/// The value below or at which so many of a hundred lie: nearest rank.
pub(super) fn rank(sorted: &[u64], percent: usize) -> Option<u64> {
    let place = (sorted.len() * percent).div_ceil(100);
    sorted.get(place.checked_sub(1)?).copied()
}

/// The Gini coefficient of counts; 0 for nobody or nothing. O(n log n).
pub(super) fn gini(mut counts: Vec<u32>) -> f64 {
    counts.sort_unstable();
    let people = counts.len() as i64;
    let total: i64 = counts.iter().map(|count| i64::from(*count)).sum();
    if total == 0 {
        return 0.0;
    }
    let weighted: i64 = (1..)
        .zip(&counts)
        .map(|(place, count)| (2 * place - people - 1) * i64::from(*count))
        .sum();
    weighted as f64 / (people * total) as f64
}
