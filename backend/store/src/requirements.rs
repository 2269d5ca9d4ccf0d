//! What a resident's record requires of whoever comes.

use diesel::prelude::*;
use domain::audit::AuditEntry;
use domain::ids::{OrganisationId, ResidentId};
use domain::ports::StoreError;
use domain::residents::Resident;
use domain::responders::Class;

use crate::audit;
use crate::errors::Mapped;
use crate::schema::residents;
use crate::sql_store::SqlStore;
use crate::sql_types::{Id, Json};
use crate::writer::Lane;

impl SqlStore {
    /// Replaces what is required, with the line of the audit trail that says who did.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn requirements_set(
        &self,
        organisation: OrganisationId,
        id: ResidentId,
        requires: Vec<Class>,
        audit: AuditEntry,
    ) -> Result<Resident, StoreError> {
        let keys = self.keys().clone();
        self.write(Lane::Alarm, move |conn| {
            let one = residents::table
                .filter(residents::organisation_id.eq(Id::from(organisation)))
                .filter(residents::id.eq(Id::from(id)));
            let set = residents::requires.eq(Json(requires));
            match diesel::update(one).set(set).execute(conn).mapped()? {
                0 => Err(StoreError::NotFound),
                _ => audit::insert(conn, &keys, &audit),
            }
        })?;
        self.resident_read(organisation, id)
    }
}
