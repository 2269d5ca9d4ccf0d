//! Keeps the roster and the closures that rankings use close to the database.

use std::time::Duration;

use crate::engine::blocking;

use super::{Environment, pause};

/// How old what rankings know may be.
const PERIOD: Duration = Duration::from_secs(2);

/// Runs until told to stop.
pub(super) async fn run(environment: Environment) {
    let mut stop = environment.shutdown.listen();
    loop {
        reload(&environment).await;
        tokio::select! {
            () = pause(PERIOD) => {}
            _ = stop.wait_for(|stopped| *stopped) => return,
        }
    }
}

async fn reload(environment: &Environment) {
    let engine = environment.engine.clone();
    let read = blocking(move || {
        let now = engine.now();
        engine.allocation.reload(now, || engine.store.roster())?;
        // Closures of other processes are heard of here, and ends that come by themselves.
        let closures = engine.store.street_closures_in_force(now)?;
        engine.allocation.set_closures(&closures, now);
        Ok::<(), domain::ports::StoreError>(())
    });
    if let Err(error) = read.await {
        tracing::warn!(%error, "roster or closures not read; the last ones stay");
    }
}
