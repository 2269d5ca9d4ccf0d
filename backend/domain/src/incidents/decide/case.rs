//! Cases that nobody's alarm opened: something was found missing, and the seat looks at it.
//!
//! They climb the attention ladder: an owner, a deadline, and never a neighbour at a door.

use crate::incidents::{
    CaseSignal, Decision, Incident, IncidentContext, LadderKind, Outcome, TimelineKind,
};
use crate::message::{MessageKey, facts};

use super::alarm::blank;
use super::draft::Draft;
use super::{Given, Refusal, open};

/// Something was found missing. While the case of this cause is open, nothing changes.
pub(super) fn open_case(
    context: &IncidentContext,
    signal: &CaseSignal,
    given: &mut Given<'_>,
) -> Decision {
    if context.incident.as_ref().is_some_and(Incident::is_open) {
        return Decision::nothing();
    }
    let mut incident = Incident {
        ladder: LadderKind::Attention,
        device_id: signal.device_id,
        open_key: Some(signal.key.clone()),
        ..blank(context, signal.kind, given)
    };
    if let Some(resident) = &context.resident {
        incident.settle_on(resident, signal.key.clone());
    }
    let mut draft = Draft::opening(context, incident, given);
    let mut told = signal.facts.clone();
    told.insert("kind".to_owned(), signal.kind.to_string());
    draft.note(TimelineKind::CaseOpened, None, told);
    draft.climb_to(0);
    draft.finish()
}

/// What was missing is back. A case that nobody has in hand is over; one that somebody has is
/// theirs to close, and they read that it cleared up.
pub(super) fn clear_case(
    context: &IncidentContext,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = open(context, given)?;
    let kind = draft.incident.kind;
    draft.note(
        TimelineKind::CaseCleared,
        None,
        facts([("kind", kind.to_string())]),
    );
    if draft.incident.acknowledged_by.is_none() && draft.incident.responder_id.is_none() {
        draft.incident.outcome = Some(Outcome::ClearedUp);
        let told = facts([("outcome", Outcome::ClearedUp.to_string())]);
        draft.withdraw_others(None, MessageKey::OfferCancelled);
        draft.note(TimelineKind::Closed, None, told);
        draft.end();
    }
    Ok(draft.finish())
}
