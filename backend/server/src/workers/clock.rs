//! Compares the count of time with the wall clock.

use std::sync::Arc;
use std::time::Duration;

use domain::ports::WakeUps as _;

use crate::clock::{Look, SteadyClock};
use crate::engine::blocking;

use super::{Environment, pause};

/// Between two looks.
const PERIOD: Duration = Duration::from_secs(1);
/// Looks after which the count is noted again, for small differences were followed meanwhile.
const NOTED_EVERY: u32 = 60;

/// Runs until told to stop.
pub(super) async fn run(environment: Environment, clock: Arc<SteadyClock>) {
    let mut stop = environment.shutdown.listen();
    let mut looks = 0_u32;
    loop {
        tokio::select! {
            () = pause(PERIOD) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
        looks = looks.wrapping_add(1);
        if looks.is_multiple_of(NOTED_EVERY) {
            noted(&environment, &clock).await;
        }
        match clock.look() {
            Look::Steady => {}
            Look::Jumped(by) => {
                environment.counters.clock_jumps.count();
                tracing::warn!(
                    by_ms = by.num_milliseconds(),
                    "the wall clock jumped; timers stay"
                );
                environment.engine.wake.committed();
            }
            Look::Slept(by) => {
                tracing::warn!(for_ms = by.num_milliseconds(), "the machine slept");
                environment.engine.wake.committed();
                noted(&environment, &clock).await;
            }
        }
    }
}

async fn noted(environment: &Environment, clock: &Arc<SteadyClock>) {
    let (store, clock) = (environment.engine.store.clone(), clock.clone());
    if let Err(error) = blocking(move || clock.note(&store)).await {
        tracing::warn!(%error, "the count of time is not noted");
    }
}
