//! A circuit: a provider that fails again and again is left alone for a while, then tried by one.

use chrono::TimeDelta;
use domain::time::Timestamp;

/// Failures in a row that open it.
const FAILURES: u32 = 3;
/// How long it stays open.
const OPEN_FOR: TimeDelta = TimeDelta::seconds(30);

/// What is known of a provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Circuit {
    failures: u32,
    open_until: Option<Timestamp>,
}

impl Circuit {
    /// Whether the provider may be asked first. When its time is over one caller tries it, and the
    /// others wait for what comes of that.
    pub(super) fn admits(&mut self, now: Timestamp) -> bool {
        match self.open_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                self.open_until = Some(now + OPEN_FOR);
                true
            }
        }
    }

    /// It took a message.
    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// It did not answer, or could not.
    pub(super) fn failed(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= FAILURES {
            self.open_until = Some(now + OPEN_FOR);
        }
    }

    /// Whether it is open.
    #[cfg(test)]
    fn is_open(&self) -> bool {
        self.open_until.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_lets_one_try_and_closes_again() {
        let start: Timestamp = "2026-11-24T02:00:00Z".parse().expect("a moment");
        let mut circuit = Circuit::default();
        circuit.failed(start);
        circuit.failed(start);
        assert!(circuit.admits(start), "two failures are no pattern");
        circuit.failed(start);
        assert!(circuit.is_open() && !circuit.admits(start));
        let later = start + OPEN_FOR;
        assert!(circuit.admits(later), "one tries");
        assert!(!circuit.admits(later), "the others wait");
        circuit.failed(later);
        assert!(!circuit.admits(later + TimeDelta::seconds(29)));
        assert!(circuit.admits(later + OPEN_FOR));
        circuit.succeeded();
        assert!(!circuit.is_open() && circuit.admits(later));
    }
}
