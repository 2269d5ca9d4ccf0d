//! From the facts of those near to the order, with who was passed over and what cover is left.

use domain::ids::ResponderId;
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
                committees.of_roster.push(committee);
                committees.cover.push(self.cover_of(committee, need));
                committees.cover.len() - 1
            });
            of.cover_left = Some(cover_without(need, of, committees.cover[place]));
        }
        committees
    }

    /// How many of a committee may be asked: as counted with the roster, less those who help
    /// somebody else now; one by one where that is not known, or where not everybody would do.
    fn cover_of(&self, committee: u32, need: &Need) -> u32 {
        let counted = self.cover.filter(|_| need.needed == Classes::default());
        if let Some(free) = counted.and_then(|cover| cover.of(committee, self.now)) {
            return free.saturating_sub(self.away(committee));
        }
        let members = self.roster.members(committee).iter();
        cover(need, members.map(|index| self.bars(*index as usize)))
    }

    /// Members of a committee who would be free and help somebody else.
    fn away(&self, committee: u32) -> u32 {
        let this = self.context.incident.as_ref().map(|incident| incident.id);
        let rest = &self.policy.rest;
        let away = self.context.missions.going_elsewhere(this).filter(|id| {
            let place = self.roster.place(*id);
            place.is_some_and(|place| {
                self.roster.committee(place) == Some(committee)
                    && is_free(self.roster, rest, place, self.now)
            })
        });
        u32::try_from(away.count()).unwrap_or(u32::MAX)
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
