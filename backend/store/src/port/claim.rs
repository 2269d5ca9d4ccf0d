//! Claiming due rows: a lease for a while, and a generation that fences late effects.

use chrono::TimeDelta;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use domain::ports::{ClaimedOutbox, ClaimedTimer, StoreError};
use domain::time::Timestamp;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::partial;
use crate::rows::{OutboxRow, TimerRow};
use crate::schema::{outbox, timers};
use crate::sql_types::{At, Id, InstantSql, UuidSql};

/// Who claims, until when, how many.
#[derive(Clone, Copy)]
pub(super) struct Claim {
    owner: Id,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
}

impl Claim {
    pub(super) fn new(owner: uuid::Uuid, now: Timestamp, lease: TimeDelta, limit: u32) -> Self {
        Self {
            owner: Id(owner),
            now,
            until: now + lease,
            limit,
        }
    }
}

/// On PostgreSQL another process may be claiming; on SQLite the writer's transaction is alone.
fn row_lock(conn: &Conn) -> &'static str {
    match conn {
        Conn::Sqlite(_) => "",
        Conn::Postgres(_) => "FOR UPDATE SKIP LOCKED",
    }
}

/// Whether any timer could be claimed.
pub(super) fn timer_due(conn: &mut Conn, now: Timestamp) -> Result<bool, StoreError> {
    let free = timers::leased_until
        .is_null()
        .or(timers::leased_until.le(Some(At(now))));
    let due = timers::table
        .filter(timers::done_at.is_null())
        .filter(timers::due_at.le(At(now)))
        .filter(free)
        .select(timers::id);
    diesel::select(exists(due)).get_result(conn).mapped()
}

/// Whether any notice could be claimed.
pub(super) fn outbox_due(conn: &mut Conn, now: Timestamp) -> Result<bool, StoreError> {
    let free = outbox::leased_until
        .is_null()
        .or(outbox::leased_until.le(Some(At(now))));
    let due = outbox::table
        .filter(partial::notice_queued())
        .filter(outbox::next_at.le(At(now)))
        .filter(free)
        .select(outbox::id);
    diesel::select(exists(due)).get_result(conn).mapped()
}

/// Claims due timers, the longest overdue first.
pub(super) fn timers(conn: &mut Conn, claim: Claim) -> Result<Vec<ClaimedTimer>, StoreError> {
    let sql = format!(
        "UPDATE timers SET generation = generation + 1, lease_owner = $1, leased_until = $2 \
         WHERE (organisation_id, id) IN (SELECT organisation_id, id FROM timers \
         WHERE done_at IS NULL AND due_at <= $3 AND (leased_until IS NULL OR leased_until <= $3) \
         ORDER BY due_at LIMIT $4 {}) RETURNING *",
        row_lock(conn)
    );
    let rows: Vec<TimerRow> = claimed(conn, sql, claim)?;
    let mut timers: Vec<ClaimedTimer> = rows
        .into_iter()
        .map(TryInto::try_into)
        .collect::<Result<_, _>>()?;
    timers.sort_by_key(|timer| (timer.due_at, timer.id));
    Ok(timers)
}

/// Claims waiting notices: what sets somebody in motion first, then the oldest.
pub(super) fn outbox(conn: &mut Conn, claim: Claim) -> Result<Vec<ClaimedOutbox>, StoreError> {
    let sql = format!(
        "UPDATE outbox SET generation = generation + 1, lease_owner = $1, leased_until = $2 \
         WHERE (organisation_id, id) IN (SELECT organisation_id, id FROM outbox \
         WHERE state = 'queued' AND next_at <= $3 AND (leased_until IS NULL OR leased_until <= $3) \
         ORDER BY priority, created_at LIMIT $4 {}) RETURNING *",
        row_lock(conn)
    );
    let mut rows: Vec<OutboxRow> = claimed(conn, sql, claim)?;
    #[cfg(feature = "planted-bugs")]
    crate::plant::claimed(conn)?;
    rows.sort_by_key(OutboxRow::order);
    rows.into_iter().map(TryInto::try_into).collect()
}

fn claimed<Row>(conn: &mut Conn, sql: String, claim: Claim) -> Result<Vec<Row>, StoreError>
where
    Row: QueryableByName<crate::conn::MultiBackend> + 'static,
{
    diesel::sql_query(sql)
        .bind::<UuidSql, _>(claim.owner)
        .bind::<InstantSql, _>(At(claim.until))
        .bind::<InstantSql, _>(At(claim.now))
        .bind::<BigInt, _>(i64::from(claim.limit))
        .load(conn)
        .mapped()
}
