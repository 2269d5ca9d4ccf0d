//! The one place that reads the wall clock and makes identifiers.

mod machine;
mod steady;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::TimeDelta;
use domain::ports::{Clock, Identifiers};
use domain::time::{Timestamp, storable};
use uuid::Uuid;

pub use steady::{Look, SteadyClock};

/// The wall clock plus an offset that only tests move.
#[derive(Debug, Default)]
pub struct WallClock {
    offset_us: AtomicI64,
}

impl WallClock {
    /// A clock that tells the machine's time.
    pub fn shared() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: TimeDelta) {
        let by_us = by.num_microseconds().unwrap_or(i64::MAX);
        self.offset_us.fetch_add(by_us, Ordering::SeqCst);
    }
}

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        let offset = TimeDelta::microseconds(self.offset_us.load(Ordering::SeqCst));
        storable(machine::wall() + offset)
    }
}

/// Time-ordered random identifiers (UUID version 7).
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIdentifiers;

impl Identifiers for RandomIdentifiers {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the source everybody else is given"
    )]
    fn fresh(&self) -> Uuid {
        Uuid::now_v7()
    }
}
