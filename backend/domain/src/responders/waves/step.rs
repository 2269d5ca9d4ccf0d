//! The next step of a ladder: the one rule by which live decisions and replays ask people.

use super::{Frame, Prospect, Wave, WaveRules, WaveWhy, next_wave};
use crate::incidents::{Ladder, Rung};

/// What happens next on a ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The rung that is entered.
    pub rung: u16,
    /// Who is asked there: so many of those who are left. Nobody, where the seat has it.
    pub wave: Wave,
}

/// Enters a rung with those `left` who were not asked yet, the best first. A rung that would ask
/// but finds nobody is not waited for: the next one is entered at once. O(rungs) plus one
/// [`next_wave`] each.
pub fn next_step(
    rules: &WaveRules,
    life: bool,
    ladder: &Ladder,
    from: u16,
    asked: usize,
    left: &[Prospect],
) -> Step {
    let mut rung = from.min(ladder.last());
    loop {
        let step = ladder.rung(rung);
        if step.offers == 0 {
            // The seat's, in every mode.
            let wave = Wave {
                offers: 0,
                timeout_s: step.timeout_s,
                why: WaveWhy::AsTheLadder,
            };
            return Step { rung, wave };
        }
        let wave = next_wave(rules, life, Frame::of(ladder, rung, asked), left);
        let offers = usize::from(wave.offers).min(left.len());
        if offers > 0 {
            // No more than the wave's own number, so it fits.
            let offers = u16::try_from(offers).unwrap_or(wave.offers);
            let wave = Wave { offers, ..wave };
            return Step { rung, wave };
        }
        rung += 1;
    }
}

/// As [`next_step`], where rungs ask people of different kinds: `left` names, for a rung, those it
/// may ask who were not asked yet. O(rungs) times [`next_step`].
pub fn next_step_among(
    rules: &WaveRules,
    life: bool,
    ladder: &Ladder,
    from: u16,
    asked: usize,
    left: impl Fn(&Rung) -> Vec<Prospect>,
) -> Step {
    let mut rung = from.min(ladder.last());
    loop {
        let left = left(ladder.rung(rung));
        let step = next_step(rules, life, ladder, rung, asked, &left);
        // A later rung may ask others than those this one could have asked.
        if step.rung == rung || rung >= ladder.last() {
            return step;
        }
        rung += 1;
    }
}
