//! Others have the person: 120, a hospital, 110 or 119.

use crate::incidents::{
    Beside, Decision, HandOver, HandOverRecord, IncidentContext, IncidentStatus, NextOwner,
    TimelineKind, TimerKind,
};
use crate::message::{MessageKey, facts};

use super::{Given, Refusal, open};

/// Seconds in which somebody writes down what became of the person who was handed over.
pub(super) const HAND_OVER_S: u32 = 60 * 60;

/// Others have the person: nobody else has to go, and the seat asks how it ended.
pub(super) fn hand_over(
    context: &IncidentContext,
    hand_over: &HandOver,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = open(context, given)?;
    match draft.incident.status {
        IncidentStatus::OnScene
        | IncidentStatus::AccessBlocked
        | IncidentStatus::Answering
        | IncidentStatus::Exhausted
        | IncidentStatus::HandedOver => {}
        _ => return Err(Refusal::NotThere),
    }
    let told = facts([
        ("to", hand_over.to.to_string()),
        ("companion", hand_over.companion.to_string()),
    ]);
    draft.note(TimelineKind::HandedOver, Some(hand_over.by), told.clone());
    draft.beside.push(Beside::HandOver(HandOverRecord {
        organisation_id: draft.incident.organisation_id,
        incident_id: draft.incident.id,
        at: draft.given.now,
        hand_over: hand_over.clone(),
    }));
    draft.withdraw_others(None, MessageKey::OfferWithdrawn);
    draft.enter(
        IncidentStatus::HandedOver,
        NextOwner::Operator,
        TimerKind::HandOver,
        HAND_OVER_S,
    );
    draft.tell_family(MessageKey::FamilyHandedOver, &told);
    Ok(draft.finish())
}
