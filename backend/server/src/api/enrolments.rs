//! Orders to hand a device out and see it work; the routes stand with those of bindings.

use chrono::TimeDelta;
use domain::access::{Action, Object};
use domain::devices::{self, EnrolmentState};
use domain::identity::Subject;
use domain::ids::EnrolmentId;
use domain::ports::StoreError;
use domain::time::{seconds, storable};
use openapi::{
    Enrolment, EnrolmentOrder, EnrolmentOrdered, Page, PageRequest, Problem, ProofTest, Slug, Time,
};
use poem_openapi::payload::Json;
use store::Bound;
use uuid::Uuid;

use super::bindings::{opened, resident, same};
use super::problems::Failure;
use super::{gate, keyed, wire};
use crate::engine::Engine;

/// How the audit trail names an order.
const OBJECT: &str = "enrolment";
/// How far ahead a deadline may lie.
const LONGEST: TimeDelta = TimeDelta::days(90);

/// Binds the device and awaits its proof, in one transaction.
pub(super) fn order(
    engine: &Engine,
    subject: &Subject,
    key: &str,
    order: &EnrolmentOrder,
) -> Result<EnrolmentOrdered, Failure> {
    let action = Action::EnrolmentOrder;
    let record = gate::device(engine, subject, action, order.device_id)?;
    let resident = resident(engine, subject, order.resident_id)?;
    let (now, due_at) = (storable(engine.now()), storable(order.due_at.0));
    let id = keyed::identifier(subject, key);
    let binding = opened(subject, &record, resident, id, now);
    let ordered = devices::Enrolment {
        id: EnrolmentId(id),
        organisation_id: subject.organisation_id,
        device_id: record.device.id,
        resident_id: resident,
        ordered_by: subject.account_id,
        ordered_at: now,
        due_at,
        proof: wire::proof(order.proof),
        state: EnrolmentState::Pending,
        proven_at: None,
        test_from: None,
        test_until: None,
        incident_id: None,
    };
    let line = gate::line(engine, subject, action, (OBJECT, id), None);
    if due_at <= now || due_at > now + LONGEST {
        return Err(Problem::invalid("due_at", "within the next 90 days").into());
    }
    let store = &engine.store;
    match store.device_bind(&binding, None, Some(ordered.clone()), line)? {
        Bound::New(_) => Ok(EnrolmentOrdered::Kept(Json(shown(&ordered)))),
        Bound::Known(known) => {
            same(&known, &binding)?;
            let known = store.enrolment_read(subject.organisation_id, ordered.id)?;
            Ok(EnrolmentOrdered::Known(Json(shown(&known))))
        }
        Bound::Worn | Bound::WrongCode => Err(Problem::from(Slug::DeviceBound).into()),
    }
}

/// Orders that the subject may see, newest first.
pub(super) fn list(
    engine: &Engine,
    subject: &Subject,
    page: &PageRequest,
) -> Result<Json<Page<Enrolment>>, Failure> {
    let organisation = subject.organisation_id;
    let object = Object::organisation(organisation);
    gate::pass(subject, Action::EnrolmentList, &object)?;
    let asked = wire::page_request(page)?;
    let found = engine.store.enrolment_list(organisation, &asked)?;
    let items = found.items.iter().map(shown).collect();
    Ok(Json(wire::page(items, found.next)))
}

/// One order.
pub(super) fn read(
    engine: &Engine,
    subject: &Subject,
    id: Uuid,
) -> Result<Json<Enrolment>, Failure> {
    Ok(Json(shown(&known(
        engine,
        subject,
        Action::EnrolmentRead,
        id,
    )?)))
}

/// Opens the window in which a press of the help button is a test.
pub(super) fn test(
    engine: &Engine,
    subject: &Subject,
    id: Uuid,
    test: &ProofTest,
) -> Result<Json<Enrolment>, Failure> {
    let action = Action::EnrolmentTest;
    let order = known(engine, subject, action, id)?;
    let window = seconds(test.window_s).min(devices::Enrolment::LONGEST_TEST);
    let line = gate::line(engine, subject, action, (OBJECT, id), None);
    let until = line.at + window;
    match engine
        .store
        .enrolment_test(subject.organisation_id, order.id, until, line)
    {
        Err(StoreError::Conflict) => {
            let detail = "the device has shown that it works, or was taken back";
            Err(Problem::from(Slug::Conflict).with_detail(detail).into())
        }
        tested => Ok(Json(shown(&tested?))),
    }
}

fn known(
    engine: &Engine,
    subject: &Subject,
    action: Action,
    id: Uuid,
) -> Result<devices::Enrolment, Failure> {
    gate::role(subject, action)?;
    let order = engine
        .store
        .enrolment_read(subject.organisation_id, EnrolmentId(id))?;
    let object = gate::about(order.organisation_id, order.resident_id);
    gate::pass(subject, action, &object)?;
    Ok(order)
}

fn shown(order: &devices::Enrolment) -> Enrolment {
    Enrolment {
        id: order.id.0,
        device_id: order.device_id.0,
        resident_id: order.resident_id.0,
        ordered_by: order.ordered_by.0,
        ordered_at: Time(order.ordered_at),
        due_at: Time(order.due_at),
        proof: wire::shown_proof(order.proof),
        state: wire::enrolment_state(order.state),
        proven_at: order.proven_at.map(Time),
        test_until: order.test_until.map(Time),
        incident_id: order.incident_id.map(|id| id.0),
    }
}
