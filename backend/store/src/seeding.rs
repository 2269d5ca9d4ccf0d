//! Loading many rows at once, outside a running server.
//!
//! One transaction for each chunk. Single-row inserts on SQLite, where a prepared statement is
//! fast; many rows in one statement on PostgreSQL, where each statement is a round trip.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use domain::devices::Device;
use domain::ids::{AccountId, OrganisationId, ResidentId};
use domain::ports::StoreError;
use domain::residents::Resident;
use domain::responders::Responder;
use domain::time::Timestamp;

use crate::accounts::AccountRow;
use crate::conn::Conn;
use crate::database::{Database, OpenError};
use crate::devices::DeviceRow;
use crate::errors::Mapped;
use crate::places::FacilityRow;
use crate::residents::seal;
use crate::responders::ResponderRow;
use crate::schema;
use crate::sealed::KeyRing;
use crate::sql_types::{At, Id};
use crate::{Account, Division, Facility, installation};

/// Rows of one transaction and, on PostgreSQL, of one statement: 65,535 parameters at most.
const CHUNK: usize = 2_000;

/// Told after each chunk how many rows are in.
pub type Progress<'a> = &'a mut dyn FnMut(u64);

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Identity.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
}

/// A token, as its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Identity.
    pub id: uuid::Uuid,
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// For whom it speaks.
    pub account_id: AccountId,
    /// See [`crate::token_sha256`].
    pub token_sha256: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
}

/// A relative's account and their resident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FamilyLink {
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// The relative.
    pub account_id: AccountId,
    /// The resident.
    pub resident_id: ResidentId,
}

#[derive(Insertable)]
#[diesel(table_name = schema::organisations)]
struct OrganisationRow {
    id: Id,
    name: String,
}

#[derive(Insertable)]
#[diesel(table_name = schema::access_tokens, treat_none_as_default_value = false)]
struct TokenRow {
    organisation_id: Id,
    id: Id,
    account_id: Id,
    token_sha256: Vec<u8>,
    created_at: At,
    revoked_at: Option<At>,
}

#[derive(Insertable)]
#[diesel(table_name = schema::family_links)]
struct FamilyRow {
    organisation_id: Id,
    account_id: Id,
    resident_id: Id,
}

/// Loads rows through a connection of its own.
pub struct Seeder {
    conn: Conn,
    keys: KeyRing,
}

/// Inserts a chunk the way each database likes it.
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr) => {
        match $conn {
            Conn::Sqlite(conn) => {
                for row in $rows {
                    diesel::insert_into($table)
                        .values(row)
                        .execute(conn)
                        .mapped()?;
                }
                Ok::<(), StoreError>(())
            }
            Conn::Postgres(conn) => diesel::insert_into($table)
                .values($rows)
                .execute(conn)
                .mapped()
                .map(|_| ()),
        }
    };
}

impl Seeder {
    /// Connects to a migrated database.
    ///
    /// # Errors
    /// As [`Database::connect`].
    pub fn new(database: &Database) -> Result<Self, OpenError> {
        Ok(Self {
            conn: database.connect()?,
            keys: database.keys().clone(),
        })
    }

    /// Sets a fact about the installation.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn installation(&mut self, key: &str, value: &str) -> Result<(), StoreError> {
        installation::set(&mut self.conn, key, value)
    }

    /// Loads organisations.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] and [`StoreError::Unavailable`], as for all loaders.
    pub fn organisations(
        &mut self,
        rows: Vec<Organisation>,
        progress: Progress<'_>,
    ) -> Result<(), StoreError> {
        self.chunks(rows, progress, |conn, _, rows| {
            let turn = |row: Organisation| OrganisationRow {
                id: row.id.into(),
                name: row.name,
            };
            let rows: Vec<_> = rows.into_iter().map(turn).collect();
            insert_all!(conn, schema::organisations::table, rows)
        })
    }

    /// Loads accounts; devices and organisations must be there.
    ///
    /// # Errors
    /// As for all loaders.
    pub fn accounts(
        &mut self,
        rows: Vec<Account>,
        progress: Progress<'_>,
    ) -> Result<(), StoreError> {
        self.chunks(rows, progress, |conn, keys, rows| {
            let rows: Vec<_> = rows
                .iter()
                .map(|row| AccountRow::seal(keys, row))
                .collect::<Result<_, _>>()?;
            insert_all!(conn, schema::accounts::table, rows)
        })
    }

    /// Loads tokens; accounts must be there.
    ///
    /// # Errors
    /// As for all loaders.
    pub fn tokens(&mut self, rows: Vec<Token>, progress: Progress<'_>) -> Result<(), StoreError> {
        self.chunks(rows, progress, |conn, _, rows| {
            let turn = |row: Token| TokenRow {
                organisation_id: row.organisation_id.into(),
                id: Id(row.id),
                account_id: row.account_id.into(),
                token_sha256: row.token_sha256.to_vec(),
                created_at: At(row.created_at),
                revoked_at: None,
            };
            let rows: Vec<_> = rows.into_iter().map(turn).collect();
            insert_all!(conn, schema::access_tokens::table, rows)
        })
    }

    /// Loads residents with their homes, which several may share; organisations must be there.
    ///
    /// # Errors
    /// As for all loaders.
    pub fn residents(
        &mut self,
        rows: Vec<Resident>,
        progress: Progress<'_>,
    ) -> Result<(), StoreError> {
        self.chunks(rows, progress, |conn, keys, rows| {
            let sealed: Vec<_> = rows
                .iter()
                .map(|row| seal(keys, row))
                .collect::<Result<_, _>>()?;
            let (homes, residents): (Vec<_>, Vec<_>) = sealed.into_iter().unzip();
            match &mut *conn {
                Conn::Sqlite(conn) => {
                    for home in homes {
                        let insert = diesel::insert_into(schema::homes::table).values(home);
                        insert.on_conflict_do_nothing().execute(conn).mapped()?;
                    }
                }
                Conn::Postgres(conn) => {
                    let insert = diesel::insert_into(schema::homes::table).values(homes);
                    insert.on_conflict_do_nothing().execute(conn).mapped()?;
                }
            }
            insert_all!(conn, schema::residents::table, residents)
        })
    }

    /// Loads family links; accounts and residents must be there.
    ///
    /// # Errors
    /// As for all loaders.
    pub fn family(
        &mut self,
        rows: Vec<FamilyLink>,
        progress: Progress<'_>,
    ) -> Result<(), StoreError> {
        self.chunks(rows, progress, |conn, _, rows| {
            let turn = |row: FamilyLink| FamilyRow {
                organisation_id: row.organisation_id.into(),
                account_id: row.account_id.into(),
                resident_id: row.resident_id.into(),
            };
            let rows: Vec<_> = rows.into_iter().map(turn).collect();
            insert_all!(conn, schema::family_links::table, rows)
        })
    }

    /// Loads responders; accounts must be there.
    ///
    /// # Errors
    /// As for all loaders.
    pub fn responders(
        &mut self,
        rows: Vec<Responder>,
        progress: Progress<'_>,
    ) -> Result<(), StoreError> {
        self.chunks(rows, progress, |conn, keys, rows| {
            let rows: Vec<_> = rows
                .iter()
                .map(|row| ResponderRow::seal(keys, row))
                .collect::<Result<_, _>>()?;
            insert_all!(conn, schema::responders::table, rows)
        })
    }

    /// Loads devices and the maker's names of them; residents must be there.
    ///
    /// # Errors
    /// As for all loaders.
    pub fn devices(
        &mut self,
        rows: Vec<(Device, Option<String>)>,
        progress: Progress<'_>,
    ) -> Result<(), StoreError> {
        self.chunks(rows, progress, |conn, _, rows| {
            let turn = |(device, model)| DeviceRow::new(&device, model);
            let rows: Vec<_> = rows.into_iter().map(turn).collect();
            insert_all!(conn, schema::devices::table, rows)
        })
    }

    /// Loads facilities.
    ///
    /// # Errors
    /// As for all loaders.
    pub fn facilities(
        &mut self,
        rows: Vec<Facility>,
        progress: Progress<'_>,
    ) -> Result<(), StoreError> {
        self.chunks(rows, progress, |conn, _, rows| {
            let rows: Vec<_> = rows.into_iter().map(FacilityRow::from).collect();
            insert_all!(conn, schema::facilities::table, rows)
        })
    }

    /// Loads divisions.
    ///
    /// # Errors
    /// As for all loaders.
    pub fn divisions(
        &mut self,
        rows: Vec<Division>,
        progress: Progress<'_>,
    ) -> Result<(), StoreError> {
        self.chunks(rows, progress, |conn, _, rows| {
            insert_all!(conn, schema::divisions::table, rows)
        })
    }

    /// Cuts rows into chunks, each in one transaction.
    fn chunks<Row>(
        &mut self,
        rows: Vec<Row>,
        progress: Progress<'_>,
        insert: impl Fn(&mut Conn, &KeyRing, Vec<Row>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut done = 0;
        let mut rows = rows.into_iter();
        loop {
            let chunk: Vec<Row> = rows.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                return Ok(());
            }
            done += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
            self.conn.batch_execute("BEGIN").mapped()?;
            let inserted = insert(&mut self.conn, &self.keys, chunk);
            let end = if inserted.is_ok() {
                "COMMIT"
            } else {
                "ROLLBACK"
            };
            let ended = self.conn.batch_execute(end).mapped();
            inserted.and(ended)?;
            progress(done);
        }
    }
}
