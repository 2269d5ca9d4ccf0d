//! One commit: many jobs, each alone in its savepoint.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::SyncSender;

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::result::Error;
use domain::ports::StoreError;

use crate::conn::Conn;
use crate::errors;
use crate::statement::Statement;

/// Serialises the writers of all processes on one PostgreSQL: history is read by "after number
/// n", and numbers that became visible out of order would be skipped by a reader.
const WRITER_LOCK: i64 = 0x616e_6c69_6e01;

/// Work that waits for its commit.
pub(super) trait Job: Send {
    /// Does the work; the answer is kept until it is durable.
    fn run(&mut self, conn: &mut Conn) -> Result<(), StoreError>;
    /// Answers: with the kept result after a commit, else with the failure.
    fn answer(self: Box<Self>, failed: Option<&StoreError>);
}

/// Why nothing of a batch is durable, as far as is known.
pub(super) struct Failure {
    pub(super) reason: String,
    pub(super) fatal: bool,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            reason: error.to_string(),
            fatal: errors::is_fatal(&error),
        }
    }
}

/// Opens the transaction of a batch.
pub(super) fn begin(conn: &mut Conn) -> Result<(), Failure> {
    let begin = match conn {
        Conn::Sqlite(_) => "BEGIN IMMEDIATE".to_owned(),
        Conn::Postgres(_) => format!("BEGIN; SELECT pg_advisory_xact_lock({WRITER_LOCK})"),
    };
    Ok(conn.batch_execute(&begin)?)
}

/// Answers the jobs of a commit.
pub(super) fn answer(jobs: Vec<Box<dyn Job>>) {
    for job in jobs {
        job.answer(None);
    }
}

/// Answers jobs that did not become durable.
pub(super) fn refuse(jobs: Vec<Box<dyn Job>>, why: &StoreError) {
    for job in jobs {
        job.answer(Some(why));
    }
}

/// Runs the jobs in the opened transaction and commits.
pub(super) fn commit(conn: &mut Conn, jobs: &mut [Box<dyn Job>]) -> Result<(), Failure> {
    let mut before = Before::Nothing;
    for job in jobs {
        before.next(conn)?;
        let ran = catch_unwind(AssertUnwindSafe(|| job.run(conn)));
        match ran {
            Ok(Ok(())) => before = Before::Kept,
            // The medium fails: the jobs before this one may not be acknowledged either.
            Ok(Err(StoreError::Unavailable(reason))) if errors::is_fatal_message(&reason) => {
                return Err(Failure {
                    reason,
                    fatal: true,
                });
            }
            Ok(Err(_)) | Err(_) => before = Before::Undone,
        }
    }
    before.end(conn)
}

/// What became of the job before this one: its savepoint ends on the way to the next, which is one
/// journey to PostgreSQL instead of two, and on SQLite nothing is prepared for it.
enum Before {
    Nothing,
    Kept,
    Undone,
}

impl Before {
    const BEGIN: &str = "SAVEPOINT job";
    const KEEP: &str = "RELEASE SAVEPOINT job";
    const UNDO: &str = "ROLLBACK TO SAVEPOINT job";

    fn ends(&self) -> &'static [&'static str] {
        match self {
            Self::Nothing => &[],
            Self::Kept => &[Self::KEEP],
            Self::Undone => &[Self::UNDO, Self::KEEP],
        }
    }

    fn next(&self, conn: &mut Conn) -> Result<(), Failure> {
        run(conn, &[self.ends(), &[Self::BEGIN]].concat())
    }

    fn end(&self, conn: &mut Conn) -> Result<(), Failure> {
        run(conn, &[self.ends(), &["COMMIT"]].concat())
    }
}

fn run(conn: &mut Conn, statements: &[&'static str]) -> Result<(), Failure> {
    if matches!(conn, Conn::Postgres(_)) {
        return Ok(conn.batch_execute(&statements.join("; "))?);
    }
    for text in statements {
        Statement::new(text, Vec::new()).execute(conn)?;
    }
    Ok(())
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
    fn run(&mut self, conn: &mut Conn) -> Result<(), StoreError> {
        let twice = || StoreError::Bug("a job ran twice".to_owned());
        let result = self.work.take().ok_or_else(twice)?(conn);
        let outcome = result.as_ref().map(|_| ()).map_err(StoreError::clone);
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
