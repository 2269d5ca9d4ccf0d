//! Workers: told "wake up", never what to do. They look into the tables, on a signal and also on a
//! period, so a lost signal costs latency and never correctness.

mod calls;
mod channel_tests;
mod clock;
mod commands;
mod enrolments;
mod health;
mod in_hand;
mod life_signs;
mod outbox;
mod roster;
mod timers;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::clock::SteadyClock;
use crate::engine::{Engine, fresh_id};
use crate::ops::counters::Counters;
use crate::ops::shutdown::Shutdown;
use crate::stages::Stages;

/// How long a claim of a notice or a command holds when its worker is gone.
const LEASE: TimeDelta = TimeDelta::seconds(30);

/// What every worker is given.
#[derive(Clone)]
pub struct Environment {
    /// The ports.
    pub engine: Engine,
    /// Counts.
    pub counters: Arc<Counters>,
    /// Announces.
    pub stages: Arc<Stages>,
    /// Says when to stop.
    pub shutdown: Arc<Shutdown>,
    owner: Uuid,
}

impl Environment {
    /// An environment with an owner name of its own for leases.
    pub fn new(
        engine: Engine,
        counters: Arc<Counters>,
        stages: Arc<Stages>,
        shutdown: Arc<Shutdown>,
    ) -> Self {
        Self {
            engine,
            counters,
            stages,
            shutdown,
            owner: fresh_id(),
        }
    }
}

/// Starts all workers.
pub fn start(environment: &Environment) -> JoinSet<()> {
    let mut workers = JoinSet::new();
    workers.spawn(health::run(environment.clone()));
    workers.spawn(life_signs::run(environment.clone()));
    workers.spawn(outbox::run(environment.clone()));
    workers.spawn(timers::run(environment.clone()));
    workers.spawn(roster::run(environment.clone()));
    workers.spawn(commands::run(environment.clone()));
    workers.spawn(enrolments::run(environment.clone()));
    workers.spawn(calls::run(environment.clone()));
    workers.spawn(channel_tests::run(environment.clone()));
    workers
}

/// Watches over the clock of this process, beside the other workers.
pub fn watch_clock(workers: &mut JoinSet<()>, environment: &Environment, it: Arc<SteadyClock>) {
    workers.spawn(clock::run(environment.clone(), it));
}

/// Sleeps until rows were committed, the period is over, or it is time to stop.
/// Returns false when it is time to stop.
async fn rest(
    woken: &mut watch::Receiver<u64>,
    stop: &mut watch::Receiver<bool>,
    period: Duration,
) -> bool {
    if *stop.borrow() {
        return false;
    }
    tokio::select! {
        // The sender lives in the engine, which this worker holds.
        _ = woken.changed() => true,
        () = pause(period) => true,
        _ = stop.wait_for(|stopped| *stopped) => false,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a poll as safety net beside the wake-up"
)]
pub(crate) async fn pause(period: Duration) {
    tokio::time::sleep(period).await;
}
