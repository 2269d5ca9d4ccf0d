//! A decision while it is being made.

use crate::evidence::EvidenceRecord;
use crate::identity::{Contact, Role};
use crate::ids::{AccountId, OfferId, OutboxId, TimelineId, TimerId};
use crate::incidents::{
    Beside, Decision, Guard, Incident, IncidentContext, IncidentStatus, NextOwner, Offer,
    OfferState, TimelineEntry, TimelineKind, Timer, TimerKind,
};
use crate::message::{CHANNELS_FACT, DRILL_FACT, Facts, MessageKey, Notice};
use crate::notices::OutboxItem;
use crate::responders::WaveStanding;
use crate::time::seconds;

use super::Given;

/// An incident being changed, and what follows so far.
pub(super) struct Draft<'c, 'g, 'f> {
    pub(super) context: &'c IncidentContext,
    pub(super) given: &'g mut Given<'f>,
    pub(super) incident: Incident,
    pub(super) offers: Vec<Offer>,
    pub(super) standings: Vec<WaveStanding>,
    pub(super) evidence: Vec<EvidenceRecord>,
    /// How the notices of the rung that is entered should travel.
    pub(super) via: Option<String>,
    expected_version: Option<i32>,
    timeline: Vec<TimelineEntry>,
    guard: Guard,
    outbox: Vec<OutboxItem>,
    pub(super) beside: Vec<Beside>,
}

impl<'c, 'g, 'f> Draft<'c, 'g, 'f> {
    /// Changes an existing incident.
    pub(super) fn of(
        context: &'c IncidentContext,
        incident: Incident,
        given: &'g mut Given<'f>,
    ) -> Self {
        let expected_version = Some(incident.version);
        let offers = context.offers.clone();
        Self {
            context,
            given,
            incident,
            offers,
            standings: Vec::new(),
            evidence: Vec::new(),
            via: None,
            expected_version,
            timeline: Vec::new(),
            guard: Guard::Keep,
            outbox: Vec::new(),
            beside: Vec::new(),
        }
    }

    /// Opens a new incident.
    pub(super) fn opening(
        context: &'c IncidentContext,
        incident: Incident,
        given: &'g mut Given<'f>,
    ) -> Self {
        Self {
            expected_version: None,
            offers: Vec::new(),
            ..Self::of(context, incident, given)
        }
    }

    /// Moves to a state, with its guard and next owner: no state is entered without them.
    pub(super) fn enter(
        &mut self,
        status: IncidentStatus,
        owner: NextOwner,
        kind: TimerKind,
        timeout_s: u32,
    ) {
        self.incident.status = status;
        self.incident.next_owner = owner;
        let due_at = self.given.now + seconds(timeout_s);
        self.incident.deadline_at = Some(due_at);
        self.guard = Guard::Set(Timer {
            id: TimerId((self.given.fresh)()),
            incident_id: self.incident.id,
            kind,
            rung: self.incident.rung,
            due_at,
        });
    }

    /// Ends the incident: no guard, no owner, no key.
    pub(super) fn end(&mut self) {
        self.incident.status = IncidentStatus::Closed;
        self.incident.next_owner = NextOwner::Nobody;
        self.incident.deadline_at = None;
        self.incident.open_key = None;
        self.incident.closed_at.get_or_insert(self.given.now);
        self.guard = Guard::Clear;
    }

    /// Writes a line of history.
    pub(super) fn note(&mut self, kind: TimelineKind, by: Option<AccountId>, facts: Facts) {
        self.timeline.push(TimelineEntry {
            id: TimelineId((self.given.fresh)()),
            organisation_id: self.incident.organisation_id,
            incident_id: self.incident.id,
            at: self.given.now,
            kind,
            account_id: by,
            facts,
        });
    }

    /// Tells one account something.
    pub(super) fn tell(
        &mut self,
        account_id: AccountId,
        offer_id: Option<OfferId>,
        key: MessageKey,
        mut facts: Facts,
    ) {
        if let Some(crew) = &self.context.drill {
            // The list is closed: whoever is not on it is not told, whatever they are.
            if !crew.holds(account_id) {
                return;
            }
            facts.insert(DRILL_FACT.to_owned(), "1".to_owned());
        }
        if let Some(via) = &self.via {
            facts.insert(CHANNELS_FACT.to_owned(), via.clone());
        }
        self.outbox.push(OutboxItem {
            id: OutboxId((self.given.fresh)()),
            organisation_id: self.incident.organisation_id,
            incident_id: self.incident.id,
            offer_id,
            account_id,
            notice: Notice { key, facts },
            created_at: self.given.now,
        });
    }

    /// Tells everybody of a list, and notes that it was told.
    pub(super) fn tell_all(&mut self, contacts: &'c [Contact], key: MessageKey, facts: &Facts) {
        let Some(first) = contacts.first() else {
            return;
        };
        let kind = match first.role {
            Role::Family => TimelineKind::FamilyNotified,
            _ => TimelineKind::OperatorNotified,
        };
        for contact in contacts {
            self.tell(contact.account_id, None, key, facts.clone());
        }
        self.note(
            kind,
            None,
            crate::message::facts([("message", key.to_string())]),
        );
    }

    /// Tells the seat.
    pub(super) fn tell_operators(&mut self, key: MessageKey, facts: &Facts) {
        self.tell_all(&self.context.operators, key, facts);
    }

    /// Tells the family.
    pub(super) fn tell_family(&mut self, key: MessageKey, facts: &Facts) {
        self.tell_all(&self.context.family, key, facts);
    }

    /// Takes back every open offer but one, with an all-clear to each.
    pub(super) fn withdraw_others(&mut self, kept: Option<OfferId>, key: MessageKey) -> usize {
        let now = self.given.now;
        let mut told = Vec::new();
        for offer in &mut self.offers {
            if offer.state.is_open() && Some(offer.id) != kept {
                offer.state = OfferState::Withdrawn;
                offer.answered_at = Some(now);
                told.push((offer.account_id, offer.id));
            }
        }
        for (account, offer) in &told {
            self.tell(*account, Some(*offer), key, Facts::new());
        }
        if !told.is_empty() {
            let count = crate::message::facts([("count", told.len().to_string())]);
            self.note(TimelineKind::OffersWithdrawn, None, count);
        }
        told.len()
    }

    /// The finished decision.
    pub(super) fn finish(mut self) -> Decision {
        self.incident.version += 1;
        let before = &self.context.offers;
        let changed = |offer: &Offer| !before.contains(offer);
        Decision {
            offers: self.offers.into_iter().filter(changed).collect(),
            standings: self.standings,
            evidence: self.evidence,
            incident: Some(self.incident),
            expected_version: self.expected_version,
            timeline: self.timeline,
            guard: self.guard,
            outbox: self.outbox,
            beside: self.beside,
            also: Vec::new(),
        }
    }
}
