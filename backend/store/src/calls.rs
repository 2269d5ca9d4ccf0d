//! Calls to residents: rows with a due time, so that none is forgotten over a restart.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use domain::ids::{IncidentId, OrganisationId, ResidentId};
use domain::incidents::IncidentStatus;
use domain::notices::call::{CallResult, CallState};
use domain::ports::StoreError;
use domain::time::Timestamp;
use uuid::Uuid;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::once::{derived_id, insert_once};
use crate::schema::{calls, incidents};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, InstantSql, UuidSql, Word};
use crate::writer::Lane;

/// A call to a resident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Identity; also the idempotency key towards a gateway.
    pub id: Uuid,
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// About which incident.
    pub incident_id: IncidentId,
    /// Who is called.
    pub resident_id: ResidentId,
    /// Which try.
    pub attempt: u32,
    /// No try follows.
    pub last: bool,
    /// How far it got.
    pub state: CallState,
    /// When a gateway took it.
    pub placed_at: Option<Timestamp>,
    /// How it went.
    pub result: Option<CallResult>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
}

/// A call in the hands of a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedCall {
    /// The call.
    pub call: Call,
    /// Counts claims.
    pub generation: i64,
}

#[derive(Clone, Debug, Queryable, QueryableByName, Insertable)]
#[diesel(table_name = calls, treat_none_as_default_value = false)]
struct CallRow {
    #[diesel(sql_type = UuidSql)]
    organisation_id: Id,
    #[diesel(sql_type = UuidSql)]
    id: Id,
    #[diesel(sql_type = UuidSql)]
    incident_id: Id,
    #[diesel(sql_type = UuidSql)]
    resident_id: Id,
    #[diesel(sql_type = Integer)]
    attempt: i32,
    #[diesel(sql_type = Bool)]
    last: bool,
    #[diesel(sql_type = Text)]
    state: Word<CallState>,
    #[diesel(sql_type = InstantSql)]
    due_at: At,
    #[diesel(sql_type = Nullable<InstantSql>)]
    placed_at: Option<At>,
    #[diesel(sql_type = Nullable<Text>)]
    gateway: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    result: Option<Word<CallResult>>,
    #[diesel(sql_type = Nullable<InstantSql>)]
    ended_at: Option<At>,
    #[diesel(sql_type = BigInt)]
    generation: i64,
    #[diesel(sql_type = Nullable<UuidSql>)]
    lease_owner: Option<Id>,
    #[diesel(sql_type = Nullable<InstantSql>)]
    leased_until: Option<At>,
}

impl From<CallRow> for Call {
    fn from(row: CallRow) -> Self {
        Self {
            id: row.id.0,
            organisation_id: row.organisation_id.into(),
            incident_id: row.incident_id.into(),
            resident_id: row.resident_id.into(),
            attempt: u32::try_from(row.attempt).unwrap_or(0),
            last: row.last,
            state: row.state.0,
            placed_at: row.placed_at.map(Into::into),
            result: row.result.map(|result| result.0),
            ended_at: row.ended_at.map(Into::into),
        }
    }
}

/// Who is to be called, about what.
#[derive(Clone, Copy)]
struct Wanted {
    organisation: Id,
    incident: Id,
    resident: Id,
    last: bool,
    due: Timestamp,
}

impl SqlStore {
    /// Has a resident called about an incident, unless a call is under way; the call.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn call_request(
        &self,
        (organisation, incident): (OrganisationId, IncidentId),
        resident: ResidentId,
        now: Timestamp,
    ) -> Result<Call, StoreError> {
        let wanted = Wanted {
            organisation: organisation.into(),
            incident: incident.into(),
            resident: resident.into(),
            last: false,
            due: now,
        };
        self.write(Lane::Alarm, move |conn| {
            let under_way: Option<CallRow> = of_incident(wanted.organisation, wanted.incident)
                .filter(calls::state.ne(Word(CallState::Ended)))
                .first(conn)
                .optional()
                .mapped()?;
            match under_way {
                Some(row) => Ok(row.into()),
                None => add(conn, wanted).map(Into::into),
            }
        })
    }

    /// Has everybody called whose suspicion nobody has asked about yet.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn calls_for_suspicions(&self, now: Timestamp) -> Result<usize, StoreError> {
        let uncalled: Vec<(Id, Id, Option<Id>)> = self.read(|conn| {
            let called = calls::table
                .filter(calls::organisation_id.eq(incidents::organisation_id))
                .filter(calls::incident_id.eq(incidents::id))
                .select(calls::id);
            incidents::table
                .filter(incidents::status.eq(Word(IncidentStatus::PreAlarm)))
                .filter(incidents::resident_id.is_not_null())
                .filter(diesel::dsl::not(diesel::dsl::exists(called)))
                .select((
                    incidents::organisation_id,
                    incidents::id,
                    incidents::resident_id,
                ))
                .load(conn)
                .mapped()
        })?;
        let mut begun = 0;
        for (organisation, incident, resident) in uncalled {
            let Some(resident) = resident else { continue };
            self.call_request((organisation.into(), incident.into()), resident.into(), now)?;
            begun += 1;
        }
        Ok(begun)
    }

    /// Claims calls that somebody has to look at.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn calls_claim(
        &self,
        owner: Uuid,
        now: Timestamp,
        lease: TimeDelta,
        limit: u32,
    ) -> Result<Vec<ClaimedCall>, StoreError> {
        let due = self.read(|conn| {
            let due = calls::table
                .filter(calls::state.ne(Word(CallState::Ended)))
                .filter(calls::due_at.le(At(now)))
                .select(calls::id);
            diesel::select(diesel::dsl::exists(due))
                .get_result::<bool>(conn)
                .mapped()
        })?;
        if !due {
            return Ok(Vec::new());
        }
        self.write(Lane::Alarm, move |conn| {
            let lock = match conn {
                Conn::Sqlite(_) => "",
                Conn::Postgres(_) => "FOR UPDATE SKIP LOCKED",
            };
            let sql = format!(
                "UPDATE calls SET generation = generation + 1, lease_owner = $1, leased_until = $2 \
                 WHERE (organisation_id, id) IN (SELECT organisation_id, id FROM calls \
                 WHERE state <> 'ended' AND due_at <= $3 \
                 AND (leased_until IS NULL OR leased_until <= $3) \
                 ORDER BY due_at LIMIT $4 {lock}) RETURNING *"
            );
            let rows: Vec<CallRow> = diesel::sql_query(sql)
                .bind::<UuidSql, _>(Id(owner))
                .bind::<InstantSql, _>(At(now + lease))
                .bind::<InstantSql, _>(At(now))
                .bind::<BigInt, _>(i64::from(limit))
                .load(conn)
                .mapped()?;
            let claimed = |row: CallRow| ClaimedCall {
                generation: row.generation,
                call: row.into(),
            };
            Ok(rows.into_iter().map(claimed).collect())
        })
    }

    /// A gateway has the call; it is looked at again when nothing was heard of it.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when it is over or somebody else's.
    pub fn call_placed(
        &self,
        claimed: &ClaimedCall,
        gateway: &str,
        again_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, generation) = (Id(claimed.call.id), claimed.generation);
        let gateway = gateway.to_owned();
        self.write(Lane::Alarm, move |conn| {
            let ours = calls::table
                .filter(calls::id.eq(id))
                .filter(calls::generation.eq(generation))
                .filter(calls::state.ne(Word(CallState::Ended)));
            let changed = diesel::update(ours)
                .set((
                    calls::state.eq(Word(CallState::Placed)),
                    calls::gateway.eq(Some(gateway)),
                    calls::placed_at.eq(Some(At(now))),
                    calls::due_at.eq(At(again_at)),
                    calls::lease_owner.eq(None::<Id>),
                    calls::leased_until.eq(None::<At>),
                ))
                .execute(conn)
                .mapped()?;
            if changed == 0 {
                Err(StoreError::Fenced)
            } else {
                Ok(())
            }
        })
    }

    /// Ends a call once, and has the resident called again when nobody said anything and a try is
    /// left. False when it was over already.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn call_end(
        &self,
        call: &Call,
        result: CallResult,
        again_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let wanted = Wanted {
            organisation: call.organisation_id.into(),
            incident: call.incident_id.into(),
            resident: call.resident_id.into(),
            last: true,
            due: again_at,
        };
        let (id, again) = (Id(call.id), result.is_no_word() && !call.last);
        self.write(Lane::Alarm, move |conn| {
            let open = calls::table
                .filter(calls::id.eq(id))
                .filter(calls::state.ne(Word(CallState::Ended)));
            let changed = diesel::update(open)
                .set((
                    calls::state.eq(Word(CallState::Ended)),
                    calls::result.eq(Some(Word(result))),
                    calls::ended_at.eq(Some(At(now))),
                    calls::lease_owner.eq(None::<Id>),
                    calls::leased_until.eq(None::<At>),
                ))
                .execute(conn)
                .mapped()?;
            if changed == 1 && again {
                add(conn, wanted)?;
            }
            Ok(changed == 1)
        })
    }

    /// Reads one call; its identifier is enough, because gateways know no more.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn call_read(&self, id: Uuid) -> Result<Call, StoreError> {
        let row: CallRow = self.read(|conn| {
            calls::table
                .filter(calls::id.eq(Id(id)))
                .first(conn)
                .mapped()
        })?;
        Ok(row.into())
    }

    /// All calls about an incident, in order.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn calls_of_incident(
        &self,
        organisation: OrganisationId,
        incident: IncidentId,
    ) -> Result<Vec<Call>, StoreError> {
        let rows: Vec<CallRow> = self.read(|conn| {
            of_incident(organisation.into(), incident.into())
                .order(calls::attempt)
                .load(conn)
                .mapped()
        })?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}

#[diesel::dsl::auto_type]
fn of_incident(organisation: Id, incident: Id) -> _ {
    calls::table
        .filter(calls::organisation_id.eq(organisation))
        .filter(calls::incident_id.eq(incident))
}

fn add(conn: &mut Conn, wanted: Wanted) -> Result<CallRow, StoreError> {
    let before: Option<i32> = of_incident(wanted.organisation, wanted.incident)
        .select(diesel::dsl::max(calls::attempt))
        .first(conn)
        .mapped()?;
    let row = CallRow {
        organisation_id: wanted.organisation,
        // Not chosen by chance: two workers that see the same need make one call.
        id: Id(derived_id(&format!(
            "call|{}|{}",
            wanted.incident.0,
            before.unwrap_or(0) + 1
        ))),
        incident_id: wanted.incident,
        resident_id: wanted.resident,
        attempt: before.unwrap_or(0) + 1,
        last: wanted.last,
        state: Word(CallState::Due),
        due_at: At(wanted.due),
        placed_at: None,
        gateway: None,
        result: None,
        ended_at: None,
        generation: 0,
        lease_owner: None,
        leased_until: None,
    };
    let known = calls::table.filter(calls::id.eq(row.id)).select(calls::id);
    insert_once!(conn, calls::table, known, row.clone());
    Ok(row)
}
