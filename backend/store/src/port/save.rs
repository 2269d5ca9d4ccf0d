//! One decision, one transaction: the incident and everything that follows from it.

use diesel::prelude::*;
use domain::devices::ReceivedFrame;
use domain::ids::{AccountId, IncidentId, OrganisationId};
use domain::incidents::{Decision, Guard, Incident, Offer, TimelineEntry};
use domain::message::Notice;
use domain::notices::OutboxItem;
use domain::ports::{Change, StoreError};
use domain::time::Timestamp;

use super::{finish, keep};
use crate::conn::Conn;
use crate::errors::Mapped;
use crate::evidence;
use crate::rows::{FrameRow, IncidentRow, OfferRow, OutboxRow, TimerRow};
use crate::schema::{frames, idempotency_keys, incidents, timers};
use crate::sealed::KeyRing;
use crate::sql_types::{At, Id};
use crate::standings;
use crate::statement::{Insertion, JsonText, Value};
use crate::{audit, beside};

/// Saves everything or nothing.
pub(super) fn save(conn: &mut Conn, keys: &KeyRing, change: &Change) -> Result<(), StoreError> {
    let organisation = change.organisation_id;
    // The fence first: an effect of a lost lease must not even be tried.
    if let Some((timer, generation)) = change.timer {
        finish::timer(conn, timer, generation, change.now)?;
    }
    let decision = &change.decision;
    if let Some(incident) = &decision.incident {
        save_incident(conn, incident, decision.expected_version)?;
    }
    if let Some(frame) = &change.frame {
        save_frame(
            conn,
            organisation,
            frame,
            decision.incident.as_ref(),
            change.now,
        )?;
    }
    save_consequences(conn, keys, organisation, decision, change.now)?;
    for also in &decision.also {
        if let Some(incident) = &also.incident {
            save_incident(conn, incident, also.expected_version)?;
        }
        save_consequences(conn, keys, organisation, also, change.now)?;
    }
    if let (Some((account, key)), Some(incident)) = (&change.idempotency, &decision.incident) {
        save_key(conn, organisation, *account, key, incident.id, change.now)?;
    }
    match &change.audit {
        Some(entry) => audit::insert(conn, keys, entry),
        None => Ok(()),
    }
}

/// What follows from a decision about an incident that is stored by now.
fn save_consequences(
    conn: &mut Conn,
    keys: &KeyRing,
    organisation: OrganisationId,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), StoreError> {
    save_offers(conn, organisation, &decision.offers)?;
    standings::insert(conn, &decision.standings)?;
    evidence::insert(conn, &decision.evidence)?;
    beside::insert(conn, keys, &decision.beside)?;
    save_timeline(conn, &decision.timeline)?;
    save_guard(conn, organisation, decision, now)?;
    save_outbox(conn, &decision.outbox)
}

fn save_incident(
    conn: &mut Conn,
    incident: &Incident,
    expected: Option<i32>,
) -> Result<(), StoreError> {
    let row = IncidentRow::from(incident);
    #[cfg(feature = "planted-bugs")]
    let expected = crate::plant::expected(conn, incident.id.into(), expected)?;
    let Some(expected) = expected else {
        return diesel::insert_into(incidents::table)
            .values(row)
            .execute(conn)
            .mapped()
            .map(|_| ());
    };
    let unchanged = incidents::table
        .filter(incidents::organisation_id.eq(Id::from(incident.organisation_id)))
        .filter(incidents::id.eq(Id::from(incident.id)))
        .filter(incidents::version.eq(expected));
    let changed = diesel::update(unchanged).set(row).execute(conn).mapped()?;
    if changed == 0 {
        Err(StoreError::Conflict)
    } else {
        Ok(())
    }
}

/// A frame is stored once. One that was kept undecided is decided now, whichever copy came.
fn save_frame(
    conn: &mut Conn,
    organisation: OrganisationId,
    frame: &ReceivedFrame,
    incident: Option<&Incident>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let organisation = Id::from(organisation);
    let incident_id = incident.map(|incident| Id::from(incident.id));
    #[cfg(feature = "planted-bugs")]
    let incident_id = {
        let repeats = incident.map_or(0, |incident| incident.repeats);
        crate::plant::filed(conn, incident_id, repeats)?
    };
    let unknown = incident.is_some_and(|incident| incident.resident_id.is_none());
    match keep::known(conn, organisation, frame)? {
        Some((_, false)) => Err(StoreError::Duplicate),
        // When it was kept, its device was seen.
        Some((id, true)) => decide_kept(conn, organisation, id, incident_id, unknown, now),
        None => {
            let row = FrameRow::new(organisation, frame).of_incident(incident_id, unknown);
            keep::insert(conn, row)?;
            keep::seen(conn, organisation, frame)
        }
    }
}

fn decide_kept(
    conn: &mut Conn,
    organisation: Id,
    id: Id,
    incident: Option<Id>,
    unknown: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let kept = frames::table
        .filter(frames::organisation_id.eq(organisation))
        .filter(frames::id.eq(id));
    diesel::update(kept)
        .set((
            frames::incident_id.eq(incident),
            frames::undecided.eq(false),
            frames::unknown_device.eq(unknown),
        ))
        .execute(conn)
        .mapped()?;
    let waiting = timers::table
        .filter(timers::organisation_id.eq(organisation))
        .filter(timers::frame_id.eq(Some(id)))
        .filter(timers::done_at.is_null());
    diesel::update(waiting)
        .set(timers::done_at.eq(Some(At(now))))
        .execute(conn)
        .mapped()
        .map(|_| ())
}

fn save_offers(
    conn: &mut Conn,
    organisation: OrganisationId,
    changed: &[Offer],
) -> Result<(), StoreError> {
    let rows: Vec<_> = changed
        .iter()
        .map(|offer| OfferRow::of(organisation, offer))
        .collect();
    let rows: Result<Vec<_>, _> = rows.iter().map(OfferRow::values).collect();
    OfferRow::KEEP.run(conn, rows?.into_iter())
}

const TIMELINE: Insertion = Insertion {
    head: "INSERT INTO timeline_entries \
           (organisation_id, id, incident_id, \"at\", kind, account_id, facts) VALUES",
    row: "(?, ?, ?, ?, ?, ?, ?)",
    tail: "",
};

fn save_timeline(conn: &mut Conn, entries: &[TimelineEntry]) -> Result<(), StoreError> {
    let row = |entry: &TimelineEntry| {
        Ok(vec![
            Id::from(entry.organisation_id).into(),
            Id::from(entry.id).into(),
            Id::from(entry.incident_id).into(),
            At(entry.at).into(),
            entry.kind.as_str().into(),
            Value::Id(entry.account_id.map(Id::from)),
            JsonText::of(&entry.facts)?.into(),
        ])
    };
    let rows: Result<Vec<_>, StoreError> = entries.iter().map(row).collect();
    TIMELINE.run(conn, rows?.into_iter())
}

/// Keeps the rule "one pending guard per incident": the old one ends where the new one begins.
fn save_guard(
    conn: &mut Conn,
    organisation: OrganisationId,
    decision: &Decision,
    now: Timestamp,
) -> Result<(), StoreError> {
    let incident = match (&decision.guard, &decision.incident) {
        (Guard::Keep, _) | (Guard::Clear, None) => return Ok(()),
        (Guard::Set(timer), _) => timer.incident_id,
        (Guard::Clear, Some(incident)) => incident.id,
    };
    let is_new = decision.incident.is_some() && decision.expected_version.is_none();
    // What begins here has no older guard.
    if !is_new {
        let pending = timers::table
            .filter(timers::organisation_id.eq(Id::from(organisation)))
            .filter(timers::incident_id.eq(Some(Id::from(incident))))
            .filter(timers::done_at.is_null());
        diesel::update(pending)
            .set(timers::done_at.eq(Some(At(now))))
            .execute(conn)
            .mapped()?;
    }
    if let Guard::Set(timer) = &decision.guard {
        diesel::insert_into(timers::table)
            .values(TimerRow::guard(organisation, timer))
            .execute(conn)
            .mapped()?;
    }
    Ok(())
}

fn save_outbox(conn: &mut Conn, items: &[OutboxItem]) -> Result<(), StoreError> {
    let mut written: Option<(&Notice, JsonText)> = None;
    let mut rows = Vec::with_capacity(items.len());
    for item in items {
        // Everybody of a seat is told the same.
        let notice = match &written {
            Some((notice, text)) if **notice == item.notice => text.clone(),
            _ => JsonText::of(&item.notice)?,
        };
        written = Some((&item.notice, notice.clone()));
        rows.push(OutboxRow::fresh(item, notice));
    }
    OutboxRow::FRESH.run(conn, rows.into_iter())
}

fn save_key(
    conn: &mut Conn,
    organisation: OrganisationId,
    account: AccountId,
    key: &str,
    incident: IncidentId,
    now: Timestamp,
) -> Result<(), StoreError> {
    diesel::insert_into(idempotency_keys::table)
        .values((
            idempotency_keys::organisation_id.eq(Id::from(organisation)),
            idempotency_keys::account_id.eq(Id::from(account)),
            idempotency_keys::key.eq(key),
            idempotency_keys::incident_id.eq(Id::from(incident)),
            idempotency_keys::created_at.eq(At(now)),
        ))
        .execute(conn)
        .mapped()
        .map(|_| ())
}
