//! The way a device usually comes.

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};
use domain::devices::{Binding, Carrier, Device, ReceivedFrame, Trust};
use domain::ids::{DeviceId, OrganisationId};
use domain::ports::StoreError;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::schema::{device_bindings, devices};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, InstantSql, UuidSql, Word};

#[derive(Clone, Debug, Queryable)]
struct BindingRow {
    _organisation_id: Id,
    device_id: Id,
    carrier: Option<Word<Carrier>>,
    first_source: String,
    last_source: String,
    first_seen_at: At,
    trust: Word<Trust>,
    worn: Option<bool>,
    charging: Option<bool>,
}

impl From<BindingRow> for Binding {
    fn from(row: BindingRow) -> Self {
        Self {
            carrier: row.carrier.map(|carrier| carrier.0),
            first_source: row.first_source,
            last_source: row.last_source,
            first_seen_at: row.first_seen_at.0,
            trust: row.trust.0,
            worn: row.worn,
            charging: row.charging,
        }
    }
}

impl SqlStore {
    /// The ways the named devices usually come.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn device_bindings(
        &self,
        organisation: OrganisationId,
        ids: &[DeviceId],
    ) -> Result<HashMap<DeviceId, Binding>, StoreError> {
        let ids: Vec<Id> = ids.iter().copied().map(Id::from).collect();
        let rows: Vec<BindingRow> = self.read(|conn| {
            device_bindings::table
                .filter(device_bindings::organisation_id.eq(Id::from(organisation)))
                .filter(device_bindings::device_id.eq_any(&ids))
                .load(conn)
                .mapped()
        })?;
        let bound = rows
            .into_iter()
            .map(|row| (row.device_id.into(), row.into()));
        Ok(bound.collect())
    }
}

pub(crate) fn of_device(
    conn: &mut Conn,
    organisation: OrganisationId,
    device: DeviceId,
) -> Result<Option<Binding>, StoreError> {
    let row: Option<BindingRow> = device_bindings::table
        .filter(device_bindings::organisation_id.eq(Id::from(organisation)))
        .filter(device_bindings::device_id.eq(Id::from(device)))
        .first(conn)
        .optional()
        .mapped()?;
    Ok(row.map(Into::into))
}

/// Whether another device of the protocol comes from this address too.
pub(crate) fn is_shared(
    conn: &mut Conn,
    device: &Device,
    source: &str,
) -> Result<bool, StoreError> {
    let same = devices::organisation_id
        .eq(device_bindings::organisation_id)
        .and(devices::id.eq(device_bindings::device_id));
    let from_there = device_bindings::first_source
        .eq(source)
        .or(device_bindings::last_source.eq(source));
    let others = device_bindings::table
        .inner_join(devices::table.on(same))
        .filter(from_there)
        .filter(devices::protocol.eq(Word(device.protocol)))
        .filter(device_bindings::device_id.ne(Id::from(device.id)))
        .select(device_bindings::device_id);
    diesel::select(exists(others)).get_result(conn).mapped()
}

/// Remembers the way of a kept frame. Nothing is written while nothing changes, and a frame that
/// only claims its identity moves nothing that is known.
pub(crate) fn renew(
    conn: &mut Conn,
    organisation: Id,
    frame: &ReceivedFrame,
) -> Result<(), StoreError> {
    let Ok(event) = &frame.decoded else {
        return Ok(());
    };
    let fresh = Binding::of(event, &frame.source, frame.received_at);
    // One statement on both databases; diesel has no upsert for them together.
    diesel::sql_query(
        "INSERT INTO device_bindings (organisation_id, device_id, carrier, first_source, \
         last_source, first_seen_at, trust, worn, charging) \
         SELECT organisation_id, id, $1, $2, $3, $4, $5, $6, $7 FROM devices \
         WHERE organisation_id = $8 AND protocol = $9 AND uid = $10 \
         ON CONFLICT (organisation_id, device_id) DO UPDATE SET \
         carrier = CASE WHEN excluded.trust IN ('proved', 'bound') \
         THEN excluded.carrier ELSE device_bindings.carrier END, \
         last_source = CASE WHEN excluded.trust IN ('proved', 'bound') \
         THEN excluded.last_source ELSE device_bindings.last_source END, \
         trust = CASE WHEN excluded.trust IN ('proved', 'bound') \
         THEN excluded.trust ELSE device_bindings.trust END, \
         worn = COALESCE(excluded.worn, device_bindings.worn), \
         charging = COALESCE(excluded.charging, device_bindings.charging) \
         WHERE (excluded.trust IN ('proved', 'bound') AND \
         (excluded.last_source <> device_bindings.last_source \
         OR excluded.trust <> device_bindings.trust \
         OR COALESCE(excluded.carrier, '') <> COALESCE(device_bindings.carrier, ''))) \
         OR (excluded.worn IS NOT NULL AND \
         (device_bindings.worn IS NULL OR device_bindings.worn <> excluded.worn)) \
         OR (excluded.charging IS NOT NULL AND \
         (device_bindings.charging IS NULL OR device_bindings.charging <> excluded.charging))",
    )
    .bind::<Nullable<Text>, _>(fresh.carrier.map(Carrier::as_str))
    .bind::<Text, _>(&fresh.first_source)
    .bind::<Text, _>(&fresh.last_source)
    .bind::<InstantSql, _>(At(fresh.first_seen_at))
    .bind::<Text, _>(fresh.trust.as_str())
    .bind::<Nullable<Bool>, _>(fresh.worn)
    .bind::<Nullable<Bool>, _>(fresh.charging)
    .bind::<UuidSql, _>(organisation)
    .bind::<Text, _>(event.protocol.as_str())
    .bind::<Text, _>(event.device_uid.as_str())
    .execute(conn)
    .mapped()
    .map(|_| ())
}
