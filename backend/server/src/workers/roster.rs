//! Keeps the roster and the network that rankings use close to the database.

use std::time::Duration;

use crate::engine::blocking;

use super::{Environment, pause};

/// How old the roster may be.
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
        engine.allocation.reload(now, || engine.store.roster())
    });
    if let Err(error) = read.await {
        tracing::warn!(%error, "roster not read; the last one stays");
    }
}
