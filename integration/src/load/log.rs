//! What the watches know: the only truth that an acknowledgement is measured against.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use server::stages::monotonic;

/// Sent and acknowledged alarms, by number.
#[derive(Debug)]
pub struct Log {
    entries: Mutex<Entries>,
}

#[derive(Debug)]
struct Entries {
    file: File,
    offered: u32,
    last_offered: Instant,
    sends: u64,
    telemetry: (u64, u64),
    acknowledged: BTreeMap<u32, Instant>,
}

impl Log {
    /// An empty log that is written to a file as well.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn create(file: &Path) -> std::io::Result<Self> {
        let entries = Entries {
            file: File::create(file)?,
            offered: 0,
            last_offered: monotonic(),
            sends: 0,
            telemetry: (0, 0),
            acknowledged: BTreeMap::new(),
        };
        Ok(Self {
            entries: Mutex::new(entries),
        })
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn offered(&self) {
        let mut entries = self.entries();
        entries.offered += 1;
        entries.last_offered = monotonic();
    }

    pub(super) fn sent(&self, number: u32) {
        let mut entries = self.entries();
        entries.sends += 1;
        let written = writeln!(entries.file, "sent {number}");
        written.expect("the log of the watches can be written");
    }

    pub(super) fn acknowledged(&self, number: u32) {
        // The moment first: waiting for the lock must not make an answer look later.
        let at = monotonic();
        let mut entries = self.entries();
        entries.acknowledged.insert(number, at);
        let written = writeln!(entries.file, "acknowledged {number}");
        written.expect("the log of the watches can be written");
    }

    pub(super) fn telemetry_due(&self) {
        self.entries().telemetry.0 += 1;
    }

    pub(super) fn telemetry_answered(&self) {
        self.entries().telemetry.1 += 1;
    }

    /// Telemetry frames that were due, and those that were answered.
    pub fn telemetry_counts(&self) -> (u64, u64) {
        self.entries().telemetry
    }

    /// How many alarms were due so far.
    pub fn offered_count(&self) -> u32 {
        self.entries().offered
    }

    /// When the last of them was due.
    pub fn last_offered(&self) -> Instant {
        self.entries().last_offered
    }

    /// How often frames were sent, repeats included.
    pub fn send_count(&self) -> u64 {
        self.entries().sends
    }

    /// Numbers that were acknowledged, and when.
    pub fn acknowledged_at(&self) -> BTreeMap<u32, Instant> {
        self.entries().acknowledged.clone()
    }

    /// How many were acknowledged.
    pub fn acknowledged_count(&self) -> usize {
        self.entries().acknowledged.len()
    }

    /// The first acknowledgement after a moment.
    pub fn first_after(&self, moment: Instant) -> Option<Instant> {
        self.entries()
            .acknowledged
            .values()
            .copied()
            .filter(|at| *at > moment)
            .min()
    }
}
