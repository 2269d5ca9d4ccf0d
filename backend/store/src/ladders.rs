//! Ladders of organisations, each version kept, and the history that a dry run reads.

use std::collections::HashMap;

use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use domain::audit::AuditEntry;
use domain::ids::{AccountId, IncidentId, OrganisationId, ResidentId, ResponderId};
use domain::incidents::Incident;
use domain::ports::StoreError;
use domain::time::Timestamp;
use serde_json::Value;

use crate::audit;
use crate::errors::Mapped;
use crate::partial;
use crate::schema::{family_links, incidents, ladder_sets};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Json};
use crate::writer::Lane;

/// Ladders as they were set.
#[derive(Clone, Debug, PartialEq)]
pub struct LadderSet {
    /// Counts from 1.
    pub version: u32,
    /// The ladders, as JSON.
    pub body: Value,
    /// Who set them.
    pub set_by: AccountId,
    /// When.
    pub set_at: Timestamp,
}

impl SqlStore {
    /// The ladders that count for an organisation; `None` when it has none of its own.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn ladders_current(
        &self,
        organisation: OrganisationId,
    ) -> Result<Option<LadderSet>, StoreError> {
        let row: Option<(i32, Json<Value>, Id, At)> = self.read(|conn| {
            ladder_sets::table
                .filter(ladder_sets::organisation_id.eq(Id::from(organisation)))
                .order(ladder_sets::version.desc())
                .select((
                    ladder_sets::version,
                    ladder_sets::body,
                    ladder_sets::set_by,
                    ladder_sets::set_at,
                ))
                .first(conn)
                .optional()
                .mapped()
        })?;
        row.map(|(version, body, by, at)| {
            Ok(LadderSet {
                version: crate::rows::fit(version)?,
                body: body.0,
                set_by: by.into(),
                set_at: at.0,
            })
        })
        .transpose()
    }

    /// Sets ladders as the next version, when the one they replace is still the present one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else was faster.
    pub fn ladders_set(
        &self,
        organisation: OrganisationId,
        expected: u32,
        set: LadderSet,
        audit: AuditEntry,
    ) -> Result<(), StoreError> {
        let keys = self.keys().clone();
        let next: i32 = crate::rows::fit(set.version)?;
        self.write(Lane::Alarm, move |conn| {
            let present: Option<i32> = ladder_sets::table
                .filter(ladder_sets::organisation_id.eq(Id::from(organisation)))
                .select(max(ladder_sets::version))
                .first(conn)
                .mapped()?;
            if present.unwrap_or(0) != crate::rows::fit::<_, i32>(expected)? {
                return Err(StoreError::Conflict);
            }
            diesel::insert_into(ladder_sets::table)
                .values((
                    ladder_sets::organisation_id.eq(Id::from(organisation)),
                    ladder_sets::version.eq(next),
                    ladder_sets::body.eq(Json(set.body)),
                    ladder_sets::set_by.eq(Id::from(set.set_by)),
                    ladder_sets::set_at.eq(At(set.set_at)),
                ))
                .execute(conn)
                .mapped()?;
            audit::insert(conn, &keys, &audit)
        })
    }

    /// Incidents opened since a moment, oldest first, no more than a number.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn incidents_opened_since(
        &self,
        organisation: OrganisationId,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<IncidentId>, StoreError> {
        let ids: Vec<Id> = self.read(|conn| {
            incidents::table
                .filter(incidents::organisation_id.eq(Id::from(organisation)))
                .filter(incidents::opened_at.ge(At(since)))
                .order((incidents::opened_at, incidents::id))
                .limit(i64::from(limit))
                .select(incidents::id)
                .load(conn)
                .mapped()
        })?;
        Ok(ids.into_iter().map(Into::into).collect())
    }

    /// How many relatives of each resident are told; residents without any are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn relatives_of(
        &self,
        organisation: OrganisationId,
    ) -> Result<HashMap<ResidentId, u32>, StoreError> {
        let rows: Vec<(Id, i64)> = self.read(|conn| {
            family_links::table
                .filter(family_links::organisation_id.eq(Id::from(organisation)))
                .group_by(family_links::resident_id)
                .select((family_links::resident_id, count_star()))
                .load(conn)
                .mapped()
        })?;
        let counted = rows
            .into_iter()
            .map(|(resident, count)| Ok((resident.into(), crate::rows::fit(count)?)));
        counted.collect()
    }

    /// The open incident that a responder goes to, the latest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn mission_of(
        &self,
        organisation: OrganisationId,
        responder: ResponderId,
    ) -> Result<Option<Incident>, StoreError> {
        self.read(|conn| {
            let found: Option<Id> = incidents::table
                .filter(incidents::organisation_id.eq(Id::from(organisation)))
                .filter(partial::incident_open())
                .filter(incidents::responder_id.eq(Some(Id::from(responder))))
                .order(incidents::accepted_at.desc())
                .select(incidents::id)
                .first(conn)
                .optional()
                .mapped()?;
            let found = found.map(|id| crate::incidents::read(conn, organisation, id.into()));
            found.transpose()
        })
    }
}
