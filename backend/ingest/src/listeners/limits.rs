//! How much telemetry one sender may bring. Alarms never pass through here.

use tokio::time::Instant;

/// A rate with a burst.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Frames at once: what a device has stored while it had no network.
    pub burst: f32,
    /// Frames a second after that.
    pub per_second: f32,
}

impl Limit {
    /// Of one connection. A watch sends a frame a minute, a tracker on the move one in ten seconds.
    /// An alarm behind a burst waits for one commit each, so the burst is a second or two.
    pub const CONNECTION: Self = Self {
        burst: 300.0,
        per_second: 20.0,
    };
    /// Of one gateway, which speaks for some hundreds of devices.
    pub const GATEWAY: Self = Self {
        burst: 3_000.0,
        per_second: 200.0,
    };
    /// Of one device over all its connections.
    pub const DEVICE: Self = Self {
        burst: 300.0,
        per_second: 10.0,
    };
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    left: f32,
    at: Instant,
}

impl Bucket {
    /// A full one.
    pub fn full(limit: Limit, now: Instant) -> Self {
        Self {
            left: limit.burst,
            at: now,
        }
    }

    /// Takes one frame's worth; false when the limit is reached.
    pub fn take(&mut self, limit: Limit, now: Instant) -> bool {
        self.refill(limit, now);
        let is_within = self.left >= 1.0;
        if is_within {
            self.left -= 1.0;
        }
        is_within
    }

    /// Whether it has recovered, so that a new one is worth the same.
    pub fn is_full(&mut self, limit: Limit, now: Instant) -> bool {
        self.refill(limit, now);
        self.left >= limit.burst
    }

    fn refill(&mut self, limit: Limit, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f32();
        self.left = (self.left + passed * limit.per_second).min(limit.burst);
        self.at = now;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_then_the_rate() {
        let limit = Limit {
            burst: 3.0,
            per_second: 2.0,
        };
        let start = Instant::now();
        let mut bucket = Bucket::full(limit, start);
        let taken = |bucket: &mut Bucket, at| (0..10).filter(|_| bucket.take(limit, at)).count();
        assert_eq!(taken(&mut bucket, start), 3);
        assert!(!bucket.is_full(limit, start));
        assert_eq!(taken(&mut bucket, start + Duration::from_secs(1)), 2);
        assert!(bucket.is_full(limit, start + Duration::from_secs(9)));
        assert_eq!(taken(&mut bucket, start + Duration::from_secs(9)), 3);
    }
}
