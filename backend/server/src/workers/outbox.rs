//! Outbox rows are handed to carriers; no carrier is called inside a transaction.

use std::time::Duration;

use domain::apply::deliver;
use domain::message::MessageKey;
use domain::notices::Channel;
use domain::ports::{ClaimedOutbox, Delivered, Store as _};

use crate::engine::blocking;
use crate::stages::{Stage, StageEvent, monotonic};

use super::in_hand::InHand;
use super::{Environment, LEASE};

/// Safety net beside the wake-up.
const PERIOD: Duration = Duration::from_millis(500);
/// Rows in hand at once; each is a blocking call of its own. A call that hangs costs one place, and
/// nobody else waits for it.
const AT_ONCE: usize = 64;

/// Runs until told to stop.
pub(super) async fn run(environment: Environment) {
    let mut woken = environment.engine.wake.register();
    let mut stop = environment.shutdown.listen();
    let mut calls = InHand::new("delivery", AT_ONCE);
    loop {
        #[cfg(feature = "planted-bugs")]
        crate::plant::stick(crate::plant::STUCK_OUTBOX).await;
        let free = calls.free();
        let rows = claim(&environment, free).await.unwrap_or_default();
        let may_be_more = rows.len() == free;
        for row in rows {
            calls.take(deliver_one(environment.clone(), row));
        }
        let goes_on = if may_be_more {
            calls.half_free(&mut stop).await;
            !*stop.borrow()
        } else {
            calls.rest(&mut woken, &mut stop, PERIOD).await
        };
        if !goes_on {
            return calls.end().await;
        }
    }
}

async fn claim(environment: &Environment, most: usize) -> Option<Vec<ClaimedOutbox>> {
    let most = u32::try_from(most).ok().filter(|most| *most > 0)?;
    let engine = environment.engine.clone();
    let owner = environment.owner;
    let now = engine.now();
    let lease = LEASE;
    #[cfg(feature = "planted-bugs")]
    let lease = match crate::plant::is_slow() {
        true => crate::plant::SHORT_LEASE,
        false => lease,
    };
    let claimed = blocking(move || engine.store.claim_outbox(owner, now, lease, most)).await;
    claimed
        .inspect_err(|error| tracing::error!(%error, "outbox not claimed"))
        .ok()
}

async fn deliver_one(environment: Environment, row: ClaimedOutbox) {
    let engine = environment.engine.clone();
    let incident_id = row.item.incident_id;
    let is_offer = row.item.notice.key == MessageKey::OfferNew;
    let started = monotonic();
    #[cfg(feature = "planted-bugs")]
    if crate::plant::is_slow() {
        blocking(|| std::thread::sleep(crate::plant::SLOW_TELLING)).await;
    }
    match blocking(move || deliver(&engine, &row)).await {
        Ok(Delivered::Sent(channel)) => {
            environment.counters.notices_sent.count();
            if is_offer && channel == Channel::Push {
                environment.stages.passed(StageEvent {
                    incident_id: Some(incident_id),
                    frame_id: None,
                    stage: Stage::PushHandedOver,
                    at: monotonic(),
                    took: Some(started.elapsed()),
                    count: 1,
                });
            }
        }
        Ok(Delivered::Later { reason, .. }) => {
            environment.counters.notices_postponed.count();
            tracing::warn!(reason, "notice postponed");
        }
        Ok(Delivered::Failed(reason)) => {
            environment.counters.notices_failed.count();
            tracing::error!(reason, "notice failed for good");
        }
        Ok(Delivered::NoEndpoint | Delivered::Held { .. } | Delivered::Dropped(_)) => {}
        Err(error) => tracing::error!(%error, "delivery not recorded"),
    }
}
