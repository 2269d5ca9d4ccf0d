//! Invented people: residents and their homes, family, responders, watches, staff.

mod households;
mod names;
mod numbers;
mod responders;
mod rows;
mod staff;

pub use rows::{
    Admin, Device, EntryCard, FamilyContact, Home, Language, Operator, People, ReadingLevel,
    Relation, Resident, Responder, ResponderKind, Sex, Shift, Skill, Vehicle,
};

pub use numbers::{is_invented_uid, is_unassignable};
pub(crate) use rows::WEEK_MIN;

use crate::draw::{Draw, Topic};
use crate::facts::{Division, DivisionKind};
use crate::ground::{Ground, Settlement};
use crate::plane::Place;
use crate::{Options, PILOT_UNIT, Scale};
use names::Words;
pub(crate) use names::{fill, pattern};
use numbers::Numbers;

/// How many people to invent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Elders.
    pub residents: u32,
    /// Those who may be sent.
    pub responders: u32,
    /// Committees they live under; more than exist means all.
    pub committees: usize,
}

impl Counts {
    /// What a scale asks for.
    pub fn of(scale: Scale) -> Self {
        match scale {
            Scale::Small => Self {
                residents: 300,
                responders: 60,
                committees: 8,
            },
            Scale::District => Self {
                residents: 120_000,
                responders: 3_000,
                committees: usize::MAX,
            },
        }
    }
}

/// Invents people who live at given places of a real map; positions there are real, nobody is.
///
/// Places are grouped by nearness under committees of the pilot unit. Without places there are
/// only operators and the administrator.
pub fn people_at(
    options: &Options,
    places: &[(f64, f64)],
    divisions: &[Division],
    counts: Counts,
) -> People {
    let (committees, unit) = pilot(divisions, counts);
    let mut settlements = Vec::new();
    if let Some(unit) = unit {
        let groups = grouped(places, committees.len());
        settlements.extend(
            committees
                .into_iter()
                .zip(groups)
                .map(|(committee, places)| Settlement {
                    committee,
                    unit,
                    places,
                }),
        );
    }
    invent(options, divisions, &settlements, counts, &mut |_| {})
}

fn pilot(divisions: &[Division], counts: Counts) -> (Vec<&Division>, Option<&Division>) {
    let committees = divisions
        .iter()
        .filter(|division| division.parent == PILOT_UNIT);
    let unit = divisions
        .iter()
        .find(|division| division.code == PILOT_UNIT);
    (committees.take(counts.committees).collect(), unit)
}

/// Splits places into groups of neighbours, about as wide as they are high.
fn grouped(places: &[(f64, f64)], groups: usize) -> Vec<Vec<Place>> {
    let mut places: Vec<Place> = places
        .iter()
        .map(|&(lon, lat)| Place { lon, lat })
        .collect();
    if places.is_empty() || groups == 0 {
        return Vec::new();
    }
    let strips = (1..=groups)
        .take_while(|strip| strip * strip <= groups)
        .count();
    places.sort_by(|a, b| a.lon.total_cmp(&b.lon).then(a.lat.total_cmp(&b.lat)));
    let mut found = Vec::new();
    for strip in 0..strips {
        let mut column = share(&places, strip, strips).to_vec();
        column.sort_by(|a, b| a.lat.total_cmp(&b.lat).then(a.lon.total_cmp(&b.lon)));
        let cells = (strip + 1) * groups / strips - strip * groups / strips;
        found.extend((0..cells).map(|cell| share(&column, cell, cells).to_vec()));
    }
    found.retain(|group| !group.is_empty());
    found
}

fn share<T>(list: &[T], part: usize, parts: usize) -> &[T] {
    &list[part * list.len() / parts..(part + 1) * list.len() / parts]
}

/// The committees of the drawn network with their places to live.
pub(crate) fn settle<'a>(
    options: &Options,
    divisions: &'a [Division],
    ground: &Ground,
) -> Vec<Settlement<'a>> {
    let mut settlements = Vec::new();
    let units = divisions.iter().filter(|division| division.kind.is_unit());
    for (number, unit) in units.enumerate() {
        if !ground.governs(&unit.code) {
            continue;
        }
        let mut draw = Draw::stream(options.seed, Topic::Settlement, number as u32);
        let committees = divisions
            .iter()
            .filter(|division| division.parent == unit.code);
        let committees: Vec<&Division> = committees
            .take(Counts::of(options.scale).committees)
            .collect();
        for (place, &committee) in committees.iter().enumerate() {
            let middle = ground.middle(&mut draw, &unit.code, place, committees.len());
            settlements.push(Settlement {
                committee,
                unit,
                places: ground.places(middle),
            });
        }
    }
    settlements
}

/// Invents everybody; `done` is told the number of residents so far.
pub(crate) fn invent(
    options: &Options,
    divisions: &[Division],
    settlements: &[Settlement<'_>],
    counts: Counts,
    done: &mut dyn FnMut(u64),
) -> People {
    let settled: Vec<&Settlement<'_>> = settlements
        .iter()
        .filter(|settlement| !settlement.places.is_empty())
        .collect();
    let mut people = People::default();
    let mut inventor = Inventor {
        seed: options.seed,
        words: Words::read(),
        numbers: Numbers::new(options.seed),
    };
    households::invent(&mut inventor, &settled, counts.residents, &mut people, done);
    responders::invent(&mut inventor, &settled, counts.responders, &mut people);
    staff::invent(&mut inventor, divisions, &mut people);
    people
}

/// What all inventing shares: words, and numbers that are given out once.
struct Inventor {
    seed: u64,
    words: Words,
    numbers: Numbers,
}

/// How a committee looks from the street.
fn is_village(committee: &Division) -> bool {
    committee.kind == DivisionKind::VillagersCommittee
}

#[cfg(test)]
mod tests;
