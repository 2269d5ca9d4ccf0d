//! The one place of this crate that reads the clock.

use std::time::SystemTime;

/// The present; decisions take it as a parameter.
#[expect(
    clippy::disallowed_methods,
    reason = "expiry of messages and tokens is agreed with Google in real time"
)]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}
