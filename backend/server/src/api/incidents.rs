//! Tag incidents: what is handled, from report to closure.

mod candidates;
pub(super) mod changes;
mod homes;
pub(super) mod place;
pub(super) mod reads;

use domain::access::Action;
use domain::incidents::{Closure, Input};
use openapi::{
    Answer, Caller, Identification, Incident, IncidentCandidates, IncidentDetail, IncidentEvents,
    IncidentFilter, IncidentMap, IncidentReport, IncidentsPort, Note, OutageHomes, Page,
    PageRequest, Problem, Reopening, Reported, Slug,
};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{Api, gate, map, stream, wire};

impl IncidentsPort for Api {
    async fn incident_list(
        &self,
        caller: Caller,
        filter: IncidentFilter,
        page: PageRequest,
    ) -> Answer<Page<Incident>> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| reads::list(engine, &subject, filter, &page).map(Json))
            .await
    }

    async fn incident_report(
        &self,
        caller: Caller,
        key: String,
        report: IncidentReport,
    ) -> Result<Reported, Problem> {
        self.report(gate::subject(&caller), key, report).await
    }

    async fn incident_read(&self, caller: Caller, incident_id: Uuid) -> Answer<IncidentDetail> {
        let subject = gate::subject(&caller);
        let language = accessibility::Language::negotiate(&caller.language);
        let id = incident_id.into();
        self.ask(move |engine| reads::detail(engine, &subject, id, language).map(Json))
            .await
    }

    async fn incident_stream(
        &self,
        caller: Caller,
        after: Option<i64>,
    ) -> Result<IncidentEvents, Problem> {
        stream::follow(self, &caller, after).await
    }

    async fn incident_map(&self, caller: Caller, incident_id: Uuid) -> Answer<IncidentMap> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| map::drawn(engine, &subject, incident_id.into()).map(Json))
            .await
    }

    async fn incident_candidates(
        &self,
        caller: Caller,
        incident_id: Uuid,
    ) -> Answer<IncidentCandidates> {
        let subject = gate::subject(&caller);
        let language = accessibility::Language::negotiate(&caller.language);
        let id = incident_id.into();
        self.ask(move |engine| candidates::of(engine, &subject, id, language).map(Json))
            .await
    }

    async fn incident_homes(&self, caller: Caller, incident_id: Uuid) -> Answer<OutageHomes> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| homes::of(engine, &subject, incident_id.into()).map(Json))
            .await
    }

    async fn incident_acknowledge(
        &self,
        caller: Caller,
        incident_id: Uuid,
        _key: Option<String>,
        note: Note,
    ) -> Answer<Incident> {
        let subject = gate::subject(&caller);
        let input = Input::Acknowledge {
            by: subject.account_id,
        };
        let action = Action::IncidentAcknowledge;
        self.change(subject, incident_id.into(), action, input, note.note)
            .await
    }

    async fn incident_identify(
        &self,
        caller: Caller,
        incident_id: Uuid,
        _key: Option<String>,
        identification: Identification,
    ) -> Answer<Incident> {
        let resident = identification.resident_id.into();
        self.identify(gate::subject(&caller), incident_id.into(), resident)
            .await
    }

    async fn incident_depart(
        &self,
        caller: Caller,
        incident_id: Uuid,
        _key: Option<String>,
    ) -> Answer<Incident> {
        let subject = gate::subject(&caller);
        let input = Input::Depart {
            by: subject.account_id,
        };
        self.change(
            subject,
            incident_id.into(),
            Action::IncidentDepart,
            input,
            None,
        )
        .await
    }

    async fn incident_arrive(
        &self,
        caller: Caller,
        incident_id: Uuid,
        _key: Option<String>,
        note: Note,
    ) -> Answer<Incident> {
        let subject = gate::subject(&caller);
        let note = changes::written(note.note);
        let input = Input::Arrive {
            by: subject.account_id,
        };
        let speaks_for_another = subject.role == domain::identity::Role::Operator;
        if speaks_for_another && note.is_none() {
            return Err(Problem::from(Slug::NoOnSceneRecord).with_error("note", "required"));
        }
        self.change(
            subject,
            incident_id.into(),
            Action::IncidentArrive,
            input,
            note,
        )
        .await
    }

    async fn incident_close(
        &self,
        caller: Caller,
        incident_id: Uuid,
        _key: Option<String>,
        closure: openapi::Closure,
    ) -> Answer<Incident> {
        let subject = gate::subject(&caller);
        let note = changes::written(closure.note);
        if closure.reason.is_some() && closure.outcome != openapi::Outcome::FalseAlarm {
            return Err(Problem::invalid(
                "reason",
                "only with the outcome false_alarm",
            ));
        }
        let input = Input::Close(Closure {
            by: subject.account_id,
            as_operator: subject.role == domain::identity::Role::Operator,
            outcome: wire::outcome(closure.outcome),
            has_note: note.is_some(),
            false_alarm: closure.reason.map(wire::false_alarm),
            evidence: closure.reason.and(note.clone()),
        });
        self.change(
            subject,
            incident_id.into(),
            Action::IncidentClose,
            input,
            note,
        )
        .await
    }

    async fn incident_reopen(
        &self,
        caller: Caller,
        incident_id: Uuid,
        _key: Option<String>,
        reopening: Reopening,
    ) -> Answer<Incident> {
        self.reopen(gate::subject(&caller), incident_id.into(), reopening.reason)
            .await
    }
}
