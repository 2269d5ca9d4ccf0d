//! Devices, as they are read.

use diesel::prelude::*;
use domain::audit::AuditEntry;
use domain::devices::health::Memory;
use domain::devices::{Device, DeviceUid, Protocol};
use domain::geo::{Coordinate, Datum};
use domain::ids::{DeviceId, IncidentId, OrganisationId, ResidentId};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::audit;
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
    /// The datum that somebody said it sends.
    pub datum: Option<Datum>,
    /// How it stands, as far as it was ever heard.
    pub standing: Standing,
}

/// How a device stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// On a charger.
    pub charging: Option<bool>,
    /// On the body.
    pub worn: Option<bool>,
    /// Since when it has no fix.
    pub fixless_since: Option<Timestamp>,
    /// Seconds its clock is ahead, when that is more than a day.
    pub clock_off_s: Option<i64>,
    /// Since when it counts as silent.
    pub silent_since: Option<Timestamp>,
    /// When its battery is expected to be empty.
    pub flat_at: Option<Timestamp>,
    /// The datum that it seems to send without saying so.
    pub proposed_datum: Option<Datum>,
    /// The case that stands for its silence.
    pub case_id: Option<IncidentId>,
}

/// What the edge needs to know of a device before it reads a frame of it.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectoryEntry {
    /// The device.
    pub device: Device,
    /// Maker's name of it.
    pub model: Option<String>,
    /// The datum that somebody said it sends.
    pub datum: Option<Datum>,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
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

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = device_states)]
struct StateRow {
    last_seen_at: At,
    battery_pct: Option<i16>,
    last_fix: Option<Json<Coordinate>>,
    last_fix_at: Option<At>,
    charging: Option<bool>,
    worn: Option<bool>,
    fixless_since: Option<At>,
    clock_off_s: Option<i64>,
    silent_since: Option<At>,
    flat_at: Option<At>,
    proposed_datum: Option<Word<Datum>>,
    case_id: Option<Id>,
}

impl From<&StateRow> for Standing {
    fn from(row: &StateRow) -> Self {
        Self {
            charging: row.charging,
            worn: row.worn,
            fixless_since: row.fixless_since.map(Into::into),
            clock_off_s: row.clock_off_s,
            silent_since: row.silent_since.map(Into::into),
            flat_at: row.flat_at.map(Into::into),
            proposed_datum: row.proposed_datum.map(|datum| datum.0),
            case_id: row.case_id.map(Into::into),
        }
    }
}

type Read = (DeviceRow, Option<Word<Datum>>, Option<StateRow>);

fn record((row, datum, state): Read) -> Result<DeviceRecord, StoreError> {
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
        datum: datum.map(|datum| datum.0),
        standing: state.as_ref().map(Standing::from).unwrap_or_default(),
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

    /// Says which datum a device sends; `None` is what its model sends. Fixes that were taken for
    /// another datum are forgotten.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn datum_set(
        &self,
        organisation: OrganisationId,
        id: DeviceId,
        datum: Option<Datum>,
        audit: AuditEntry,
    ) -> Result<DeviceRecord, StoreError> {
        let keys = self.keys().clone();
        self.write(Lane::Alarm, move |conn| {
            let one = devices::table
                .filter(devices::organisation_id.eq(Id::from(organisation)))
                .filter(devices::id.eq(Id::from(id)));
            let set = devices::datum.eq(datum.map(Word));
            if diesel::update(one).set(set).execute(conn).mapped()? == 0 {
                return Err(StoreError::NotFound);
            }
            let state = device_states::table
                .filter(device_states::organisation_id.eq(Id::from(organisation)))
                .filter(device_states::device_id.eq(Id::from(id)));
            diesel::update(state)
                .set((
                    device_states::proposed_datum.eq(None::<Word<Datum>>),
                    device_states::last_fix.eq(None::<Json<Coordinate>>),
                    device_states::last_fix_at.eq(None::<At>),
                    device_states::memory.eq(None::<Json<Memory>>),
                ))
                .execute(conn)
                .mapped()?;
            audit::insert(conn, &keys, &audit)
        })?;
        self.device_read(organisation, id)
    }

    /// All registered devices, as the edge needs them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn device_directory(&self) -> Result<Vec<DirectoryEntry>, StoreError> {
        self.read(|conn| entries(conn, None))
    }

    /// One device, by the name it gives itself.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn device_named(
        &self,
        protocol: Protocol,
        uid: &DeviceUid,
    ) -> Result<Option<DirectoryEntry>, StoreError> {
        let mut found = self.read(|conn| entries(conn, Some((protocol, uid))))?;
        Ok((!found.is_empty()).then(|| found.remove(0)))
    }
}

fn entries(
    conn: &mut Conn,
    named: Option<(Protocol, &DeviceUid)>,
) -> Result<Vec<DirectoryEntry>, StoreError> {
    let mut query = devices::table
        .order(devices::organisation_id)
        .select((DeviceRow::as_select(), devices::datum))
        .into_boxed();
    if let Some((protocol, uid)) = named {
        query = query
            .filter(devices::protocol.eq(Word(protocol)))
            .filter(devices::uid.eq(uid.as_str()));
    }
    let rows: Vec<(DeviceRow, Option<Word<Datum>>)> = query.load(conn).mapped()?;
    let opened = rows.into_iter().map(|(row, datum)| {
        let record = record((row, datum, None))?;
        Ok(DirectoryEntry {
            device: record.device,
            model: record.model,
            datum: record.datum,
        })
    });
    opened.collect()
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
        .select((
            DeviceRow::as_select(),
            devices::datum,
            Option::<StateRow>::as_select(),
        ))
        .into_boxed();
    query = match which {
        Which::All => query,
        Which::One(id) => query.filter(devices::id.eq(Id::from(id))),
        Which::WornBy(resident) => query.filter(devices::resident_id.eq(Some(Id::from(resident)))),
    };
    if let Some(cursor) = asked.cursor {
        query = query.filter(devices::id.gt(cursor.id));
    }
    let rows: Vec<Read> = query.load(conn).mapped()?;
    rows.into_iter().map(record).collect()
}
