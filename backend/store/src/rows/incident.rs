//! `incidents`.

use diesel::prelude::*;
use domain::geo::Coordinate;
use domain::incidents::{
    Incident, IncidentKind, IncidentStatus, LadderKind, NextOwner, OpenKey, Outcome, Severity,
};
use domain::ports::StoreError;
use domain::time::Timestamp;
use uuid::Uuid;

use super::{fit, uid};
use crate::schema::incidents;
use crate::sql_types::{Json, Word};

#[derive(Clone, Debug, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = incidents, primary_key(organisation_id, id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct IncidentRow {
    organisation_id: Uuid,
    id: Uuid,
    version: i32,
    kind: Word<IncidentKind>,
    alarm_kind: Word<IncidentKind>,
    severity: i16,
    status: Word<IncidentStatus>,
    ladder: Word<LadderKind>,
    rung: i32,
    open_key: Option<String>,
    resident_id: Option<Uuid>,
    home_id: Option<Uuid>,
    device_id: Option<Uuid>,
    device_uid: Option<String>,
    position: Option<Json<Coordinate>>,
    opened_at: Timestamp,
    device_time: Option<Timestamp>,
    deadline_at: Option<Timestamp>,
    next_owner: Word<NextOwner>,
    repeats: i32,
    acknowledged_by: Option<Uuid>,
    acknowledged_at: Option<Timestamp>,
    responder_id: Option<Uuid>,
    responder_account_id: Option<Uuid>,
    reoffered: bool,
    eta_ms: Option<i64>,
    accepted_at: Option<Timestamp>,
    en_route_at: Option<Timestamp>,
    arrived_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    outcome: Option<Word<Outcome>>,
    synthetic: bool,
}

impl From<&Incident> for IncidentRow {
    fn from(incident: &Incident) -> Self {
        Self {
            organisation_id: incident.organisation_id.0,
            id: incident.id.0,
            version: incident.version,
            kind: Word(incident.kind),
            alarm_kind: Word(incident.alarm_kind),
            severity: incident.severity.0.into(),
            status: Word(incident.status),
            ladder: Word(incident.ladder),
            rung: incident.rung.into(),
            open_key: incident.open_key.clone().map(|key| key.0),
            resident_id: incident.resident_id.map(|id| id.0),
            home_id: incident.home_id.map(|id| id.0),
            device_id: incident.device_id.map(|id| id.0),
            device_uid: incident.device_uid.as_ref().map(|uid| uid.as_str().to_owned()),
            position: incident.at.map(Json),
            opened_at: incident.opened_at,
            device_time: incident.device_time,
            deadline_at: incident.deadline_at,
            next_owner: Word(incident.next_owner),
            repeats: i32::try_from(incident.repeats).unwrap_or(i32::MAX),
            acknowledged_by: incident.acknowledged_by.map(|id| id.0),
            acknowledged_at: incident.acknowledged_at,
            responder_id: incident.responder_id.map(|id| id.0),
            responder_account_id: incident.responder_account_id.map(|id| id.0),
            reoffered: incident.reoffered,
            eta_ms: incident.eta_ms.map(i64::from),
            accepted_at: incident.accepted_at,
            en_route_at: incident.en_route_at,
            arrived_at: incident.arrived_at,
            closed_at: incident.closed_at,
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
            opened_at: row.opened_at,
            device_time: row.device_time,
            deadline_at: row.deadline_at,
            next_owner: row.next_owner.0,
            repeats: fit(row.repeats)?,
            acknowledged_by: row.acknowledged_by.map(Into::into),
            acknowledged_at: row.acknowledged_at,
            responder_id: row.responder_id.map(Into::into),
            responder_account_id: row.responder_account_id.map(Into::into),
            reoffered: row.reoffered,
            eta_ms: row.eta_ms.map(fit).transpose()?,
            accepted_at: row.accepted_at,
            en_route_at: row.en_route_at,
            arrived_at: row.arrived_at,
            closed_at: row.closed_at,
            outcome: row.outcome.map(|outcome| outcome.0),
            synthetic: row.synthetic,
        })
    }
}
