//! The store of a running server.

use std::sync::{Arc, OnceLock};

use diesel::connection::SimpleConnection;
use diesel::r2d2::Pool;
use domain::devices::replay::SignedMessage;
use domain::ids::OrganisationId;
use domain::ports::StoreError;

use crate::conn::Conn;
use crate::database::{Database, OpenError, Readers};
use crate::errors::Mapped;
use crate::sealed::KeyRing;
use crate::writer::{Lane, Writer};

/// Reads through a pool, writes through the one writer. Cheap to clone.
#[derive(Clone)]
pub struct SqlStore {
    inner: Arc<Inner>,
    /// The proven message that the next frame is; saving it lets it in.
    signed: Option<Arc<SignedMessage>>,
}

struct Inner {
    readers: Pool<Readers>,
    writer: Writer,
    keys: KeyRing,
    /// The default organisation, once it was read; one that is there stays.
    home: OnceLock<OrganisationId>,
}

impl SqlStore {
    /// Starts the writer thread and the pool of readers on a migrated database.
    ///
    /// `on_fatal` is called when the medium fails; the process must end then.
    ///
    /// # Errors
    /// [`OpenError`] when the database does not answer or would lose data.
    pub fn start(
        database: Database,
        on_fatal: Box<dyn Fn(&str) + Send + Sync>,
    ) -> Result<Self, OpenError> {
        let readers = database.readers();
        let keys = database.keys().clone();
        let writer = Writer::start(database, on_fatal)?;
        Ok(Self {
            inner: Arc::new(Inner {
                readers,
                writer,
                keys,
                home: OnceLock::new(),
            }),
            signed: None,
        })
    }

    /// The same store, on which saving a frame lets this message in, in the same transaction.
    #[must_use]
    pub fn letting_in(&self, message: SignedMessage) -> Self {
        Self {
            inner: self.inner.clone(),
            signed: Some(Arc::new(message)),
        }
    }

    pub(crate) fn signed(&self) -> Option<Arc<SignedMessage>> {
        self.signed.clone()
    }

    /// The writer, for its figures.
    pub fn writer(&self) -> &Writer {
        &self.inner.writer
    }

    /// Runs a job on the writer and returns after its commit.
    ///
    /// # Errors
    /// As [`Writer::run`].
    pub fn write<T, F>(&self, lane: Lane, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    {
        self.inner.writer.run(lane, work)
    }

    /// Runs one or more statements on a reader.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let unavailable =
            |error: diesel::r2d2::PoolError| StoreError::Unavailable(error.to_string());
        let mut conn = self.inner.readers.get().map_err(unavailable)?;
        work(&mut conn)
    }

    /// Runs several statements that all see the same state.
    pub(crate) fn read_consistent<T>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.read(|conn| {
            let begin = match conn {
                Conn::Sqlite(_) => "BEGIN",
                Conn::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            };
            conn.batch_execute(begin).mapped()?;
            let read = work(conn);
            let ended = conn.batch_execute("ROLLBACK").mapped();
            let value = read?;
            ended.map(|()| value)
        })
    }

    /// The default organisation, when it is set.
    pub(crate) fn known_home(&self) -> Option<OrganisationId> {
        if let Some(home) = self.inner.home.get() {
            return Some(*home);
        }
        // Who needs it and does not have it here reads it in the transaction, and says what is wrong.
        let home = self.default_organisation().ok()?;
        Some(*self.inner.home.get_or_init(|| home))
    }

    pub(crate) fn keys(&self) -> &KeyRing {
        &self.inner.keys
    }
}
