//! Somebody who said yes cannot go: others are asked at once, without that one.

use crate::ids::AccountId;
use crate::incidents::{
    Decision, IncidentContext, IncidentStatus, NextOwner, OfferState, TimelineKind, TimerKind,
};
use crate::message::{Facts, MessageKey};
use crate::responders::{Wave, WaveWhy};

use super::draft::Draft;
use super::{Given, Refusal, open};

/// How many are asked at once in the place of somebody who cannot go.
const AGAIN: u16 = 3;
/// Seconds they have to answer.
const AGAIN_S: u32 = 45;

/// The responder who accepted cannot go.
pub(super) fn drop_out(
    context: &IncidentContext,
    by: AccountId,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = open(context, given)?;
    if !draft.incident.status.is_on_the_way() {
        return Err(Refusal::NotAccepted);
    }
    let now = draft.given.now;
    for offer in &mut draft.offers {
        if offer.state == OfferState::Accepted {
            offer.state = OfferState::Declined;
            offer.answered_at = Some(now);
        }
    }
    draft.nobody_goes();
    draft.note(TimelineKind::Dropped, Some(by), Facts::new());
    draft.search_again();
    let told = draft.incident_facts();
    draft.tell_operators(MessageKey::OperatorDropped, &told);
    draft.tell_family(MessageKey::FamilyNoOneYet, &told);
    Ok(draft.finish())
}

impl Draft<'_, '_, '_> {
    /// Forgets who was going: a yes of before binds nobody any more, and they may be asked again.
    pub(super) fn nobody_goes(&mut self) {
        for offer in &mut self.offers {
            if offer.state == OfferState::Accepted {
                offer.state = OfferState::Withdrawn;
            }
        }
        self.incident.responder_id = None;
        self.incident.responder_account_id = None;
        self.incident.reoffered = false;
        self.incident.eta_ms = None;
        self.incident.accepted_at = None;
        self.incident.en_route_at = None;
        self.incident.arrived_at = None;
    }

    /// Asks people at once: who was never asked, and who was let off because another went. With
    /// nobody to ask, the next rung is entered.
    pub(super) fn search_again(&mut self) {
        let asked = self.ask_beside(Wave {
            offers: AGAIN,
            timeout_s: AGAIN_S,
            why: WaveWhy::InTheirPlace,
        });
        let waiting = self.offers.iter().any(|o| o.state == OfferState::Pending);
        if asked > 0 || waiting {
            self.enter(
                IncidentStatus::Offered,
                NextOwner::Ladder,
                TimerKind::Rung,
                AGAIN_S,
            );
        } else {
            let next = self.incident.rung.saturating_add(1);
            self.climb_to(next);
        }
    }
}
