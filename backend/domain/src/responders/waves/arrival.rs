//! When help is expected at the door, for a first wave and everybody else after it.
//!
//! The model: those who will accept answer after a delay with a given median, independently,
//! memoryless, in steps of a quarter of it; within one step the better placed is first. The first
//! yes decides who walks. Help from elsewhere comes at a fixed time in any case.

use super::{Prospect, WaveRules, chance};

/// Steps in which half of the yes come.
pub(super) const STEPS_A_MEDIAN: f64 = 4.0;
/// Steps looked at after an ask: 98 of 100 answers have come by then.
pub(super) const STEPS: u32 = 24;
/// What remains of the unanswered yes after one step: 2^(-1/4).
const REMAINS: f64 = 0.840_896_415_253_714_5;

/// Share of the yes that came within so many steps.
pub(super) fn answered(steps: u32) -> f64 {
    1.0 - REMAINS.powi(steps.min(1_000).cast_signed())
}

/// Expected seconds until somebody is at the door when the `first` are asked at once and all
/// others after `hold_s`. O(people · steps).
pub(super) fn expected_arrival_s(
    rules: &WaveRules,
    prospects: &[Prospect],
    first: usize,
    hold_s: u32,
) -> f64 {
    let step_s = f64::from(rules.answer_median_s) / STEPS_A_MEDIAN;
    // The second wave starts with the step after the hold; `as` saturates.
    let hold = (f64::from(hold_s) / step_s).ceil() as usize;
    let elsewhere = f64::from(rules.nobody_s);
    let steps = STEPS as usize;
    let (mut nobody_yet, mut expected) = (1.0, 0.0);
    // The share of yes that falls into the step `age` after the ask, and what came before it.
    let share_at = |age: usize| {
        let before = u32::try_from(age).map_or(1.0, answered);
        (before, (1.0 - before) * (1.0 - REMAINS))
    };
    let end = if first < prospects.len() {
        hold.saturating_add(steps)
    } else {
        steps
    };
    for step in 0..end {
        let time = (step as f64 + 1.0) * step_s;
        let early = (step < steps).then(|| share_at(step));
        let late = step.checked_sub(hold).map(share_at);
        for (place, prospect) in prospects.iter().enumerate() {
            let Some((before, within)) = (if place < first { early } else { late }) else {
                continue;
            };
            let yes = chance(prospect);
            let now = yes * within / (1.0 - yes * before);
            let walking = prospect
                .walking_ms
                .map_or(elsewhere, |ms| f64::from(ms) / 1000.0);
            expected += nobody_yet * now * (time + walking).min(elsewhere);
            nobody_yet *= 1.0 - now;
        }
    }
    expected + nobody_yet * elsewhere
}
