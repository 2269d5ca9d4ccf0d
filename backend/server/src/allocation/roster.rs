//! All responders as the store has them, and what follows from each record for a ranking.

use std::collections::HashMap;

use domain::ids::{OrganisationId, ResponderId};
use domain::responders::{Classes, Responder, TrackRecord};
use store::RecordKey;

/// A copy of all responders; the database stays the truth.
#[derive(Clone, Default)]
pub struct Roster {
    responders: Vec<Responder>,
    index: HashMap<ResponderId, usize>,
    /// One for each of the responders.
    derived: Vec<Derived>,
    committees: Vec<Members>,
}

/// What follows from a responder's record and past.
#[derive(Clone, Copy, Default)]
struct Derived {
    classes: Classes,
    record: TrackRecord,
    committee: Option<u32>,
}

/// A committee of an organisation, and who stands for it.
#[derive(Clone)]
struct Members {
    code: String,
    places: Vec<u32>,
}

impl Roster {
    /// Responders in the order in which the fixed list asks them.
    pub fn new(responders: Vec<Responder>) -> Self {
        let index = responders
            .iter()
            .enumerate()
            .map(|(i, r)| (r.id, i))
            .collect();
        Self {
            responders,
            index,
            ..Self::default()
        }
        .knowing(&HashMap::new())
    }

    /// The same with the past of its people.
    #[must_use]
    pub fn knowing(mut self, records: &HashMap<RecordKey, TrackRecord>) -> Self {
        let mut known: HashMap<(OrganisationId, &str), u32> = HashMap::new();
        let mut committees: Vec<Members> = Vec::new();
        let mut derived = Vec::with_capacity(self.responders.len());
        for (place, responder) in (0_u32..).zip(&self.responders) {
            let organisation = responder.organisation_id;
            let committee = responder.committee_code.as_deref().map(|code| {
                *known.entry((organisation, code)).or_insert_with(|| {
                    committees.push(Members {
                        code: code.to_owned(),
                        places: Vec::new(),
                    });
                    u32::try_from(committees.len() - 1).unwrap_or(u32::MAX)
                })
            });
            if let Some(members) = committee.and_then(|of| committees.get_mut(of as usize)) {
                members.places.push(place);
            }
            let record = records.get(&(organisation, responder.id));
            derived.push(Derived {
                classes: responder.classes(),
                record: record.copied().unwrap_or_default(),
                committee,
            });
        }
        (self.derived, self.committees) = (derived, committees);
        self
    }

    /// The same with one of them as they are now; somebody new comes last. What follows from
    /// records is as before until [`Roster::knowing`].
    #[must_use]
    pub fn with(&self, responder: Responder) -> Self {
        let mut roster = self.clone();
        match roster.index.get(&responder.id) {
            Some(&index) => roster.responders[index] = responder,
            None => {
                let place = roster.responders.len();
                roster.index.insert(responder.id, place);
                roster.responders.push(responder);
                roster.derived.push(Derived::default());
            }
        }
        roster
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.responders.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.responders.is_empty()
    }

    /// One of them.
    pub fn responder(&self, index: usize) -> &Responder {
        &self.responders[index]
    }

    /// Everybody.
    pub fn all(&self) -> &[Responder] {
        &self.responders
    }

    /// Somebody's place in the list. O(1).
    pub fn place(&self, id: ResponderId) -> Option<usize> {
        self.index.get(&id).copied()
    }

    /// One of them by identity.
    pub fn find(&self, id: ResponderId) -> Option<&Responder> {
        self.place(id).map(|index| &self.responders[index])
    }

    /// What the past tells of one of them.
    pub fn record(&self, index: usize) -> &TrackRecord {
        &self.derived[index].record
    }

    /// Every class one of them is of.
    pub fn classes(&self, index: usize) -> Classes {
        self.derived[index].classes
    }

    /// The committee one of them stands for, as a number of this roster.
    pub fn committee(&self, index: usize) -> Option<u32> {
        self.derived[index].committee
    }

    /// Twelve-digit code of a committee of this roster.
    pub fn committee_code(&self, committee: u32) -> &str {
        let members = self.committees.get(committee as usize);
        members.map_or("", |members| members.code.as_str())
    }

    /// Places of everybody who stands for a committee of this roster.
    pub fn members(&self, committee: u32) -> &[u32] {
        let members = self.committees.get(committee as usize);
        members.map_or(&[], |members| members.places.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::AccountId;
    use uuid::Uuid;

    use super::*;

    fn of(organisation: u128, id: u128, committee: Option<&str>) -> Responder {
        let id = Uuid::from_u128(id);
        let organisation = OrganisationId(Uuid::from_u128(organisation));
        Responder {
            committee_code: committee.map(str::to_owned),
            ..Responder::unknown(ResponderId(id), organisation, AccountId(id))
        }
    }

    #[test]
    fn members_stand_for_the_committee_of_their_own_organisation() {
        let people = vec![
            of(1, 1, Some("east")),
            of(1, 2, Some("west")),
            of(1, 3, None),
            of(1, 4, Some("east")),
            of(2, 5, Some("east")),
        ];
        let roster = Roster::new(people);
        let east = roster.committee(0).expect("a committee");
        assert_eq!(roster.members(east), [0, 3]);
        assert_eq!(roster.committee_code(east), "east");
        assert_eq!(roster.committee(2), None);
        assert_ne!(roster.committee(4), Some(east));
        assert!(roster.members(99).is_empty() && roster.committee_code(99).is_empty());
    }

    #[test]
    fn a_record_belongs_to_somebody_of_one_organisation() {
        let record = TrackRecord {
            asks_24h: 3,
            ..TrackRecord::default()
        };
        let key = (
            OrganisationId(Uuid::from_u128(2)),
            ResponderId(Uuid::from_u128(5)),
        );
        let records = HashMap::from([(key, record)]);
        let roster = Roster::new(vec![of(1, 5, None)]).knowing(&records);
        assert_eq!(roster.record(0).asks_24h, 0);
        let roster = Roster::new(vec![of(2, 5, None)]).knowing(&records);
        assert_eq!(roster.record(0).asks_24h, 3);
        let newcomer = roster.with(of(2, 6, Some("east")));
        assert_eq!(newcomer.committee(1), None);
        assert!(newcomer.knowing(&records).committee(1).is_some());
    }
}
