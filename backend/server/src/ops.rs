//! Running it: counters and shutdown.

pub mod counters;
pub mod shutdown;
