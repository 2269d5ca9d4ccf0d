//! The homes of an area that is not heard.

use diesel::prelude::*;
use domain::ids::{DeviceId, IncidentId, OrganisationId, ResidentId};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::errors::Mapped;
use crate::schema::outage_homes;
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id};
use crate::writer::Lane;

/// A device whose silence belongs to an area's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutageHome {
    /// The device.
    pub device_id: DeviceId,
    /// Whose home it guards.
    pub resident_id: ResidentId,
    /// Since when nothing is heard of it.
    pub silent_since: Timestamp,
    /// When it was heard again.
    pub back_at: Option<Timestamp>,
}

impl SqlStore {
    /// Puts devices into an outage; one that is there already stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn outage_join(
        &self,
        organisation: OrganisationId,
        incident: IncidentId,
        joined: Vec<OutageHome>,
    ) -> Result<(), StoreError> {
        self.write(Lane::Telemetry, move |conn| {
            for home in &joined {
                let key = (
                    outage_homes::organisation_id.eq(Id::from(organisation)),
                    outage_homes::incident_id.eq(Id::from(incident)),
                    outage_homes::device_id.eq(Id::from(home.device_id)),
                );
                let same = outage_homes::table
                    .filter(key.0)
                    .filter(key.1)
                    .filter(key.2);
                // Whoever falls silent again is missing again.
                let missing = outage_homes::back_at.eq(None::<At>);
                let known = diesel::update(same).set(missing).execute(conn).mapped()?;
                if known == 0 {
                    diesel::insert_into(outage_homes::table)
                        .values((
                            key,
                            outage_homes::resident_id.eq(Id::from(home.resident_id)),
                            outage_homes::silent_since.eq(At(home.silent_since)),
                        ))
                        .execute(conn)
                        .mapped()?;
                }
            }
            Ok(())
        })
    }

    /// Notes that a device is heard again. Returns how many are still missing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn outage_back(
        &self,
        organisation: OrganisationId,
        incident: IncidentId,
        device: DeviceId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        self.write(Lane::Telemetry, move |conn| {
            let missing = || {
                outage_homes::table
                    .filter(outage_homes::organisation_id.eq(Id::from(organisation)))
                    .filter(outage_homes::incident_id.eq(Id::from(incident)))
                    .filter(outage_homes::back_at.is_null())
            };
            let back = missing().filter(outage_homes::device_id.eq(Id::from(device)));
            diesel::update(back)
                .set(outage_homes::back_at.eq(Some(At(now))))
                .execute(conn)
                .mapped()?;
            let left: i64 = missing().count().get_result(conn).mapped()?;
            crate::rows::fit(left)
        })
    }

    /// The devices of an outage; none for any other incident.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn outage_homes(
        &self,
        organisation: OrganisationId,
        incident: IncidentId,
    ) -> Result<Vec<OutageHome>, StoreError> {
        type Row = (Id, Id, At, Option<At>);
        let rows: Vec<Row> = self.read(|conn| {
            outage_homes::table
                .filter(outage_homes::organisation_id.eq(Id::from(organisation)))
                .filter(outage_homes::incident_id.eq(Id::from(incident)))
                .order(outage_homes::device_id)
                .select((
                    outage_homes::device_id,
                    outage_homes::resident_id,
                    outage_homes::silent_since,
                    outage_homes::back_at,
                ))
                .load(conn)
                .mapped()
        })?;
        let opened = rows
            .into_iter()
            .map(|(device, resident, since, back)| OutageHome {
                device_id: device.into(),
                resident_id: resident.into(),
                silent_since: since.0,
                back_at: back.map(Into::into),
            });
        Ok(opened.collect())
    }
}
