//! The end of a claim, under its fence.

use diesel::prelude::*;
use domain::ids::{OutboxId, TimerId};
use domain::notices::{Channel, DeliveryState, MAX_ATTEMPTS};
use domain::ports::{Delivered, StoreError};
use domain::time::Timestamp;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::schema::{outbox, outbox_attempts, timers};
use crate::sql_types::{At, Id, Word};

/// Marks a timer done, if the claim is still ours.
pub(super) fn timer(
    conn: &mut Conn,
    id: TimerId,
    generation: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let ours = timers::table
        .filter(timers::id.eq(Id::from(id)))
        .filter(timers::generation.eq(generation))
        .filter(timers::done_at.is_null());
    let changed = diesel::update(ours)
        .set(timers::done_at.eq(Some(At(now))))
        .execute(conn)
        .mapped()?;
    if changed == 0 {
        Err(StoreError::Fenced)
    } else {
        Ok(())
    }
}

/// What an attempt leaves behind.
struct Outcome {
    state: DeliveryState,
    channel: Option<Channel>,
    reason: Option<String>,
    next_at: Timestamp,
    sent_at: Option<Timestamp>,
}

impl Outcome {
    fn of(delivered: &Delivered, attempt: i32, now: Timestamp) -> Self {
        let end = |state| Self {
            state,
            channel: None,
            reason: None,
            next_at: now,
            sent_at: None,
        };
        let last = u32::try_from(attempt).is_ok_and(|attempt| attempt >= MAX_ATTEMPTS);
        match delivered {
            Delivered::Sent(channel) => Self {
                channel: Some(*channel),
                sent_at: Some(now),
                ..end(DeliveryState::Sent)
            },
            Delivered::NoEndpoint => end(DeliveryState::NoEndpoint),
            Delivered::Held { at } => Self {
                next_at: *at,
                ..end(DeliveryState::Queued)
            },
            Delivered::Dropped(reason) => Self {
                reason: Some(reason.clone()),
                ..end(DeliveryState::Dropped)
            },
            Delivered::Failed(reason) => Self {
                reason: Some(reason.clone()),
                ..end(DeliveryState::Failed)
            },
            Delivered::Later { reason, .. } if last => Self {
                reason: Some(reason.clone()),
                ..end(DeliveryState::Failed)
            },
            Delivered::Later { at, reason } => Self {
                reason: Some(reason.clone()),
                next_at: *at,
                ..end(DeliveryState::Queued)
            },
        }
    }
}

/// Records an attempt and ends or reschedules the notice, if the claim is still ours.
pub(super) fn outbox(
    conn: &mut Conn,
    id: OutboxId,
    generation: i64,
    delivered: &Delivered,
    now: Timestamp,
) -> Result<(), StoreError> {
    let fence = outbox::generation
        .eq(generation)
        .and(outbox::state.eq(Word(DeliveryState::Queued)));
    #[cfg(feature = "planted-bugs")]
    let fence = fence.or(crate::plant::unfenced());
    let ours = outbox::table
        .filter(outbox::id.eq(Id::from(id)))
        .filter(fence);
    if let Delivered::Held { at } = delivered {
        return hold(conn, id, generation, *at);
    }
    let found: Option<(Id, i32)> = ours
        .select((outbox::organisation_id, outbox::attempts))
        .first(conn)
        .optional()
        .mapped()?;
    let (organisation, before) = found.ok_or(StoreError::Fenced)?;
    let attempt = before + 1;
    let outcome = Outcome::of(delivered, attempt, now);
    let row = outbox::table
        .filter(outbox::organisation_id.eq(organisation))
        .filter(outbox::id.eq(Id::from(id)));
    diesel::update(row)
        .set((
            outbox::state.eq(Word(outcome.state)),
            outbox::attempts.eq(attempt),
            outbox::lease_owner.eq(None::<Id>),
            outbox::leased_until.eq(None::<At>),
            outbox::next_at.eq(At(outcome.next_at)),
            outbox::sent_at.eq(outcome.sent_at.map(At)),
            outbox::channel.eq(outcome.channel.map(Word)),
            outbox::last_error.eq(outcome.reason.clone()),
        ))
        .execute(conn)
        .mapped()?;
    diesel::insert_into(outbox_attempts::table)
        .values((
            outbox_attempts::organisation_id.eq(organisation),
            outbox_attempts::outbox_id.eq(Id::from(id)),
            outbox_attempts::attempt.eq(attempt),
            outbox_attempts::at.eq(At(now)),
            outbox_attempts::state.eq(Word(outcome.state)),
            outbox_attempts::channel.eq(outcome.channel.map(Word)),
            outbox_attempts::reason.eq(outcome.reason),
        ))
        .execute(conn)
        .mapped()
        .map(|_| ())
}

/// Puts a notice back for later; a wait is no attempt.
fn hold(conn: &mut Conn, id: OutboxId, generation: i64, at: Timestamp) -> Result<(), StoreError> {
    let ours = outbox::table
        .filter(outbox::id.eq(Id::from(id)))
        .filter(outbox::generation.eq(generation))
        .filter(outbox::state.eq(Word(DeliveryState::Queued)));
    let changed = diesel::update(ours)
        .set((
            outbox::lease_owner.eq(None::<Id>),
            outbox::leased_until.eq(None::<At>),
            outbox::next_at.eq(At(at)),
        ))
        .execute(conn)
        .mapped()?;
    if changed == 0 {
        Err(StoreError::Fenced)
    } else {
        Ok(())
    }
}
