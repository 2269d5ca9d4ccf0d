//! What is feared for residents, and signs of life that a person saw.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::audit::AuditEntry;
use domain::ids::{AccountId, OrganisationId, ResidentId};
use domain::life_signs::{LifeSign, SignReading};
use domain::ports::StoreError;
use domain::residents::{Care, CareRecord, Cognition, Dependence, RiskLevel};
use domain::time::Timestamp;

use crate::audit;
use crate::errors::Mapped;
use crate::schema::{reported_signs, resident_care};
use crate::sealed::{Column, Sealed};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Word};
use crate::writer::Lane;

type CareRow = (
    Id,
    Word<RiskLevel>,
    Word<Cognition>,
    Sealed<Vec<Dependence>>,
);

impl SqlStore {
    /// What is recorded of residents; those of whom nothing is are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn care_of(
        &self,
        organisation: OrganisationId,
        residents: &[ResidentId],
    ) -> Result<HashMap<ResidentId, CareRecord>, StoreError> {
        let ids: Vec<Id> = residents.iter().map(Id::from).collect();
        let rows: Vec<CareRow> = self.read(|conn| {
            resident_care::table
                .filter(resident_care::organisation_id.eq(Id::from(organisation)))
                .filter(resident_care::resident_id.eq_any(ids))
                .select((
                    resident_care::resident_id,
                    resident_care::risk,
                    resident_care::cognition,
                    resident_care::depends_on,
                ))
                .load(conn)
                .mapped()
        })?;
        let opened = rows.into_iter().map(|(id, risk, cognition, depends_on)| {
            let record = CareRecord {
                care: Care {
                    risk: risk.0,
                    cognition: cognition.0,
                },
                depends_on: depends_on.open(self.keys(), Column::CARE_DEPENDS_ON, id)?,
            };
            Ok((id.into(), record))
        });
        opened.collect()
    }

    /// Replaces what is recorded of a resident, with the line of the audit trail that says who did.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such resident.
    pub fn care_set(
        &self,
        organisation: OrganisationId,
        resident: ResidentId,
        record: &CareRecord,
        audit: AuditEntry,
    ) -> Result<(), StoreError> {
        self.resident_read(organisation, resident)?;
        let keys = self.keys().clone();
        let id = Id::from(resident);
        let depends_on = Sealed::seal(&keys, Column::CARE_DEPENDS_ON, id, &record.depends_on)?;
        let care = record.care;
        self.write(Lane::Alarm, move |conn| {
            let known = resident_care::table
                .filter(resident_care::organisation_id.eq(Id::from(organisation)))
                .filter(resident_care::resident_id.eq(id));
            diesel::delete(known).execute(conn).mapped()?;
            diesel::insert_into(resident_care::table)
                .values((
                    resident_care::organisation_id.eq(Id::from(organisation)),
                    resident_care::resident_id.eq(id),
                    resident_care::risk.eq(Word(care.risk)),
                    resident_care::cognition.eq(Word(care.cognition)),
                    resident_care::depends_on.eq(depends_on),
                ))
                .execute(conn)
                .mapped()?;
            audit::insert(conn, &keys, &audit)
        })
    }

    /// Keeps a sign of life that a person saw; the same one at the same moment is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn life_sign_report(
        &self,
        (organisation, resident): (OrganisationId, ResidentId),
        (sign, at): (LifeSign, Timestamp),
        by: AccountId,
        audit: AuditEntry,
    ) -> Result<(), StoreError> {
        let keys = self.keys().clone();
        self.write(Lane::Alarm, move |conn| {
            let same = reported_signs::table
                .filter(reported_signs::organisation_id.eq(Id::from(organisation)))
                .filter(reported_signs::sign.eq(Word(sign)))
                .filter(reported_signs::at.eq(At(at)))
                .filter(reported_signs::resident_id.eq(Id::from(resident)));
            diesel::delete(same).execute(conn).mapped()?;
            diesel::insert_into(reported_signs::table)
                .values((
                    reported_signs::organisation_id.eq(Id::from(organisation)),
                    reported_signs::resident_id.eq(Id::from(resident)),
                    reported_signs::sign.eq(Word(sign)),
                    reported_signs::at.eq(At(at)),
                    reported_signs::account_id.eq(Id::from(by)),
                ))
                .execute(conn)
                .mapped()?;
            audit::insert(conn, &keys, &audit)
        })
    }

    /// Signs of life that people saw between two moments, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn reported_signs_of(
        &self,
        organisation: OrganisationId,
        sign: LifeSign,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<HashMap<ResidentId, Vec<SignReading>>, StoreError> {
        let rows: Vec<(Id, At)> = self.read(|conn| {
            reported_signs::table
                .filter(reported_signs::organisation_id.eq(Id::from(organisation)))
                .filter(reported_signs::sign.eq(Word(sign)))
                .filter(reported_signs::at.ge(At(from)))
                .filter(reported_signs::at.le(At(to)))
                .order(reported_signs::at)
                .select((reported_signs::resident_id, reported_signs::at))
                .load(conn)
                .mapped()
        })?;
        let mut homes: HashMap<ResidentId, Vec<SignReading>> = HashMap::new();
        for (resident, at) in rows {
            let reading = SignReading {
                at: at.0,
                value: 1.0,
            };
            homes.entry(resident.into()).or_default().push(reading);
        }
        Ok(homes)
    }
}
