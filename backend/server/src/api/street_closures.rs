//! Tag street-closures: what cannot be used, so that nobody is sent there.

use domain::access::{Action, Object};
use domain::geo::Coordinate;
use domain::identity::Subject;
use domain::ids::ClosureId;
use openapi::{
    Answer, Caller, Page, PageRequest, Place, Problem, Slug, StreetClosure, StreetClosureReport,
    StreetClosureReported, StreetClosuresPort, Time,
};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::problems::{Failure, no_place};
use super::{Api, gate, keyed, wire};
use crate::engine::Engine;

impl StreetClosuresPort for Api {
    async fn street_closure_report(
        &self,
        caller: Caller,
        key: String,
        report: StreetClosureReport,
    ) -> Result<StreetClosureReported, Problem> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let object = Object::organisation(subject.organisation_id);
            gate::pass(&subject, Action::StreetClosureReport, &object)?;
            let closure = reported(engine, &subject, &key, report)?;
            if engine.allocation.finds(&closure) == Some(false) {
                let detail = "no mapped street is near, or the two places are not joined by one \
                              within two kilometres";
                return Err(Problem::from(Slug::Conflict).with_detail(detail).into());
            }
            let (kept, is_new) = engine.store.street_closure_keep(&closure)?;
            apply(engine);
            let shown = Json(shown(engine, &kept));
            if !is_new {
                return Ok(StreetClosureReported::Known(shown));
            }
            gate::looked(
                engine,
                &subject,
                Action::StreetClosureReport,
                ("street_closure", kept.id.0),
            )?;
            Ok(StreetClosureReported::Kept(shown))
        })
        .await
    }

    async fn street_closure_list(
        &self,
        caller: Caller,
        page: PageRequest,
    ) -> Answer<Page<StreetClosure>> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            gate::role(&subject, Action::StreetClosureList)?;
            let asked = wire::page_request(&page)?;
            let found = engine
                .store
                .street_closure_list(subject.organisation_id, &asked)?;
            let may = |closure: &&domain::closures::StreetClosure| {
                let object = Object::organisation(closure.organisation_id);
                gate::pass(&subject, Action::StreetClosureList, &object).is_ok()
            };
            let items = found.items.iter().filter(may);
            let items = items.map(|closure| shown(engine, closure)).collect();
            Ok(Json(wire::page(items, found.next)))
        })
        .await
    }

    async fn street_closure_end(
        &self,
        caller: Caller,
        closure_id: Uuid,
        _key: Option<String>,
    ) -> Answer<StreetClosure> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            gate::role(&subject, Action::StreetClosureEnd)?;
            let id = ClosureId(closure_id);
            let closure = engine
                .store
                .street_closure_read(subject.organisation_id, id)?;
            let object = Object::organisation(closure.organisation_id);
            gate::pass(&subject, Action::StreetClosureEnd, &object)?;
            let was_open = closure.ended_at.is_none();
            let ended =
                engine
                    .store
                    .street_closure_end(subject.organisation_id, id, engine.now())?;
            apply(engine);
            if was_open {
                gate::looked(
                    engine,
                    &subject,
                    Action::StreetClosureEnd,
                    ("street_closure", id.0),
                )?;
            }
            Ok(Json(shown(engine, &ended)))
        })
        .await
    }
}

/// What is reported, with an identifier that follows from the key: a repeat finds the first.
fn reported(
    engine: &Engine,
    subject: &Subject,
    key: &str,
    report: StreetClosureReport,
) -> Result<domain::closures::StreetClosure, Failure> {
    let now = engine.now();
    let until = report.until.map(|until| until.0);
    if until.is_some_and(|until| until <= now) {
        let detail = "the end lies in the past";
        return Err(Problem::from(Slug::Conflict).with_detail(detail).into());
    }
    Ok(domain::closures::StreetClosure {
        id: ClosureId(keyed::identifier(subject, key)),
        organisation_id: subject.organisation_id,
        kind: wire::closure_kind(report.kind),
        at: declared(&report.position)?,
        to: report.position_to.as_ref().map(declared).transpose()?,
        reason: report.reason,
        reported_by: subject.account_id,
        since: now,
        until,
        ended_at: None,
    })
}

fn declared(place: &Place) -> Result<Coordinate, Problem> {
    Coordinate::declared(place.lon, place.lat, wire::datum(place.datum)).map_err(no_place)
}

/// Lets rankings know at once, before the answer: whoever reported it may rely on it.
fn apply(engine: &Engine) {
    let now = engine.now();
    let read = || engine.store.street_closures_in_force(now);
    if let Err(error) = engine.allocation.reload_closures(now, read) {
        // It is stored; the worker that keeps closures catches up within seconds.
        tracing::warn!(%error, "closures not read after a change");
    }
}

fn shown(engine: &Engine, closure: &domain::closures::StreetClosure) -> StreetClosure {
    StreetClosure {
        id: closure.id.0,
        kind: wire::shown_closure_kind(closure.kind),
        position: wire::point(closure.at),
        position_to: closure.to.map(wire::point),
        reason: closure.reason.clone(),
        reported_by: closure.reported_by.0,
        since: Time(closure.since),
        until: closure.until.map(Time),
        ended_at: closure.ended_at.map(Time),
        in_force: closure.holds(engine.now()),
    }
}
