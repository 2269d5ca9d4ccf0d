//! One commit: many jobs, each alone in its savepoint.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::SyncSender;

use diesel::connection::SimpleConnection;
use diesel::result::Error;
use domain::ports::StoreError;

use crate::conn::Conn;
use crate::errors;

/// Serialises the writers of all processes on one PostgreSQL: history is read by "after number
/// n", and numbers that became visible out of order would be skipped by a reader.
const WRITER_LOCK: i64 = 0x616e_6c69_6e01;

/// Work that waits for its commit.
pub(super) trait Job: Send {
    /// Does the work; the answer is kept until it is durable.
    fn run(&mut self, conn: &mut Conn) -> Result<(), ()>;
    /// Answers: with the kept result after a commit, else with the failure.
    fn answer(self: Box<Self>, failed: Option<&StoreError>);
}

/// Why nothing of a batch is durable, as far as is known.
pub(super) struct Failure {
    pub(super) reason: String,
    pub(super) fatal: bool,
}

/// Runs the jobs in one transaction and answers all of them.
pub(super) fn run(conn: &mut Conn, mut jobs: Vec<Box<dyn Job>>) -> Result<(), Failure> {
    match commit(conn, &mut jobs) {
        Ok(()) => {
            for job in jobs {
                job.answer(None);
            }
            Ok(())
        }
        Err(error) => {
            // A lost answer to a commit is not a lost commit: the outcome is unknown.
            refuse(
                jobs,
                &StoreError::Unavailable(format!("outcome unknown: {error}")),
            );
            Err(Failure {
                reason: error.to_string(),
                fatal: errors::is_fatal(&error),
            })
        }
    }
}

/// Answers jobs that did not become durable.
pub(super) fn refuse(jobs: Vec<Box<dyn Job>>, why: &StoreError) {
    for job in jobs {
        job.answer(Some(why));
    }
}

fn commit(conn: &mut Conn, jobs: &mut [Box<dyn Job>]) -> Result<(), Error> {
    let begin = match conn {
        Conn::Sqlite(_) => "BEGIN IMMEDIATE".to_owned(),
        Conn::Postgres(_) => format!("BEGIN; SELECT pg_advisory_xact_lock({WRITER_LOCK})"),
    };
    conn.batch_execute(&begin)?;
    for job in jobs {
        conn.batch_execute("SAVEPOINT job")?;
        let ran = catch_unwind(AssertUnwindSafe(|| job.run(conn)));
        match ran {
            Ok(Ok(())) => conn.batch_execute("RELEASE SAVEPOINT job")?,
            Ok(Err(())) | Err(_) => {
                conn.batch_execute("ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job")?;
            }
        }
    }
    conn.batch_execute("COMMIT")
}

/// A closure and where its answer goes.
pub(super) struct Pending<T, F> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    answer: SyncSender<Result<T, StoreError>>,
}

impl<T, F> Pending<T, F> {
    pub(super) fn new(work: F, answer: SyncSender<Result<T, StoreError>>) -> Self {
        Self {
            work: Some(work),
            result: None,
            answer,
        }
    }
}

impl<T, F> Job for Pending<T, F>
where
    T: Send,
    F: FnOnce(&mut Conn) -> Result<T, StoreError> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> Result<(), ()> {
        let work = self.work.take().ok_or(())?;
        let result = work(conn);
        let outcome = if result.is_ok() { Ok(()) } else { Err(()) };
        self.result = Some(result);
        outcome
    }

    fn answer(self: Box<Self>, failed: Option<&StoreError>) {
        let died = || Err(StoreError::Bug("the job panicked".to_owned()));
        let result = match failed {
            Some(why) => Err(why.clone()),
            None => self.result.unwrap_or_else(died),
        };
        // Whoever asked may have stopped waiting; what was committed stays committed.
        let _ = self.answer.send(result);
    }
}
