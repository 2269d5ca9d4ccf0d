//! The time a ranking may take.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// A ranking that takes longer is not worth waiting for.
pub const BUDGET: Duration = Duration::from_millis(5);

/// A deadline that is looked at between stages, and inside those that go through everybody.
///
/// The caller's own thread ranks: a second one would cost a hand-over on every alarm, and under
/// load its wake-up alone can take longer than the budget. So a stage that has begun ends, and
/// what it found is used, for that time is paid; no further one is begun. The one stage that
/// cannot be left halfway, the search, is limited by the walk it looks at.
pub(super) struct Budget<'a> {
    clock: &'a dyn Fn() -> Instant,
    whole: Duration,
    began: Instant,
    spent: Cell<bool>,
}

impl<'a> Budget<'a> {
    /// The whole budget, from now on.
    pub(super) fn begin(whole: Duration, clock: &'a dyn Fn() -> Instant) -> Self {
        Self {
            clock,
            whole,
            began: clock(),
            spent: Cell::new(false),
        }
    }

    /// Another budget by the same clock, from now on.
    pub(super) fn anew(&self, whole: Duration) -> Self {
        Self::begin(whole, self.clock)
    }

    /// Goes on, or gives up for good.
    pub(super) fn go_on(&self) -> Result<(), OverTime> {
        if self.spent.get() || self.took() > self.whole {
            self.spent.set(true);
            return Err(OverTime);
        }
        Ok(())
    }

    /// Time since the beginning.
    pub(super) fn took(&self) -> Duration {
        (self.clock)().saturating_duration_since(self.began)
    }
}

/// The budget is spent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OverTime;
