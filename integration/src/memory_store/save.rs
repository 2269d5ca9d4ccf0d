//! One decision, all or nothing: every check first, then writes that cannot fail.

use domain::evidence::EvidenceRecord;
use domain::ids::{IncidentId, OrganisationId, TimerId};
use domain::incidents::{Decision, Guard, Incident, IncidentStatus, Timer};
use domain::notices::{self, DeliveryState, OutboxItem};
use domain::ports::{Change, StoreError};
use domain::responders::WaveStanding;

use super::keep;
use super::state::{FrameRow, OutboxRow, State, TimerRow};

/// Saves everything or nothing.
pub(super) fn save(state: &mut State, change: Change) -> Result<(), StoreError> {
    check(state, &change)?;
    write(state, change);
    Ok(())
}

/// Says no in the order in which a database would notice.
fn check(state: &State, change: &Change) -> Result<(), StoreError> {
    let organisation = change.organisation_id;
    let decision = &change.decision;
    if let Some((timer, generation)) = change.timer
        && !state.timers.is_ours(timer, generation)
    {
        return Err(StoreError::Fenced);
    }
    if let Some(incident) = &decision.incident {
        check_incident(state, incident, decision.expected_version)?;
    }
    if let Some(frame) = &change.frame {
        match state.frames.known(organisation, frame) {
            Some((_, false)) => return Err(StoreError::Duplicate),
            Some((_, true)) => {}
            None => state.frames.free(organisation, frame)?,
        }
    }
    check_owner(state, organisation, decision)?;
    for also in &decision.also {
        if let Some(incident) = &also.incident {
            check_incident(state, incident, also.expected_version)?;
        }
        check_owner(state, organisation, also)?;
    }
    if let Guard::Set(timer) = &decision.guard
        && state.timers.rows.contains_key(&timer.id)
    {
        return Err(StoreError::Duplicate);
    }
    let stands = |new: &WaveStanding| {
        let same = |old: &WaveStanding| (old.incident_id, old.wave) == (new.incident_id, new.wave);
        let mut ours = state.standings.iter();
        ours.any(|old| old.organisation_id == organisation && same(old))
    };
    if decision.standings.iter().any(stands) {
        return Err(StoreError::Duplicate);
    }
    let kept = |new: &EvidenceRecord| {
        let of = state.evidence.get(&(organisation, new.incident_id));
        let mut ours = of.into_iter().flatten();
        ours.any(|old| old.number == new.number)
    };
    if decision.evidence.iter().any(kept) {
        return Err(StoreError::Duplicate);
    }
    if decision
        .outbox
        .iter()
        .any(|item| state.outbox.contains_key(&item.id))
    {
        return Err(StoreError::Duplicate);
    }
    match (&change.idempotency, &decision.incident) {
        (Some((account, key)), Some(_))
            if state
                .idempotency
                .contains_key(&(organisation, *account, key.clone())) =>
        {
            Err(StoreError::Duplicate)
        }
        _ => Ok(()),
    }
}

fn check_incident(
    state: &State,
    incident: &Incident,
    expected: Option<i32>,
) -> Result<(), StoreError> {
    let organisation = incident.organisation_id;
    let stored = state.incidents.get(&(organisation, incident.id));
    match (stored, expected) {
        (Some(_), None) => return Err(StoreError::Duplicate),
        (None, Some(_)) => return Err(StoreError::Conflict),
        (Some(stored), Some(version)) if stored.version != version => {
            return Err(StoreError::Conflict);
        }
        _ => {}
    }
    if (incident.status == IncidentStatus::Closed) == incident.deadline_at.is_some() {
        return Err(StoreError::Bug("a state without a deadline".to_owned()));
    }
    let Some(key) = &incident.open_key else {
        return Ok(());
    };
    if !incident.is_open() {
        return Err(StoreError::Bug(
            "a closed incident with an open key".to_owned(),
        ));
    }
    match state.open_keys.get(&(organisation, key.0.clone())) {
        Some(holder) if *holder != incident.id => Err(StoreError::Conflict),
        _ => Ok(()),
    }
}

/// Nothing hangs in the air: what follows from a decision belongs to a stored incident.
fn check_owner(
    state: &State,
    organisation: OrganisationId,
    decision: &Decision,
) -> Result<(), StoreError> {
    let saved = decision.incident.as_ref().map(|incident| incident.id);
    let stored =
        |id: IncidentId| Some(id) == saved || state.incidents.contains_key(&(organisation, id));
    let guard = match &decision.guard {
        Guard::Set(timer) => Some(timer.incident_id),
        Guard::Keep | Guard::Clear => None,
    };
    let sound = decision
        .offers
        .iter()
        .all(|offer| stored(offer.incident_id))
        && decision
            .standings
            .iter()
            .all(|standing| stored(standing.incident_id))
        && decision
            .evidence
            .iter()
            .all(|record| stored(record.incident_id))
        && decision
            .timeline
            .iter()
            .all(|entry| stored(entry.incident_id))
        && decision.outbox.iter().all(|item| stored(item.incident_id))
        && guard.is_none_or(stored);
    if sound {
        Ok(())
    } else {
        Err(StoreError::Bug("no such incident".to_owned()))
    }
}

fn write(state: &mut State, change: Change) {
    let organisation = change.organisation_id;
    let mut decision = change.decision;
    let also = std::mem::take(&mut decision.also);
    let incident = decision.incident.take();
    if let Some((timer, _)) = change.timer {
        state.timers.done(timer);
    }
    let id = incident.as_ref().map(|incident| incident.id);
    let unknown = incident
        .as_ref()
        .is_some_and(|incident| incident.resident_id.is_none());
    if let Some(frame) = change.frame {
        keep::seen(state, &frame);
        let kept = match state.frames.known(organisation, &frame) {
            Some((kept, _)) => {
                // Kept undecided: it is decided now, whichever copy came.
                state.timers.done(TimerId(kept.0));
                kept
            }
            None => {
                let kept = frame.id;
                let row = FrameRow {
                    frame,
                    incident_id: None,
                    undecided: false,
                };
                state.frames.insert(organisation, row);
                kept
            }
        };
        state.frames.decide(organisation, kept, id, unknown);
    }
    if let Some(incident) = incident {
        write_incident(state, incident);
    }
    write_consequences(state, organisation, decision, id);
    for mut also in also {
        let incident = also.incident.take();
        let id = incident.as_ref().map(|incident| incident.id);
        if let Some(incident) = incident {
            write_incident(state, incident);
        }
        write_consequences(state, organisation, also, id);
    }
    if let (Some((account, key)), Some(id)) = (change.idempotency, id) {
        state.idempotency.insert((organisation, account, key), id);
    }
    state.audit.extend(change.audit);
}

/// What follows from a decision about an incident that is written by now.
fn write_consequences(
    state: &mut State,
    organisation: OrganisationId,
    decision: Decision,
    id: Option<IncidentId>,
) {
    let Decision {
        offers,
        standings,
        evidence,
        timeline,
        guard,
        outbox,
        beside,
        ..
    } = decision;
    state.beside.extend(beside);
    state.standings.extend(standings);
    for record in evidence {
        let of = (organisation, record.incident_id);
        state.evidence.entry(of).or_default().push(record);
    }
    for offer in offers {
        let of = (organisation, offer.incident_id);
        state.offers.entry(of).or_default().insert(offer.id, offer);
    }
    state.timeline.extend(timeline);
    write_guard(state, organisation, guard, id);
    for item in outbox {
        write_notice(state, item);
    }
}

fn write_incident(state: &mut State, incident: Incident) {
    let organisation = incident.organisation_id;
    let before = state.incidents.get(&(organisation, incident.id));
    if let Some(key) = before.and_then(|before| before.open_key.clone()) {
        state.open_keys.remove(&(organisation, key.0));
    }
    if let Some(key) = &incident.open_key {
        state
            .open_keys
            .insert((organisation, key.0.clone()), incident.id);
    }
    state
        .incidents
        .insert((organisation, incident.id), incident);
}

/// Keeps the rule "one pending guard per incident": the old one ends where the new one begins.
fn write_guard(
    state: &mut State,
    organisation: OrganisationId,
    guard: Guard,
    saved: Option<IncidentId>,
) {
    let incident = match (&guard, saved) {
        (Guard::Keep, _) | (Guard::Clear, None) => return,
        (Guard::Set(timer), _) => timer.incident_id,
        (Guard::Clear, Some(incident)) => incident,
    };
    if let Some(old) = state.timers.guards.get(&(organisation, incident)) {
        state.timers.done(*old);
    }
    if let Guard::Set(timer) = guard {
        let Timer {
            id,
            incident_id,
            kind,
            rung,
            due_at,
        } = timer;
        let row = TimerRow {
            organisation_id: organisation,
            incident_id: Some(incident_id),
            frame_id: None,
            kind,
            rung,
            due_at,
            generation: 0,
            leased_until: None,
        };
        state.timers.insert(id, row);
    }
}

fn write_notice(state: &mut State, item: OutboxItem) {
    state
        .queued
        .insert((notices::priority(item.notice.key), item.created_at, item.id));
    let row = OutboxRow {
        state: DeliveryState::Queued,
        attempts: 0,
        generation: 0,
        leased_until: None,
        next_at: item.created_at,
        channel: None,
        last_error: None,
        item,
    };
    state.outbox.insert(row.item.id, row);
}
