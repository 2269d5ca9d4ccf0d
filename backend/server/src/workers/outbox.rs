//! Outbox rows are handed to carriers; no carrier is called inside a transaction.

use std::time::Duration;

use domain::apply::deliver;
use domain::message::MessageKey;
use domain::notices::Channel;
use domain::ports::{ClaimedOutbox, Delivered, Store as _};
use tokio::task::JoinSet;

use crate::engine::blocking;
use crate::stages::{Stage, StageEvent, monotonic};

use super::{Environment, LEASE, rest};

/// Safety net beside the wake-up.
const PERIOD: Duration = Duration::from_millis(500);
/// Rows claimed at once; each is a blocking call of its own.
const BATCH: u32 = 16;

/// Runs until told to stop.
pub(super) async fn run(environment: Environment) {
    let mut woken = environment.engine.wake.register();
    let mut stop = environment.shutdown.listen();
    loop {
        #[cfg(feature = "planted-bugs")]
        crate::plant::stick(crate::plant::STUCK_OUTBOX).await;
        match claim(&environment).await {
            Some(rows) if !rows.is_empty() => deliver_all(&environment, rows).await,
            _ => {
                if !rest(&mut woken, &mut stop, PERIOD).await {
                    return;
                }
            }
        }
        if *stop.borrow() {
            return;
        }
    }
}

async fn claim(environment: &Environment) -> Option<Vec<ClaimedOutbox>> {
    let engine = environment.engine.clone();
    let owner = environment.owner;
    let now = engine.now();
    let lease = LEASE;
    #[cfg(feature = "planted-bugs")]
    let lease = match crate::plant::is_slow() {
        true => crate::plant::SHORT_LEASE,
        false => lease,
    };
    let claimed = blocking(move || engine.store.claim_outbox(owner, now, lease, BATCH)).await;
    claimed
        .inspect_err(|error| tracing::error!(%error, "outbox not claimed"))
        .ok()
}

async fn deliver_all(environment: &Environment, rows: Vec<ClaimedOutbox>) {
    let mut calls = JoinSet::new();
    for row in rows {
        calls.spawn(deliver_one(environment.clone(), row));
    }
    while let Some(ended) = calls.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a delivery broke off; its lease runs out and it comes again");
        }
    }
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
