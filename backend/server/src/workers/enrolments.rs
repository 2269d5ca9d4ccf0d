//! Devices that were handed out: seen to work, or put before the seat.

use std::time::Duration;

use domain::apply::{ApplyError, Carried, apply};
use domain::devices::EnrolmentState;
use domain::incidents::{CaseSignal, IncidentKind, Input, OpenKey};
use domain::message::facts;
use domain::ports::Target;
use store::UnprovenEnrolment;

use crate::engine::{Engine, blocking};

use super::{Environment, rest};

/// How late a proof or a deadline may be noticed.
const PERIOD: Duration = Duration::from_secs(2);

/// Runs until told to stop.
pub(super) async fn run(environment: Environment) {
    let mut woken = environment.engine.wake.register();
    let mut stop = environment.shutdown.listen();
    loop {
        let engine = environment.engine.clone();
        if let Err(error) = blocking(move || look(&engine)).await {
            tracing::warn!(%error, "enrolments not looked at");
        }
        if !rest(&mut woken, &mut stop, PERIOD).await {
            return;
        }
    }
}

/// Two processes may look at once: what is settled under its former state is settled once, and a
/// case is one by its key.
fn look(engine: &Engine) -> Result<(), ApplyError> {
    let now = engine.now();
    for unproven in engine.store.enrolments_unproven()? {
        let order = &unproven.order;
        if let Some(at) = unproven.shown_at {
            engine.store.enrolment_proven(order, at)?;
        } else if order.state == EnrolmentState::Pending && order.due_at <= now {
            open_case(engine, &unproven)?;
        }
    }
    Ok(())
}

fn open_case(engine: &Engine, unproven: &UnprovenEnrolment) -> Result<(), ApplyError> {
    let order = &unproven.order;
    let key = OpenKey::enrolment(order.device_id);
    let target = Target::Case {
        organisation_id: order.organisation_id,
        key: key.clone(),
        resident_id: Some(order.resident_id),
    };
    let input = Input::OpenCase(CaseSignal {
        kind: IncidentKind::EnrolmentOverdue,
        key,
        device_id: Some(order.device_id),
        facts: facts([("device", unproven.uid.to_string())]),
    });
    let applied = apply(engine, &target, &input, &Carried::default())?;
    Ok(engine.store.enrolment_overdue(order, applied.incident_id)?)
}
