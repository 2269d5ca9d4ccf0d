//! The group-commit writer: the only place where the running server commits.
//!
//! One thread takes whatever waits, runs each job inside its own savepoint and commits them
//! together: one flush to the medium for all. Nobody is answered before that flush. Alarms go
//! before telemetry; telemetry is refused when too much waits, alarms never.

mod batch;
mod queue;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use domain::ports::StoreError;

use crate::conn::Conn;
use crate::database::{Database, OpenError};

use batch::{Job, Pending};
use queue::Queue;

/// Called with the reason when the medium fails: the process must end, not go on acknowledging.
pub(crate) type OnFatal = Box<dyn Fn(&str) + Send + Sync>;

/// Jobs of one commit at most: bounds how long the first of them waits.
const BATCH: usize = 256;
/// Telemetry that may wait.
const TELEMETRY_WAITING: usize = 8_192;
/// First and longest pause between attempts to reach the database again.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Which queue a job waits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Alarms and everything people do; never refused.
    Alarm,
    /// Decisions of alarms that were kept and acknowledged before; never refused, and alarms that
    /// wait for their acknowledgement go before them.
    Behind,
    /// What became of notices; never refused, and alarms go before it.
    Outcome,
    /// Telemetry; refused when too much waits.
    Telemetry,
}

/// Figures for the outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriterStats {
    /// Alarm jobs waiting.
    pub alarm_waiting: usize,
    /// Telemetry jobs waiting.
    pub telemetry_waiting: usize,
    /// Microseconds the last commit took.
    pub last_commit_us: u64,
    /// Commits so far.
    pub commits: u64,
    /// Jobs in them.
    pub jobs: u64,
    /// Telemetry refused because too much waited.
    pub refused: u64,
}

#[derive(Default)]
struct Figures {
    last_commit_us: AtomicU64,
    commits: AtomicU64,
    jobs: AtomicU64,
}

/// Hands jobs to the writer thread.
pub struct Writer {
    queue: Arc<Queue>,
    figures: Arc<Figures>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(database: Database, on_fatal: OnFatal) -> Result<Self, OpenError> {
        let queue = Arc::new(Queue::new(TELEMETRY_WAITING));
        let figures = Arc::new(Figures::default());
        let conn = database.connect_writer()?;
        let worker = Worker {
            queue: queue.clone(),
            figures: figures.clone(),
            database,
            conn: Some(conn),
            pause: BACKOFF.0,
            not_before: None,
            on_fatal,
        };
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || worker.work())?;
        Ok(Self {
            queue,
            figures,
            thread: Some(thread),
        })
    }

    /// Runs a job and returns after its commit. Blocks: call it on a blocking thread.
    ///
    /// A job must not open transactions of its own; it runs inside a savepoint.
    ///
    /// # Errors
    /// The job's own error, or [`StoreError::Unavailable`] when its outcome is unknown.
    pub fn run<T, F>(&self, lane: Lane, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    {
        let (answer, answered) = sync_channel(1);
        let job: Box<dyn Job> = Box::new(Pending::new(work, answer));
        self.queue.push(lane, job)?;
        answered
            .recv()
            .unwrap_or_else(|_| Err(StoreError::Unavailable("writer stopped".to_owned())))
    }

    /// Figures for the outside.
    pub fn stats(&self) -> WriterStats {
        let (alarm_waiting, telemetry_waiting, refused) = self.queue.waiting();
        WriterStats {
            alarm_waiting,
            telemetry_waiting,
            refused,
            last_commit_us: self.figures.last_commit_us.load(Ordering::Relaxed),
            commits: self.figures.commits.load(Ordering::Relaxed),
            jobs: self.figures.jobs.load(Ordering::Relaxed),
        }
    }
}

impl Drop for Writer {
    /// Finishes what waits.
    fn drop(&mut self) {
        self.queue.stop();
        if let Some(thread) = self.thread.take() {
            // A panic of the writer was answered to its callers already.
            let _ = thread.join();
        }
    }
}

struct Worker {
    queue: Arc<Queue>,
    figures: Arc<Figures>,
    database: Database,
    conn: Option<Conn>,
    pause: Duration,
    not_before: Option<Instant>,
    on_fatal: OnFatal,
}

impl Worker {
    fn work(mut self) {
        while let Some(jobs) = self.queue.take(BATCH) {
            self.serve(jobs);
        }
    }

    fn serve(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        let count = u64::try_from(jobs.len()).unwrap_or(u64::MAX);
        let Some(mut conn) = self.begun() else {
            let reason = "database does not answer".to_owned();
            return batch::refuse(jobs, &StoreError::Unavailable(reason));
        };
        let started = monotonic();
        let committed = batch::commit(&mut conn, &mut jobs);
        let took = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        match committed {
            Ok(()) => {
                self.figures.last_commit_us.store(took, Ordering::Relaxed);
                self.figures.commits.fetch_add(1, Ordering::Relaxed);
                self.figures.jobs.fetch_add(count, Ordering::Relaxed);
                self.conn = Some(conn);
                batch::answer(jobs);
            }
            #[cfg(feature = "planted-bugs")]
            Err(_) if crate::plant::is(crate::plant::COMMIT_ERROR_IGNORED) => batch::answer(jobs),
            // The connection is dropped with whatever state it is in.
            Err(failure) => {
                tracing::error!(reason = %failure.reason, jobs = count, "commit failed");
                if failure.fatal {
                    (self.on_fatal)(&failure.reason);
                }
                // A lost answer to a commit is not a lost commit.
                let reason = format!("outcome unknown: {}", failure.reason);
                batch::refuse(jobs, &StoreError::Unavailable(reason));
            }
        }
    }

    /// A connection with an open transaction. One that went stale while nothing was written is
    /// replaced once: no job ran on it yet.
    fn begun(&mut self) -> Option<Conn> {
        for _ in 0..2 {
            let mut conn = self.reached()?;
            match batch::begin(&mut conn) {
                Ok(()) => return Some(conn),
                Err(failure) => {
                    tracing::error!(reason = %failure.reason, "transaction does not open");
                    if failure.fatal {
                        (self.on_fatal)(&failure.reason);
                    }
                }
            }
        }
        None
    }

    /// The connection, or a new one, unless the last attempt was just now.
    fn reached(&mut self) -> Option<Conn> {
        if let Some(mut conn) = self.conn.take()
            && !diesel::r2d2::R2D2Connection::is_broken(&mut conn)
        {
            return Some(conn);
        }
        if self.not_before.is_some_and(|moment| monotonic() < moment) {
            return None;
        }
        match self.database.connect_writer() {
            Ok(conn) => {
                self.pause = BACKOFF.0;
                self.not_before = None;
                Some(conn)
            }
            Err(error) => {
                tracing::error!(%error, "database does not answer");
                self.not_before = Some(monotonic() + self.pause);
                self.pause = (self.pause * 2).min(BACKOFF.1);
                None
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "no decision is timed here, only commits and pauses"
)]
fn monotonic() -> Instant {
    Instant::now()
}
