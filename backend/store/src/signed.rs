//! Signed messages are let in once: the window of a device changes with the frame it lets in, in one
//! transaction, or a restart would open it again.

use diesel::prelude::*;
use domain::devices::replay::{SignedMessage, Verdict, Window};
use domain::devices::{DeviceUid, Protocol};
use domain::ports::StoreError;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::schema::{devices, frames, replay_windows};
use crate::sql_store::SqlStore;
use crate::sql_types::{Id, Json, Word};

/// What carries signed messages.
const SIGNED: Protocol = Protocol::AnlinJson;

impl SqlStore {
    /// What a message would be, asked now; saving it asks again.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn replay_verdict(&self, message: &SignedMessage) -> Result<Verdict, StoreError> {
        self.read(|conn| {
            let Some(device) = registered(conn, &message.device)? else {
                return Ok(Verdict::Refused);
            };
            let mut window = read(conn, device)?.unwrap_or_default();
            Ok(window.admit(&message.boot, message.sequence, message.time))
        })
    }

    /// Whether an alarm of these very bytes is stored for a device. Looks through the alarms of
    /// that device only.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn alarm_is_stored(&self, device: &DeviceUid, raw: &[u8]) -> Result<bool, StoreError> {
        self.read(|conn| {
            let Some((organisation, _)) = registered(conn, device)? else {
                return Ok(false);
            };
            let count: i64 = frames::table
                .filter(frames::organisation_id.eq(organisation))
                .filter(frames::protocol.eq(Word(SIGNED)))
                .filter(frames::device_uid.eq(device.as_str()))
                .filter(frames::event_key.is_not_null())
                .filter(frames::raw.eq(raw))
                .count()
                .get_result(conn)
                .mapped()?;
            Ok(count > 0)
        })
    }
}

/// Lets a message in as part of a transaction. Without a message everything is new.
pub(crate) fn admit(
    conn: &mut Conn,
    message: Option<&SignedMessage>,
) -> Result<Verdict, StoreError> {
    let Some(message) = message else {
        return Ok(Verdict::New);
    };
    let Some(device) = registered(conn, &message.device)? else {
        return Ok(Verdict::Refused);
    };
    let (organisation, id) = device;
    // Holds the row until the commit, so that two servers do not let the same message in.
    let own = replay_windows::table
        .filter(replay_windows::organisation_id.eq(organisation))
        .filter(replay_windows::device_id.eq(id));
    let is_kept = diesel::update(own)
        .set(replay_windows::seen.eq(replay_windows::seen))
        .execute(conn)
        .mapped()?
        > 0;
    let mut window = if is_kept {
        read(conn, device)?.unwrap_or_default()
    } else {
        Window::default()
    };
    let verdict = window.admit(&message.boot, message.sequence, message.time);
    if verdict != Verdict::New {
        return Ok(verdict);
    }
    if is_kept {
        diesel::update(own)
            .set(replay_windows::seen.eq(Json(window)))
            .execute(conn)
            .mapped()?;
    } else {
        diesel::insert_into(replay_windows::table)
            .values((
                replay_windows::organisation_id.eq(organisation),
                replay_windows::device_id.eq(id),
                replay_windows::seen.eq(Json(window)),
            ))
            .execute(conn)
            .mapped()?;
    }
    Ok(verdict)
}

fn registered(conn: &mut Conn, device: &DeviceUid) -> Result<Option<(Id, Id)>, StoreError> {
    devices::table
        .filter(devices::protocol.eq(Word(SIGNED)))
        .filter(devices::uid.eq(device.as_str()))
        .order(devices::organisation_id)
        .select((devices::organisation_id, devices::id))
        .first(conn)
        .optional()
        .mapped()
}

fn read(conn: &mut Conn, (organisation, id): (Id, Id)) -> Result<Option<Window>, StoreError> {
    let seen: Option<Json<Window>> = replay_windows::table
        .filter(replay_windows::organisation_id.eq(organisation))
        .filter(replay_windows::device_id.eq(id))
        .select(replay_windows::seen)
        .first(conn)
        .optional()
        .mapped()?;
    Ok(seen.map(|seen| seen.0))
}
