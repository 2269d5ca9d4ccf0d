//! What was weighed, and what a weighing has to know of a device.

use std::collections::HashMap;

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::devices::{Device, DeviceUid, Protocol, Trust};
use domain::evidence::{
    Doubts, EvidenceRecord, Finding, Item, Known, RECENT_DAYS, RECENT_OF_MODEL,
};
use domain::ids::{IncidentId, OrganisationId};
use domain::incidents::{Outcome, Severity};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::rows::fit;
use crate::schema::{devices, incident_evidence, incidents};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Json, Word};
use crate::{partial, usual_ways};

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = incident_evidence, treat_none_as_default_value = false)]
struct EvidenceRow {
    organisation_id: Id,
    incident_id: Id,
    number: i32,
    at: At,
    trust: Option<Word<Trust>>,
    rules: String,
    items: Json<Vec<Item>>,
    severity: i16,
    window_s: i32,
    why: Json<Vec<Finding>>,
}

impl EvidenceRow {
    fn of(record: &EvidenceRecord) -> Result<Self, StoreError> {
        Ok(Self {
            organisation_id: record.organisation_id.into(),
            incident_id: record.incident_id.into(),
            number: record.number.into(),
            at: At(record.at),
            trust: record.trust.map(Word),
            rules: record.rules.clone(),
            items: Json(record.items.clone()),
            severity: record.severity.0.into(),
            window_s: fit(record.window_s)?,
            why: Json(record.why.clone()),
        })
    }

    fn read(self) -> Result<EvidenceRecord, StoreError> {
        Ok(EvidenceRecord {
            organisation_id: self.organisation_id.into(),
            incident_id: self.incident_id.into(),
            number: fit(self.number)?,
            at: self.at.into(),
            trust: self.trust.map(|trust| trust.0),
            rules: self.rules,
            items: self.items.0,
            severity: Severity(fit(self.severity)?),
            window_s: fit(self.window_s)?,
            why: self.why.0,
        })
    }
}

impl SqlStore {
    /// The weighings of an incident, the first one first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn evidence_of_incident(
        &self,
        organisation: OrganisationId,
        incident: IncidentId,
    ) -> Result<Vec<EvidenceRecord>, StoreError> {
        self.read(|conn| of_incident(conn, organisation, incident))
    }

    /// How far the alarms of incidents are believed, for those that a device raised.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn trust_of_incidents(
        &self,
        organisation: OrganisationId,
        ids: &[IncidentId],
    ) -> Result<HashMap<IncidentId, Trust>, StoreError> {
        let ids: Vec<Id> = ids.iter().copied().map(Id::from).collect();
        let rows: Vec<(Id, Option<Word<Trust>>)> = self.read(|conn| {
            incident_evidence::table
                .filter(incident_evidence::organisation_id.eq(Id::from(organisation)))
                .filter(incident_evidence::incident_id.eq_any(&ids))
                .filter(incident_evidence::trust.is_not_null())
                .select((incident_evidence::incident_id, incident_evidence::trust))
                .load(conn)
                .mapped()
        })?;
        let mut best = HashMap::new();
        for (id, trust) in rows {
            let Some(Word(trust)) = trust else { continue };
            let known = best.entry(id.into()).or_insert(trust);
            *known = trust.min(*known);
        }
        Ok(best)
    }
}

pub(crate) fn of_incident(
    conn: &mut Conn,
    organisation: OrganisationId,
    incident: IncidentId,
) -> Result<Vec<EvidenceRecord>, StoreError> {
    let rows: Vec<EvidenceRow> = incident_evidence::table
        .filter(incident_evidence::organisation_id.eq(Id::from(organisation)))
        .filter(incident_evidence::incident_id.eq(Id::from(incident)))
        .order(incident_evidence::number)
        .load(conn)
        .mapped()?;
    rows.into_iter().map(EvidenceRow::read).collect()
}

/// Writes the weighings of a decision, in its transaction.
pub(crate) fn insert(conn: &mut Conn, records: &[EvidenceRecord]) -> Result<(), StoreError> {
    for record in records {
        diesel::insert_into(incident_evidence::table)
            .values(EvidenceRow::of(record)?)
            .execute(conn)
            .mapped()?;
    }
    Ok(())
}

/// What is known of a device beside the records of its incident.
pub(crate) fn known(
    conn: &mut Conn,
    device: &Device,
    source: &str,
    now: Timestamp,
    known: Known,
) -> Result<Known, StoreError> {
    Ok(Known {
        doubts: doubts(conn, device, now)?,
        way: usual_ways::of_device(conn, device.organisation_id, device.id)?,
        is_source_shared: usual_ways::is_shared(conn, device, source)?,
        ..known
    })
}

/// How often the device was wrong lately, and its model among the last alarms that ended.
fn doubts(conn: &mut Conn, device: &Device, now: Timestamp) -> Result<Doubts, StoreError> {
    let of_organisation = incidents::organisation_id.eq(Id::from(device.organisation_id));
    let since = now - TimeDelta::days(RECENT_DAYS);
    let own: Vec<Option<Word<Outcome>>> = incidents::table
        .filter(of_organisation)
        .filter(incidents::device_id.eq(Some(Id::from(device.id))))
        .filter(incidents::closed_at.gt(Some(At(since))))
        .select(incidents::outcome)
        .load(conn)
        .mapped()?;
    let model: Option<Option<String>> = devices::table
        .filter(devices::organisation_id.eq(Id::from(device.organisation_id)))
        .filter(devices::id.eq(Id::from(device.id)))
        .select(devices::model)
        .first(conn)
        .optional()
        .mapped()?;
    let of_model = match model.flatten() {
        Some(model) => of_model(conn, device, &model)?,
        None => Vec::new(),
    };
    Ok(Doubts {
        device_false: count_false(&own),
        model_alarms: u32::try_from(of_model.len()).unwrap_or(u32::MAX),
        model_false: count_false(&of_model),
    })
}

/// Outcomes of this model's alarms among the last that ended: a bounded number of look-ups, however
/// many devices there are.
fn of_model(
    conn: &mut Conn,
    device: &Device,
    model: &str,
) -> Result<Vec<Option<Word<Outcome>>>, StoreError> {
    let last: Vec<(Option<Id>, Option<Word<Outcome>>)> = incidents::table
        .filter(incidents::organisation_id.eq(Id::from(device.organisation_id)))
        .filter(incidents::device_id.is_not_null())
        .filter(incidents::closed_at.is_not_null())
        .order(incidents::closed_at.desc())
        .limit(RECENT_OF_MODEL)
        .select((incidents::device_id, incidents::outcome))
        .load(conn)
        .mapped()?;
    let ids: Vec<Id> = last.iter().filter_map(|(id, _)| *id).collect();
    let same: Vec<Id> = devices::table
        .filter(devices::organisation_id.eq(Id::from(device.organisation_id)))
        .filter(devices::id.eq_any(ids))
        .filter(devices::protocol.eq(Word(device.protocol)))
        .filter(devices::model.eq(model))
        .select(devices::id)
        .load(conn)
        .mapped()?;
    let is_same = |id: &Option<Id>| id.is_some_and(|id| same.contains(&id));
    let found = last.into_iter().filter(|(id, _)| is_same(id));
    Ok(found.map(|(_, outcome)| outcome).collect())
}

fn count_false(outcomes: &[Option<Word<Outcome>>]) -> u32 {
    let was_false = |outcome: &&Option<Word<Outcome>>| {
        outcome
            .as_ref()
            .is_some_and(|outcome| outcome.0.was_false())
    };
    u32::try_from(outcomes.iter().filter(was_false).count()).unwrap_or(u32::MAX)
}

/// The open incident that a device, or another of the same resident, raised last.
pub(crate) fn open_incident_of(
    conn: &mut Conn,
    protocol: Protocol,
    uid: &DeviceUid,
) -> Result<Option<(OrganisationId, IncidentId)>, StoreError> {
    let device: Option<(Id, Id, Option<Id>)> = devices::table
        .filter(devices::protocol.eq(Word(protocol)))
        .filter(devices::uid.eq(uid.as_str()))
        .order(devices::organisation_id)
        .select((devices::organisation_id, devices::id, devices::resident_id))
        .first(conn)
        .optional()
        .mapped()?;
    let Some((organisation, device, resident)) = device else {
        return Ok(None);
    };
    // Two questions, each with an index of its own, and ordered here: together or in the order of
    // their opening, SQLite walks through all that is open.
    let open = || {
        incidents::table
            .filter(incidents::organisation_id.eq(organisation))
            .filter(partial::incident_open())
            .select((incidents::opened_at, incidents::id))
    };
    let its_own = open().filter(incidents::device_id.eq(Some(device)));
    let mut all: Vec<(At, Id)> = its_own.load(conn).mapped()?;
    if let Some(resident) = resident {
        let of_resident = open().filter(incidents::resident_id.eq(Some(resident)));
        all.extend(of_resident.load::<(At, Id)>(conn).mapped()?);
    }
    let last = all.into_iter().max_by_key(|(at, id)| (at.0, id.0));
    let found = last.map(|(_, id)| id);
    Ok(found.map(|id| (organisation.into(), id.into())))
}
