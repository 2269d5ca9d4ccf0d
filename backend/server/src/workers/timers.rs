//! Due timers take effect, once, under their fence.

use std::time::Duration;

use chrono::TimeDelta;
use domain::apply::fire;
use domain::ports::{ClaimedTimer, Store as _};
use tokio::task::JoinSet;

use crate::engine::blocking;

use super::{Environment, rest};

/// Safety net beside the wake-up; also how late a timer may be.
const PERIOD: Duration = Duration::from_millis(200);
/// How long a claim holds when its worker is gone: also how late a timer may be that a killed
/// process had claimed. The fence lets only one of two claims take effect, so it may be short.
const LEASE: TimeDelta = TimeDelta::seconds(2);
/// Timers claimed at once; their effects share commits.
const BATCH: u32 = 48;

/// Runs until told to stop.
pub(super) async fn run(environment: Environment) {
    let mut woken = environment.engine.wake.register();
    let mut stop = environment.shutdown.listen();
    loop {
        #[cfg(feature = "planted-bugs")]
        crate::plant::stick(crate::plant::STUCK_TIMERS).await;
        match claim(&environment).await {
            Some(timers) if !timers.is_empty() => fire_all(&environment, timers).await,
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

async fn claim(environment: &Environment) -> Option<Vec<ClaimedTimer>> {
    let engine = environment.engine.clone();
    let owner = environment.owner;
    let now = engine.now();
    let claimed = blocking(move || engine.store.claim_timers(owner, now, LEASE, BATCH)).await;
    claimed
        .inspect_err(|error| tracing::error!(%error, "timers not claimed"))
        .ok()
}

async fn fire_all(environment: &Environment, timers: Vec<ClaimedTimer>) {
    let mut firing = JoinSet::new();
    for timer in timers {
        firing.spawn(fire_one(environment.clone(), timer));
    }
    while let Some(ended) = firing.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a timer broke off; its lease runs out and it comes again");
        }
    }
}

async fn fire_one(environment: Environment, timer: ClaimedTimer) {
    let engine = environment.engine.clone();
    let id = timer.id;
    // One poisonous row must not stop the others: its lease runs out and it comes again.
    match blocking(move || fire(&engine, &timer)).await {
        Ok(()) => environment.counters.timers_fired.count(),
        Err(error) => tracing::error!(%error, timer = %id, "timer failed"),
    }
}
