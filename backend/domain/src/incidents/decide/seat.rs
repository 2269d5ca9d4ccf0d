//! What the seat does: take, identify, close, reopen.

use crate::ids::AccountId;
use crate::incidents::{
    Beside, Closure, Decision, IncidentContext, IncidentKind, IncidentStatus, LadderKind,
    NextOwner, OpenKey, TimelineKind, TimerKind,
};
use crate::message::{Facts, MessageKey, facts};

use super::draft::Draft;
use super::{Given, Refusal, existing, follow_up, open};

/// Seconds after which a taken life incident is asked about again.
pub(super) const STILL_OPEN_LIFE_S: u32 = 10 * 60;
/// Seconds after which any other taken incident is asked about again.
pub(super) const STILL_OPEN_S: u32 = 30 * 60;

/// An operator takes it. Offers that are out stay out: a helper on the way harms nobody.
pub(super) fn acknowledge(
    context: &IncidentContext,
    by: AccountId,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = open(context, given)?;
    match draft.incident.acknowledged_by {
        Some(other) if other == by => return Ok(Decision::nothing()),
        Some(_) => return Err(Refusal::AlreadyAcknowledged),
        None => {}
    }
    draft.incident.acknowledged_by = Some(by);
    draft.incident.acknowledged_at = Some(draft.given.now);
    draft.note(TimelineKind::OperatorAcknowledged, Some(by), Facts::new());
    let seat_acts = matches!(
        draft.incident.status,
        IncidentStatus::Raised | IncidentStatus::Exhausted | IncidentStatus::PreAlarm
    );
    if seat_acts {
        let wait = still_open_s(draft.incident.ladder);
        draft.enter(
            IncidentStatus::Answering,
            NextOwner::Operator,
            TimerKind::StillOpen,
            wait,
        );
    }
    Ok(draft.finish())
}

/// An operator ties an unknown device's incident to a resident: now helpers are sent.
pub(super) fn identify(
    context: &IncidentContext,
    by: AccountId,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let resident = context.resident.as_ref().ok_or(Refusal::NoResident)?;
    let mut draft = open(context, given)?;
    if draft.incident.kind != IncidentKind::UnknownDevice {
        return Err(Refusal::AlreadyIdentified);
    }
    let kind = draft.incident.alarm_kind;
    draft.incident.kind = kind;
    draft.incident.severity = draft.severity_of(kind);
    let (ladder, key) = match kind {
        IncidentKind::Attention => (LadderKind::Attention, OpenKey::attention(resident.id)),
        _ => (LadderKind::Life, OpenKey::life(resident.id)),
    };
    draft.incident.ladder = ladder;
    draft.incident.settle_on(resident, key);
    draft.note(TimelineKind::Identified, Some(by), Facts::new());
    draft.climb_to(0);
    Ok(draft.finish())
}

/// It is over: an arrival was recorded, or the seat says why there is none.
pub(super) fn close(
    context: &IncidentContext,
    closure: &Closure,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = open(context, given)?;
    let on_scene = draft.incident.arrived_at.is_some();
    let explained = closure.as_operator && closure.has_note;
    if !on_scene && !explained {
        return Err(Refusal::NotOnScene);
    }
    draft.incident.outcome = Some(closure.outcome);
    let told = facts([("outcome", closure.outcome.to_string())]);
    draft.withdraw_others(None, MessageKey::OfferCancelled);
    draft.note(TimelineKind::Closed, Some(closure.by), told.clone());
    if let Some(reason) = closure.false_alarm {
        draft.beside.push(Beside::FalseAlarm {
            organisation_id: draft.incident.organisation_id,
            incident_id: draft.incident.id,
            device_id: draft.incident.device_id,
            reason,
            evidence: closure.evidence.clone(),
            at: draft.given.now,
        });
    }
    if context.drill.is_none() && follow_up::is_needed(&draft.incident, closure.outcome) {
        draft.follow_up();
    } else {
        draft.end();
    }
    draft.tell_family(MessageKey::FamilyClosed, &told);
    Ok(draft.finish())
}

/// It is not over: the operator who says so has it in hand.
pub(super) fn reopen(
    context: &IncidentContext,
    by: AccountId,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = existing(context, given)?;
    if draft.incident.is_open() {
        return Err(Refusal::NotClosed);
    }
    open_again(&mut draft, by);
    Ok(draft.finish())
}

/// Somebody is needed again: the operator who says so has it in hand.
pub(super) fn open_again(draft: &mut Draft<'_, '_, '_>, by: AccountId) {
    draft.incident.open_key = Some(match (draft.incident.resident_id, draft.incident.ladder) {
        (Some(resident), _) if draft.context.drill.is_some() => OpenKey::drill(resident),
        (Some(resident), LadderKind::Life) => OpenKey::life(resident),
        (Some(resident), _) => OpenKey::attention(resident),
        (None, _) => OpenKey(format!("reopened:{}", draft.incident.id)),
    });
    draft.incident.closed_at = None;
    draft.incident.outcome = None;
    draft.incident.acknowledged_by = Some(by);
    draft.incident.acknowledged_at = Some(draft.given.now);
    draft.nobody_goes();
    draft.note(TimelineKind::Reopened, Some(by), Facts::new());
    let wait = still_open_s(draft.incident.ladder);
    draft.enter(
        IncidentStatus::Answering,
        NextOwner::Operator,
        TimerKind::StillOpen,
        wait,
    );
}

/// How long a taken incident may stay quiet.
pub(super) fn still_open_s(ladder: LadderKind) -> u32 {
    if ladder == LadderKind::Life {
        STILL_OPEN_LIFE_S
    } else {
        STILL_OPEN_S
    }
}
