//! Claiming due rows: a lease for a while, and a generation that fences late effects.

use domain::ids::{OutboxId, TimerId};
use domain::ports::{ClaimedOutbox, ClaimedTimer};
use domain::time::Timestamp;

use super::state::{State, TimerRow};

/// Claims due timers, the longest overdue first.
pub(super) fn timers(
    state: &mut State,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Vec<ClaimedTimer> {
    let timers = &mut state.timers;
    let free = |id: &TimerId| {
        timers
            .rows
            .get(id)
            .is_some_and(|row| is_free(row.leased_until, now))
    };
    let due: Vec<TimerId> = timers
        .due
        .iter()
        .take_while(|(at, _)| *at <= now)
        .map(|(_, id)| *id)
        .filter(free)
        .take(size(limit))
        .collect();
    let mut claimed = Vec::with_capacity(due.len());
    for id in due {
        if let Some(row) = timers.rows.get_mut(&id) {
            row.generation += 1;
            row.leased_until = Some(until);
            claimed.push(of_row(id, row));
        }
    }
    claimed
}

/// Claims waiting notices: what sets somebody in motion first, then the oldest.
pub(super) fn outbox(
    state: &mut State,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Vec<ClaimedOutbox> {
    let free = |id: &OutboxId| {
        let row = state.outbox.get(id);
        row.is_some_and(|row| row.next_at <= now && is_free(row.leased_until, now))
    };
    let due: Vec<OutboxId> = state
        .queued
        .iter()
        .map(|(_, _, id)| *id)
        .filter(free)
        .take(size(limit))
        .collect();
    let mut claimed = Vec::with_capacity(due.len());
    for id in due {
        if let Some(row) = state.outbox.get_mut(&id) {
            row.generation += 1;
            row.leased_until = Some(until);
            claimed.push(ClaimedOutbox {
                item: row.item.clone(),
                attempts: row.attempts,
                generation: row.generation,
            });
        }
    }
    claimed
}

fn is_free(leased_until: Option<Timestamp>, now: Timestamp) -> bool {
    leased_until.is_none_or(|until| until <= now)
}

fn size(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

fn of_row(id: TimerId, row: &TimerRow) -> ClaimedTimer {
    ClaimedTimer {
        id,
        organisation_id: row.organisation_id,
        incident_id: row.incident_id,
        frame_id: row.frame_id,
        kind: row.kind,
        rung: row.rung,
        due_at: row.due_at,
        generation: row.generation,
    }
}
