//! The installation's own test alarm: an organisation nobody belongs to, with a resident and a
//! device for the time of one pass. Everything of a pass is removed when it is over.

use diesel::prelude::*;
use domain::devices::Device;
use domain::ids::{AccountId, DeviceId, IncidentId, OrganisationId, ResidentId, TimerId};
use domain::incidents::{IncidentStatus, Timer, TimerKind};
use domain::notices::DeliveryState;
use domain::ports::StoreError;
use domain::residents::Resident;
use domain::time::Timestamp;

use crate::accounts::{Account, AccountRow};
use crate::conn::Conn;
use crate::devices::DeviceRow;
use crate::errors::Mapped;
use crate::installation;
use crate::residents::seal;
use crate::rows::TimerRow;
use crate::schema::{
    acceptance_tokens, accounts, calls, device_states, devices, frames, homes, idempotency_keys,
    incident_evidence, incidents, life_signs, offers, organisations, outage_homes, outbox,
    outbox_attempts, receipts, residents, standings, timeline_entries, timers, usual_ways,
};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Word};
use crate::writer::Lane;

/// Keys of the organisation and of the account that are told.
const ORGANISATION: &str = "watchdog_organisation";
const ACCOUNT: &str = "watchdog_account";

/// An open incident that nobody would have looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// Which.
    pub id: IncidentId,
}

impl SqlStore {
    /// Who is told of test alarms; made at the first call. `account` is used then.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn found_watchdog(
        &self,
        account: Account,
    ) -> Result<(OrganisationId, AccountId), StoreError> {
        let keys = self.keys().clone();
        self.write(Lane::Alarm, move |conn| {
            let organisation = installation::get(conn, ORGANISATION)?;
            let known = installation::get(conn, ACCOUNT)?;
            let read = |text: Option<String>| uuid::Uuid::try_parse(&text?).ok();
            if let (Some(organisation), Some(known)) = (read(organisation), read(known)) {
                return Ok((organisation.into(), known.into()));
            }
            diesel::insert_into(organisations::table)
                .values((
                    organisations::id.eq(Id::from(account.organisation_id)),
                    organisations::name.eq(account.name.clone()),
                ))
                .execute(conn)
                .mapped()?;
            diesel::insert_into(accounts::table)
                .values(AccountRow::seal(&keys, &account)?)
                .execute(conn)
                .mapped()?;
            installation::set(conn, ORGANISATION, &account.organisation_id.to_string())?;
            installation::set(conn, ACCOUNT, &account.id.to_string())?;
            Ok((account.organisation_id, account.id))
        })
    }

    /// Sets up the resident and the device of one pass.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] and [`StoreError::Unavailable`].
    pub fn watchdog_prepare(&self, resident: Resident, device: Device) -> Result<(), StoreError> {
        let keys = self.keys().clone();
        self.write(Lane::Alarm, move |conn| {
            let (home, resident) = seal(&keys, &resident)?;
            diesel::insert_into(homes::table)
                .values(home)
                .execute(conn)
                .mapped()?;
            diesel::insert_into(residents::table)
                .values(resident)
                .execute(conn)
                .mapped()?;
            diesel::insert_into(devices::table)
                .values(DeviceRow::new(&device, None))
                .execute(conn)
                .mapped()?;
            Ok(())
        })
    }

    /// Whether a carrier took a notice about this incident to this account.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn watchdog_told(
        &self,
        organisation: OrganisationId,
        incident: IncidentId,
        account: AccountId,
    ) -> Result<bool, StoreError> {
        let told: i64 = self.read(|conn| {
            outbox::table
                .filter(outbox::organisation_id.eq(Id::from(organisation)))
                .filter(outbox::incident_id.eq(Id::from(incident)))
                .filter(outbox::account_id.eq(Id::from(account)))
                .filter(outbox::state.eq(Word(DeliveryState::Sent)))
                .count()
                .get_result(conn)
                .mapped()
        })?;
        Ok(told > 0)
    }

    /// Makes the guard of an incident due now; returns it, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn watchdog_hasten(
        &self,
        organisation: OrganisationId,
        incident: IncidentId,
        now: Timestamp,
    ) -> Result<Option<TimerId>, StoreError> {
        self.write(Lane::Alarm, move |conn| {
            let guard: Option<Id> = timers::table
                .filter(timers::organisation_id.eq(Id::from(organisation)))
                .filter(timers::incident_id.eq(Some(Id::from(incident))))
                .filter(timers::done_at.is_null())
                .select(timers::id)
                .first(conn)
                .optional()
                .mapped()?;
            if let Some(guard) = guard {
                let row = timers::table
                    .filter(timers::organisation_id.eq(Id::from(organisation)))
                    .filter(timers::id.eq(guard));
                diesel::update(row)
                    .set(timers::due_at.eq(At(now)))
                    .execute(conn)
                    .mapped()?;
            }
            Ok(guard.map(Into::into))
        })
    }

    /// Whether a timer took effect.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn watchdog_fired(
        &self,
        organisation: OrganisationId,
        timer: TimerId,
    ) -> Result<bool, StoreError> {
        let waiting: i64 = self.read(|conn| {
            timers::table
                .filter(timers::organisation_id.eq(Id::from(organisation)))
                .filter(timers::id.eq(Id::from(timer)))
                .filter(timers::done_at.is_null())
                .count()
                .get_result(conn)
                .mapped()
        })?;
        Ok(waiting == 0)
    }

    /// Removes everything of one pass, by the name of its device, and of passes whose device is
    /// called before another name; names sort by time. Returns how many there were.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn watchdog_sweep(
        &self,
        organisation: OrganisationId,
        own: String,
        before: String,
    ) -> Result<usize, StoreError> {
        self.write(Lane::Alarm, move |conn| {
            let organisation = organisation.into();
            let old: Vec<(Id, Option<Id>, String)> = devices::table
                .filter(devices::organisation_id.eq(organisation))
                .filter(devices::uid.lt(before).or(devices::uid.eq(own)))
                .select((devices::id, devices::resident_id, devices::uid))
                .load(conn)
                .mapped()?;
            for (device, resident, uid) in &old {
                let device: DeviceId = (*device).into();
                let resident = resident.map(ResidentId::from);
                remove(conn, organisation, device, resident, uid)?;
            }
            Ok(old.len())
        })
    }

    /// Gives an orphan a guard that is due at once, unless it has got one or is closed.
    /// Returns whether it did.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn guard_orphan(
        &self,
        orphan: Orphan,
        fresh: TimerId,
        kind: fn(IncidentStatus) -> TimerKind,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(Lane::Alarm, move |conn| {
            let (organisation, id) = (Id::from(orphan.organisation_id), Id::from(orphan.id));
            let pending: i64 = timers::table
                .filter(timers::organisation_id.eq(organisation))
                .filter(timers::incident_id.eq(Some(id)))
                .filter(timers::done_at.is_null())
                .count()
                .get_result(conn)
                .mapped()?;
            let (status, rung): (Word<IncidentStatus>, i32) = incidents::table
                .filter(incidents::organisation_id.eq(organisation))
                .filter(incidents::id.eq(id))
                .select((incidents::status, incidents::rung))
                .first(conn)
                .mapped()?;
            if pending > 0 || status.0 == IncidentStatus::Closed {
                return Ok(false);
            }
            let timer = Timer {
                id: fresh,
                incident_id: orphan.id,
                kind: kind(status.0),
                rung: u16::try_from(rung).unwrap_or(0),
                due_at: now,
            };
            diesel::insert_into(timers::table)
                .values(TimerRow::guard(orphan.organisation_id, &timer))
                .execute(conn)
                .mapped()?;
            Ok(true)
        })
    }
}

/// Deletes the rows of a table in one organisation, by the value of a column.
macro_rules! delete {
    ($conn:ident, $organisation:ident, $table:ident, $column:ident = $value:expr) => {
        diesel::delete(
            $table::table
                .filter($table::organisation_id.eq($organisation))
                .filter($table::$column.eq($value)),
        )
        .execute($conn)
        .mapped()?
    };
}

/// The rows of a table that belong to an incident.
macro_rules! ids_of {
    ($conn:ident, $organisation:ident, $table:ident, $incident:ident) => {
        $table::table
            .filter($table::organisation_id.eq($organisation))
            .filter($table::incident_id.eq($incident))
            .select($table::id)
            .load::<Id>($conn)
            .mapped()?
    };
}

/// Removes one pass: what points to something goes before it.
fn remove(
    conn: &mut Conn,
    organisation: Id,
    device: DeviceId,
    resident: Option<ResidentId>,
    uid: &str,
) -> Result<(), StoreError> {
    let device = Id::from(device);
    let raised: Vec<Id> = incidents::table
        .filter(incidents::organisation_id.eq(organisation))
        .filter(incidents::device_id.eq(Some(device)))
        .select(incidents::id)
        .load(conn)
        .mapped()?;
    for incident in &raised {
        remove_traces(conn, organisation, *incident)?;
    }
    delete!(conn, organisation, frames, device_uid = Some(uid));
    delete!(conn, organisation, life_signs, device_id = device);
    delete!(conn, organisation, usual_ways, device_id = device);
    delete!(conn, organisation, device_states, device_id = device);
    for incident in raised {
        delete!(conn, organisation, incidents, id = incident);
    }
    delete!(conn, organisation, devices, id = device);
    let Some(resident) = resident.map(Id::from) else {
        return Ok(());
    };
    let home: Id = residents::table
        .filter(residents::organisation_id.eq(organisation))
        .filter(residents::id.eq(resident))
        .select(residents::home_id)
        .first(conn)
        .mapped()?;
    delete!(conn, organisation, residents, id = resident);
    delete!(conn, organisation, homes, id = home);
    Ok(())
}

/// Removes what an incident of a pass left behind, all but the incident.
fn remove_traces(conn: &mut Conn, organisation: Id, incident: Id) -> Result<(), StoreError> {
    for notice in ids_of!(conn, organisation, outbox, incident) {
        delete!(conn, organisation, outbox_attempts, outbox_id = notice);
        delete!(conn, organisation, receipts, outbox_id = notice);
    }
    delete!(conn, organisation, outbox, incident_id = incident);
    for offer in ids_of!(conn, organisation, offers, incident) {
        delete!(conn, organisation, acceptance_tokens, offer_id = offer);
    }
    delete!(conn, organisation, offers, incident_id = incident);
    delete!(conn, organisation, standings, incident_id = incident);
    delete!(
        conn,
        organisation,
        incident_evidence,
        incident_id = incident
    );
    delete!(conn, organisation, idempotency_keys, incident_id = incident);
    delete!(conn, organisation, calls, incident_id = incident);
    delete!(conn, organisation, outage_homes, incident_id = incident);
    delete!(conn, organisation, timers, incident_id = Some(incident));
    delete!(conn, organisation, timeline_entries, incident_id = incident);
    Ok(())
}
