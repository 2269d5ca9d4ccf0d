//! What timers did, held against a clock that the server does not see.
//!
//! Every alarm of an unknown device opens an incident whose first rung ends after 60 s; the seat is
//! told of the alarm, and again when the rung ends. A thread of the harness reads the history as it
//! grows and remembers when it saw each line, so that a server whose clock jumps cannot excuse an
//! early effect with its own wrong time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel::SqliteConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};
use domain::ports::Clock as _;
use domain::time::Timestamp;
use server::clock::WallClock;
use server::stages::monotonic;

use crate::process::Site;

/// Between two looks into the history.
const LOOK: Duration = Duration::from_millis(100);
/// How long the first rung of an unknown device's alarm lasts.
const RUNG: TimeDelta = TimeDelta::seconds(60);
/// How far the harness and the service may read the same clock apart.
const READING: TimeDelta = TimeDelta::milliseconds(60);
/// A line that was seen later than this after it was written was written with a wrong clock.
const SEEN_WITHIN: TimeDelta = TimeDelta::seconds(12);

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Binary)]
    incident_id: Vec<u8>,
    #[diesel(sql_type = Text)]
    at: String,
}

/// What happened to one incident: when the service says it told the seat, and when that was seen.
type Told = Vec<(Timestamp, Timestamp)>;

/// Reads the history while servers come and go.
#[derive(Debug)]
pub struct Watcher {
    told: Arc<Mutex<BTreeMap<Vec<u8>, Told>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<anyhow::Result<()>>>,
    began: Instant,
    wall: Timestamp,
}

/// What was seen, each as a count.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    /// Incidents, each with a timer.
    pub timers: usize,
    /// Timers that took effect.
    pub fired: usize,
    /// Effects before the due time.
    pub early: usize,
    /// Second effects of one timer.
    pub twice: usize,
    /// Lines whose time is not that of a steady clock.
    pub wrong_time: usize,
    /// How late effects were in quiet times, milliseconds, sorted.
    pub late_ms: Vec<i64>,
    /// How late those were that a restart or a pause held up, milliseconds, sorted.
    pub held_up_ms: Vec<i64>,
}

impl Truth {
    /// The 99th of a hundred.
    pub fn p99(sorted: &[i64]) -> i64 {
        let last = sorted.len().saturating_sub(1);
        sorted.get(last * 99 / 100).copied().unwrap_or_default()
    }
}

impl Watcher {
    /// Starts to read.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub fn start(site: &Site) -> anyhow::Result<Self> {
        let mut conn = SqliteConnection::establish(&site.sqlite_file().to_string_lossy())?;
        diesel::sql_query("PRAGMA query_only = ON").execute(&mut conn)?;
        let (told, stop) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (began, wall) = (monotonic(), WallClock::default().now());
        let thread = std::thread::spawn({
            let (told, stop) = (Arc::clone(&told), stop.clone());
            move || read(&mut conn, &told, &stop, |at| now_at(began, wall, at))
        });
        Ok(Self {
            told,
            stop,
            thread: Some(thread),
            began,
            wall,
        })
    }

    /// The present on a clock that nobody moves.
    pub fn now(&self) -> Timestamp {
        now_at(self.began, self.wall, monotonic())
    }

    /// Timers that took effect so far.
    pub fn fired(&self) -> usize {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.values().filter(|lines| lines.len() > 1).count()
    }

    /// Ends, and judges; `held_up` are the times in which a server was away or paused.
    ///
    /// # Errors
    /// When the history could not be read.
    pub fn judge(mut self, held_up: &[(Timestamp, Timestamp)]) -> anyhow::Result<Truth> {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread
                .join()
                .map_err(|_| anyhow::anyhow!("the watcher died"))??;
        }
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let mut truth = Truth {
            timers: told.len(),
            ..Truth::default()
        };
        for lines in told.values() {
            judge_one(lines, held_up, &mut truth);
        }
        truth.late_ms.sort_unstable();
        truth.held_up_ms.sort_unstable();
        Ok(truth)
    }
}

fn now_at(began: Instant, wall: Timestamp, at: Instant) -> Timestamp {
    wall + TimeDelta::from_std(at - began).unwrap_or(TimeDelta::MAX)
}

fn read(
    conn: &mut SqliteConnection,
    told: &Mutex<BTreeMap<Vec<u8>, Told>>,
    stop: &AtomicBool,
    now: impl Fn(Instant) -> Timestamp,
) -> anyhow::Result<()> {
    let mut last = 0;
    while !stop.load(Ordering::Relaxed) {
        let lines: Vec<Line> = diesel::sql_query(
            // The installation's own test alarm has a device that is known, and is hastened.
            "SELECT line.seq, line.incident_id, line.at FROM timeline_entries line \
             JOIN incidents incident ON incident.id = line.incident_id \
             WHERE line.seq > $1 AND line.kind = 'operator_notified' \
             AND incident.kind = 'unknown_device' ORDER BY line.seq",
        )
        .bind::<BigInt, _>(last)
        .load(conn)?;
        let seen = now(monotonic());
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        for line in lines {
            last = line.seq;
            let at: Timestamp = line.at.parse()?;
            told.entry(line.incident_id).or_default().push((at, seen));
        }
        drop(told);
        std::thread::sleep(LOOK);
    }
    Ok(())
}

fn judge_one(lines: &Told, held_up: &[(Timestamp, Timestamp)], truth: &mut Truth) {
    for (at, seen) in lines {
        let honest = *at <= *seen + READING && *seen - *at < SEEN_WITHIN;
        truth.wrong_time += usize::from(!honest);
    }
    let [(raised, raised_seen), rest @ ..] = lines.as_slice() else {
        return;
    };
    let Some((fired, seen)) = rest.first() else {
        return;
    };
    truth.fired += 1;
    let due = *raised + RUNG;
    // By the service's clock, and by one that nobody moves.
    let by_ours = *seen - *raised_seen + TimeDelta::from_std(LOOK).unwrap_or_default();
    let early = *fired < due || by_ours + SEEN_WITHIN < RUNG;
    truth.early += usize::from(early);
    // The next rung lasts 120 s; whatever comes sooner is the same timer again.
    let again = rest.get(1).is_some_and(|(next, _)| *next - *fired < RUNG);
    truth.twice += usize::from(again);
    let late = (*fired - due).num_milliseconds();
    let was_held = |(from, to): &(Timestamp, Timestamp)| due >= *from && due <= *to;
    match held_up.iter().any(was_held) {
        true => truth.held_up_ms.push(late),
        false => truth.late_ms.push(late),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(lines: &[(i64, i64)]) -> Truth {
        let zero: Timestamp = "2026-11-24T19:00:00Z".parse().expect("a moment");
        let at = |ms: i64| zero + TimeDelta::milliseconds(ms);
        let told: Told = lines.iter().map(|(a, b)| (at(*a), at(*b))).collect();
        let mut truth = Truth::default();
        judge_one(&told, &[], &mut truth);
        truth
    }

    #[test]
    fn early_twice_and_wrong_clocks_are_told_apart() {
        let good = judged(&[(0, 50), (60_100, 60_150)]);
        let counts = |it: &Truth| (it.fired, it.early, it.twice, it.wrong_time);
        assert_eq!(counts(&good), (1, 0, 0, 0));
        assert_eq!(good.late_ms, [100]);
        assert_eq!(counts(&judged(&[(0, 50)])), (0, 0, 0, 0));
        let early = judged(&[(0, 50), (59_900, 59_950)]);
        assert_eq!(counts(&early), (1, 1, 0, 0));
        let jumped = judged(&[(0, 50), (7_200_000, 5_000)]);
        assert_eq!(counts(&jumped), (1, 1, 0, 1));
        let twice = judged(&[(0, 50), (60_100, 60_150), (60_200, 60_250)]);
        assert_eq!(counts(&twice), (1, 0, 1, 0));
    }
}
