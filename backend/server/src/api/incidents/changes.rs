//! Changing incidents: through the engine and in no other way.

use domain::access::Action;
use domain::apply::{Applied, ApplyError, Carried, Deed};
use domain::identity::Subject;
use domain::ids::{IncidentId, ResidentId};
use domain::incidents::{Input, Refusal};
use domain::ports::{StoreError, Target};
use openapi::{Answer, IncidentReport, Problem, Reported, Slug};
use poem_openapi::payload::Json;

use crate::api::gate::{self, Standing};
use crate::api::problems::{Failure, no_such_resident};
use crate::api::wording::masked;
use crate::api::{Api, wire};
use crate::engine::Engine;

use super::place;
use super::reads::shown;

/// A note with something in it.
pub(in crate::api) fn written(note: Option<String>) -> Option<String> {
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
        self.apply_once(subject, target, action, input, note, None)
            .await
    }

    /// The same for a call that names a key: the key is kept with what it did.
    pub(in crate::api) async fn apply_once(
        &self,
        subject: &Subject,
        target: Target,
        action: Action,
        input: Input,
        note: Option<String>,
        key: Option<String>,
    ) -> Result<Applied, Problem> {
        let deed = Deed {
            by: subject.account_id,
            action,
            note: written(note),
        };
        let carried = Carried {
            deed: Some(deed),
            key: key.map(|key| (subject.account_id, key)),
            ..Carried::default()
        };
        let organisation = subject.organisation_id;
        match self.engine.apply(target, input, carried).await {
            Ok(applied) => Ok(applied),
            Err(ApplyError::Refused(Refusal::AlreadyTaken(Some(first)))) => {
                let read = self
                    .ask(move |engine| Ok(engine.store.responder_read(organisation, first)?.name));
                // The "no" stands even when the name cannot be read.
                Err(Problem::already_taken(
                    read.await.ok().map(|name| masked(&name)),
                ))
            }
            Err(error) => Err(Failure::from(error).into()),
        }
    }

    /// Changes an incident that the subject may change, and shows it.
    pub(in crate::api) async fn change(
        &self,
        subject: Subject,
        id: IncidentId,
        action: Action,
        input: Input,
        note: Option<String>,
    ) -> Answer<openapi::Incident> {
        let asked = subject.clone();
        self.ask(move |engine| may_change(engine, &asked, action, id))
            .await?;
        let target = Target::Incident {
            organisation_id: subject.organisation_id,
            id,
        };
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
            place::free_for_identification(&engine.store, &asked, id, resident_id)
        })
        .await?;
        let target = Target::Identification {
            organisation_id,
            id,
            resident_id,
        };
        let input = Input::Identify {
            by: subject.account_id,
        };
        self.apply(&subject, target, action, input, None).await?;
        self.afterwards(subject, id).await
    }

    /// Opens a closed incident again, unless its resident has another open one meanwhile.
    pub(super) async fn reopen(
        &self,
        subject: Subject,
        id: IncidentId,
        reason: String,
    ) -> Answer<openapi::Incident> {
        let action = Action::IncidentReopen;
        let asked = subject.clone();
        self.ask(move |engine| {
            may_change(engine, &asked, action, id)?;
            place::free_for_reopening(&engine.store, &asked, id)
        })
        .await?;
        let input = Input::Reopen {
            by: subject.account_id,
        };
        self.change(subject, id, action, input, Some(reason)).await
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
        let input = Input::Report {
            by: subject.account_id,
            kind,
        };
        let applied = self
            .apply(&subject, target, action, input, report.note)
            .await?;
        let id = applied.incident_id.ok_or_else(Problem::internal)?;
        let opened = applied
            .incident
            .is_some_and(|incident| incident.repeats == 0);
        let Json(incident) = self.afterwards(subject, id).await?;
        Ok(if opened {
            Reported::opened(incident)
        } else {
            Reported::known(incident)
        })
    }

    /// The incident as the subject sees it after a change.
    pub(in crate::api) async fn afterwards(
        &self,
        subject: Subject,
        id: IncidentId,
    ) -> Answer<openapi::Incident> {
        self.ask(move |engine| {
            let standing = Standing::read(&engine.store, subject.organisation_id, id)?;
            Ok(Json(shown(engine, &subject, &standing)?))
        })
        .await
    }
}

pub(in crate::api) fn may_change(
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
    let Some(id) = engine
        .store
        .incident_of_key(organisation, subject.account_id, key)?
    else {
        exists(engine, subject, resident)?;
        return Ok(None);
    };
    let standing = Standing::read(&engine.store, organisation, id)?;
    if standing.incident.resident_id != Some(resident) {
        return Err(Problem::from(Slug::IdempotencyKeyReused).into());
    }
    Ok(Some(shown(engine, subject, &standing)?))
}

pub(in crate::api) fn exists(
    engine: &Engine,
    subject: &Subject,
    resident: ResidentId,
) -> Result<(), Failure> {
    match engine
        .store
        .resident_read(subject.organisation_id, resident)
    {
        Ok(_) => Ok(()),
        Err(StoreError::NotFound) => Err(no_such_resident().into()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_note_is_no_note() {
        assert_eq!(written(Some(" \n".to_owned())), None);
        assert_eq!(
            written(Some("at the door".to_owned())).as_deref(),
            Some("at the door")
        );
        assert_eq!(written(None), None);
    }
}
