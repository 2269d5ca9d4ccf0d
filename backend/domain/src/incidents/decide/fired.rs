//! A guard ran out: the next people are asked, or the seat is told.

use crate::incidents::{
    Decision, IncidentContext, IncidentStatus, NextOwner, TimelineKind, TimerKind,
};
use crate::message::{Facts, MessageKey};
use crate::responders::{Wave, WaveWhy};

use super::answer::MOVEMENT_S;
use super::draft::Draft;
use super::handed_over::HAND_OVER_S;
use super::seat::still_open_s;
use super::{Given, Refusal, existing, follow_up, suspend};

/// How many more are asked when the one who accepted does not move, or is late.
const REOFFERS: u16 = 2;
/// Seconds until a late arrival is looked at again.
const LATE_AGAIN_S: u32 = 120;
/// Seconds until a missing outcome is asked for again.
const OUTCOME_AGAIN_S: u32 = 10 * 60;

/// A timer fired. One whose rung is already answered or passed changes nothing.
pub(super) fn timer_fired(
    context: &IncidentContext,
    kind: TimerKind,
    rung: u16,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let draft = existing(context, given)?;
    if !guards(kind, draft.incident.status) || rung != draft.incident.rung {
        return Ok(Decision::nothing());
    }
    Ok(match kind {
        TimerKind::PreAlarm => raise(draft),
        TimerKind::Rung => next_rung(draft),
        TimerKind::Movement => no_movement(draft),
        TimerKind::Arrival => late(draft),
        TimerKind::Outcome => outcome_missing(draft),
        TimerKind::Access => still_blocked(draft),
        TimerKind::HandOver => hand_over_open(draft),
        TimerKind::Suspension => suspend::resume(draft),
        TimerKind::FollowUp => follow_up::due(draft),
        TimerKind::StillOpen => still_open(draft),
    })
}

/// Which states a kind of timer guards.
pub(in crate::incidents) fn guards(kind: TimerKind, status: IncidentStatus) -> bool {
    use IncidentStatus as S;
    match kind {
        TimerKind::PreAlarm => status == S::PreAlarm,
        TimerKind::Rung => matches!(status, S::Raised | S::Offered | S::Exhausted),
        TimerKind::Movement => status == S::Accepted,
        TimerKind::Arrival => matches!(status, S::EnRoute | S::Late),
        TimerKind::Outcome => status == S::OnScene,
        TimerKind::Access => status == S::AccessBlocked,
        TimerKind::HandOver => status == S::HandedOver,
        TimerKind::Suspension => status == S::Suspended,
        TimerKind::FollowUp => status == S::FollowUp,
        TimerKind::StillOpen => status == S::Answering,
    }
}

fn raise(mut draft: Draft<'_, '_, '_>) -> Decision {
    draft.raise();
    draft.finish()
}

fn next_rung(mut draft: Draft<'_, '_, '_>) -> Decision {
    draft.expire_pending();
    let next = draft.incident.rung.saturating_add(1);
    draft.climb_to(next);
    draft.finish()
}

fn no_movement(mut draft: Draft<'_, '_, '_>) -> Decision {
    draft.note(TimelineKind::NoMovement, None, Facts::new());
    if let Some(account) = draft.incident.responder_account_id {
        draft.tell(account, None, MessageKey::ResponderReminder, Facts::new());
    }
    let told = draft.incident_facts();
    draft.tell_operators(MessageKey::OperatorLate, &told);
    draft.ask_beside(Wave {
        offers: REOFFERS,
        timeout_s: MOVEMENT_S,
        why: WaveWhy::Replacement,
    });
    draft.incident.reoffered = true;
    draft.enter(
        IncidentStatus::Accepted,
        NextOwner::Operator,
        TimerKind::Movement,
        MOVEMENT_S,
    );
    draft.finish()
}

fn late(mut draft: Draft<'_, '_, '_>) -> Decision {
    draft.note(TimelineKind::Late, None, Facts::new());
    let told = draft.incident_facts();
    draft.tell_operators(MessageKey::OperatorLate, &told);
    draft.ask_beside(Wave {
        offers: REOFFERS,
        timeout_s: LATE_AGAIN_S,
        why: WaveWhy::Replacement,
    });
    draft.incident.reoffered = true;
    draft.enter(
        IncidentStatus::Late,
        NextOwner::Operator,
        TimerKind::Arrival,
        LATE_AGAIN_S,
    );
    draft.finish()
}

fn still_blocked(mut draft: Draft<'_, '_, '_>) -> Decision {
    let told = draft.incident_facts();
    draft.tell_operators(MessageKey::OperatorAccessBlocked, &told);
    draft.wait_for_access();
    draft.finish()
}

fn hand_over_open(mut draft: Draft<'_, '_, '_>) -> Decision {
    draft.note(TimelineKind::HandOverOpen, None, Facts::new());
    let told = draft.incident_facts();
    draft.tell_operators(MessageKey::OperatorOutcomeMissing, &told);
    draft.enter(
        IncidentStatus::HandedOver,
        NextOwner::Operator,
        TimerKind::HandOver,
        HAND_OVER_S,
    );
    draft.finish()
}

fn outcome_missing(mut draft: Draft<'_, '_, '_>) -> Decision {
    draft.note(TimelineKind::OutcomeMissing, None, Facts::new());
    let told = draft.incident_facts();
    draft.tell_operators(MessageKey::OperatorOutcomeMissing, &told);
    draft.enter(
        IncidentStatus::OnScene,
        NextOwner::Operator,
        TimerKind::Outcome,
        OUTCOME_AGAIN_S,
    );
    draft.finish()
}

fn still_open(mut draft: Draft<'_, '_, '_>) -> Decision {
    draft.note(TimelineKind::StillOpen, None, Facts::new());
    let told = draft.incident_facts();
    draft.tell_operators(MessageKey::OperatorStillOpen, &told);
    let wait = still_open_s(draft.incident.ladder);
    draft.enter(
        IncidentStatus::Answering,
        NextOwner::Operator,
        TimerKind::StillOpen,
        wait,
    );
    draft.finish()
}
