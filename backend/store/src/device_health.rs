//! How registered devices stand: claimed by whoever looks, kept with when to look again.

use std::collections::HashMap;

use chrono::TimeDelta;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use domain::devices::health::{Health, Heard, Memory};
use domain::devices::{Device, Protocol};
use domain::geo::{Coordinate, Datum};
use domain::ids::{DeviceId, IncidentId, OrganisationId, ResidentId};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::rows::{fit, uid};
use crate::schema::{device_states, devices, homes, residents};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, InstantSql, Json, JsonSql, UuidSql, Word};
use crate::writer::Lane;

/// A registered device that was heard at least once, as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchedDevice {
    /// The device.
    pub device: Device,
    /// Maker's name of it.
    pub model: Option<String>,
    /// Where its resident lives.
    pub home: Option<Coordinate>,
    /// The committee that its resident's home belongs to.
    pub committee_code: Option<String>,
    /// What was heard of it.
    pub heard: Heard,
    /// How it stood at the last look.
    pub health: Health,
    /// The case that stands for its silence.
    pub case_id: Option<IncidentId>,
}

/// What a look found.
#[derive(Clone, Debug, PartialEq)]
pub struct LookedAt {
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// Which device.
    pub device_id: DeviceId,
    /// How it stands.
    pub health: Health,
    /// Frames it had sent when it was looked at.
    pub frames: i64,
    /// When to look again.
    pub check_at: Timestamp,
    /// The case that stands for its silence.
    pub case_id: Option<IncidentId>,
}

impl SqlStore {
    /// Claims devices that are due to be looked at, the longest due first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn health_claim(
        &self,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<WatchedDevice>, StoreError> {
        // Looking is cheap and idle most of the time; only a find costs a commit.
        if !self.health_due(now)? {
            return Ok(Vec::new());
        }
        self.write(Lane::Telemetry, move |conn| {
            let claimed = claim(conn, now, now + lease, limit)?;
            of_devices(conn, &claimed)
        })
    }

    /// Whether anybody is due to be looked at and in nobody's hands.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn health_due(&self, now: Timestamp) -> Result<bool, StoreError> {
        self.read(|conn| due(conn, now))
    }

    /// Keeps what looks found. A device that sent a frame meanwhile is looked at again at once.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn health_keep(&self, looked: Vec<LookedAt>) -> Result<(), StoreError> {
        self.write(Lane::Telemetry, move |conn| {
            looked.iter().try_for_each(|one| keep(conn, one))
        })
    }

    /// Lets another case stand for the silence of a device.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn case_move(
        &self,
        organisation: OrganisationId,
        device: DeviceId,
        case: IncidentId,
    ) -> Result<(), StoreError> {
        self.write(Lane::Telemetry, move |conn| {
            let one = device_states::table
                .filter(device_states::organisation_id.eq(Id::from(organisation)))
                .filter(device_states::device_id.eq(Id::from(device)));
            let set = device_states::case_id.eq(Some(Id::from(case)));
            diesel::update(one).set(set).execute(conn).mapped()?;
            Ok(())
        })
    }

    /// Every device that was heard and whose resident lives in this committee.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn watched_in(
        &self,
        organisation: OrganisationId,
        committee_code: &str,
    ) -> Result<Vec<WatchedDevice>, StoreError> {
        self.read(|conn| {
            let query = joined()
                .filter(devices::organisation_id.eq(Id::from(organisation)))
                .filter(homes::committee_code.nullable().eq(Some(committee_code)))
                .order(devices::id)
                .select(columns());
            let rows: Vec<Row> = query.load(conn).mapped()?;
            rows.into_iter().map(opened).collect()
        })
    }
}

fn due(conn: &mut Conn, now: Timestamp) -> Result<bool, StoreError> {
    let free = device_states::checked_until
        .is_null()
        .or(device_states::checked_until.le(Some(At(now))));
    let due = device_states::table
        .filter(device_states::check_at.le(Some(At(now))))
        .filter(free)
        .select(device_states::device_id);
    diesel::select(exists(due)).get_result(conn).mapped()
}

#[derive(QueryableByName)]
struct Claimed {
    #[diesel(sql_type = UuidSql)]
    organisation_id: Id,
    #[diesel(sql_type = UuidSql)]
    device_id: Id,
}

fn claim(
    conn: &mut Conn,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<Claimed>, StoreError> {
    let lock = match conn {
        Conn::Sqlite(_) => "",
        Conn::Postgres(_) => "FOR UPDATE SKIP LOCKED",
    };
    let sql = format!(
        "UPDATE device_states SET checked_until = $1 \
         WHERE (organisation_id, device_id) IN (SELECT organisation_id, device_id \
         FROM device_states WHERE check_at <= $2 \
         AND (checked_until IS NULL OR checked_until <= $2) \
         ORDER BY check_at LIMIT $3 {lock}) RETURNING organisation_id, device_id"
    );
    diesel::sql_query(sql)
        .bind::<InstantSql, _>(At(until))
        .bind::<InstantSql, _>(At(now))
        .bind::<BigInt, _>(i64::from(limit))
        .load(conn)
        .mapped()
}

fn keep(conn: &mut Conn, one: &LookedAt) -> Result<(), StoreError> {
    let health = &one.health;
    diesel::sql_query(
        "UPDATE device_states SET silent_since = $1, flat_at = $2, proposed_datum = $3, \
         memory = $4, case_id = $5, checked_until = NULL, \
         check_at = CASE WHEN frames = $6 THEN $7 ELSE last_seen_at END \
         WHERE organisation_id = $8 AND device_id = $9",
    )
    .bind::<Nullable<InstantSql>, _>(health.silent_since.map(At))
    .bind::<Nullable<InstantSql>, _>(health.flat_at.map(At))
    .bind::<Nullable<Text>, _>(health.proposed_datum.map(|datum| datum.as_str()))
    .bind::<JsonSql, _>(Json(health.memory.clone()))
    .bind::<Nullable<UuidSql>, _>(one.case_id.map(Id::from))
    .bind::<BigInt, _>(one.frames)
    .bind::<InstantSql, _>(At(one.check_at))
    .bind::<UuidSql, _>(Id::from(one.organisation_id))
    .bind::<UuidSql, _>(Id::from(one.device_id))
    .execute(conn)
    .mapped()
    .map(|_| ())
}

type DeviceColumns = (Id, Id, Word<Protocol>, String, Option<Id>, Option<String>);
type HeardColumns = (
    At,
    i64,
    Option<i16>,
    Option<bool>,
    Option<Json<Coordinate>>,
    Option<At>,
);
type HealthColumns = (
    Option<At>,
    Option<At>,
    Option<Word<Datum>>,
    Option<Json<Memory>>,
    Option<Id>,
);
type HomeColumns = (Option<Json<Coordinate>>, Option<String>);
type Row = (DeviceColumns, HeardColumns, HealthColumns, HomeColumns);

/// The tables that tell how a device stands, joined.
#[diesel::dsl::auto_type]
fn joined() -> _ {
    let heard = device_states::organisation_id
        .eq(devices::organisation_id)
        .and(device_states::device_id.eq(devices::id));
    let wearer = residents::organisation_id
        .eq(devices::organisation_id)
        .and(residents::id.nullable().eq(devices::resident_id));
    let dwelling = homes::organisation_id
        .eq(devices::organisation_id)
        .and(homes::id.nullable().eq(residents::home_id.nullable()));
    devices::table
        .inner_join(device_states::table.on(heard))
        .left_join(residents::table.on(wearer))
        .left_join(homes::table.on(dwelling))
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        (
            devices::organisation_id,
            devices::id,
            devices::protocol,
            devices::uid,
            devices::resident_id,
            devices::model,
        ),
        (
            device_states::last_seen_at,
            device_states::frames,
            device_states::battery_pct,
            device_states::charging,
            device_states::last_fix,
            device_states::last_fix_at,
        ),
        (
            device_states::silent_since,
            device_states::flat_at,
            device_states::proposed_datum,
            device_states::memory,
            device_states::case_id,
        ),
        (homes::position.nullable(), homes::committee_code.nullable()),
    )
}

fn of_devices(conn: &mut Conn, claimed: &[Claimed]) -> Result<Vec<WatchedDevice>, StoreError> {
    let mut of: HashMap<Id, Vec<Id>> = HashMap::new();
    for one in claimed {
        of.entry(one.organisation_id)
            .or_default()
            .push(one.device_id);
    }
    let mut found = Vec::with_capacity(claimed.len());
    for (organisation, ids) in of {
        let query = joined()
            .filter(devices::organisation_id.eq(organisation))
            .filter(devices::id.eq_any(ids))
            .order(devices::id)
            .select(columns());
        let rows: Vec<Row> = query.load(conn).mapped()?;
        for row in rows {
            found.push(opened(row)?);
        }
    }
    Ok(found)
}

fn opened((device, heard, health, home): Row) -> Result<WatchedDevice, StoreError> {
    let (organisation, id, protocol, named, resident, model) = device;
    let (last_seen_at, frames, battery, charging, fix, fix_at) = heard;
    let (silent_since, flat_at, proposed, memory, case_id) = health;
    Ok(WatchedDevice {
        device: Device {
            id: id.into(),
            organisation_id: organisation.into(),
            protocol: protocol.0,
            uid: uid(&named)?,
            resident_id: resident.map(ResidentId::from),
        },
        model,
        home: home.0.map(|at| at.0),
        committee_code: home.1,
        heard: Heard {
            last_seen_at: last_seen_at.0,
            frames,
            battery_pct: battery.map(fit).transpose()?,
            charging,
            last_fix: fix.map(|fix| fix.0).zip(fix_at.map(|at| at.0)),
        },
        health: Health {
            silent_since: silent_since.map(Into::into),
            flat_at: flat_at.map(Into::into),
            proposed_datum: proposed.map(|datum| datum.0),
            memory: memory.map(|memory| memory.0).unwrap_or_default(),
        },
        case_id: case_id.map(Into::into),
    })
}
