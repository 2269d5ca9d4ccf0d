//! The history of incidents, numbered in the order it became durable.

use diesel::dsl::max;
use diesel::prelude::*;
use domain::ids::{IncidentId, OrganisationId};
use domain::incidents::{TimelineEntry, TimelineKind};
use domain::message::Facts;
use domain::ports::StoreError;

use crate::errors::Mapped;
use crate::schema::timeline_entries as entries;
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Json, Word};

/// A line of history and its place in the order of all lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbered {
    /// Grows; a reader that saw a number never misses a smaller one.
    pub seq: i64,
    /// The line.
    pub entry: TimelineEntry,
}

#[derive(Queryable)]
struct EntryRow {
    seq: i64,
    organisation_id: Id,
    id: Id,
    incident_id: Id,
    at: At,
    kind: Word<TimelineKind>,
    account_id: Option<Id>,
    facts: Json<Facts>,
}

impl From<EntryRow> for Numbered {
    fn from(row: EntryRow) -> Self {
        let entry = TimelineEntry {
            id: row.id.into(),
            organisation_id: row.organisation_id.into(),
            incident_id: row.incident_id.into(),
            at: row.at.0,
            kind: row.kind.0,
            account_id: row.account_id.map(Into::into),
            facts: row.facts.0,
        };
        Self {
            seq: row.seq,
            entry,
        }
    }
}

impl SqlStore {
    /// The history of one incident, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn timeline_of_incident(
        &self,
        organisation: OrganisationId,
        incident: IncidentId,
    ) -> Result<Vec<Numbered>, StoreError> {
        let rows: Vec<EntryRow> = self.read(|conn| {
            entries::table
                .filter(entries::organisation_id.eq(Id::from(organisation)))
                .filter(entries::incident_id.eq(Id::from(incident)))
                .order(entries::seq)
                .load(conn)
                .mapped()
        })?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// What followed a number, for streams.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn timeline_after(
        &self,
        organisation: OrganisationId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Numbered>, StoreError> {
        let rows: Vec<EntryRow> = self.read(|conn| {
            entries::table
                .filter(entries::organisation_id.eq(Id::from(organisation)))
                .filter(entries::seq.gt(after))
                .order(entries::seq)
                .limit(limit.into())
                .load(conn)
                .mapped()
        })?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The last number; 0 when there is no history.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn timeline_last(&self, organisation: OrganisationId) -> Result<i64, StoreError> {
        let last: Option<i64> = self.read(|conn| {
            entries::table
                .filter(entries::organisation_id.eq(Id::from(organisation)))
                .select(max(entries::seq))
                .first(conn)
                .mapped()
        })?;
        Ok(last.unwrap_or(0))
    }
}
