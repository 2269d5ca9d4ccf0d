//! Climbing the ladder: who is asked at a rung, and what if nobody is left.

use crate::ids::{OfferId, ResponderId};
use crate::incidents::{
    Choice, IncidentKind, IncidentStatus, LadderKind, NextOwner, Offer, OfferState, OpenKey, Rung,
    Severity, Tell, TimelineKind, TimerKind,
};
use crate::message::{Facts, MessageKey, facts};
use crate::notices::Channel;
use crate::responders::{Candidate, Ranked, Step, Wave, WaveStanding, next_step_among, stand};
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

/// Channels as a notice carries them to whoever delivers it; `None` leaves it to the person's plan.
fn via(channels: &[Channel]) -> Option<String> {
    let words: Vec<&str> = channels.iter().map(|via| via.as_str()).collect();
    (!words.is_empty()).then(|| words.join(","))
}

impl<'f> Draft<'_, '_, 'f> {
    /// Enters a rung: asks the next responders and tells who is to be told. A rung that finds
    /// nobody to ask is not waited for; the next one is entered at once.
    pub(super) fn climb_to(&mut self, rung: u16) {
        let ladders = self.given.ladders;
        let care = self.context.resident.as_ref().map(|known| known.care);
        let choice = Choice::of(&self.incident, care.unwrap_or_default());
        let ladder = ladders.select(&choice).ladder;
        let Step { rung, wave } = next_step_among(
            &self.given.policy.waves,
            self.incident.severity <= Severity::LIFE,
            ladder,
            rung,
            self.offers.len(),
            |asks| {
                let left = self.left().filter(|one| asks.asks(one.kind));
                left.map(Candidate::prospect).collect()
            },
        );
        self.incident.rung = rung;
        let step = ladder.rung(rung);
        self.via = via(&step.channels);
        let next = self.left().filter(|one| step.asks(one.kind));
        let next: Vec<&Candidate> = next.take(usize::from(wave.offers)).collect();
        let asked = self.ask(&next, wave);
        self.settle(step, wave.timeout_s, asked);
        self.via = None;
    }

    fn settle(&mut self, step: &Rung, timeout_s: u32, asked: usize) {
        let first = self.incident.rung == 0;
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
        self.enter(status, owner, TimerKind::Rung, timeout_s);
        for told in &step.tell {
            self.tell_at(*told, first, nobody_left);
        }
    }

    fn tell_at(&mut self, whom: Tell, first: bool, nobody_left: bool) {
        let told = self.incident_facts();
        match whom {
            Tell::Operator => self.tell_operators(self.operator_key(first, nobody_left), &told),
            Tell::Family if first => self.tell_family(MessageKey::FamilyAlarm, &told),
            Tell::Family => self.tell_family(MessageKey::FamilyNoOneYet, &told),
            // A voice at home is no account: whoever opened the case has their devices speak.
            Tell::Resident => self.note(TimelineKind::ResidentAsked, None, Facts::new()),
            Tell::Ambulance => {
                let rung = facts([("rung", self.incident.rung.to_string())]);
                self.note(TimelineKind::AmbulanceOrdered, None, rung);
                self.tell_operators(MessageKey::OperatorCallAmbulance, &told);
            }
        }
    }

    fn operator_key(&self, first: bool, nobody_left: bool) -> MessageKey {
        match self.incident.ladder {
            LadderKind::Unknown => MessageKey::OperatorUnknownDevice,
            LadderKind::Attention if self.incident.kind == IncidentKind::LifeSignMissing => {
                MessageKey::OperatorLifeSign
            }
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
            ("caution", self.caution()),
        ])
    }

    /// Candidates who were not asked yet, best first.
    fn left(&self) -> impl Iterator<Item = &'f Candidate> {
        self.without(|_| true)
    }

    /// Candidates without such an offer, best first.
    fn without(&self, such: impl Fn(&Offer) -> bool) -> impl Iterator<Item = &'f Candidate> {
        let ranked: &'f Ranked = self.given.ranked;
        // A helper who called for help is not asked to come to themselves.
        let own = self.incident.open_key.clone();
        let calls = move |one: &Candidate| own == Some(OpenKey::responder(one.responder_id));
        ranked.candidates.iter().filter(move |candidate| {
            let crew = self.context.drill.as_ref();
            if calls(candidate) || !crew.is_none_or(|crew| crew.holds(candidate.account_id)) {
                return false;
            }
            let mut offers = self.offers.iter();
            !offers.any(|o| o.responder_id == candidate.responder_id && such(o))
        })
    }

    /// Asks some beside the one who accepted: who was let off because of that one, and never said
    /// no, is asked again.
    pub(super) fn ask_beside(&mut self, wave: Wave) -> usize {
        let beside = self.without(|offer| offer.state != OfferState::Withdrawn);
        let beside: Vec<&Candidate> = beside.take(usize::from(wave.offers)).collect();
        self.ask(&beside, wave)
    }

    /// Asks people, and keeps who stood where. Returns how many were asked.
    fn ask(&mut self, fresh: &[&Candidate], wave: Wave) -> usize {
        if fresh.is_empty() {
            return 0;
        }
        let before: Vec<ResponderId> = self.offers.iter().map(|o| o.responder_id).collect();
        let last = self.offers.iter().map(|offer| offer.wave).max();
        let number = last.map_or(0, |last| last + 1);
        for candidate in fresh {
            self.offer_to(candidate, number, wave.timeout_s);
        }
        let asked: Vec<ResponderId> = fresh.iter().map(|c| c.responder_id).collect();
        let (stood, cover) = stand(self.given.ranked, &asked, &before);
        self.standings.push(WaveStanding {
            organisation_id: self.incident.organisation_id,
            incident_id: self.incident.id,
            wave: number,
            at: self.given.now,
            why: wave.why,
            stood,
            cover,
        });
        let counted = facts([
            ("count", fresh.len().to_string()),
            ("rung", self.incident.rung.to_string()),
            ("minutes", minutes(fresh.first().and_then(|c| c.walking_ms))),
            ("why", wave.why.to_string()),
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
            reasons: candidate
                .grounds
                .iter()
                .map(|ground| ground.reason)
                .collect(),
            sent_at: self.given.now,
            expires_at: self.given.now + seconds(timeout_s),
            answered_at: None,
        };
        let told = facts([
            ("kind", self.incident.kind.to_string()),
            ("caution", self.caution()),
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
