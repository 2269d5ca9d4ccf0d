//! Counters: what happened since the start, by name.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($( $(#[$meta:meta])* $name:ident ),+ $(,)?) => {
        /// Everything that is counted.
        #[derive(Debug, Default)]
        pub struct Counters {
            $( $(#[$meta])* pub $name: Counter, )+
        }

        impl Counters {
            /// All of them by name.
            pub fn read(&self) -> BTreeMap<&'static str, u64> {
                BTreeMap::from([$( (stringify!($name), self.$name.read()) ),+])
            }
        }
    };
}

counters! {
    /// Frames received, decoded or not.
    frames,
    /// Alarm frames among them.
    alarms,
    /// Alarms whose event was stored before.
    repeated_alarms,
    /// Alarms that were kept and answered before they were decided: too many came at once.
    alarms_kept_first,
    /// Alarms of devices that belong to no resident.
    unknown_device_alarms,
    /// Pieces that could not be decoded.
    undecodable,
    /// Connections closed for a frame over the limit.
    oversize_closed,
    /// Frames of another device on a bound connection.
    identity_changed,
    /// Connections opened.
    connections_opened,
    /// Connections that ended, whoever ended them.
    connections_closed,
    /// Connections closed because no whole frame came for too long.
    idle_closed,
    /// Connections closed because a frame that had begun did not end in time.
    stalled_closed,
    /// Frames that are no alarm, answered and not kept: over the limit of their connection or device.
    telemetry_over_limit,
    /// Frames that are no alarm, answered and not kept: acknowledged alarms waited for decisions.
    telemetry_shed,
    /// Connections turned away because there were too many.
    connections_turned_away,
    /// Frames that could not be stored and were not answered.
    frames_not_stored,
    /// Logins with a wrong name or secret.
    logins_refused,
    /// Messages and subscriptions on topics that are not the sender's.
    topics_refused,
    /// Connections to external brokers that were lost.
    brokers_lost,
    /// Alarms whose sender did not prove who it is; a human looks at them first.
    unproven_alarms,
    /// Other messages whose sender did not prove who it is; they are not kept.
    unproven_refused,
    /// Signed messages that were let in before and are answered again.
    signed_repeats,
    /// Notices a carrier took.
    notices_sent,
    /// Notices that will be tried again.
    notices_postponed,
    /// Notices that will never go.
    notices_failed,
    /// Timers that took effect.
    timers_fired,
    /// Jumps of the wall clock by more than 2 s.
    clock_jumps,
    /// Rankings that had to fall back to the fixed list.
    ranking_fallbacks,
}

/// One counter.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// One more.
    pub fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// How many.
    pub fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
