//! Changing incidents: through the engine and in no other way.

use domain::access::Action;
use domain::apply::{Applied, ApplyError, Carried, Deed};
use domain::identity::Subject;
use domain::ids::{IncidentId, ResidentId};
use domain::incidents::{Incident, IncidentKind, Input, OpenKey, Refusal};
use domain::ports::{StoreError, Target};
use openapi::{Answer, IncidentReport, Problem, Reported, Slug};
use poem_openapi::payload::Json;
use store::{IncidentFilter, IncidentScope, IncidentState, PageRequest};

use crate::api::gate::{self, Standing};
use crate::api::problems::{Failure, no_such_resident};
use crate::api::wording::masked;
use crate::api::{Api, wire};
use crate::engine::Engine;

use super::reads::shown;

/// More open incidents than one resident can have: one per cause.
const OPEN_OF_ONE: u32 = 50;

/// A note with something in it.
pub(super) fn written(note: Option<String>) -> Option<String> {
    note.filter(|text| !text.trim().is_empty())
}

impl Api {
    /// Hands an input to the engine, with whose deed it is.
    pub(in crate::api) async fn apply(
        &self,
        subject: &Subject,
        target: Target,
        action: Action,
        input: Input,
        note: Option<String>,
    ) -> Result<Applied, Problem> {
        let deed = Deed { by: subject.account_id, action, note: written(note) };
        let carried = Carried { deed: Some(deed), ..Carried::default() };
        let organisation = subject.organisation_id;
        match self.engine.apply(target, input, carried).await {
            Ok(applied) => Ok(applied),
            Err(ApplyError::Refused(Refusal::AlreadyTaken(Some(first)))) => {
                let read = self.ask(move |engine| {
                    Ok(engine.store.responder_read(organisation, first)?.name)
                });
                // The "no" stands even when the name cannot be read.
                Err(Problem::already_taken(read.await.ok().map(|name| masked(&name))))
            }
            Err(error) => Err(Failure::from(error).into()),
        }
    }

    /// Changes an incident that the subject may change, and shows it.
    pub(super) async fn change(
        &self,
        subject: Subject,
        id: IncidentId,
        action: Action,
        input: Input,
        note: Option<String>,
    ) -> Answer<openapi::Incident> {
        let asked = subject.clone();
        self.ask(move |engine| may_change(engine, &asked, action, id)).await?;
        let target = Target::Incident { organisation_id: subject.organisation_id, id };
        self.apply(&subject, target, action, input, note).await?;
        self.afterwards(subject, id).await
    }

    /// Ties an unknown device's incident to a resident who has no other open one.
    pub(super) async fn identify(
        &self,
        subject: Subject,
        id: IncidentId,
        resident_id: ResidentId,
    ) -> Answer<openapi::Incident> {
        let action = Action::IncidentIdentify;
        let organisation_id = subject.organisation_id;
        let asked = subject.clone();
        self.ask(move |engine| {
            may_change(engine, &asked, action, id)?;
            exists(engine, &asked, resident_id)?;
            is_free(engine, &asked, id, resident_id)
        })
        .await?;
        let target = Target::Identification { organisation_id, id, resident_id };
        let input = Input::Identify { by: subject.account_id };
        self.apply(&subject, target, action, input, None).await?;
        self.afterwards(subject, id).await
    }

    /// Opens an incident for a resident, or finds the one that the key or cause already opened.
    pub(super) async fn report(
        &self,
        subject: Subject,
        key: String,
        report: IncidentReport,
    ) -> Result<Reported, Problem> {
        let action = Action::IncidentReport;
        let resident_id = ResidentId(report.resident_id);
        let (asked, known_key) = (subject.clone(), key.clone());
        let known = self.ask(move |engine| {
            let object = gate::about(asked.organisation_id, resident_id);
            gate::role(&asked, action)?;
            gate::pass(&asked, action, &object)?;
            known_report(engine, &asked, &known_key, resident_id)
        });
        if let Some(incident) = known.await? {
            return Ok(Reported::known(incident));
        }
        let target = Target::Resident {
            organisation_id: subject.organisation_id,
            resident_id,
            idempotency: Some((subject.account_id, key)),
        };
        let kind = wire::reported_kind(report.kind);
        let input = Input::Report { by: subject.account_id, kind };
        let applied = self.apply(&subject, target, action, input, report.note).await?;
        let id = applied.incident_id.ok_or_else(Problem::internal)?;
        let opened = applied.incident.is_some_and(|incident| incident.repeats == 0);
        let Json(incident) = self.afterwards(subject, id).await?;
        Ok(if opened { Reported::opened(incident) } else { Reported::known(incident) })
    }

    async fn afterwards(&self, subject: Subject, id: IncidentId) -> Answer<openapi::Incident> {
        self.ask(move |engine| {
            let standing = Standing::read(&engine.store, subject.organisation_id, id)?;
            Ok(Json(shown(engine, &subject, &standing)?))
        })
        .await
    }
}

fn may_change(
    engine: &Engine,
    subject: &Subject,
    action: Action,
    id: IncidentId,
) -> Result<(), Failure> {
    gate::role(subject, action)?;
    let standing = Standing::read(&engine.store, subject.organisation_id, id)?;
    Ok(standing.pass(subject, action)?)
}

/// The incident an earlier call with the same key made, if it was about the same resident.
fn known_report(
    engine: &Engine,
    subject: &Subject,
    key: &str,
    resident: ResidentId,
) -> Result<Option<openapi::Incident>, Failure> {
    let organisation = subject.organisation_id;
    let Some(id) = engine.store.incident_of_key(organisation, subject.account_id, key)? else {
        exists(engine, subject, resident)?;
        return Ok(None);
    };
    let standing = Standing::read(&engine.store, organisation, id)?;
    if standing.incident.resident_id != Some(resident) {
        return Err(Problem::from(Slug::IdempotencyKeyReused).into());
    }
    Ok(Some(shown(engine, subject, &standing)?))
}

fn exists(engine: &Engine, subject: &Subject, resident: ResidentId) -> Result<(), Failure> {
    match engine.store.resident_read(subject.organisation_id, resident) {
        Ok(_) => Ok(()),
        Err(StoreError::NotFound) => Err(no_such_resident().into()),
        Err(error) => Err(error.into()),
    }
}

/// Whether the resident's place among the open incidents is free for this one.
fn is_free(
    engine: &Engine,
    subject: &Subject,
    id: IncidentId,
    resident: ResidentId,
) -> Result<(), Failure> {
    let store = &engine.store;
    let incident = store.incident_read(subject.organisation_id, id)?;
    let filter = IncidentFilter {
        state: IncidentState::Open,
        scope: IncidentScope::Residents(vec![resident]),
    };
    let page = PageRequest { cursor: None, limit: OPEN_OF_ONE };
    let open = store.incident_list(subject.organisation_id, &filter, &page)?.items;
    Ok(free_among(&open, &incident, resident)?)
}

fn free_among(
    open: &[Incident],
    incident: &Incident,
    resident: ResidentId,
) -> Result<(), Refusal> {
    let key = match incident.alarm_kind {
        IncidentKind::Attention => OpenKey::attention(resident),
        _ => OpenKey::life(resident),
    };
    let mut others = open.iter().filter(|other| other.id != incident.id);
    match others.find(|other| other.open_key.as_ref() == Some(&key)) {
        Some(other) => Err(Refusal::ResidentBusy(other.id)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::api::samples::{ELDER, incident};

    #[test]
    fn a_blank_note_is_no_note() {
        assert_eq!(written(Some(" \n".to_owned())), None);
        assert_eq!(written(Some("at the door".to_owned())).as_deref(), Some("at the door"));
        assert_eq!(written(None), None);
    }

    #[test]
    fn a_resident_has_one_open_incident_of_a_cause() {
        let unknown = Incident { kind: IncidentKind::UnknownDevice, ..incident() };
        let other = |key| Incident {
            id: IncidentId(Uuid::from_u128(31)),
            open_key: Some(key),
            ..incident()
        };
        let life = other(OpenKey::life(ELDER));
        let watch = other(OpenKey::attention(ELDER));
        assert_eq!(free_among(&[], &unknown, ELDER), Ok(()));
        let busy = Err(Refusal::ResidentBusy(life.id));
        assert_eq!(free_among(&[watch.clone(), life], &unknown, ELDER), busy);
        // Something to look at does not stand in the way of a life alarm.
        assert_eq!(free_among(&[watch], &unknown, ELDER), Ok(()));
        let itself = Incident { open_key: Some(OpenKey::life(ELDER)), ..unknown.clone() };
        assert_eq!(free_among(&[itself], &unknown, ELDER), Ok(()));
    }
}
