//! Looks now and then whether signs of daily life are missing.

use std::time::Duration;

use crate::engine::blocking;
use crate::life_signs;

use super::{Environment, pause, rest};

/// Safety net beside the wake-up; rules are due every quarter of an hour.
const PERIOD: Duration = Duration::from_secs(5);
/// Shortest time between two looks at the rules.
const FLOOR: Duration = Duration::from_millis(250);

/// Runs until told to stop.
pub(super) async fn run(environment: Environment) {
    let mut woken = environment.engine.wake.register();
    let mut stop = environment.shutdown.listen();
    loop {
        let engine = environment.engine.clone();
        if let Err(error) = blocking(move || life_signs::round(&engine)).await {
            tracing::error!(%error, "signs of daily life not looked at");
        }
        pause(FLOOR).await;
        if !rest(&mut woken, &mut stop, PERIOD).await {
            return;
        }
    }
}
