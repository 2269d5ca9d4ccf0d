//! Facts about this installation as a whole.

use diesel::prelude::*;
use domain::ids::OrganisationId;
use domain::ports::StoreError;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::schema::{installation, organisations};
use crate::sql_store::SqlStore;
use crate::sql_types::Id;
use crate::writer::Lane;

/// Key of the organisation that handles unknown devices.
pub const DEFAULT_ORGANISATION: &str = "default_organisation";
/// Key of the number that generated data was drawn with.
pub const SEED: &str = "seed";
/// Key that says whether the people are invented (`true`).
pub const SYNTHETIC: &str = "synthetic";

impl SqlStore {
    /// Reads one fact.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn installation_get(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.read(|conn| get(conn, key))
    }

    /// Sets one fact.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn installation_set(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let (key, value) = (key.to_owned(), value.to_owned());
        self.write(Lane::Alarm, move |conn| set(conn, &key, &value))
    }

    /// The organisation that handles unknown devices.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it is not set: nothing can be kept then.
    pub fn default_organisation(&self) -> Result<OrganisationId, StoreError> {
        self.read(default_organisation)
    }

    /// Makes the default organisation of a new installation; one that is there stays.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn found_default_organisation(
        &self,
        id: OrganisationId,
        name: &str,
    ) -> Result<OrganisationId, StoreError> {
        let name = name.to_owned();
        self.write(Lane::Alarm, move |conn| {
            if get(conn, DEFAULT_ORGANISATION)?.is_some() {
                return default_organisation(conn);
            }
            diesel::insert_into(organisations::table)
                .values((
                    organisations::id.eq(Id::from(id)),
                    organisations::name.eq(name),
                ))
                .execute(conn)
                .mapped()?;
            set(conn, DEFAULT_ORGANISATION, &id.to_string())?;
            Ok(id)
        })
    }
}

pub(crate) fn default_organisation(conn: &mut Conn) -> Result<OrganisationId, StoreError> {
    let missing = || StoreError::Unavailable("no default organisation is set".to_owned());
    let text = get(conn, DEFAULT_ORGANISATION)?.ok_or_else(missing)?;
    let id = uuid::Uuid::try_parse(&text)
        .map_err(|_| StoreError::Bug("default organisation is not an identifier".to_owned()))?;
    Ok(id.into())
}

pub(crate) fn get(conn: &mut Conn, key: &str) -> Result<Option<String>, StoreError> {
    installation::table
        .filter(installation::key.eq(key))
        .select(installation::value)
        .first(conn)
        .optional()
        .mapped()
}

pub(crate) fn set(conn: &mut Conn, key: &str, value: &str) -> Result<(), StoreError> {
    let known = installation::table.filter(installation::key.eq(key));
    let changed = diesel::update(known)
        .set(installation::value.eq(value))
        .execute(conn)
        .mapped()?;
    if changed == 0 {
        diesel::insert_into(installation::table)
            .values((installation::key.eq(key), installation::value.eq(value)))
            .execute(conn)
            .mapped()?;
    }
    Ok(())
}
