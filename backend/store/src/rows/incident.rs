//! `incidents`.

use diesel::prelude::*;
use domain::geo::Coordinate;
use domain::incidents::{
    Incident, IncidentKind, IncidentStatus, LadderKind, NextOwner, OpenKey, Outcome, Severity,
};
use domain::ports::StoreError;

use super::{fit, uid};
use crate::schema::incidents;
use crate::sql_types::{At, Id, Json, Word};

#[derive(Clone, Debug, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = incidents, primary_key(organisation_id, id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct IncidentRow {
    organisation_id: Id,
    id: Id,
    version: i32,
    kind: Word<IncidentKind>,
    alarm_kind: Word<IncidentKind>,
    severity: i16,
    status: Word<IncidentStatus>,
    ladder: Word<LadderKind>,
    rung: i32,
    open_key: Option<String>,
    resident_id: Option<Id>,
    home_id: Option<Id>,
    device_id: Option<Id>,
    device_uid: Option<String>,
    position: Option<Json<Coordinate>>,
    opened_at: At,
    device_time: Option<At>,
    deadline_at: Option<At>,
    next_owner: Word<NextOwner>,
    repeats: i32,
    acknowledged_by: Option<Id>,
    acknowledged_at: Option<At>,
    responder_id: Option<Id>,
    responder_account_id: Option<Id>,
    reoffered: bool,
    eta_ms: Option<i64>,
    accepted_at: Option<At>,
    en_route_at: Option<At>,
    arrived_at: Option<At>,
    closed_at: Option<At>,
    outcome: Option<Word<Outcome>>,
    synthetic: bool,
}

impl From<&Incident> for IncidentRow {
    fn from(incident: &Incident) -> Self {
        Self {
            organisation_id: incident.organisation_id.into(),
            id: incident.id.into(),
            version: incident.version,
            kind: Word(incident.kind),
            alarm_kind: Word(incident.alarm_kind),
            severity: incident.severity.0.into(),
            status: Word(incident.status),
            ladder: Word(incident.ladder),
            rung: incident.rung.into(),
            open_key: incident.open_key.clone().map(|key| key.0),
            resident_id: incident.resident_id.map(Id::from),
            home_id: incident.home_id.map(Id::from),
            device_id: incident.device_id.map(Id::from),
            device_uid: incident
                .device_uid
                .as_ref()
                .map(|uid| uid.as_str().to_owned()),
            position: incident.at.map(Json),
            opened_at: At(incident.opened_at),
            device_time: incident.device_time.map(At),
            deadline_at: incident.deadline_at.map(At),
            next_owner: Word(incident.next_owner),
            repeats: i32::try_from(incident.repeats).unwrap_or(i32::MAX),
            acknowledged_by: incident.acknowledged_by.map(Id::from),
            acknowledged_at: incident.acknowledged_at.map(At),
            responder_id: incident.responder_id.map(Id::from),
            responder_account_id: incident.responder_account_id.map(Id::from),
            reoffered: incident.reoffered,
            eta_ms: incident.eta_ms.map(i64::from),
            accepted_at: incident.accepted_at.map(At),
            en_route_at: incident.en_route_at.map(At),
            arrived_at: incident.arrived_at.map(At),
            closed_at: incident.closed_at.map(At),
            outcome: incident.outcome.map(Word),
            synthetic: incident.synthetic,
        }
    }
}

impl TryFrom<IncidentRow> for Incident {
    type Error = StoreError;

    fn try_from(row: IncidentRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            organisation_id: row.organisation_id.into(),
            version: row.version,
            kind: row.kind.0,
            alarm_kind: row.alarm_kind.0,
            severity: Severity(fit(row.severity)?),
            status: row.status.0,
            ladder: row.ladder.0,
            rung: fit(row.rung)?,
            open_key: row.open_key.map(OpenKey),
            resident_id: row.resident_id.map(Into::into),
            home_id: row.home_id.map(Into::into),
            device_id: row.device_id.map(Into::into),
            device_uid: row.device_uid.as_deref().map(uid).transpose()?,
            at: row.position.map(|at| at.0),
            opened_at: row.opened_at.0,
            device_time: row.device_time.map(Into::into),
            deadline_at: row.deadline_at.map(Into::into),
            next_owner: row.next_owner.0,
            repeats: fit(row.repeats)?,
            acknowledged_by: row.acknowledged_by.map(Into::into),
            acknowledged_at: row.acknowledged_at.map(Into::into),
            responder_id: row.responder_id.map(Into::into),
            responder_account_id: row.responder_account_id.map(Into::into),
            reoffered: row.reoffered,
            eta_ms: row.eta_ms.map(fit).transpose()?,
            accepted_at: row.accepted_at.map(Into::into),
            en_route_at: row.en_route_at.map(Into::into),
            arrived_at: row.arrived_at.map(Into::into),
            closed_at: row.closed_at.map(Into::into),
            outcome: row.outcome.map(|outcome| outcome.0),
            synthetic: row.synthetic,
        })
    }
}
