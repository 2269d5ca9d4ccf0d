//! The operations of the contract over the engine: one file per tag.
//!
//! Every operation passes the one gate (`gate.rs`), shows only what its caller may see
//! (`wire.rs`, `wording.rs`) and answers a "no" as a problem (`problems.rs`). An incident is
//! changed through the engine and in no other way. Start reading at `incidents.rs`.

mod authenticator;
mod bindings;
mod device_commands;
mod device_credentials;
mod devices;
mod enrolments;
mod evidence;
mod gate;
mod incident_steps;
mod incidents;
mod keyed;
mod ladders;
mod life_signs;
mod map;
mod notifications;
mod offers;
mod ops;
mod problems;
mod protection;
mod push_endpoints;
mod reach;
mod residents;
mod responders;
#[cfg(test)]
mod samples;
mod stream;
mod street_closures;
mod webhooks;
mod wire;
mod wording;

use std::sync::Arc;
use std::time::Instant;

use ingest::listeners::broker::BrokerState;
use openapi::Problem;
use store::DatabaseUrl;

pub use authenticator::Authenticator;

use crate::engine::{Engine, blocking};
use crate::intake::FrameIntake;
use crate::ops::counters::Counters;
use crate::ops::shutdown::Shutdown;
use crate::stages::{Stages, monotonic};
use crate::watchdog::Watchdog;
use ops::WriterWatch;
use problems::Failure;

/// All ports of the contract, cheap to clone.
#[derive(Clone)]
pub struct Api {
    engine: Engine,
    counters: Arc<Counters>,
    shutdown: Arc<Shutdown>,
    writer: Arc<WriterWatch>,
    started: Instant,
    database: &'static str,
    intake: Arc<FrameIntake>,
    brokers: Arc<[Arc<BrokerState>]>,
    watchdog: Option<Arc<Watchdog>>,
}

impl Api {
    /// The contract over an engine.
    pub fn new(engine: Engine, counters: Arc<Counters>, shutdown: Arc<Shutdown>) -> Self {
        let started = monotonic();
        let writer = Arc::new(WriterWatch::new(started));
        let stages = Arc::new(Stages::default());
        let intake = FrameIntake::new(engine.clone(), counters.clone(), stages);
        Self {
            engine,
            counters,
            shutdown,
            writer,
            started,
            database: "unknown",
            intake: Arc::new(intake),
            brokers: Arc::default(),
            watchdog: None,
        }
    }

    /// Hands frames of webhooks to this intake, and reports the state of these brokers.
    #[must_use]
    pub fn taking(mut self, intake: FrameIntake, brokers: Vec<Arc<BrokerState>>) -> Self {
        self.intake = Arc::new(intake);
        self.brokers = brokers.into();
        self
    }

    /// Lets health say what this watchdog knows.
    #[must_use]
    pub fn watched_by(mut self, watchdog: Arc<Watchdog>) -> Self {
        self.watchdog = Some(watchdog);
        self
    }

    /// Names the kind of database that health reports.
    #[must_use]
    pub fn on(mut self, database: &DatabaseUrl) -> Self {
        self.database = match database {
            DatabaseUrl::Sqlite(_) => "sqlite",
            DatabaseUrl::Postgres(_) => "postgres",
        };
        self
    }

    /// Runs one question on a thread that may block.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Engine) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Problem> {
        let engine = self.engine.clone();
        blocking(move || question(&engine))
            .await
            .map_err(Problem::from)
    }
}
