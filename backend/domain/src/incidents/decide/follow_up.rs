//! The look on the next day: a visit or a call, until somebody has seen how the person is.

use crate::incidents::{
    Decision, FollowUpReport, FollowUpResult, Incident, IncidentContext, IncidentStatus,
    LadderKind, NextOwner, Outcome, TimelineKind, TimerKind,
};
use crate::message::{MessageKey, facts};

use super::draft::Draft;
use super::{Given, Refusal, existing, seat};

/// Hours until somebody looks again (DOMAIN 1.2).
pub(super) const FOLLOW_UP_H: u32 = 24;
/// Seconds until a look that is due is asked for again.
pub(super) const FOLLOW_UP_AGAIN_S: u32 = 4 * 60 * 60;
/// Seconds until somebody who was not reached is tried again.
pub(super) const NOT_REACHED_S: u32 = 60 * 60;

/// Somebody looked again.
pub(super) fn followed_up(
    context: &IncidentContext,
    report: FollowUpReport,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = existing(context, given)?;
    if draft.incident.status != IncidentStatus::FollowUp {
        return Err(Refusal::NoFollowUp);
    }
    let said = facts([
        ("result", report.result.to_string()),
        ("way", report.way.to_string()),
    ]);
    draft.note(TimelineKind::FollowedUp, Some(report.by), said);
    match report.result {
        FollowUpResult::Well => draft.end(),
        FollowUpResult::NotReached => draft.look_again_in(NOT_REACHED_S),
        FollowUpResult::NeedsHelp => seat::open_again(&mut draft, report.by),
    }
    Ok(draft.finish())
}

/// The look is due: the seat is told, again and again.
pub(super) fn due(mut draft: Draft<'_, '_, '_>) -> Decision {
    draft.note(
        TimelineKind::FollowUpDue,
        None,
        crate::message::Facts::new(),
    );
    let told = draft.incident_facts();
    draft.tell_operators(MessageKey::OperatorFollowUp, &told);
    draft.look_again_in(FOLLOW_UP_AGAIN_S);
    draft.finish()
}

/// Whether this end asks for another look: something had happened to somebody we know.
pub(super) fn is_needed(incident: &Incident, outcome: Outcome) -> bool {
    incident.ladder == LadderKind::Life
        && incident.resident_id.is_some()
        && outcome.asks_for_follow_up()
}

impl Draft<'_, '_, '_> {
    /// Help is over; somebody looks again the next day.
    pub(super) fn follow_up(&mut self) {
        self.incident.closed_at = Some(self.given.now);
        // The next alarm is a new one, at full force.
        self.incident.open_key = None;
        let hours = facts([("hours", FOLLOW_UP_H.to_string())]);
        self.note(TimelineKind::FollowUpPlanned, None, hours);
        self.look_again_in(FOLLOW_UP_H * 60 * 60);
    }

    fn look_again_in(&mut self, wait_s: u32) {
        self.enter(
            IncidentStatus::FollowUp,
            NextOwner::Operator,
            TimerKind::FollowUp,
            wait_s,
        );
    }
}
