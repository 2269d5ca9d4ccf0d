//! `timers`.

use diesel::prelude::*;
use domain::ids::{FrameId, OrganisationId};
use domain::incidents::{Timer, TimerKind};
use domain::ports::{ClaimedTimer, StoreError};
use domain::time::Timestamp;

use super::fit;
use crate::schema::timers;
use crate::sql_types::{At, Id, InstantSql, UuidSql, Word};

#[derive(Clone, Debug, Queryable, QueryableByName, Insertable)]
#[diesel(table_name = timers, treat_none_as_default_value = false)]
pub(crate) struct TimerRow {
    #[diesel(sql_type = UuidSql)]
    organisation_id: Id,
    #[diesel(sql_type = UuidSql)]
    id: Id,
    #[diesel(sql_type = diesel::sql_types::Nullable<UuidSql>)]
    incident_id: Option<Id>,
    #[diesel(sql_type = diesel::sql_types::Nullable<UuidSql>)]
    frame_id: Option<Id>,
    #[diesel(sql_type = diesel::sql_types::Text)]
    kind: Word<TimerKind>,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    rung: i32,
    #[diesel(sql_type = InstantSql)]
    due_at: At,
    #[diesel(sql_type = diesel::sql_types::Nullable<InstantSql>)]
    done_at: Option<At>,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    generation: i64,
    #[diesel(sql_type = diesel::sql_types::Nullable<UuidSql>)]
    lease_owner: Option<Id>,
    #[diesel(sql_type = diesel::sql_types::Nullable<InstantSql>)]
    leased_until: Option<At>,
}

impl TimerRow {
    /// The guard of an incident.
    pub(crate) fn guard(organisation: OrganisationId, timer: &Timer) -> Self {
        Self {
            organisation_id: organisation.into(),
            id: timer.id.into(),
            incident_id: Some(timer.incident_id.into()),
            frame_id: None,
            kind: Word(timer.kind),
            rung: timer.rung.into(),
            due_at: At(timer.due_at),
            done_at: None,
            generation: 0,
            lease_owner: None,
            leased_until: None,
        }
    }

    /// The timer of a frame that still has to be decided. It needs no identifier of its own: a
    /// frame waits once.
    pub(crate) fn undecided(organisation: Id, frame: FrameId, due_at: Timestamp) -> Self {
        Self {
            organisation_id: organisation,
            id: frame.into(),
            incident_id: None,
            frame_id: Some(frame.into()),
            kind: Word(TimerKind::Rung),
            rung: 0,
            due_at: At(due_at),
            done_at: None,
            generation: 0,
            lease_owner: None,
            leased_until: None,
        }
    }
}

impl TryFrom<TimerRow> for ClaimedTimer {
    type Error = StoreError;

    fn try_from(row: TimerRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            organisation_id: row.organisation_id.into(),
            incident_id: row.incident_id.map(Into::into),
            frame_id: row.frame_id.map(Into::into),
            kind: row.kind.0,
            rung: fit(row.rung)?,
            due_at: row.due_at.0,
            generation: row.generation,
        })
    }
}
