//! Frames: kept raw, whether or not they mean anything.

use diesel::prelude::*;
use domain::devices::{Alarm, DeviceUid, Protocol, Reading, ReceivedFrame, Recency};
use domain::geo::Coordinate;
use domain::ids::{FrameId, OrganisationId};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::installation;
use crate::life_signs;
use crate::rows::{FrameRow, TimerRow, event_key};
use crate::schema::{devices, frames, timers};
use crate::sql_types::{At, Id, Word};
use crate::statement::{JsonText, Statement, Value};
use crate::usual_ways;

/// Keeps an alarm frame alone, with a timer due now; whether it was new.
pub(super) fn undecided(
    conn: &mut Conn,
    home: Option<OrganisationId>,
    frame: &ReceivedFrame,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (organisation, is_registered) = organisation_of(conn, home, frame)?;
    if known(conn, organisation, frame)?.is_some() {
        // It is durable already, and that is all that was asked for.
        return Ok(false);
    }
    insert(conn, FrameRow::new(organisation, frame).undecided())?;
    diesel::insert_into(timers::table)
        .values(TimerRow::undecided(organisation, frame.id, now))
        .execute(conn)
        .mapped()?;
    if is_registered {
        seen(conn, organisation, frame)?;
    }
    Ok(true)
}

/// Keeps a frame that asks for nothing.
pub(super) fn telemetry(
    conn: &mut Conn,
    home: Option<OrganisationId>,
    frame: &ReceivedFrame,
) -> Result<(), StoreError> {
    let (organisation, is_registered) = organisation_of(conn, home, frame)?;
    insert(conn, FrameRow::new(organisation, frame))?;
    // Of a device that nobody registered there is nothing to remember.
    if is_registered {
        seen(conn, organisation, frame)?;
    }
    Ok(())
}

pub(super) fn insert(conn: &mut Conn, row: FrameRow) -> Result<(), StoreError> {
    diesel::insert_into(frames::table)
        .values(row)
        .execute(conn)
        .mapped()
        .map(|_| ())
}

/// The stored frame of the same event: its identifier and whether it still waits.
pub(super) fn known(
    conn: &mut Conn,
    organisation: Id,
    frame: &ReceivedFrame,
) -> Result<Option<(Id, bool)>, StoreError> {
    let (Ok(event), Some(key)) = (&frame.decoded, event_key(frame)) else {
        return Ok(None);
    };
    frames::table
        .filter(frames::organisation_id.eq(organisation))
        .filter(frames::protocol.eq(Word(event.protocol)))
        .filter(frames::device_uid.eq(event.device_uid.as_str()))
        .filter(frames::event_key.eq(key))
        .select((frames::id, frames::undecided))
        .first(conn)
        .optional()
        .mapped()
}

pub(super) fn read_undecided(conn: &mut Conn, id: FrameId) -> Result<ReceivedFrame, StoreError> {
    let row: FrameRow = frames::table
        .filter(frames::id.eq(Id::from(id)))
        .filter(frames::undecided)
        .first(conn)
        .mapped()?;
    row.received()
}

/// Whose data a frame is, the device's organisation or the default one, and whether the device is
/// registered.
fn organisation_of(
    conn: &mut Conn,
    home: Option<OrganisationId>,
    frame: &ReceivedFrame,
) -> Result<(Id, bool), StoreError> {
    let named = named_device(frame).map(|(protocol, uid)| device_owner(conn, protocol, uid));
    match (named.transpose()?.flatten(), home) {
        (Some(organisation), _) => Ok((organisation, true)),
        (None, Some(home)) => Ok((home.into(), false)),
        (None, None) => Ok((installation::default_organisation(conn)?.into(), false)),
    }
}

/// Whom a frame speaks for; in quarantine, the device that the line is bound to.
fn named_device(frame: &ReceivedFrame) -> Option<(Protocol, &DeviceUid)> {
    match &frame.decoded {
        Ok(event) if event.quarantine.is_some() => {
            let bound = event.quarantine.as_ref();
            bound.map(|uid| (event.protocol, uid))
        }
        Ok(event) => Some((event.protocol, &event.device_uid)),
        Err(_) => frame.device_uid.as_ref().map(|uid| (frame.protocol, uid)),
    }
}

fn device_owner(
    conn: &mut Conn,
    protocol: Protocol,
    uid: &DeviceUid,
) -> Result<Option<Id>, StoreError> {
    devices::table
        .filter(devices::protocol.eq(Word(protocol)))
        .filter(devices::uid.eq(uid.as_str()))
        .order(devices::organisation_id)
        .select(devices::organisation_id)
        .first(conn)
        .optional()
        .mapped()
}

/// Notes when a registered device was last heard, and what it said of itself. A frame that
/// arrives late does not turn the clock back. One that ends a silence asks for a look.
pub(super) fn seen(
    conn: &mut Conn,
    organisation: Id,
    frame: &ReceivedFrame,
) -> Result<(), StoreError> {
    let Some((protocol, uid)) = named_device(frame) else {
        return Ok(());
    };
    if frame.quarantine().is_some() {
        // What another name on its line says is not what the device says of itself.
        return Ok(());
    }
    usual_ways::renew(conn, organisation, frame)?;
    let said = Said::of(frame);
    // One statement on both databases; diesel has no upsert for them together.
    let heard = At(frame.received_at);
    let fix = said.fix.as_ref().map(JsonText::of).transpose()?;
    let values = vec![
        heard.into(),
        Value::Small(said.battery),
        Value::Json(fix),
        Value::At(said.fix.map(|_| heard)),
        Value::Bool(said.charging),
        Value::Bool(said.worn),
        Value::At(said.no_fix.then_some(heard)),
        Value::Big(said.clock_off_s),
        heard.into(),
        organisation.into(),
        protocol.as_str().into(),
        uid.as_str().into(),
        Value::Bool(Some(said.has_clock)),
    ];
    Statement::new(
        "INSERT INTO device_states \
         (organisation_id, device_id, last_seen_at, battery_pct, last_fix, last_fix_at, \
         charging, worn, fixless_since, clock_off_s, frames, check_at) \
         SELECT organisation_id, id, ?, ?, ?, ?, ?, ?, ?, ?, 1, ? FROM devices \
         WHERE organisation_id = ? AND protocol = ? AND uid = ? \
         ON CONFLICT (organisation_id, device_id) DO UPDATE SET \
         last_seen_at = excluded.last_seen_at, \
         battery_pct = COALESCE(excluded.battery_pct, device_states.battery_pct), \
         last_fix = COALESCE(excluded.last_fix, device_states.last_fix), \
         last_fix_at = COALESCE(excluded.last_fix_at, device_states.last_fix_at), \
         charging = COALESCE(excluded.charging, device_states.charging), \
         worn = COALESCE(excluded.worn, device_states.worn), \
         fixless_since = CASE WHEN excluded.last_fix IS NULL \
         THEN COALESCE(device_states.fixless_since, excluded.fixless_since) END, \
         clock_off_s = CASE WHEN ? THEN excluded.clock_off_s \
         ELSE device_states.clock_off_s END, \
         frames = device_states.frames + 1, \
         check_at = CASE WHEN device_states.silent_since IS NULL \
         THEN device_states.check_at ELSE excluded.check_at END \
         WHERE excluded.last_seen_at >= device_states.last_seen_at",
        values,
    )
    .run(conn)?;
    life_signs::keep(conn, organisation, frame)
}

/// What a frame says of the device itself.
#[derive(Default)]
struct Said {
    battery: Option<i16>,
    fix: Option<Coordinate>,
    no_fix: bool,
    charging: Option<bool>,
    worn: Option<bool>,
    has_clock: bool,
    clock_off_s: Option<i64>,
}

impl Said {
    /// History says nothing of how a device stands now.
    fn of(frame: &ReceivedFrame) -> Self {
        let Ok(event) = &frame.decoded else {
            return Self::default();
        };
        let live = event.recency == Recency::Live;
        let beats = event.readings.contains_key(&Reading::HeartRate);
        let taken_off = event.alarms.contains(&Alarm::Removed);
        let worn = event.worn.or_else(|| taken_off.then_some(false));
        Self {
            battery: event.battery_pct.map(i16::from),
            fix: event.fix.filter(|fix| fix.valid).map(|fix| fix.at),
            no_fix: live && event.fix.is_some_and(|fix| !fix.valid),
            charging: event.charging.filter(|_| live),
            worn: worn.or_else(|| beats.then_some(true)).filter(|_| live),
            has_clock: event.device_time.is_some() && live || event.clock_off_s.is_some(),
            clock_off_s: event.clock_off_s,
        }
    }
}
