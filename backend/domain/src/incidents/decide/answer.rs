//! Responders' answers: the first yes wins, everybody else gets an all-clear.

use crate::ids::OfferId;
use crate::incidents::{
    Decision, IncidentContext, IncidentStatus, NextOwner, OfferState, TimelineKind, TimerKind,
};
use crate::message::{Facts, MessageKey, facts};

use super::climb::minutes;
use super::draft::Draft;
use super::{Given, Refusal, open};

/// Seconds in which the one who accepted must set out (DOMAIN 1.2).
pub(super) const MOVEMENT_S: u32 = 180;

/// A responder says yes.
pub(super) fn accept(
    context: &IncidentContext,
    offer: OfferId,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = open(context, given)?;
    let index = draft.index_of(offer)?;
    if draft.offers[index].state == OfferState::Accepted {
        return Ok(Decision::nothing());
    }
    let not_there = matches!(
        draft.incident.status,
        IncidentStatus::Accepted | IncidentStatus::Late
    );
    let replaces = not_there && draft.incident.reoffered;
    if !draft.incident.status.is_searching() && !replaces {
        return Err(Refusal::AlreadyTaken(draft.incident.responder_id));
    }
    if !draft.offers[index].state.is_open() {
        return Err(Refusal::NotOffered);
    }
    if replaces {
        draft.release_first();
    }
    draft.take(index);
    Ok(draft.finish())
}

/// A responder says no. When it was the last open ask of the wave, nobody waits for its end.
pub(super) fn decline(
    context: &IncidentContext,
    offer: OfferId,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let mut draft = open(context, given)?;
    let index = draft.index_of(offer)?;
    if draft.offers[index].state == OfferState::Declined {
        return Ok(Decision::nothing());
    }
    if !draft.offers[index].state.is_open() {
        return Err(Refusal::NotOffered);
    }
    draft.offers[index].state = OfferState::Declined;
    draft.offers[index].answered_at = Some(draft.given.now);
    let account = draft.offers[index].account_id;
    draft.note(TimelineKind::OfferDeclined, Some(account), Facts::new());
    let waiting = draft
        .offers
        .iter()
        .any(|offer| offer.state == OfferState::Pending);
    if draft.incident.status == IncidentStatus::Offered && !waiting {
        let next = draft.incident.rung + 1;
        draft.climb_to(next);
    }
    Ok(draft.finish())
}

impl Draft<'_, '_, '_> {
    fn index_of(&self, offer: OfferId) -> Result<usize, Refusal> {
        self.offers
            .iter()
            .position(|o| o.id == offer)
            .ok_or(Refusal::NotOffered)
    }

    /// The one who accepted and does not move, or is late, is released, because another goes.
    fn release_first(&mut self) {
        let now = self.given.now;
        let first = self
            .offers
            .iter_mut()
            .find(|offer| offer.state == OfferState::Accepted);
        if let Some(offer) = first {
            offer.state = OfferState::Withdrawn;
            offer.answered_at = Some(now);
            let (account, id) = (offer.account_id, offer.id);
            self.tell(account, Some(id), MessageKey::OfferWithdrawn, Facts::new());
        }
    }

    fn take(&mut self, index: usize) {
        let now = self.given.now;
        let offer = &mut self.offers[index];
        offer.state = OfferState::Accepted;
        offer.answered_at = Some(now);
        let offer = offer.clone();
        self.incident.responder_id = Some(offer.responder_id);
        self.incident.responder_account_id = Some(offer.account_id);
        self.incident.eta_ms = offer.walking_ms;
        self.incident.accepted_at = Some(now);
        self.incident.en_route_at = None;
        self.incident.reoffered = false;
        let told = facts([
            ("minutes", minutes(offer.walking_ms)),
            ("responder_id", offer.responder_id.to_string()),
        ]);
        self.note(
            TimelineKind::OfferAccepted,
            Some(offer.account_id),
            told.clone(),
        );
        self.withdraw_others(Some(offer.id), MessageKey::OfferWithdrawn);
        self.enter(
            IncidentStatus::Accepted,
            NextOwner::Responder,
            TimerKind::Movement,
            MOVEMENT_S,
        );
        self.tell_family(MessageKey::FamilyHelpComing, &told);
    }
}
