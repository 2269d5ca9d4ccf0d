//! The clock of a running server: it starts at the wall clock and then only counts what passes.
//!
//! A wall clock that jumps moves no due time: what was to happen in 60 s happens in 60 s. Small
//! differences are followed slowly. After a restart on the same boot of the machine the count goes
//! on while a timer waits; otherwise the wall clock is taken anew (decision 0024).

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chrono::{DateTime, TimeDelta};
use domain::ports::{Clock, StoreError};
use domain::time::{Timestamp, storable};
use store::{LAST_ALIVE, SqlStore};

use super::machine::{self, Boot};
use crate::stages::monotonic;

/// A wall clock that is further off than this has jumped.
const JUMP: TimeDelta = TimeDelta::seconds(2);
/// How far a small difference is followed at each look: 500 millionths of a look's second, as far
/// as time services turn a clock at most.
const FOLLOWED: TimeDelta = TimeDelta::microseconds(500);
/// A machine that slept for longer than this was away, and what passed is counted.
const ASLEEP: TimeDelta = TimeDelta::milliseconds(500);
/// How exactly the machine says how long it has been up; a count that goes on is never ahead.
const UPTIME_STEP: TimeDelta = TimeDelta::milliseconds(10);
/// Name of the installation's note of the count, followed by the boot it belongs to.
const ANCHOR: &str = "clock_anchor:";

/// Counts from its start; read from any thread.
#[derive(Debug)]
pub struct SteadyClock {
    started: Instant,
    base_us: AtomicI64,
    latest_us: AtomicI64,
    seen: Mutex<Seen>,
}

/// What the last look saw.
#[derive(Clone, Debug)]
struct Seen {
    at: Instant,
    boot: Option<Boot>,
    off: TimeDelta,
}

/// What a look found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Nothing worth a word.
    Steady,
    /// The wall clock jumped by so much.
    Jumped(TimeDelta),
    /// The machine slept for so long.
    Slept(TimeDelta),
}

impl SteadyClock {
    /// Starts from the wall clock, or goes on with the count of this boot while a timer waits.
    ///
    /// # Errors
    /// A store that does not answer.
    pub fn start(store: &SqlStore) -> Result<Self, StoreError> {
        let (wall, boot) = (machine::wall(), machine::boot());
        let counted = match &boot {
            Some(boot) => counted(store, boot)?,
            None => None,
        };
        let last = store.installation_get(LAST_ALIVE)?;
        let last = last.and_then(|text| text.parse().ok());
        let now = begin(wall, counted, last, store.timer_waits()?);
        if now - wall != TimeDelta::zero() {
            tracing::warn!(wall_clock = %wall, counted = %now,
                "the wall clock jumped while nobody served; the count goes on");
        }
        let clock = Self::at(now, boot, wall - now);
        clock.note(store)?;
        Ok(clock)
    }

    fn at(now: Timestamp, boot: Option<Boot>, off: TimeDelta) -> Self {
        let started = monotonic();
        Self {
            started,
            base_us: AtomicI64::new(now.timestamp_micros()),
            latest_us: AtomicI64::new(i64::MIN),
            seen: Mutex::new(Seen {
                at: started,
                boot,
                off,
            }),
        }
    }

    /// Compares the count with the wall clock; call it about once a second.
    pub fn look(&self) -> Look {
        self.compare(machine::wall(), machine::boot(), monotonic())
    }

    fn compare(&self, wall: Timestamp, boot: Option<Boot>, at: Instant) -> Look {
        let mut seen = self.seen();
        let slept = slept(&seen, boot.as_ref(), at);
        if slept > ASLEEP {
            self.move_by(slept);
        }
        let off = wall - self.at_instant(at);
        let jump = off - seen.off;
        if off.abs() <= JUMP {
            self.move_by(off.clamp(-FOLLOWED, FOLLOWED));
        }
        *seen = Seen { at, boot, off };
        match (jump.abs() > JUMP, slept > ASLEEP) {
            (true, _) => Look::Jumped(jump),
            (false, true) => Look::Slept(slept),
            (false, false) => Look::Steady,
        }
    }

    /// Notes the count, so that another process of this boot goes on with it.
    ///
    /// # Errors
    /// A store that does not answer.
    pub fn note(&self, store: &SqlStore) -> Result<(), StoreError> {
        let Some(boot) = machine::boot() else {
            return Ok(());
        };
        let text = format!("{} {}", boot.up.num_microseconds().unwrap_or(0), self.now());
        store.installation_set(&format!("{ANCHOR}{}", boot.id), &text)
    }

    fn at_instant(&self, at: Instant) -> Timestamp {
        let passed = at.saturating_duration_since(self.started).as_micros();
        let passed = i64::try_from(passed).unwrap_or(i64::MAX);
        of_micros(self.base_us.load(Ordering::SeqCst).saturating_add(passed))
    }

    fn move_by(&self, by: TimeDelta) {
        let by = by.num_microseconds().unwrap_or(0);
        self.base_us.fetch_add(by, Ordering::SeqCst);
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // Nothing that could panic happens under the lock, so a poisoned one is still whole.
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        let now = self.at_instant(monotonic()).timestamp_micros();
        // Following the wall clock back must not turn time back.
        let latest = self.latest_us.fetch_max(now, Ordering::SeqCst);
        storable(of_micros(now.max(latest)))
    }
}

fn of_micros(micros: i64) -> Timestamp {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH)
}

/// Time that the machine was up and no process was running.
fn slept(seen: &Seen, boot: Option<&Boot>, at: Instant) -> TimeDelta {
    match (&seen.boot, boot) {
        (Some(before), Some(now)) if before.id == now.id => {
            let awake = TimeDelta::from_std(at.saturating_duration_since(seen.at));
            now.up - before.up - awake.unwrap_or(TimeDelta::MAX)
        }
        _ => TimeDelta::zero(),
    }
}

/// What an earlier process of this boot would count now.
fn counted(store: &SqlStore, boot: &Boot) -> Result<Option<Timestamp>, StoreError> {
    let noted = store.installation_get(&format!("{ANCHOR}{}", boot.id))?;
    Ok(noted.and_then(|text| {
        let (up_us, now) = text.split_once(' ')?;
        let up = TimeDelta::microseconds(up_us.parse().ok()?);
        let now: Timestamp = now.parse().ok()?;
        now.checked_add_signed(boot.up - up - UPTIME_STEP)
    }))
}

/// Where a new process begins. The wall clock is right unless a timer waits and it contradicts
/// what was counted, or what was written down before.
fn begin(
    wall: Timestamp,
    counted: Option<Timestamp>,
    last_alive: Option<Timestamp>,
    timer_waits: bool,
) -> Timestamp {
    let differs = |other: &Timestamp| (wall - *other).abs() > JUMP;
    match (counted.filter(differs), last_alive.filter(differs)) {
        _ if !timer_waits => wall,
        (Some(counted), _) => counted,
        // Another boot: how long it was off nobody knows, only that it was not less than nothing.
        (None, Some(last)) if counted.is_none() => wall.max(last),
        (None, _) => wall,
    }
}

#[cfg(test)]
mod tests;
