//! Keeps the roster and the closures that rankings use close to the database.

use std::time::Duration;

use crate::engine::blocking;

use super::{Environment, pause};

/// How old what rankings know may be.
const PERIOD: Duration = Duration::from_secs(2);
/// Rosters between two looks at the past of people: rest and asks are at most ten seconds old,
/// and the asks of three months are not read every other second.
const ROUNDS: u32 = 5;

/// Runs until told to stop.
pub(super) async fn run(environment: Environment) {
    let mut stop = environment.shutdown.listen();
    let mut round = 0_u32;
    loop {
        reload(&environment, round.is_multiple_of(ROUNDS)).await;
        round = round.wrapping_add(1);
        tokio::select! {
            () = pause(PERIOD) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
    }
}

async fn reload(environment: &Environment, past: bool) {
    let engine = environment.engine.clone();
    let read = blocking(move || {
        let now = engine.now();
        let (store, allocation) = (&engine.store, &engine.allocation);
        // The past is read where the roster is, so that no older reading replaces a newer one.
        allocation.reload(now, || {
            if past {
                allocation.set_records(store.track_records(now)?);
            }
            store.roster()
        })?;
        // Closures of other processes are heard of here, and ends that come by themselves.
        allocation.reload_closures(now, || store.street_closures_in_force(now))
    });
    if let Err(error) = read.await {
        tracing::warn!(%error, "roster or closures not read; the last ones stay");
    }
}
