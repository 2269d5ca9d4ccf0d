//! Telemetry of each device, over all its connections and carriers. Alarms never come here.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::devices::{DeviceUid, Protocol};
use ingest::listeners::limits::{Bucket, Limit};
use tokio::time::Instant;

/// Devices after which those that have long been within their limit are forgotten.
const SWEPT_AT: usize = 10_000;

/// What each device may still send.
#[derive(Debug)]
pub(super) struct Devices {
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    buckets: HashMap<(Protocol, DeviceUid), Bucket>,
    sweep_at: usize,
}

impl Default for Devices {
    fn default() -> Self {
        let known = Known {
            buckets: HashMap::new(),
            sweep_at: SWEPT_AT,
        };
        Self {
            known: Mutex::new(known),
        }
    }
}

impl Devices {
    /// Takes one frame's worth of a device; false when its limit is reached.
    pub(super) fn take(&self, protocol: Protocol, uid: &DeviceUid) -> bool {
        let now = Instant::now();
        // Nothing that could panic happens under the lock, so a poisoned one is still whole.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.sweep(now);
        known
            .buckets
            .entry((protocol, uid.clone()))
            .or_insert_with(|| Bucket::full(Limit::DEVICE, now))
            .take(Limit::DEVICE, now)
    }
}

impl Known {
    /// A full bucket is worth a new one. Amortised: the next sweep waits until there are twice as many.
    fn sweep(&mut self, now: Instant) {
        if self.buckets.len() < self.sweep_at {
            return;
        }
        self.buckets
            .retain(|_, bucket| !bucket.is_full(Limit::DEVICE, now));
        self.sweep_at = SWEPT_AT.max(2 * self.buckets.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_device_spends_its_own_and_who_rests_is_forgotten() {
        let devices = Devices::default();
        let uid = |name: &str| DeviceUid::parse(name).expect("a uid");
        let (busy, calm) = (uid("9990000001"), uid("9990000002"));
        let taken = (0..3_000)
            .filter(|_| devices.take(Protocol::Watch, &busy))
            .count();
        // The rate adds a few while the loop runs.
        assert!((300..400).contains(&taken), "{taken}");
        assert!(devices.take(Protocol::Watch, &calm));
        assert!(
            devices.take(Protocol::Gt06, &busy),
            "another protocol's number"
        );
        let mut known = devices.known.lock().expect("whole");
        known.sweep_at = 0;
        known.sweep(Instant::now() + std::time::Duration::from_secs(1));
        let left: Vec<_> = known.buckets.keys().collect();
        assert_eq!(left, [&(Protocol::Watch, busy)]);
    }
}
