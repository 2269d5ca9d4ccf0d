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

/// What some people bring within one step.
#[derive(Clone, Copy)]
struct Brought {
    /// Chance that none of them says yes: of a first wave up to the end of the step, of a second
    /// one up to its begin.
    silent: f64,
    /// Seconds until the door, each weighed with the chance that theirs is the first yes of them.
    seconds: f64,
}

impl Brought {
    /// What nobody brings.
    const NOTHING: Self = Self {
        silent: 1.0,
        seconds: 0.0,
    };
}

/// Somebody within one step.
struct Within {
    /// Chance that they have not said yes when it begins.
    before: f64,
    /// The same when it ends.
    after: f64,
    /// Seconds until the door if they say yes in it, weighed with the chance that they do.
    seconds: f64,
}

impl Within {
    /// What this one brings behind others of a first wave, who let the step pass.
    fn behind(&self, first: Brought) -> Brought {
        Brought {
            silent: first.silent * self.after,
            seconds: first.seconds * self.before + first.silent * self.seconds,
        }
    }

    /// What this one brings ahead of others of a second wave, who did not answer before the step.
    fn ahead(&self, second: Brought) -> Brought {
        Brought {
            silent: second.silent * self.before,
            seconds: second.seconds * self.after + second.silent * self.seconds,
        }
    }
}

/// Expected seconds until somebody is at the door when so many are asked at once and all others
/// after `hold_s`: for every number from nobody to everybody. O(people · steps) for all of them.
///
/// What the first wave brings within a step grows person by person from the front, what the second
/// one brings from the back; a size joins the two where it parts the people.
pub(super) fn expected_arrivals_s(
    rules: &WaveRules,
    prospects: &[Prospect],
    hold_s: u32,
) -> Vec<f64> {
    let step_s = f64::from(rules.answer_median_s) / STEPS_A_MEDIAN;
    // The second wave starts with the step after the hold; `as` saturates.
    let hold = (f64::from(hold_s) / step_s).ceil() as usize;
    let elsewhere = f64::from(rules.nobody_s);
    let people: Vec<(f64, f64)> = prospects.iter().map(|of| known(of, elsewhere)).collect();
    let steps = STEPS as usize;
    let came: Vec<f64> = (0..=STEPS).map(answered).collect();
    let within = |&(yes, walking): &(f64, f64), begin: usize, step: usize| {
        let before = came[step.saturating_sub(begin).min(steps)];
        let after = came[(step + 1).saturating_sub(begin).min(steps)];
        let time = (step as f64 + 1.0) * step_s;
        Within {
            before: 1.0 - yes * before,
            after: 1.0 - yes * after,
            seconds: yes * (after - before) * (time + walking).min(elsewhere),
        }
    };
    let nobody: f64 = people
        .iter()
        .map(|(yes, _)| 1.0 - yes * came[steps])
        .product();
    let mut expected = vec![nobody * elsewhere; people.len() + 1];
    let mut second = vec![Brought::NOTHING; people.len() + 1];
    // Nothing is answered between the last step of the first wave and a second one after it.
    for step in (0..steps).chain(hold.max(steps)..hold.saturating_add(steps)) {
        if step >= hold {
            for (place, one) in people.iter().enumerate().rev() {
                second[place] = within(one, hold, step).ahead(second[place + 1]);
            }
        }
        let mut first = Brought::NOTHING;
        for (size, second) in second.iter().enumerate() {
            expected[size] += first.seconds * second.silent + first.silent * second.seconds;
            if let Some(one) = people.get(size) {
                first = within(one, 0, step).behind(first);
            }
        }
    }
    expected
}

/// Chance of a yes, and seconds on foot; a walk that is not known brings nobody sooner.
fn known(prospect: &Prospect, elsewhere: f64) -> (f64, f64) {
    let walking = prospect.walking_ms.map(|ms| f64::from(ms) / 1000.0);
    (chance(prospect), walking.unwrap_or(elsewhere))
}
