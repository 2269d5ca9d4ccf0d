//! What the machine says: its wall clock, and how long it has been up.

use chrono::TimeDelta;
use domain::time::{Timestamp, storable};

/// The present boot of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Boot {
    /// Tells it from every other.
    pub(super) id: String,
    /// How long it has been up, asleep or awake.
    pub(super) up: TimeDelta,
}

/// The wall clock.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the clock everybody else is given"
)]
pub(super) fn wall() -> Timestamp {
    storable(chrono::Utc::now())
}

/// The present boot, where the system tells it (Linux).
pub(super) fn boot() -> Option<Boot> {
    let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let up = std::fs::read_to_string("/proc/uptime").ok()?;
    let seconds: f64 = up.split_whitespace().next()?.parse().ok()?;
    let up = std::time::Duration::try_from_secs_f64(seconds).ok()?;
    Some(Boot {
        id: id.trim().to_owned(),
        up: TimeDelta::from_std(up).ok()?,
    })
}
