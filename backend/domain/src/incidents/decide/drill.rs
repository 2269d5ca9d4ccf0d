//! Exercises: the live path from end to end, with nobody real at any end of it.
//!
//! An exercise has an incident, timers, asks and notices like any alarm. Whom it may reach is a
//! closed list; everybody else is left out where people are told and where people are asked.

use crate::ids::AccountId;
use crate::incidents::{
    Beside, Decision, Incident, IncidentContext, LadderKind, OpenKey, ReportedKind, TimelineKind,
};
use crate::message::facts;

use super::alarm::blank;
use super::draft::Draft;
use super::{Given, Refusal};

/// An exercise begins, unless one for the same resident is going on.
pub(super) fn drill(
    context: &IncidentContext,
    by: AccountId,
    kind: ReportedKind,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let resident = context.resident.as_ref().ok_or(Refusal::NoResident)?;
    let crew = context.drill.clone().ok_or(Refusal::WrongState)?;
    if let Some(running) = context.incident.as_ref().filter(|it| it.is_open()) {
        return Err(Refusal::ResidentBusy(running.id));
    }
    let mut incident = Incident {
        ladder: LadderKind::Life,
        ..blank(context, kind.incident_kind(), given)
    };
    incident.settle_on(resident, OpenKey::drill(resident.id));
    let mut draft = Draft::opening(context, incident, given);
    let count = facts([
        ("count", crew.0.len().to_string()),
        ("kind", kind.to_string()),
    ]);
    draft.note(TimelineKind::DrillStarted, Some(by), count);
    draft.beside.push(Beside::Drill {
        organisation_id: draft.incident.organisation_id,
        incident_id: draft.incident.id,
        crew,
        at: draft.given.now,
    });
    draft.climb_to(0);
    Ok(draft.finish())
}
