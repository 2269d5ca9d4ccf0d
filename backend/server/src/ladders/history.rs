//! The kept cases that a dry run goes through.

use std::collections::{BTreeSet, HashMap};

use chrono::TimeDelta;
use domain::ids::{IncidentId, OrganisationId, ResidentId, ResponderId};
use domain::incidents::dry_run::{Kept, Person, Tally, tally};
use domain::incidents::{Choice, Incident, Ladders, Offer, OfferState, TimelineKind};
use domain::ports::{Ports as _, StoreError};
use domain::residents::Care;
use domain::responders::{Prospect, Responder, ResponderKind, WaveStanding};
use domain::time::Timestamp;

use crate::engine::Engine;

/// Cases replayed at once: the latest.
pub const KEPT_MOST: u32 = 20_000;
/// Chance of a yes, in thousandths, of somebody of whom no other is kept: the shipped prior.
const USUAL_PERMILLE: u16 = 300;

/// Old and new ladders on the same cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Under the ladders that count.
    pub old: Tally,
    /// Under the ladders that are tried.
    pub new: Tally,
    /// Beginning of the time.
    pub from: Timestamp,
    /// End of it.
    pub until: Timestamp,
    /// More cases were kept than are replayed.
    pub cut: bool,
}

/// Tries ladders on the cases of the last days; changes nothing.
///
/// # Errors
/// Storage errors.
pub fn trial(
    engine: &Engine,
    organisation: OrganisationId,
    ladders: &Ladders,
    days: u16,
) -> Result<Trial, StoreError> {
    let until = engine.now();
    let from = until - TimeDelta::days(i64::from(days));
    let mut ids = engine
        .store
        .incidents_opened_since(organisation, from, KEPT_MOST + 1)?;
    let most = KEPT_MOST as usize;
    let cut = ids.len() > most;
    ids.drain(..ids.len().saturating_sub(most));
    let kept = History::read(engine, organisation, &ids)?;
    let (_, present) = engine.ladders_now(organisation);
    let waves = &engine.policy().waves;
    Ok(Trial {
        old: tally(&kept, &present, waves),
        new: tally(&kept, ladders, waves),
        from,
        until,
        cut,
    })
}

/// What is the same for many cases.
struct History<'a> {
    engine: &'a Engine,
    organisation: OrganisationId,
    kinds: HashMap<ResponderId, ResponderKind>,
    care: HashMap<ResidentId, Care>,
    relatives: HashMap<ResidentId, u32>,
}

impl<'a> History<'a> {
    fn read(
        engine: &'a Engine,
        organisation: OrganisationId,
        ids: &[IncidentId],
    ) -> Result<Vec<Kept>, StoreError> {
        let roster: Vec<Responder> = engine.store.roster()?;
        let own = roster
            .iter()
            .filter(|one| one.organisation_id == organisation);
        let mut history = Self {
            engine,
            organisation,
            kinds: own.map(|one| (one.id, one.kind)).collect(),
            care: HashMap::new(),
            relatives: engine.store.relatives_of(organisation)?,
        };
        let mut kept = Vec::with_capacity(ids.len());
        for id in ids {
            kept.extend(history.case(*id)?);
        }
        Ok(kept)
    }

    /// One case; none for one that never climbed, as a suspicion that was called off.
    fn case(&mut self, id: IncidentId) -> Result<Option<Kept>, StoreError> {
        let store = &self.engine.store;
        let incident = store.incident_read(self.organisation, id)?;
        let timeline = store.timeline_of_incident(self.organisation, id)?;
        let climbs = |kind| {
            matches!(
                kind,
                TimelineKind::OffersSent
                    | TimelineKind::OperatorNotified
                    | TimelineKind::FamilyNotified
                    | TimelineKind::ResidentAsked
                    | TimelineKind::Exhausted
            )
        };
        let first = timeline.iter().find(|line| climbs(line.entry.kind));
        let Some(climbs_from) = first.map(|line| line.entry.at) else {
            return Ok(None);
        };
        let offers = store.offers_of_incident(self.organisation, id)?;
        let stood = store.standings_of_incident(self.organisation, id)?;
        let care = self.care(incident.resident_id)?;
        Ok(Some(Kept {
            choice: Choice::of(&incident, care),
            climbs_from,
            resident: incident.resident_id,
            relatives: self.relatives_of(&incident),
            people: self.people(&offers, &stood),
            taken_at: incident.acknowledged_at,
            closed_at: incident.closed_at,
        }))
    }

    fn care(&mut self, resident: Option<ResidentId>) -> Result<Care, StoreError> {
        let Some(resident) = resident else {
            return Ok(Care::default());
        };
        if let Some(care) = self.care.get(&resident) {
            return Ok(*care);
        }
        let record = self.engine.store.care_of(self.organisation, &[resident])?;
        let care = record.get(&resident).map(|record| record.care);
        let care = care.unwrap_or_default();
        self.care.insert(resident, care);
        Ok(care)
    }

    fn relatives_of(&self, incident: &Incident) -> u32 {
        let relatives = incident.resident_id.and_then(|id| self.relatives.get(&id));
        relatives.copied().unwrap_or(0)
    }

    /// Who was asked, in that order, then who stood next when the first wave was asked.
    fn people(&self, offers: &[Offer], stood: &[WaveStanding]) -> Vec<Person> {
        let mut seen = BTreeSet::new();
        let mut people = Vec::new();
        for offer in offers {
            if seen.insert(offer.responder_id) {
                people.push(self.asked(offer));
            }
        }
        let mut next: Vec<_> = stood
            .first()
            .into_iter()
            .flat_map(|wave| &wave.stood)
            .collect();
        next.retain(|one| one.place.is_some());
        next.sort_by_key(|one| one.place);
        for one in next {
            if seen.insert(one.responder_id) {
                people.push(Person {
                    kind: self.kinds.get(&one.responder_id).copied(),
                    prospect: prospect(one.walking_ms),
                    answered_ms: None,
                    yes: false,
                });
            }
        }
        people
    }

    fn asked(&self, offer: &Offer) -> Person {
        let said = match offer.state {
            OfferState::Accepted => Some(true),
            OfferState::Declined => Some(false),
            _ => None,
        };
        let after = offer.answered_at.map(|at| at - offer.sent_at);
        let after = after.and_then(|after| u64::try_from(after.num_milliseconds()).ok());
        Person {
            kind: self.kinds.get(&offer.responder_id).copied(),
            prospect: prospect(offer.walking_ms),
            answered_ms: after.filter(|_| said.is_some()),
            yes: said == Some(true),
        }
    }
}

fn prospect(walking_ms: Option<u32>) -> Prospect {
    Prospect {
        accept_permille: USUAL_PERMILLE,
        walking_ms,
    }
}
