//! The invariants (RELIABILITY 2), asked after every step and by looking at what is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::ids::{IncidentId, OfferId, ResponderId, TimerId};
use domain::incidents::{Incident, IncidentStatus, Offer, OfferState, TimelineKind};
use domain::message::MessageKey;
use domain::notices::DeliveryState;
use domain::ports::{Change, ClaimedTimer, Delivery};
use domain::time::Timestamp;

use super::plan::SECOND;
use crate::memory_store::MemoryStore;

/// How late a timer may take effect when nothing goes wrong, microseconds.
const LATE: i64 = 2 * SECOND;
/// A timer may be early by no more than clocks can disagree in a history, microseconds.
const CLOCKS_DISAGREE: i64 = 2 * super::world::CLOCK_JUMP_MOST + SECOND;

/// What must never happen, did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which invariant: `I1` to `I7`, or `end`.
    pub invariant: &'static str,
    /// When, in microseconds from the beginning.
    pub at: i64,
    /// What, in words.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.at / SECOND;
        let (hour, minute) = (second / 3600, second / 60 % 60);
        let second = second % 60;
        write!(
            f,
            "{} at {hour}:{minute:02}:{second:02}: {}",
            self.invariant, self.what
        )
    }
}

/// Where an incident stood, and who goes.
#[derive(Clone, Copy)]
struct Stood {
    version: i32,
    goes: Option<ResponderId>,
    /// Another may take the place of who goes.
    is_replaceable: bool,
}

/// What the judge remembers beside the store, from its own observation.
#[derive(Default)]
pub(super) struct Judge {
    found: Option<Violation>,
    claimed: BTreeMap<TimerId, i64>,
    /// When a guard was set, in true time, and for how long.
    set: BTreeMap<TimerId, (i64, i64)>,
    fired: BTreeSet<TimerId>,
    asked: BTreeSet<OfferId>,
    answered: BTreeSet<usize>,
    /// Incidents and frames of an event whose identity does not hang on a clock.
    belongs: BTreeMap<usize, BTreeSet<IncidentId>>,
    /// Where incidents stood when they were last saved.
    stood: BTreeMap<IncidentId, Stood>,
    touched: Vec<IncidentId>,
    is_dirty: bool,
    /// From when on timers must be in time.
    pub(super) healthy_from: Option<i64>,
}

impl Judge {
    /// The first violation.
    pub(super) fn found(&self) -> Option<&Violation> {
        self.found.as_ref()
    }

    /// Takes it.
    pub(super) fn verdict(&mut self) -> Option<Violation> {
        self.found.take()
    }

    pub(super) fn blame(&mut self, invariant: &'static str, at: i64, what: String) {
        if self.found.is_none() {
            self.found = Some(Violation {
                invariant,
                at,
                what,
            });
        }
    }

    /// A worker claimed a timer at its own clock.
    pub(super) fn claimed(&mut self, at: i64, timer: &ClaimedTimer, clock: Timestamp) {
        if timer.due_at > clock {
            self.blame(
                "I4",
                at,
                format!("timer {} claimed before it is due", timer.id),
            );
        }
        self.claimed.insert(timer.id, timer.generation);
    }

    /// A timer took effect, or ended without one, under the generation of a claim.
    pub(super) fn fired(&mut self, at: i64, id: TimerId, generation: i64) {
        if self.claimed.get(&id) != Some(&generation) {
            self.blame(
                "I4",
                at,
                format!("timer {id} took effect under an old claim"),
            );
        }
        if !self.fired.insert(id) {
            self.blame("I4", at, format!("timer {id} took effect twice"));
        }
        if let Some((set_at, wait)) = self.set.get(&id)
            && at - set_at < wait - CLOCKS_DISAGREE
        {
            let early = wait - (at - set_at);
            self.blame(
                "I4",
                at,
                format!("timer {id} was {} s early", early / SECOND),
            );
        }
    }

    /// A change is durable that was decided at `decided_at`; its save may have taken long. `event` is the event of its frame, when a good clock or number names it.
    pub(super) fn committed(
        &mut self,
        at: i64,
        decided_at: i64,
        change: &Change,
        event: Option<usize>,
    ) {
        self.is_dirty = true;
        let decision = &change.decision;
        if let Some(incident) = &decision.incident {
            self.touched.push(incident.id);
            self.stands(at, incident);
            if let Some(event) = event {
                self.belongs.entry(event).or_default().insert(incident.id);
                if self.belongs[&event].len() > 1 {
                    self.blame("I2", at, format!("event {event} opened two incidents"));
                }
            }
        }
        if let domain::incidents::Guard::Set(timer) = &decision.guard {
            let wait = (timer.due_at - change.now).num_microseconds();
            self.set.insert(timer.id, (decided_at, wait.unwrap_or(0)));
        }
        for item in &decision.outbox {
            let Some(offer) = item.offer_id else { continue };
            if item.notice.key == MessageKey::OfferNew && !self.asked.insert(offer) {
                self.blame("I5", at, format!("offer {offer} was asked twice"));
            }
        }
        for offer in &decision.offers {
            self.all_clear(at, change, offer);
        }
    }

    /// Versions have no gaps, and the place of who goes is taken only when it is free.
    fn stands(&mut self, at: i64, incident: &Incident) {
        let now = Stood {
            version: incident.version,
            goes: incident.responder_id,
            is_replaceable: incident.reoffered || !incident.is_open(),
        };
        let id = incident.id;
        let Some(before) = self.stood.insert(id, now) else {
            return;
        };
        if now.version != before.version + 1 {
            self.blame(
                "I2",
                at,
                format!("a change of incident {id} was overwritten"),
            );
        }
        let is_taken = now.goes.is_some() && before.goes.is_some() && now.goes != before.goes;
        if is_taken && !before.is_replaceable {
            self.blame("I2", at, format!("a second yes to incident {id} was taken"));
        }
    }

    /// Who is let off is told so in the same transaction.
    fn all_clear(&mut self, at: i64, change: &Change, offer: &Offer) {
        let told = change.decision.outbox.iter().any(|item| {
            item.offer_id == Some(offer.id)
                && matches!(
                    item.notice.key,
                    MessageKey::OfferWithdrawn | MessageKey::OfferCancelled
                )
        });
        // Whose visit was over already, as when it is looked at again, goes home by themselves.
        let mut lines = change.decision.timeline.iter();
        let was_over =
            lines.any(|it| matches!(it.kind, TimelineKind::Reopened | TimelineKind::Suspended));
        if offer.state == OfferState::Withdrawn && !told && !was_over {
            self.blame("I5", at, format!("offer {} withdrawn in silence", offer.id));
        }
    }

    /// Something is stored that was not looked at, or time went by.
    pub(super) fn stir(&mut self) {
        self.is_dirty = true;
    }

    /// A device is about to be answered.
    pub(super) fn answered(&mut self, at: i64, event: usize, store: &MemoryStore) {
        if !self.answered.insert(event) {
            return;
        }
        let mut is_kept = false;
        store.each_frame(|frame, _, _| is_kept |= frame.raw == super::devices::raw(event));
        if !is_kept {
            self.blame("I1", at, format!("event {event} answered and not kept"));
        }
    }

    /// A carrier is called.
    pub(super) fn called(&mut self, at: i64, delivery: &Delivery, store: &MemoryStore) {
        match store.notice(delivery.outbox_id) {
            Some(row) if row.state == DeliveryState::Queued && row.key == delivery.notice.key => {}
            Some(row) => {
                // A slow call that is overtaken by another claim: the same key, so harmless.
                if row.attempts == 0 {
                    let id = delivery.outbox_id;
                    self.blame("I5", at, format!("notice {id} is not what was called"));
                }
            }
            None => {
                let id = delivery.outbox_id;
                self.blame(
                    "I5",
                    at,
                    format!("a carrier was called for {id}, which is no row"),
                );
            }
        }
    }

    /// Something was refused because there was too much.
    pub(super) fn shed(&mut self, at: i64, is_alarm: bool) {
        if is_alarm {
            self.blame("I7", at, "an alarm was refused for its number".to_owned());
        }
    }

    /// Looks at what is stored, when something changed. O(incidents + timers).
    pub(super) fn look(&mut self, at: i64, clock: Timestamp, store: &MemoryStore) {
        if !std::mem::take(&mut self.is_dirty) {
            return;
        }
        let mut orphan = None;
        store.each_incident(|incident, due_at| {
            let is_guarded = incident.status != IncidentStatus::Closed;
            if incident.deadline_at != due_at || is_guarded != due_at.is_some() {
                orphan = Some((incident.id, incident.status));
            }
        });
        if let Some((id, status)) = orphan {
            self.blame(
                "I3",
                at,
                format!("incident {id} is {status}, its guard is not"),
            );
        }
        for id in std::mem::take(&mut self.touched) {
            self.look_at(at, id, store);
        }
        self.in_time(at, clock, store);
    }

    fn look_at(&mut self, at: i64, id: IncidentId, store: &MemoryStore) {
        let Some((incident, offers)) = store.incident_and_offers(id) else {
            return self.blame("I2", at, format!("incident {id} was saved and is gone"));
        };
        let yes: Vec<&Offer> = offers
            .iter()
            .filter(|offer| offer.state == OfferState::Accepted)
            .collect();
        if incident.is_open() && yes.len() > 1 {
            self.blame("I2", at, format!("{} go to incident {id}", yes.len()));
        }
        let goes = incident.responder_id;
        let is_theirs = |offer: &&Offer| Some(offer.responder_id) == goes;
        if incident.is_open() && goes.is_some() && !yes.iter().any(is_theirs) {
            self.blame("I2", at, format!("who goes to {id} did not say yes"));
        }
        if !incident.is_open() && offers.iter().any(|offer| offer.state.is_open()) {
            self.blame("I3", at, format!("incident {id} is closed and still asks"));
        }
    }

    /// In good health no timer waits longer than it may.
    fn in_time(&mut self, at: i64, clock: Timestamp, store: &MemoryStore) {
        let Some(from) = self.healthy_from.filter(|from| *from <= at) else {
            return;
        };
        let late = chrono::TimeDelta::microseconds(LATE.min(at - from));
        let mut overdue = None;
        store.each_timer(|timer| {
            if timer.due_at + late < clock && LATE <= at - from {
                overdue = Some(timer.id);
            }
        });
        if let Some(id) = overdue {
            self.blame("I4", at, format!("timer {id} is more than 2 s late"));
        }
    }

    /// Looks at every frame: each alarm belongs somewhere, or is going to be decided.
    pub(super) fn frames(&mut self, at: i64, store: &MemoryStore) {
        let mut lost = None;
        store.each_frame(|frame, incident, waits| {
            let is_alarm = frame.decoded.as_ref().is_ok_and(|event| event.is_alarm);
            if is_alarm && incident.is_none() && !waits {
                lost = Some(frame.id);
            }
        });
        if let Some(id) = lost {
            self.blame("I6", at, format!("alarm frame {id} came to nothing"));
        }
    }

    /// The end: everything that was answered is kept once, everybody was reached, nothing waits.
    pub(super) fn end(&mut self, at: i64, clock: Timestamp, store: &MemoryStore, named: &[bool]) {
        self.is_dirty = true;
        self.look(at, clock, store);
        self.frames(at, store);
        self.kept_once(at, store, named);
        store.each_incident(|incident, _| {
            let reached = incident.acknowledged_by.is_some()
                || incident.responder_id.is_some()
                || incident.status == IncidentStatus::Exhausted
                || incident.closed_at.is_some();
            if !reached {
                let (id, status) = (incident.id, incident.status);
                self.blame(
                    "end",
                    at,
                    format!("incident {id} is {status}, nobody has it"),
                );
            }
            // The next day lies beyond every history.
            if incident.is_open() && incident.status != IncidentStatus::FollowUp {
                let (id, status) = (incident.id, incident.status);
                self.blame("end", at, format!("incident {id} is still {status}"));
            }
        });
        store.each_notice(|row| {
            let young = clock - row.created_at < chrono::TimeDelta::seconds(120);
            let is_settled = match row.state {
                DeliveryState::Queued => young,
                DeliveryState::Failed => row.attempts > 0 && row.has_reason,
                _ => row.attempts > 0,
            };
            if !is_settled {
                let (id, state) = (row.id, row.state);
                self.blame(
                    "I5",
                    at,
                    format!("notice {id} is {state} after {}", row.attempts),
                );
            }
        });
        store.each_timer(|timer| {
            if timer.incident_id.is_none() {
                self.blame("end", at, format!("frame {} still waits", timer.id));
            }
        });
    }

    fn kept_once(&mut self, at: i64, store: &MemoryStore, named: &[bool]) {
        let mut kept: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
        store.each_frame(|frame, _, _| *kept.entry(frame.raw.clone()).or_default() += 1);
        for event in self.answered.clone() {
            let count = kept.get(&super::devices::raw(event)).copied().unwrap_or(0);
            if count == 0 {
                self.blame("I1", at, format!("event {event} was answered and is gone"));
            }
            if count > 1 && named.get(event).copied().unwrap_or(false) {
                self.blame("I2", at, format!("event {event} is kept {count} times"));
            }
        }
    }

    /// Whether a device's word was answered.
    pub(super) fn is_answered(&self, event: usize) -> bool {
        self.answered.contains(&event)
    }
}
