//! Alarms that came before the login which says whose they are.

use std::collections::VecDeque;

use domain::devices::DeviceEvent;
use tokio::time::Instant;

/// Alarms held at once for one connection; more push the oldest out, as a stranger's.
const MOST: usize = 8;

/// An alarm without a name.
#[derive(Debug)]
pub(super) struct Held {
    /// Its bytes.
    pub(super) raw: Vec<u8>,
    /// Its meaning.
    pub(super) event: DeviceEvent,
    /// How long decoding took, microseconds.
    pub(super) decode_us: u64,
}

/// The alarms one connection holds.
#[derive(Debug, Default)]
pub(super) struct Unnamed {
    held: VecDeque<Held>,
    since: Option<Instant>,
}

impl Unnamed {
    /// Keeps one; hands back the oldest when there are too many.
    pub(super) fn hold(&mut self, alarm: Held, now: Instant) -> Option<Held> {
        self.since = self.since.or(Some(now));
        self.held.push_back(alarm);
        (self.held.len() > MOST)
            .then(|| self.held.pop_front())
            .flatten()
    }

    /// Since when the oldest waits.
    pub(super) fn since(&self) -> Option<Instant> {
        self.since
    }

    /// All of them, in the order they came; none are held after that.
    pub(super) fn named(&mut self) -> VecDeque<Held> {
        self.since = None;
        std::mem::take(&mut self.held)
    }
}
