//! Climbing the ladder: who is asked at a rung, and what if nobody is left.

use crate::ids::OfferId;
use crate::incidents::{
    IncidentStatus, LadderKind, NextOwner, Offer, OfferState, Rung, Tell, TimelineKind, TimerKind,
};
use crate::message::{Facts, MessageKey, facts};
use crate::responders::Candidate;
use crate::time::seconds;

use super::draft::Draft;

/// Seconds a minute of walking is shown as at least: nobody is told "0 minutes".
const MS_PER_MINUTE: u32 = 60_000;

/// Whole minutes of walking as people are told them: rounded up, at least one.
pub(super) fn minutes(walking_ms: Option<u32>) -> String {
    walking_ms.map_or_else(
        || "?".to_owned(),
        |ms| ms.div_ceil(MS_PER_MINUTE).max(1).to_string(),
    )
}

impl Draft<'_, '_, '_> {
    /// Enters a rung: asks the next responders and tells who is to be told. A rung that finds
    /// nobody to ask is not waited for; the next one is entered at once.
    pub(super) fn climb_to(&mut self, rung: u16) {
        let ladder = self.given.ladders.get(self.incident.ladder).clone();
        let mut number = rung.min(ladder.last());
        loop {
            let step = ladder.rung(number);
            self.incident.rung = number;
            let asked = self.ask(step.offers, step.timeout_s);
            if asked > 0 || step.offers == 0 {
                self.settle(step, number == 0, asked);
                return;
            }
            number += 1;
        }
    }

    fn settle(&mut self, step: &Rung, first: bool, asked: usize) {
        let nobody_left = self.incident.ladder == LadderKind::Life && step.offers == 0;
        let (status, owner) = if asked > 0 {
            (IncidentStatus::Offered, NextOwner::Ladder)
        } else if nobody_left {
            (IncidentStatus::Exhausted, NextOwner::Operator)
        } else {
            (IncidentStatus::Raised, NextOwner::Operator)
        };
        if nobody_left && self.incident.status != IncidentStatus::Exhausted {
            self.note(TimelineKind::Exhausted, None, Facts::new());
        }
        self.enter(status, owner, TimerKind::Rung, step.timeout_s);
        if step.tell.contains(&Tell::Operator) {
            let key = self.operator_key(first, nobody_left);
            let told = self.incident_facts();
            self.tell_operators(key, &told);
        }
        if step.tell.contains(&Tell::Family) {
            let key = if first {
                MessageKey::FamilyAlarm
            } else {
                MessageKey::FamilyNoOneYet
            };
            let told = self.incident_facts();
            self.tell_family(key, &told);
        }
    }

    fn operator_key(&self, first: bool, nobody_left: bool) -> MessageKey {
        match self.incident.ladder {
            LadderKind::Unknown => MessageKey::OperatorUnknownDevice,
            LadderKind::Attention => MessageKey::OperatorAttention,
            LadderKind::Life if nobody_left => MessageKey::OperatorExhausted,
            LadderKind::Life if first => MessageKey::OperatorAlarm,
            LadderKind::Life => MessageKey::OperatorNoAnswer,
        }
    }

    /// What anybody may be told about this incident, as raw words and numbers.
    pub(super) fn incident_facts(&self) -> Facts {
        let device = self
            .incident
            .device_uid
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        facts([
            ("kind", self.incident.kind.to_string()),
            ("rung", self.incident.rung.to_string()),
            ("repeats", self.incident.repeats.to_string()),
            ("device", device),
        ])
    }

    /// Asks up to `count` responders who were not asked yet. Returns how many were.
    pub(super) fn ask(&mut self, count: u16, timeout_s: u32) -> usize {
        let fresh: Vec<Candidate> = self
            .given
            .ranked
            .candidates
            .iter()
            .filter(|c| !self.offers.iter().any(|o| o.responder_id == c.responder_id))
            .take(usize::from(count))
            .cloned()
            .collect();
        if fresh.is_empty() {
            return 0;
        }
        let wave = self
            .offers
            .iter()
            .map(|offer| offer.wave)
            .max()
            .map_or(0, |wave| wave + 1);
        for candidate in &fresh {
            self.offer_to(candidate, wave, timeout_s);
        }
        let counted = facts([
            ("count", fresh.len().to_string()),
            ("rung", self.incident.rung.to_string()),
            ("minutes", minutes(fresh.first().and_then(|c| c.walking_ms))),
        ]);
        self.note(TimelineKind::OffersSent, None, counted);
        fresh.len()
    }

    fn offer_to(&mut self, candidate: &Candidate, wave: u16, timeout_s: u32) {
        let offer = Offer {
            id: OfferId((self.given.fresh)()),
            incident_id: self.incident.id,
            responder_id: candidate.responder_id,
            account_id: candidate.account_id,
            wave,
            state: OfferState::Pending,
            walking_ms: candidate.walking_ms,
            metres: candidate.metres,
            method: candidate.method,
            reasons: candidate.reasons.clone(),
            sent_at: self.given.now,
            expires_at: self.given.now + seconds(timeout_s),
            answered_at: None,
        };
        let told = facts([
            ("kind", self.incident.kind.to_string()),
            ("minutes", minutes(candidate.walking_ms)),
            (
                "metres",
                candidate
                    .metres
                    .map_or_else(|| "?".to_owned(), |m| m.to_string()),
            ),
        ]);
        self.tell(offer.account_id, Some(offer.id), MessageKey::OfferNew, told);
        self.offers.push(offer);
    }

    /// Ends the waiting time of the offers of the present wave.
    pub(super) fn expire_pending(&mut self) {
        let mut any = false;
        for offer in &mut self.offers {
            if offer.state == OfferState::Pending {
                offer.state = OfferState::Expired;
                any = true;
            }
        }
        if any {
            let rung = facts([("rung", self.incident.rung.to_string())]);
            self.note(TimelineKind::OffersExpired, None, rung);
        }
    }
}
