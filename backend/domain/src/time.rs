//! Points in time. Durations inside a process are measured outside, by a monotonic clock.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};

/// A moment, kept to the microsecond because that is what both databases keep.
pub type Timestamp = DateTime<Utc>;

/// Cuts a moment to the precision that survives storage.
pub fn storable(at: Timestamp) -> Timestamp {
    at.trunc_subsecs(6)
}

/// Seconds that Asia/Shanghai is ahead of UTC, all year.
pub const SHANGHAI_OFFSET_S: i64 = 8 * 3600;

/// A span of whole seconds.
pub fn seconds(count: u32) -> TimeDelta {
    TimeDelta::seconds(i64::from(count))
}
