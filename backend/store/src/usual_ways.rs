//! The way a device usually comes.

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::devices::{Carrier, Device, ReceivedFrame, Trust, UsualWay};
use domain::ids::{DeviceId, OrganisationId};
use domain::ports::StoreError;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::schema::{devices, usual_ways};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Word};
use crate::statement::{Statement, Value};

#[derive(Clone, Debug, Queryable)]
struct WayRow {
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

impl From<WayRow> for UsualWay {
    fn from(row: WayRow) -> Self {
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
    pub fn usual_ways(
        &self,
        organisation: OrganisationId,
        ids: &[DeviceId],
    ) -> Result<HashMap<DeviceId, UsualWay>, StoreError> {
        let ids: Vec<Id> = ids.iter().copied().map(Id::from).collect();
        let rows: Vec<WayRow> = self.read(|conn| {
            usual_ways::table
                .filter(usual_ways::organisation_id.eq(Id::from(organisation)))
                .filter(usual_ways::device_id.eq_any(&ids))
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
) -> Result<Option<UsualWay>, StoreError> {
    let row: Option<WayRow> = usual_ways::table
        .filter(usual_ways::organisation_id.eq(Id::from(organisation)))
        .filter(usual_ways::device_id.eq(Id::from(device)))
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
        .eq(usual_ways::organisation_id)
        .and(devices::id.eq(usual_ways::device_id));
    let from_there = usual_ways::first_source
        .eq(source)
        .or(usual_ways::last_source.eq(source));
    let spoken = devices::table
        .filter(same)
        .filter(devices::protocol.eq(Word(device.protocol)))
        .select(devices::id);
    // From the address to its devices: as a join, SQLite begins with every device of the protocol.
    let others = usual_ways::table
        .filter(from_there)
        .filter(usual_ways::device_id.ne(Id::from(device.id)))
        .filter(exists(spoken))
        .select(usual_ways::device_id);
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
    let fresh = UsualWay::of(event, &frame.source, frame.received_at);
    // One statement on both databases; diesel has no upsert for them together.
    let values = vec![
        Value::Text(fresh.carrier.map(Carrier::as_str)),
        fresh.first_source.as_str().into(),
        fresh.last_source.as_str().into(),
        At(fresh.first_seen_at).into(),
        fresh.trust.as_str().into(),
        Value::Bool(fresh.worn),
        Value::Bool(fresh.charging),
        organisation.into(),
        event.protocol.as_str().into(),
        event.device_uid.as_str().into(),
    ];
    Statement::new(
        "INSERT INTO usual_ways (organisation_id, device_id, carrier, first_source, \
         last_source, first_seen_at, trust, worn, charging) \
         SELECT organisation_id, id, ?, ?, ?, ?, ?, ?, ? FROM devices \
         WHERE organisation_id = ? AND protocol = ? AND uid = ? \
         ON CONFLICT (organisation_id, device_id) DO UPDATE SET \
         carrier = CASE WHEN excluded.trust IN ('proved', 'bound') \
         THEN excluded.carrier ELSE usual_ways.carrier END, \
         last_source = CASE WHEN excluded.trust IN ('proved', 'bound') \
         THEN excluded.last_source ELSE usual_ways.last_source END, \
         trust = CASE WHEN excluded.trust IN ('proved', 'bound') \
         THEN excluded.trust ELSE usual_ways.trust END, \
         worn = COALESCE(excluded.worn, usual_ways.worn), \
         charging = COALESCE(excluded.charging, usual_ways.charging) \
         WHERE (excluded.trust IN ('proved', 'bound') AND \
         (excluded.last_source <> usual_ways.last_source \
         OR excluded.trust <> usual_ways.trust \
         OR COALESCE(excluded.carrier, '') <> COALESCE(usual_ways.carrier, ''))) \
         OR (excluded.worn IS NOT NULL AND \
         (usual_ways.worn IS NULL OR usual_ways.worn <> excluded.worn)) \
         OR (excluded.charging IS NOT NULL AND \
         (usual_ways.charging IS NULL OR usual_ways.charging <> excluded.charging))",
        values,
    )
    .run(conn)
    .map(|_| ())
}
