//! The person is away for a known time: it waits, and goes on by itself.

use crate::incidents::{
    Decision, IncidentContext, IncidentStatus, NextOwner, Suspension, TimelineKind, TimerKind,
};
use crate::message::{Facts, MessageKey, facts};

use super::draft::Draft;
use super::{Given, Refusal, open};

/// Days for which an incident may wait at most.
pub(super) const LONGEST_DAYS: i64 = 30;

/// It waits until the person is back.
pub(super) fn suspend(
    context: &IncidentContext,
    suspension: Suspension,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = open(context, given)?;
    match draft.incident.status {
        IncidentStatus::Answering
        | IncidentStatus::Raised
        | IncidentStatus::HandedOver
        | IncidentStatus::Suspended => {}
        // Whoever was asked or goes must be let off or closed for first, by name.
        _ => return Err(Refusal::WrongState),
    }
    let left = suspension.until - draft.given.now;
    if left.num_seconds() <= 0 || left.num_days() > LONGEST_DAYS {
        return Err(Refusal::BadTime);
    }
    let days = facts([
        ("away", suspension.reason.to_string()),
        ("days", left.num_days().max(1).to_string()),
    ]);
    draft.withdraw_others(None, MessageKey::OfferCancelled);
    draft.nobody_goes();
    draft.note(TimelineKind::Suspended, Some(suspension.by), days);
    draft.enter(
        IncidentStatus::Suspended,
        NextOwner::Operator,
        TimerKind::Suspension,
        u32::try_from(left.num_seconds()).unwrap_or(1),
    );
    Ok(draft.finish())
}

/// The time is over: it is looked at again, from the first rung.
pub(super) fn resume(mut draft: Draft<'_, '_, '_>) -> Decision {
    draft.note(TimelineKind::Resumed, None, Facts::new());
    draft.climb_to(0);
    draft.finish()
}
