//! Devices, as they are read.

use diesel::prelude::*;
use domain::devices::{Device, Protocol};
use domain::geo::Coordinate;
use domain::ids::{DeviceId, OrganisationId, ResidentId};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::paging::{Cursor, Page, PageRequest};
use crate::rows::{fit, uid};
use crate::schema::{device_states, devices};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Json, Word};
use crate::writer::Lane;

/// A device and what was last heard of it.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceRecord {
    /// The device.
    pub device: Device,
    /// Maker's name of it.
    pub model: Option<String>,
    /// When its last frame came in.
    pub last_seen_at: Option<Timestamp>,
    /// 0-100.
    pub battery_pct: Option<u8>,
    /// Its last valid fix.
    pub last_fix: Option<Coordinate>,
    /// When that came in.
    pub last_fix_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = devices, treat_none_as_default_value = false)]
pub(crate) struct DeviceRow {
    organisation_id: Id,
    id: Id,
    protocol: Word<Protocol>,
    uid: String,
    resident_id: Option<Id>,
    model: Option<String>,
}

impl DeviceRow {
    pub(crate) fn new(device: &Device, model: Option<String>) -> Self {
        Self {
            organisation_id: device.organisation_id.into(),
            id: device.id.into(),
            protocol: Word(device.protocol),
            uid: device.uid.as_str().to_owned(),
            resident_id: device.resident_id.map(Id::from),
            model,
        }
    }
}

#[derive(Clone, Debug, Queryable)]
struct StateRow {
    _organisation_id: Id,
    _device_id: Id,
    last_seen_at: At,
    battery_pct: Option<i16>,
    last_fix: Option<Json<Coordinate>>,
    last_fix_at: Option<At>,
}

fn record((row, state): (DeviceRow, Option<StateRow>)) -> Result<DeviceRecord, StoreError> {
    let battery = state.as_ref().and_then(|state| state.battery_pct);
    Ok(DeviceRecord {
        device: Device {
            id: row.id.into(),
            organisation_id: row.organisation_id.into(),
            protocol: row.protocol.0,
            uid: uid(&row.uid)?,
            resident_id: row.resident_id.map(Into::into),
        },
        model: row.model,
        last_seen_at: state.as_ref().map(|state| state.last_seen_at.0),
        battery_pct: battery.map(fit).transpose()?,
        last_fix: state
            .as_ref()
            .and_then(|state| state.last_fix.as_ref())
            .map(|fix| fix.0),
        last_fix_at: state.and_then(|state| state.last_fix_at).map(Into::into),
    })
}

/// Why a device is not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// It is now.
    New,
    /// It was, under the same identifier.
    Known,
    /// Another device has this protocol and number, here or elsewhere.
    Taken,
}

impl SqlStore {
    /// Registers a device that nobody wears yet. Protocol and number are unique among all
    /// organisations: a frame names its device by them alone.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn device_register(
        &self,
        device: &Device,
        model: Option<String>,
    ) -> Result<Registered, StoreError> {
        let device = device.clone();
        self.write(Lane::Alarm, move |conn| {
            let same: Option<(Id, Id)> = devices::table
                .filter(devices::protocol.eq(Word(device.protocol)))
                .filter(devices::uid.eq(device.uid.as_str()))
                .select((devices::organisation_id, devices::id))
                .first(conn)
                .optional()
                .mapped()?;
            let own = (device.organisation_id.into(), device.id.into());
            match same {
                Some(known) if known == own => Ok(Registered::Known),
                Some(_) => Ok(Registered::Taken),
                None => {
                    diesel::insert_into(devices::table)
                        .values(DeviceRow::new(&device, model))
                        .execute(conn)
                        .mapped()?;
                    Ok(Registered::New)
                }
            }
        })
    }
}

/// Which devices are read.
enum Which {
    All,
    One(DeviceId),
    WornBy(ResidentId),
}

impl SqlStore {
    /// Lists devices by identifier.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn device_list(
        &self,
        organisation: OrganisationId,
        asked: &PageRequest,
    ) -> Result<Page<DeviceRecord>, StoreError> {
        let items = self.read(|conn| records(conn, organisation, &Which::All, asked))?;
        Ok(Page::cut(items, asked, |record| {
            Cursor::by_id(record.device.id)
        }))
    }

    /// Reads one device.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn device_read(
        &self,
        organisation: OrganisationId,
        id: DeviceId,
    ) -> Result<DeviceRecord, StoreError> {
        let one = PageRequest::first(1);
        let mut found = self.read(|conn| records(conn, organisation, &Which::One(id), &one))?;
        found.pop().ok_or(StoreError::NotFound)
    }

    /// The devices of a resident.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn devices_of_resident(
        &self,
        organisation: OrganisationId,
        resident: ResidentId,
    ) -> Result<Vec<DeviceRecord>, StoreError> {
        let all = PageRequest::first(u32::MAX);
        self.read(|conn| records(conn, organisation, &Which::WornBy(resident), &all))
    }
}

fn records(
    conn: &mut Conn,
    organisation: OrganisationId,
    which: &Which,
    asked: &PageRequest,
) -> Result<Vec<DeviceRecord>, StoreError> {
    let same_device = device_states::organisation_id
        .eq(devices::organisation_id)
        .and(device_states::device_id.eq(devices::id));
    let mut query = devices::table
        .left_join(device_states::table.on(same_device))
        .filter(devices::organisation_id.eq(Id::from(organisation)))
        .order(devices::id)
        .limit(asked.fetch())
        .into_boxed();
    query = match which {
        Which::All => query,
        Which::One(id) => query.filter(devices::id.eq(Id::from(id))),
        Which::WornBy(resident) => query.filter(devices::resident_id.eq(Some(Id::from(resident)))),
    };
    if let Some(cursor) = asked.cursor {
        query = query.filter(devices::id.gt(cursor.id));
    }
    let rows: Vec<(DeviceRow, Option<StateRow>)> = query.load(conn).mapped()?;
    rows.into_iter().map(record).collect()
}
