//! Walking networks, kept as the bytes that `spatial` reads.

use diesel::dsl::max;
use diesel::prelude::*;
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::errors::Mapped;
use crate::schema::networks;
use crate::sql_store::SqlStore;
use crate::sql_types::At;
use crate::writer::Lane;

/// A stored network.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredNetwork {
    /// Of which area.
    pub name: String,
    /// Grows with every save.
    pub version: i64,
    /// The network.
    pub bytes: Vec<u8>,
    /// When it was saved.
    pub created_at: Timestamp,
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = networks, treat_none_as_default_value = false)]
struct NetworkRow {
    name: String,
    version: i64,
    bytes: Vec<u8>,
    created_at: At,
}

impl From<NetworkRow> for StoredNetwork {
    fn from(row: NetworkRow) -> Self {
        let NetworkRow {
            name,
            version,
            bytes,
            created_at,
        } = row;
        Self {
            name,
            version,
            bytes,
            created_at: created_at.0,
        }
    }
}

impl std::fmt::Debug for StoredNetwork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "StoredNetwork({}, {}, {} bytes)",
            self.name,
            self.version,
            self.bytes.len()
        )
    }
}

impl SqlStore {
    /// Saves a network and returns its version. The older ones stay.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn network_save(
        &self,
        name: &str,
        bytes: Vec<u8>,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let name = name.to_owned();
        self.write(Lane::Alarm, move |conn| {
            let last: Option<i64> = networks::table
                .filter(networks::name.eq(&name))
                .select(max(networks::version))
                .first(conn)
                .mapped()?;
            let version = last.unwrap_or(0) + 1;
            let row = NetworkRow {
                name,
                version,
                bytes,
                created_at: At(now),
            };
            diesel::insert_into(networks::table)
                .values(row)
                .execute(conn)
                .mapped()?;
            Ok(version)
        })
    }

    /// The newest network of that name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn network_load(&self, name: &str) -> Result<Option<StoredNetwork>, StoreError> {
        let row: Option<NetworkRow> = self.read(|conn| {
            networks::table
                .filter(networks::name.eq(name))
                .order(networks::version.desc())
                .first(conn)
                .optional()
                .mapped()
        })?;
        Ok(row.map(Into::into))
    }
}
