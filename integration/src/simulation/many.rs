//! Many seeds, on all cores.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use super::{Bug, Coverage, Outcome, Switches, Unready, run};

/// A seed that broke an invariant.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Which.
    pub seed: u64,
    /// How.
    pub what: String,
}

/// What came of many seeds.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Histories played.
    pub seeds: u64,
    /// Transitions and faults of all.
    pub coverage: Coverage,
    /// What broke, by seed.
    pub failures: Vec<Failure>,
    /// Fewest residents of a history.
    pub fewest_residents: usize,
    /// Fewest alarms of a history that was played to its end.
    pub fewest_alarms: usize,
    /// Fewest faults of a history that was played to its end.
    pub fewest_faults: u64,
    /// Alarms of all.
    pub alarms: u64,
    /// Simulated microseconds of all.
    pub lasted: i64,
    /// Steps of all.
    pub steps: u64,
}

impl Summary {
    fn new() -> Self {
        Self {
            fewest_residents: usize::MAX,
            fewest_alarms: usize::MAX,
            fewest_faults: u64::MAX,
            ..Self::default()
        }
    }

    fn add(&mut self, outcome: &Outcome) {
        self.seeds += 1;
        self.coverage.add(&outcome.coverage);
        self.alarms += outcome.alarms as u64;
        self.lasted += outcome.lasted;
        self.steps += outcome.steps;
        if let Some(violation) = &outcome.violation {
            let what = violation.to_string();
            let seed = outcome.seed;
            return self.failures.push(Failure { seed, what });
        }
        self.fewest_residents = self.fewest_residents.min(outcome.residents);
        self.fewest_alarms = self.fewest_alarms.min(outcome.alarms);
        self.fewest_faults = self.fewest_faults.min(outcome.coverage.injected());
    }

    /// Simulated days for each minute of work.
    pub fn days_per_minute(&self, seconds: f64) -> f64 {
        let days = self.lasted as f64 / 1e6 / 86_400.0;
        days / (seconds / 60.0).max(f64::EPSILON)
    }
}

/// Plays seeds from `from` on, on this many threads; `stop_at_first` ends early when one breaks.
/// `played` hears each seed that is done.
///
/// # Errors
/// When the shipped ladders or policy cannot be read.
pub fn run_many(
    from: u64,
    seeds: u64,
    threads: usize,
    bug: Option<Bug>,
    stop_at_first: bool,
    played: &(dyn Fn(&Outcome) + Sync),
) -> Result<Summary, Unready> {
    let next = AtomicU64::new(from);
    let is_stopped = AtomicBool::new(false);
    let sum = Mutex::new(Summary::new());
    let off = Switches::default();
    let work = || -> Result<(), Unready> {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= from.saturating_add(seeds) || is_stopped.load(Ordering::Relaxed) {
                return Ok(());
            }
            let outcome = run(seed, bug, &off, false)?;
            played(&outcome);
            if stop_at_first && outcome.violation.is_some() {
                is_stopped.store(true, Ordering::Relaxed);
            }
            let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
            sum.add(&outcome);
        }
    };
    thread::scope(|scope| -> Result<(), Unready> {
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            match worker.join() {
                Ok(done) => done?,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        Ok(())
    })?;
    let mut sum = sum.into_inner().unwrap_or_else(PoisonError::into_inner);
    sum.failures.sort_by_key(|failure| failure.seed);
    Ok(sum)
}
