//! Due timers take effect, once, under their fence.

use std::time::Duration;

use domain::apply::fire;
use domain::ports::{ClaimedTimer, Store as _};

use crate::engine::blocking;

use super::{Environment, LEASE, rest};

/// Safety net beside the wake-up; also how late a timer may be.
const PERIOD: Duration = Duration::from_millis(200);
/// Timers claimed at once.
const BATCH: u32 = 64;

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
    for timer in timers {
        let engine = environment.engine.clone();
        let id = timer.id;
        // One poisonous row must not stop the others: its lease runs out and it comes again.
        match blocking(move || fire(&engine, &timer)).await {
            Ok(()) => environment.counters.timers_fired.count(),
            Err(error) => tracing::error!(%error, timer = %id, "timer failed"),
        }
    }
}
