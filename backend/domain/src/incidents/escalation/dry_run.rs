//! What ladders would have done in cases that are kept: who would have been woken, asked and called.
//!
//! The rungs are chosen by the same functions as live decisions. What a person answered stands in
//! the history; who was not asked then is taken to say nothing, so that a new ladder is never
//! praised for a yes that nobody gave.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Choice, DayPart, Ladder, Ladders, Rung, Tell};
use crate::ids::ResidentId;
use crate::incidents::Severity;
use crate::responders::{Prospect, ResponderKind, WaveRules, next_step_among};
use crate::time::Timestamp;

/// The last rung of a case whose end is not known is repeated no more often than this.
const REPEATS_MOST: u32 = 1_000;

/// Somebody who was asked in a kept case, or stood next to be asked, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// What they are, when known.
    pub kind: Option<ResponderKind>,
    /// How they stood to being asked.
    pub prospect: Prospect,
    /// Milliseconds from the ask to what they said; `None`: nothing, or never asked.
    pub answered_ms: Option<u64>,
    /// What they said was yes.
    pub yes: bool,
}

/// A case as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// What chooses its ladder.
    pub choice: Choice,
    /// When it entered its first rung.
    pub climbs_from: Timestamp,
    /// Whom it was about.
    pub resident: Option<ResidentId>,
    /// Relatives who are told when the family is.
    pub relatives: u32,
    /// In the order in which they stood.
    pub people: Vec<Person>,
    /// When the seat took it in hand.
    pub taken_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
}

/// What ladders would have done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Cases that climbed a ladder.
    pub cases: u64,
    /// Families told at least once.
    pub families_told: u64,
    /// Families told at least once by night.
    pub families_woken: u64,
    /// Notices to relatives.
    pub family_notices: u64,
    /// Responders asked, each time counted.
    pub offers: u64,
    /// Times the seat was told.
    pub seat_calls: u64,
    /// Orders to the seat to ring 120.
    pub ambulance_orders: u64,
    /// Cases in which no responder was asked.
    pub nobody_asked: u64,
    /// Seconds from the first rung to the first ask, where there was one: the middle one.
    pub first_ask_median_s: Option<u64>,
    /// The longest of them.
    pub first_ask_longest_s: Option<u64>,
}

/// What one set of ladders would have done in kept cases. O(cases · rungs · people).
pub fn tally(kept: &[Kept], ladders: &Ladders, waves: &WaveRules) -> Tally {
    let mut sum = Tally::default();
    let (mut told, mut woken) = (BTreeSet::new(), BTreeSet::new());
    let mut first_asks: Vec<u64> = Vec::new();
    for case in kept {
        let mut climb = Climb::of(case, ladders, waves);
        climb.run();
        sum.cases += 1;
        sum.family_notices += climb.family_ms.len() as u64 * u64::from(case.relatives);
        sum.offers += climb.asked.len() as u64;
        sum.seat_calls += climb.seat_calls;
        sum.ambulance_orders += climb.ambulance_orders;
        match climb.first_ask_ms {
            Some(first) => first_asks.push(first.div_ceil(1000)),
            None => sum.nobody_asked += 1,
        }
        if case.relatives > 0 {
            for after in &climb.family_ms {
                told.insert(case.resident);
                if ladders.day_part(case.at(*after)) == DayPart::Night {
                    woken.insert(case.resident);
                }
            }
        }
    }
    first_asks.sort_unstable();
    sum.families_told = told.len() as u64;
    sum.families_woken = woken.len() as u64;
    sum.first_ask_median_s = first_asks
        .get(first_asks.len().saturating_sub(1) / 2)
        .copied();
    sum.first_ask_longest_s = first_asks.last().copied();
    sum
}

impl Kept {
    fn at(&self, after_ms: u64) -> Timestamp {
        self.climbs_from + chrono::TimeDelta::milliseconds(i64::try_from(after_ms).unwrap_or(0))
    }

    /// Milliseconds from the first rung to a moment.
    fn after(&self, at: Option<Timestamp>) -> Option<u64> {
        let passed = (at? - self.climbs_from).num_milliseconds();
        Some(u64::try_from(passed).unwrap_or(0))
    }
}

/// One case on its way up.
struct Climb<'a> {
    case: &'a Kept,
    ladder: &'a Ladder,
    waves: &'a WaveRules,
    /// Who was asked, each with when.
    asked: Vec<(usize, u64)>,
    family_ms: Vec<u64>,
    seat_calls: u64,
    ambulance_orders: u64,
    first_ask_ms: Option<u64>,
}

impl<'a> Climb<'a> {
    fn of(case: &'a Kept, ladders: &'a Ladders, waves: &'a WaveRules) -> Self {
        Self {
            case,
            ladder: ladders.select(&case.choice).ladder,
            waves,
            asked: Vec::new(),
            family_ms: Vec::new(),
            seat_calls: 0,
            ambulance_orders: 0,
            first_ask_ms: None,
        }
    }

    fn run(&mut self) {
        let (mut now_ms, mut rung, mut repeats) = (0_u64, 0_u16, 0_u32);
        loop {
            let (entered, ends_ms, waits) = self.enter(rung, now_ms);
            if self.stops_ms(waits, now_ms).is_some_and(|at| at <= ends_ms) {
                return;
            }
            repeats += u32::from(entered == self.ladder.last());
            let endless = self.case.closed_at.is_none() && self.case.taken_at.is_none();
            if repeats > REPEATS_MOST || (repeats > 0 && endless) {
                return;
            }
            now_ms = if waits {
                self.all_said_no_ms().unwrap_or(ends_ms).min(ends_ms)
            } else {
                ends_ms
            };
            rung = entered.saturating_add(1);
        }
    }

    /// Enters a rung: which one it was, when it ends, and whether somebody's answer is awaited.
    fn enter(&mut self, rung: u16, now_ms: u64) -> (u16, u64, bool) {
        let life = self.case.choice.severity <= Severity::LIFE;
        let step = next_step_among(
            self.waves,
            life,
            self.ladder,
            rung,
            self.asked.len(),
            |asks| self.left(asks).map(|(_, one)| one.prospect).collect(),
        );
        let entered = self.ladder.rung(step.rung);
        let next: Vec<usize> = self.left(entered).map(|(place, _)| place).collect();
        let next = &next[..next.len().min(usize::from(step.wave.offers))];
        if !next.is_empty() {
            self.first_ask_ms.get_or_insert(now_ms);
        }
        self.asked.extend(next.iter().map(|place| (*place, now_ms)));
        for told in &entered.tell {
            match told {
                Tell::Operator => self.seat_calls += 1,
                Tell::Family => self.family_ms.push(now_ms),
                Tell::Ambulance => self.ambulance_orders += 1,
                Tell::Resident => {}
            }
        }
        let ends_ms = now_ms + u64::from(step.wave.timeout_s) * 1000;
        (step.rung, ends_ms, !next.is_empty())
    }

    fn left<'s>(&'s self, asks: &'s Rung) -> impl Iterator<Item = (usize, &'s Person)> {
        let people = self.case.people.iter().enumerate();
        people.filter(|(place, one)| {
            asks.asks(one.kind) && !self.asked.iter().any(|(asked, _)| asked == place)
        })
    }

    /// When the climb is over: a yes, the end, or the seat's hand where nobody is being waited for.
    fn stops_ms(&self, waits: bool, now_ms: u64) -> Option<u64> {
        let yes = self.asked.iter().filter_map(|(place, at)| {
            let one = &self.case.people[*place];
            Some(at + one.answered_ms.filter(|_| one.yes)?)
        });
        let closed = self.case.after(self.case.closed_at);
        let taken = self.case.after(self.case.taken_at).filter(|_| !waits);
        let others = [closed, taken.map(|at| at.max(now_ms))];
        yes.chain(others.into_iter().flatten()).min()
    }

    /// When the last of those asked had said no, if all of them did.
    fn all_said_no_ms(&self) -> Option<u64> {
        let said = self.asked.iter().map(|(place, at)| {
            let one = &self.case.people[*place];
            Some(at + one.answered_ms.filter(|_| !one.yes)?)
        });
        said.collect::<Option<Vec<u64>>>()?.into_iter().max()
    }
}
