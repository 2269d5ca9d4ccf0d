//! Due timers take effect, once, under their fence.

use std::time::Duration;

use chrono::TimeDelta;
use domain::apply::fire;
use domain::ports::{ClaimedTimer, Store as _};

use crate::engine::blocking;

use super::Environment;
use super::in_hand::InHand;

/// Safety net beside the wake-up; also how late a timer may be.
const PERIOD: Duration = Duration::from_millis(200);
/// How long a claim holds when its worker is gone: also how late a timer may be that a killed
/// process had claimed. The fence lets only one of two claims take effect, so it may be short.
const LEASE: TimeDelta = TimeDelta::seconds(2);
/// Timers in hand at once; their effects share commits.
const AT_ONCE: usize = 64;

/// Runs until told to stop.
pub(super) async fn run(environment: Environment) {
    let mut woken = environment.engine.wake.register();
    let mut stop = environment.shutdown.listen();
    let mut firing = InHand::new("timer", AT_ONCE);
    loop {
        #[cfg(feature = "planted-bugs")]
        crate::plant::stick(crate::plant::STUCK_TIMERS).await;
        firing.half_free(&mut stop).await;
        let timers = claim(&environment, firing.free()).await;
        let is_idle = timers.is_empty();
        for timer in timers {
            firing.take(fire_one(environment.clone(), timer));
        }
        let goes_on = !is_idle || firing.rest(&mut woken, &mut stop, PERIOD).await;
        if !goes_on || *stop.borrow() {
            return firing.end().await;
        }
    }
}

async fn claim(environment: &Environment, most: usize) -> Vec<ClaimedTimer> {
    let most = u32::try_from(most).unwrap_or(u32::MAX);
    let engine = environment.engine.clone();
    let owner = environment.owner;
    let now = engine.now();
    let backlog = engine.backlog.clone();
    let claimed = blocking(move || engine.store.claim_timers(owner, now, LEASE, most)).await;
    let claimed = claimed
        .inspect_err(|error| tracing::error!(%error, "timers not claimed"))
        .unwrap_or_default();
    backlog.saw(&claimed, now);
    claimed
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
