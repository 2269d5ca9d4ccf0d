//! Looks now and then whether devices are heard, and keeps the directory of them fresh.

use std::time::{Duration, Instant};

use crate::engine::blocking;
use crate::health::Rounds;
use crate::stages::monotonic;

use super::{Environment, pause, rest};

/// Safety net beside the wake-up; also how late a silence may be found.
const PERIOD: Duration = Duration::from_secs(1);
/// Shortest time between two rounds: under load every commit wakes, and nothing here is that
/// urgent.
const FLOOR: Duration = Duration::from_millis(50);
/// How old the directory may be, should another process have changed a device.
const DIRECTORY: Duration = Duration::from_secs(30);

/// Runs until told to stop.
pub(super) async fn run(environment: Environment) {
    let mut woken = environment.engine.wake.register();
    let mut stop = environment.shutdown.listen();
    let mut rounds = Rounds::default();
    let mut read_at = monotonic();
    loop {
        rounds = round(&environment, rounds).await;
        read_at = renewed(&environment, read_at).await;
        pause(FLOOR).await;
        if !rest(&mut woken, &mut stop, PERIOD).await {
            return;
        }
    }
}

async fn round(environment: &Environment, mut rounds: Rounds) -> Rounds {
    let engine = environment.engine.clone();
    let (rounds, looked) = blocking(move || {
        let looked = rounds.round(&engine);
        (rounds, looked)
    })
    .await;
    if let Err(error) = looked {
        tracing::error!(%error, "devices not looked at");
    }
    rounds
}

async fn renewed(environment: &Environment, read_at: Instant) -> Instant {
    if read_at.elapsed() < DIRECTORY {
        return read_at;
    }
    let engine = environment.engine.clone();
    if let Err(error) = blocking(move || engine.directory.reload()).await {
        tracing::warn!(%error, "devices not read; what was known stays");
    }
    monotonic()
}
