//! The audit trail: written before what was looked at leaves.

use diesel::prelude::*;
use domain::audit::AuditEntry;
use domain::ports::StoreError;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::schema::audit_entries;
use crate::sealed::{Column, KeyRing, Sealed};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id};
use crate::writer::Lane;

impl SqlStore {
    /// Records that somebody looked at something; returns after it is durable.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: then nothing may be shown.
    pub fn record_look(&self, entry: AuditEntry) -> Result<(), StoreError> {
        let keys = self.keys().clone();
        self.write(Lane::Alarm, move |conn| insert(conn, &keys, &entry))
    }

    /// Lines about one thing, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn audit_of(
        &self,
        organisation: domain::ids::OrganisationId,
        object_kind: &str,
        object: uuid::Uuid,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let rows: Vec<AuditRow> = self.read(|conn| {
            audit_entries::table
                .filter(audit_entries::organisation_id.eq(Id::from(organisation)))
                .filter(audit_entries::object_kind.eq(object_kind))
                .filter(audit_entries::object_id.eq(Id(object)))
                .order((audit_entries::at, audit_entries::id))
                .load(conn)
                .mapped()
        })?;
        rows.into_iter().map(|row| row.open(self.keys())).collect()
    }
}

#[derive(Queryable, Insertable)]
#[diesel(table_name = audit_entries, treat_none_as_default_value = false)]
struct AuditRow {
    organisation_id: Id,
    id: Id,
    at: At,
    account_id: Option<Id>,
    action: String,
    object_kind: String,
    object_id: Id,
    note: Option<Sealed<String>>,
}

impl AuditRow {
    fn seal(keys: &KeyRing, entry: &AuditEntry) -> Result<Self, StoreError> {
        let id = entry.id.0;
        let seal = |note| Sealed::seal(keys, Column::AUDIT_NOTE, id, note);
        Ok(Self {
            organisation_id: entry.organisation_id.into(),
            id: Id(id),
            at: At(entry.at),
            account_id: entry.account_id.map(Id::from),
            action: entry.action.clone(),
            object_kind: entry.object_kind.clone(),
            object_id: Id(entry.object_id),
            note: entry.note.as_ref().map(seal).transpose()?,
        })
    }

    fn open(self, keys: &KeyRing) -> Result<AuditEntry, StoreError> {
        let id = self.id.0;
        let open = |note: Sealed<String>| note.open(keys, Column::AUDIT_NOTE, id);
        Ok(AuditEntry {
            id: self.id.into(),
            organisation_id: self.organisation_id.into(),
            at: self.at.0,
            account_id: self.account_id.map(Into::into),
            action: self.action,
            object_kind: self.object_kind,
            object_id: self.object_id.0,
            note: self.note.map(open).transpose()?,
        })
    }
}

/// Writes a line in the transaction of what it is about.
pub(crate) fn insert(
    conn: &mut Conn,
    keys: &KeyRing,
    entry: &AuditEntry,
) -> Result<(), StoreError> {
    let row = AuditRow::seal(keys, entry)?;
    diesel::insert_into(audit_entries::table)
        .values(row)
        .execute(conn)
        .mapped()
        .map(|_| ())
}
