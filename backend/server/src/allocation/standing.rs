//! From the facts of those near to the order, with who was passed over and what cover is left.

use domain::responders::{Candidate, Classes, Committee, Need, Ranked, bar, cover, cover_without};

use super::cover::is_free;
use super::ordering::{HANDED_ON, Ordering, Workspace};

/// People near by who may not be asked and are told of all the same.
const BARRED: usize = 16;

/// Committees of those near, with their cover.
#[derive(Default)]
struct Committees {
    /// Places in the roster's list, in the order in which they were met.
    of_roster: Vec<u32>,
    cover: Vec<u32>,
}

impl Ordering<'_> {
    /// The order of those whose facts are in the workspace.
    ///
    /// When a life may hang on it and nobody else is left, rest bars nobody.
    pub(super) fn ranked(&self, need: &Need, work: &mut Workspace) -> Ranked {
        let committees = self.count_cover(need, work);
        let weights = &self.policy.weights;
        work.standings.rank(need, &work.facts, weights, HANDED_ON);
        if work.standings.eligible() == 0 && need.is_life() {
            for of in &mut work.facts {
                of.resting_until = None;
            }
            work.standings.rank(need, &work.facts, weights, HANDED_ON);
        }
        let named = |index: usize| {
            let mut candidate = Candidate::of(need, &work.facts[index], weights);
            let place = self.roster.committee(work.of[index]);
            candidate.committee = place
                .and_then(|of| committees.place(of))
                .and_then(|place| u16::try_from(place).ok());
            candidate
        };
        let passed_over = work.facts.iter().enumerate();
        let passed_over = passed_over.filter(|(_, of)| bar(need, of).is_some());
        let mut barred: Vec<usize> = passed_over.map(|(index, _)| index).collect();
        barred.sort_by_key(|index| work.facts[*index].walking_ms.unwrap_or(u32::MAX));
        barred.truncate(BARRED);
        Ranked {
            candidates: work.standings.first().map(named).collect(),
            barred: barred.into_iter().map(named).collect(),
            committees: self.named(&committees),
            took_us: 0,
        }
    }

    /// Tells everybody near how many would stay in their neighbourhood.
    fn count_cover(&self, need: &Need, work: &mut Workspace) -> Committees {
        let mut committees = Committees::default();
        self.away(&mut work.away);
        for (of, index) in work.facts.iter_mut().zip(&work.of) {
            let Some(committee) = self.roster.committee(*index) else {
                continue;
            };
            let place = committees.place(committee).unwrap_or_else(|| {
                committees.of_roster.push(committee);
                committees
                    .cover
                    .push(self.cover_of(committee, &work.away, need));
                committees.cover.len() - 1
            });
            of.cover_left = Some(cover_without(need, of, committees.cover[place]));
        }
        committees
    }

    /// How many of a committee may be asked: as counted with the roster, less those who help
    /// somebody else now; one by one where that is not known, or where not everybody would do.
    fn cover_of(&self, committee: u32, away: &[u32], need: &Need) -> u32 {
        let counted = self.cover.filter(|_| need.needed == Classes::default());
        if let Some(free) = counted.and_then(|cover| cover.of(committee, self.now)) {
            let away = away.iter().filter(|of| **of == committee).count();
            return free.saturating_sub(u32::try_from(away).unwrap_or(u32::MAX));
        }
        let members = self.roster.members(committee).iter();
        cover(need, members.map(|index| self.bars(*index as usize)))
    }

    /// Committees of those who would be free and help somebody else, each as often as it has such
    /// people.
    fn away(&self, away: &mut Vec<u32>) {
        away.clear();
        let this = self.context.incident.as_ref().map(|incident| incident.id);
        let rest = &self.policy.rest;
        for id in self.context.missions.going_elsewhere(this) {
            let place = self.roster.place(id);
            let place = place.filter(|place| is_free(self.roster, rest, *place, self.now));
            away.extend(place.and_then(|place| self.roster.committee(place)));
        }
    }

    fn named(&self, committees: &Committees) -> Vec<Committee> {
        let both = committees.of_roster.iter().zip(&committees.cover);
        both.map(|(committee, cover)| Committee {
            code: self.roster.committee_code(*committee).to_owned(),
            cover: *cover,
        })
        .collect()
    }
}

impl Committees {
    fn place(&self, committee: u32) -> Option<usize> {
        self.of_roster.iter().position(|known| *known == committee)
    }
}
