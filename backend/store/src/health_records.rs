//! What an ambulance has to know of a resident: sealed as a whole, opened for a hand-over.

use diesel::prelude::*;
use domain::audit::AuditEntry;
use domain::ids::{OrganisationId, ResidentId};
use domain::ports::StoreError;
use domain::residents::HealthRecord;

use crate::audit;
use crate::errors::Mapped;
use crate::schema::{resident_health, residents};
use crate::sealed::{Column, Sealed};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id};
use crate::writer::Lane;

impl SqlStore {
    /// What is written down; nothing is an empty record.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn health_record(
        &self,
        organisation: OrganisationId,
        resident: ResidentId,
    ) -> Result<HealthRecord, StoreError> {
        let found: Option<Sealed<HealthRecord>> = self.read(|conn| {
            resident_health::table
                .filter(resident_health::organisation_id.eq(Id::from(organisation)))
                .filter(resident_health::resident_id.eq(Id::from(resident)))
                .select(resident_health::record)
                .first(conn)
                .optional()
                .mapped()
        })?;
        let keys = self.keys();
        let open =
            |sealed: Sealed<HealthRecord>| sealed.open(keys, Column::HEALTH_RECORD, resident);
        Ok(found.map(open).transpose()?.unwrap_or_default())
    }

    /// Replaces it, with the line of the audit trail that says who did.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] without such a resident.
    pub fn health_record_set(
        &self,
        organisation: OrganisationId,
        resident: ResidentId,
        record: &HealthRecord,
        audit: AuditEntry,
    ) -> Result<(), StoreError> {
        let keys = self.keys().clone();
        let sealed = Sealed::seal(&keys, Column::HEALTH_RECORD, resident, record)?;
        self.write(Lane::Alarm, move |conn| {
            let known: Option<Id> = residents::table
                .filter(residents::organisation_id.eq(Id::from(organisation)))
                .filter(residents::id.eq(Id::from(resident)))
                .select(residents::id)
                .first(conn)
                .optional()
                .mapped()?;
            known.ok_or(StoreError::NotFound)?;
            let changed = (
                resident_health::changed_at.eq(At(audit.at)),
                resident_health::record.eq(sealed),
            );
            let own = resident_health::table
                .filter(resident_health::organisation_id.eq(Id::from(organisation)))
                .filter(resident_health::resident_id.eq(Id::from(resident)));
            if diesel::update(own)
                .set(changed.clone())
                .execute(conn)
                .mapped()?
                == 0
            {
                diesel::insert_into(resident_health::table)
                    .values((
                        resident_health::organisation_id.eq(Id::from(organisation)),
                        resident_health::resident_id.eq(Id::from(resident)),
                        changed.0,
                        changed.1,
                    ))
                    .execute(conn)
                    .mapped()?;
            }
            audit::insert(conn, &keys, &audit)
        })
    }
}
