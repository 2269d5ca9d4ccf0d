//! From the facts of those near to the order, with who was passed over and what cover is left.

use domain::ids::ResponderId;
use domain::responders::{Candidate, Committee, Need, Ranked, bar, cover, cover_without};

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
        let mut barred: Vec<Candidate> = work
            .facts
            .iter()
            .filter(|of| bar(need, of).is_some())
            .map(|of| Candidate::of(need, of, weights))
            .collect();
        barred.sort_by_key(|one| one.walking_ms.unwrap_or(u32::MAX));
        barred.truncate(BARRED);
        let mut ranked = Ranked {
            candidates: work.standings.candidates(need, &work.facts, weights),
            barred,
            committees: self.named(&committees),
            took_us: 0,
        };
        let everybody = ranked.candidates.iter_mut().chain(&mut ranked.barred);
        for candidate in everybody {
            let place = self.committee_of(candidate.responder_id);
            candidate.committee = place
                .and_then(|of| committees.place(of))
                .and_then(|place| u16::try_from(place).ok());
        }
        ranked
    }

    /// Tells everybody near how many would stay in their neighbourhood.
    fn count_cover(&self, need: &Need, work: &mut Workspace) -> Committees {
        let mut committees = Committees::default();
        for of in &mut work.facts {
            let Some(committee) = self.committee_of(of.responder_id) else {
                continue;
            };
            let place = committees.place(committee).unwrap_or_else(|| {
                let members = self.roster.members(committee).iter();
                let members = members.map(|index| self.bars(*index as usize));
                committees.of_roster.push(committee);
                committees.cover.push(cover(need, members));
                committees.cover.len() - 1
            });
            of.cover_left = Some(cover_without(need, of, committees.cover[place]));
        }
        committees
    }

    fn committee_of(&self, id: ResponderId) -> Option<u32> {
        self.roster.committee(self.roster.place(id)?)
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
