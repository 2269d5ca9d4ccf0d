//! On the way and at the door.

use crate::ids::AccountId;
use crate::incidents::{
    Decision, IncidentContext, IncidentStatus, NextOwner, TimelineKind, TimerKind,
};
use crate::message::{Facts, MessageKey, facts};

use super::draft::Draft;
use super::{Given, Refusal, open};

/// Seconds on scene within which an outcome is written down (DOMAIN 1.2).
pub(super) const OUTCOME_S: u32 = 30 * 60;
/// Seconds in which somebody opens a shut door: a key holder, 110, or the seat asks again.
pub(super) const ACCESS_S: u32 = 120;
/// Shortest and longest waiting time for an arrival, in seconds.
const ARRIVAL_S: (u32, u32) = (120, 45 * 60);
/// Waiting time when no walking time is known, in seconds.
const ARRIVAL_UNKNOWN_S: u32 = 10 * 60;

/// The responder set out: the seat looks when 1.5 x the walking time has passed.
pub(super) fn depart(
    context: &IncidentContext,
    by: AccountId,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = open(context, given)?;
    match draft.incident.status {
        IncidentStatus::EnRoute
        | IncidentStatus::Late
        | IncidentStatus::OnScene
        | IncidentStatus::AccessBlocked => return Ok(Decision::nothing()),
        IncidentStatus::Accepted => {}
        _ => return Err(Refusal::NotAccepted),
    }
    draft.incident.en_route_at = Some(draft.given.now);
    draft.note(TimelineKind::Departed, Some(by), Facts::new());
    let wait = arrival_s(draft.incident.eta_ms);
    draft.enter(
        IncidentStatus::EnRoute,
        NextOwner::Responder,
        TimerKind::Arrival,
        wait,
    );
    Ok(draft.finish())
}

/// The responder is there, or is in after a shut door.
pub(super) fn arrive(
    context: &IncidentContext,
    by: AccountId,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = open(context, given)?;
    match draft.incident.status {
        IncidentStatus::OnScene => return Ok(Decision::nothing()),
        IncidentStatus::AccessBlocked => {
            draft.note(TimelineKind::AccessGained, Some(by), Facts::new());
            draft.on_scene();
            return Ok(draft.finish());
        }
        status if status.is_on_the_way() => {}
        _ => return Err(Refusal::NotAccepted),
    }
    draft.incident.arrived_at = Some(draft.given.now);
    draft.note(TimelineKind::Arrived, Some(by), Facts::new());
    draft.withdraw_others(None, MessageKey::OfferWithdrawn);
    draft.on_scene();
    let responder = draft
        .incident
        .responder_id
        .map(|id| id.to_string())
        .unwrap_or_default();
    draft.tell_family(
        MessageKey::FamilyHelpArrived,
        &facts([("responder_id", responder)]),
    );
    Ok(draft.finish())
}

/// Nobody opens: the seat finds a key holder or calls 110, and asks again until the door is open.
pub(super) fn access_blocked(
    context: &IncidentContext,
    by: AccountId,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = open(context, given)?;
    match draft.incident.status {
        IncidentStatus::AccessBlocked => return Ok(Decision::nothing()),
        IncidentStatus::OnScene => {}
        _ => return Err(Refusal::NotOnScene),
    }
    draft.note(TimelineKind::AccessBlocked, Some(by), Facts::new());
    draft.wait_for_access();
    let told = draft.incident_facts();
    draft.tell_operators(MessageKey::OperatorAccessBlocked, &told);
    draft.tell_family(MessageKey::FamilyAccessBlocked, &told);
    Ok(draft.finish())
}

impl Draft<'_, '_, '_> {
    fn on_scene(&mut self) {
        self.enter(
            IncidentStatus::OnScene,
            NextOwner::Responder,
            TimerKind::Outcome,
            OUTCOME_S,
        );
    }

    /// The seat has to get the door opened.
    pub(super) fn wait_for_access(&mut self) {
        self.enter(
            IncidentStatus::AccessBlocked,
            NextOwner::Operator,
            TimerKind::Access,
            ACCESS_S,
        );
    }
}

/// 1.5 x the walking time, within bounds.
pub(super) fn arrival_s(eta_ms: Option<u32>) -> u32 {
    eta_ms.map_or(ARRIVAL_UNKNOWN_S, |ms| {
        (ms / 1000 / 2 * 3).clamp(ARRIVAL_S.0, ARRIVAL_S.1)
    })
}
