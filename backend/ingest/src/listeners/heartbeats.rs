//! How long devices of a protocol are silent when nothing happens.

use std::time::Duration;

use domain::devices::Protocol;

/// Minutes that devices leave between two frames at most, as makers set them at the factory
/// (recalled, not measured). Who sets a longer interval connects anew for each report.
fn minutes(protocol: Protocol) -> u64 {
    match protocol {
        // The standard's terminals beat every minute or less.
        Protocol::Jt808 => 2,
        // Bare numbers, `LINK` and `HTBT` come every minute or two.
        Protocol::Gps103 | Protocol::R16h => 3,
        // `LK`, `13`, `01` and their like, and the pings of a home alarm unit: three to five minutes.
        _ => 5,
    }
}

/// The longest usual pause between two frames of a device.
pub fn heartbeat(protocol: Protocol) -> Duration {
    Duration::from_secs(60 * minutes(protocol))
}

/// Silence after which a connection is taken as dead: two heartbeats.
pub fn idle(protocol: Protocol) -> Duration {
    2 * heartbeat(protocol)
}
