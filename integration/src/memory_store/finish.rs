//! The end of a claim, under its fence.

use domain::ids::{OutboxId, TimerId};
use domain::notices::{self, DeliveryState, MAX_ATTEMPTS};
use domain::ports::{Delivered, StoreError};
use domain::time::Timestamp;

use super::state::{OutboxRow, State};

/// Marks a timer done, if the claim is still ours.
pub(super) fn timer(state: &mut State, id: TimerId, generation: i64) -> Result<(), StoreError> {
    if !state.timers.is_ours(id, generation) {
        return Err(StoreError::Fenced);
    }
    state.timers.done(id);
    Ok(())
}

/// Ends or reschedules a notice, if the claim is still ours.
pub(super) fn outbox(
    state: &mut State,
    id: OutboxId,
    generation: i64,
    delivered: &Delivered,
    now: Timestamp,
) -> Result<(), StoreError> {
    let ours =
        |row: &&mut OutboxRow| row.generation == generation && row.state == DeliveryState::Queued;
    let row = state
        .outbox
        .get_mut(&id)
        .filter(ours)
        .ok_or(StoreError::Fenced)?;
    row.leased_until = None;
    if let Delivered::Held { at } = delivered {
        row.next_at = *at;
        return Ok(());
    }
    row.attempts += 1;
    row.next_at = now;
    row.last_error = None;
    match delivered {
        Delivered::Sent(channel) => {
            row.state = DeliveryState::Sent;
            row.channel = Some(*channel);
        }
        Delivered::NoEndpoint => row.state = DeliveryState::NoEndpoint,
        Delivered::Held { at } => row.next_at = *at,
        Delivered::Dropped(reason) => {
            row.state = DeliveryState::Dropped;
            row.last_error = Some(reason.clone());
        }
        Delivered::Failed(reason) => {
            row.state = DeliveryState::Failed;
            row.last_error = Some(reason.clone());
        }
        Delivered::Later { at, reason } => {
            row.last_error = Some(reason.clone());
            if row.attempts >= MAX_ATTEMPTS {
                row.state = DeliveryState::Failed;
            } else {
                row.next_at = *at;
            }
        }
    }
    if row.state != DeliveryState::Queued {
        let order = (
            notices::priority(row.item.notice.key),
            row.item.created_at,
            id,
        );
        state.queued.remove(&order);
    }
    Ok(())
}
