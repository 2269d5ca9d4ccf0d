//! Whether a sign is missing now, and how often it would have been.

use chrono::TimeDelta;

use super::{Condition, HomeHistory, LONGEST_H};
use crate::time::Timestamp;

/// Between two looks, and how finely time is counted.
const STEP: TimeDelta = TimeDelta::minutes(15);
/// Steps of an hour.
const STEPS_PER_HOUR: u32 = 4;
/// How far a look goes back at most, beyond the hours of the rule itself.
const FURTHEST: TimeDelta = TimeDelta::hours(4 * LONGEST_H as i64);

/// A sign that did not come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Missing {
    /// Beginning of the time in which it was looked for.
    pub since: Timestamp,
    /// When it was found missing.
    pub at: Timestamp,
    /// How much there was.
    pub amount: f64,
}

/// What is missing at a moment; `None` as well for a home that nothing is known of yet.
/// O(steps looked back x log readings).
pub fn missing(condition: &Condition, home: &HomeHistory<'_>, at: Timestamp) -> Option<Missing> {
    if is_away(home, at) {
        return None;
    }
    let since = window(condition, home, at)?;
    // A sensor that was put up after the time began says nothing of its beginning.
    let first = home.readings.first()?;
    if first.at > since {
        return None;
    }
    let amount = amount(home, since, at);
    (amount < condition.least).then_some(Missing { since, at, amount })
}

/// How often a rule would have opened a case between two moments: once for each time without the
/// sign, however long that lasted. O(steps x steps looked back).
pub fn tried(
    condition: &Condition,
    home: &HomeHistory<'_>,
    from: Timestamp,
    to: Timestamp,
) -> Vec<Missing> {
    let mut cases: Vec<Missing> = Vec::new();
    let (mut at, mut open) = (from, false);
    while at <= to {
        match missing(condition, home, at) {
            Some(found) if !open => {
                cases.push(found);
                open = true;
            }
            Some(_) => {}
            // Out of the house is no sign of life: the case of before stays what it was.
            None => open = open && is_away(home, at),
        }
        at += STEP;
    }
    cases
}

/// The beginning of the hours that count; `None` when they do not fit into what is looked back.
fn window(condition: &Condition, home: &HomeHistory<'_>, at: Timestamp) -> Option<Timestamp> {
    let mut left = u32::from(condition.within_h) * STEPS_PER_HOUR;
    let mut since = at;
    while left > 0 {
        since -= STEP;
        if at - since > FURTHEST {
            return None;
        }
        if counts(condition, home, since) {
            left -= 1;
        }
    }
    Some(since)
}

/// Whether a step that begins here counts.
fn counts(condition: &Condition, home: &HomeHistory<'_>, step: Timestamp) -> bool {
    let quiet = condition.quiet.is_some_and(|quiet| quiet.holds(step));
    let end = step + STEP;
    let deaf = home
        .downtimes
        .iter()
        .any(|down| down.from < end && down.to > step);
    !quiet && !deaf && !is_away(home, step)
}

fn is_away(home: &HomeHistory<'_>, at: Timestamp) -> bool {
    home.away
        .iter()
        .any(|away| (away.from..away.until).contains(&at))
}

/// How much of the sign there was.
fn amount(home: &HomeHistory<'_>, since: Timestamp, at: Timestamp) -> f64 {
    let begin = home.readings.partition_point(|reading| reading.at <= since);
    let end = home.readings.partition_point(|reading| reading.at <= at);
    home.readings[begin..end].iter().map(|it| it.value).sum()
}
