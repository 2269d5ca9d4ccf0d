//! Invented days, and answers where a history has none.

use crate::time::{Timestamp, seconds};

use super::{Case, Presence};

/// The invented town's south-west corner, degrees: open water, so that nobody takes it for a home.
const CORNER: (f64, f64) = (122.5, 31.0);
/// Its size, degrees: about two kilometres each way.
const SIZE: (f64, f64) = (0.021, 0.018);
/// The first day begins at midnight in Shanghai.
const FIRST_DAY: i64 = 1_767_196_800;
const DAY_S: u32 = 86_400;
/// Chance of a yes of whom nothing is said, in hundredths.
const USUAL_YES_PERCENT: u8 = 30;
/// Half of the yes come within, milliseconds.
const ANSWER_MEDIAN_MS: f64 = 20_000.0;

/// What to invent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GenerateOptions {
    /// Days.
    pub days: u32,
    /// Cases a day.
    pub cases: u32,
    /// Responders of the town.
    pub people: u32,
    /// The same seed makes the same days.
    pub seed: u64,
}

/// A small generator (splitmix64): the core has no randomness of its own, the seed is the caller's.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// At least 0 and below 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Below the limit.
    fn below(&mut self, limit: u32) -> u32 {
        u32::try_from(self.next() % u64::from(limit.max(1))).unwrap_or(0)
    }

    /// To a millionth of a degree, which survives writing and reading exactly.
    fn place(&mut self) -> (f64, f64) {
        let micro = |degrees: f64| (degrees * 1e6).round() / 1e6;
        let lon = CORNER.0 + self.share() * SIZE.0;
        (micro(lon), micro(CORNER.1 + self.share() * SIZE.1))
    }
}

/// A yes drawn from seed, case and person, milliseconds after the ask.
pub(super) fn drawn_answer_ms(
    seed: u64,
    case: u64,
    person: u64,
    presence: &Presence,
) -> Option<u64> {
    let mut mixed = Draw(seed);
    let mut draw = Draw(mixed.next() ^ case.wrapping_mul(0xD6E8_FEB8_6659_FD93));
    let mut draw = Draw(draw.next() ^ person.wrapping_mul(0xA24B_AED4_963E_E407));
    let yes = f64::from(presence.yes_percent.unwrap_or(USUAL_YES_PERCENT)) / 100.0;
    let says_yes = draw.share() < yes;
    // Memoryless with the given median; `as` saturates.
    let delay = -(1.0 - draw.share()).log2() * ANSWER_MEDIAN_MS;
    says_yes.then_some(delay.round() as u64)
}

/// Invents days in a town that does not exist. Answers are left to be drawn.
///
/// Everybody accepts with a share of their own, 5-60 of a hundred, which the history's past
/// answers show only in part. O(days · cases · people).
pub fn generate(options: &GenerateOptions) -> Vec<Case> {
    let mut draw = Draw(options.seed);
    let town: Vec<Presence> = (0..options.people)
        .map(|number| person(number, &mut draw))
        .collect();
    let mut cases = Vec::new();
    for day in 0..options.days {
        let mut times: Vec<u32> = (0..options.cases).map(|_| draw.below(DAY_S)).collect();
        times.sort_unstable();
        for second in times {
            let begins = i64::from(day) * i64::from(DAY_S) + FIRST_DAY;
            let midnight = Timestamp::from_timestamp(begins, 0).unwrap_or_default();
            cases.push(case(midnight + seconds(second), &town, &mut draw));
        }
    }
    cases
}

fn person(number: u32, draw: &mut Draw) -> Presence {
    let (lon, lat) = draw.place();
    let percent = 5 + draw.below(56);
    let asked = draw.below(30);
    let accepted = (0..asked).filter(|_| draw.below(100) < percent).count();
    Presence {
        id: format!("p{number:04}"),
        walking_s: None,
        lon: Some(lon),
        lat: Some(lat),
        on_duty: true,
        resting_until: None,
        clearance_revoked: draw.below(100) < 2,
        classes: 0,
        first_aid: draw.below(100) < 20,
        helped_before: 0,
        open_cases: 0,
        speaks_language: None,
        cover_left: None,
        asked,
        accepted: u32::try_from(accepted).unwrap_or(0),
        answer: None,
        yes_percent: u8::try_from(percent).ok(),
    }
}

fn case(at: Timestamp, town: &[Presence], draw: &mut Draw) -> Case {
    let (lon, lat) = draw.place();
    let severity = match draw.below(10) {
        0..3 => 1,
        3..8 => 2,
        _ => 3,
    };
    let responders = town
        .iter()
        .map(|person| {
            let rests = draw.below(100) < 5;
            Presence {
                on_duty: draw.below(100) < 60,
                resting_until: rests.then(|| at + seconds(60 * draw.below(240))),
                helped_before: u32::from(draw.below(100) < 5),
                open_cases: draw.below(3),
                speaks_language: Some(draw.below(100) < 60),
                cover_left: Some(draw.below(4)),
                ..person.clone()
            }
        })
        .collect();
    Case {
        at,
        severity,
        lon: Some(lon),
        lat: Some(lat),
        needed: 0,
        on_scene_s: 900 + draw.below(2_700),
        responders,
    }
}
