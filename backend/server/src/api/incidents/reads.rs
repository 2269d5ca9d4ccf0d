//! Looking at incidents.

use std::collections::HashMap;

use accessibility::Language;
use domain::access::Action;
use domain::identity::{Role, Subject};
use domain::ids::{IncidentId, ResidentId};
use domain::incidents::Incident;
use domain::ports::StoreError;
use domain::residents::Resident;
use openapi::IncidentDetail;
use store::{IncidentFilter, IncidentScope, SqlStore};

use crate::api::gate::{self, Standing};
use crate::api::problems::Failure;
use crate::api::wire;
use crate::api::wording::{self, Names};
use crate::engine::Engine;

/// One page of incidents, each of which passed the gate.
pub(super) fn list(
    engine: &Engine,
    subject: &Subject,
    state: openapi::IncidentFilter,
    page: &openapi::PageRequest,
) -> Result<openapi::Page<openapi::Incident>, Failure> {
    gate::role(subject, Action::IncidentList)?;
    let asked = wire::page_request(page)?;
    let store = &engine.store;
    let filter = IncidentFilter {
        state: wire::incident_state(state),
        scope: scope(subject),
    };
    let found = store.incident_list(subject.organisation_id, &filter, &asked)?;
    let mut readable = Vec::with_capacity(found.items.len());
    for incident in found.items {
        let standing = standing(store, subject, incident)?;
        if standing.pass(subject, Action::IncidentRead).is_ok() {
            readable.push(standing);
        }
    }
    let names = resident_names(store, subject, &readable)?;
    let ids: Vec<IncidentId> = readable.iter().map(|it| it.incident.id).collect();
    let believed = store.trust_of_incidents(subject.organisation_id, &ids)?;
    let items = readable.iter().map(|standing| {
        let name = standing.incident.resident_id.and_then(|id| names.get(&id));
        let name = name.map(String::as_str);
        let trust = believed.get(&standing.incident.id).copied();
        openapi::Incident {
            identity: trust.map(wire::identity),
            drill: standing.crew.is_some(),
            ..wire::incident(&standing.incident, name, standing.seen_by(subject))
        }
    });
    Ok(wire::page(items.collect(), found.next))
}

/// An incident with everything of it that the subject sees.
pub(super) fn detail(
    engine: &Engine,
    subject: &Subject,
    id: IncidentId,
    language: Language,
) -> Result<IncidentDetail, Failure> {
    gate::role(subject, Action::IncidentRead)?;
    let store = &engine.store;
    let organisation = subject.organisation_id;
    let standing = Standing::read(store, organisation, id)?;
    standing.pass(subject, Action::IncidentRead)?;
    let seen = standing.seen_by(subject);
    let resident = resident_of(store, &standing.incident)?;
    let offers = standing
        .offers
        .iter()
        .filter(|offer| seen.candidates || subject.responder_id == Some(offer.responder_id));
    let mut timeline = Vec::new();
    if seen.timeline {
        let names = Names::of(store, &standing)?;
        let lines = store.timeline_of_incident(organisation, id)?;
        let worded = |line| wording::event(line, &standing, &names, subject, language);
        timeline = lines.iter().map(worded).collect();
    }
    let home = resident.as_ref().filter(|_| seen.entry_card);
    let detail = IncidentDetail {
        incident: shown(engine, subject, &standing)?,
        offers: offers.map(wire::offer).collect(),
        timeline,
        home: home.and_then(|resident| wire::home(&resident.home, seen)),
    };
    gate::looked(engine, subject, Action::IncidentRead, ("incident", id.0))?;
    Ok(detail)
}

/// An incident alone, as an answer to a change.
pub(super) fn shown(
    engine: &Engine,
    subject: &Subject,
    standing: &Standing,
) -> Result<openapi::Incident, StoreError> {
    let resident = resident_of(&engine.store, &standing.incident)?;
    let name = resident.as_ref().map(|resident| resident.name.as_str());
    let id = standing.incident.id;
    let believed = engine
        .store
        .trust_of_incidents(subject.organisation_id, &[id])?;
    Ok(openapi::Incident {
        identity: believed.get(&id).copied().map(wire::identity),
        drill: standing.crew.is_some(),
        ..wire::incident(&standing.incident, name, standing.seen_by(subject))
    })
}

/// The resident of an incident, when it is known.
pub(in crate::api) fn resident_of(
    store: &SqlStore,
    incident: &Incident,
) -> Result<Option<Resident>, StoreError> {
    let read = |id| store.resident_read(incident.organisation_id, id);
    incident.resident_id.map(read).transpose()
}

/// Which rows are worth reading; the gate decides each of them.
fn scope(subject: &Subject) -> IncidentScope {
    match (subject.role, subject.responder_id) {
        (Role::Operator, _) => IncidentScope::Organisation,
        (Role::Responder, Some(own)) => IncidentScope::Asked(own),
        _ => IncidentScope::Residents(subject.resident_ids.clone()),
    }
}

/// Offers decide only how responders stand to an incident.
fn standing(
    store: &SqlStore,
    subject: &Subject,
    incident: Incident,
) -> Result<Standing, StoreError> {
    let (organisation, id) = (incident.organisation_id, incident.id);
    match subject.role {
        Role::Responder => Standing::of(store, incident),
        _ => Ok(Standing {
            incident,
            offers: Vec::new(),
            crew: store.crew_of_incident(organisation, id)?,
        }),
    }
}

fn resident_names(
    store: &SqlStore,
    subject: &Subject,
    readable: &[Standing],
) -> Result<HashMap<ResidentId, String>, StoreError> {
    let known = readable
        .iter()
        .filter_map(|standing| standing.incident.resident_id);
    let mut ids: Vec<ResidentId> = known.collect();
    ids.sort_unstable();
    ids.dedup();
    let found = store.residents_by_ids(subject.organisation_id, &ids)?;
    Ok(found
        .into_iter()
        .map(|resident| (resident.id, resident.name))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::samples::{ELDER, FIRST, responder, subject};

    #[test]
    fn everybody_but_the_seat_reads_only_rows_of_their_own() {
        assert_eq!(scope(&subject(Role::Operator)), IncidentScope::Organisation);
        assert_eq!(scope(&responder(FIRST)), IncidentScope::Asked(FIRST));
        let family = Subject {
            resident_ids: vec![ELDER],
            ..subject(Role::Family)
        };
        assert_eq!(scope(&family), IncidentScope::Residents(vec![ELDER]));
        // A responder account without a responder is asked about nothing.
        assert_eq!(
            scope(&subject(Role::Responder)),
            IncidentScope::Residents(Vec::new())
        );
    }
}
