//! Somebody called back and nobody spoke: silence is worse than a "no".

use crate::ids::AccountId;
use crate::incidents::{
    Decision, IncidentContext, IncidentStatus, LadderKind, Severity, TimelineKind,
};
use crate::message::{Facts, MessageKey};

use super::{Given, Refusal, open};

/// Nobody spoke: an ambulance, and people are asked at once, in parallel (DOMAIN 1.1, 1.2).
pub(super) fn no_answer(
    context: &IncidentContext,
    by: Option<AccountId>,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = open(context, given)?;
    match draft.incident.status {
        // Somebody stands before the person or the door: they know more than a telephone.
        IncidentStatus::OnScene
        | IncidentStatus::AccessBlocked
        | IncidentStatus::HandedOver
        | IncidentStatus::Suspended => return Err(Refusal::WrongState),
        _ => {}
    }
    draft.incident.severity = Severity::LIFE;
    draft.note(TimelineKind::NoAnswer, by, Facts::new());
    draft.note(TimelineKind::AmbulanceRequested, None, Facts::new());
    let searches =
        draft.incident.status.is_searching() || draft.incident.status == IncidentStatus::PreAlarm;
    if draft.incident.resident_id.is_some() && searches {
        if draft.incident.ladder == LadderKind::Life && !draft.offers.is_empty() {
            let next = draft.incident.rung.saturating_add(1);
            draft.climb_to(next);
        } else {
            draft.incident.ladder = LadderKind::Life;
            draft.climb_to(0);
        }
    }
    let told = draft.incident_facts();
    draft.tell_operators(MessageKey::OperatorCallAmbulance, &told);
    draft.tell_family(MessageKey::FamilyNoVoice, &told);
    Ok(draft.finish())
}
