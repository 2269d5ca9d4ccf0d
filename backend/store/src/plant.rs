//! Planted bugs of storage: the reliability suites must be shown to notice each of them.
//!
//! Compiled only with the feature `planted-bugs`, which no shipped binary has. Each is one mistake
//! that somebody could make here, at the place where it would be made.

use std::sync::OnceLock;
use std::time::Duration;

use chrono::TimeDelta;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::incidents::{Guard, IncidentStatus};
use domain::message::MessageKey;
use domain::ports::{Change, StoreError};
use domain::responders::{Responder, Shift};
use domain::time::{SHANGHAI_OFFSET_S, Timestamp};

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::schema::incidents;
use crate::sql_types::Id;

/// The log is synced now and then instead of at each commit.
pub(crate) const SYNCHRONOUS_NORMAL: &str = "synchronous_normal";
/// A commit that failed is taken for one that succeeded.
pub(crate) const COMMIT_ERROR_IGNORED: &str = "commit_error_ignored";
/// Telemetry is taken from the queue before alarms.
pub(crate) const TELEMETRY_FIRST: &str = "telemetry_first";
/// A new incident has no timer.
pub const FORGET_TIMER: &str = "forget_timer";
/// Timers are taken for due before they are.
pub(crate) const TIMER_EARLY: &str = "timer_early";
/// Whoever lost the lease may still write the end of it.
pub(crate) const LEASE_WITHOUT_FENCING: &str = "lease_without_fencing";
/// A notice is done when it is claimed, whether or not it was told.
pub(crate) const OUTBOX_DONE_FIRST: &str = "outbox_done_first";
/// Those who need not go are not told.
pub(crate) const ALL_CLEAR_FORGOTTEN: &str = "all_clear_forgotten";
/// Nobody is told of an alarm.
pub(crate) const NOTICE_FORGOTTEN: &str = "notice_forgotten";
/// The second yes overwrites the first.
pub(crate) const SECOND_ACCEPT_WINS: &str = "second_accept_wins";
/// An incident that somebody accepted is guarded by nothing.
pub(crate) const ORPHAN_AFTER_ACCEPT: &str = "orphan_after_accept";
/// A repeat is filed under another person's incident.
pub(crate) const WRONG_INCIDENT: &str = "wrong_incident";
/// Incidents of one cause do not know of each other.
pub(crate) const SPLIT_INCIDENT: &str = "split_incident";
/// Local hours are taken for UTC.
pub(crate) const UTC_HOURS: &str = "utc_hours";

/// How far ahead timers are taken for due.
const EARLY: TimeDelta = TimeDelta::seconds(56);
/// Long enough for two answers to meet.
const MEETING: Duration = Duration::from_millis(150);

/// Whether the bug of this name was asked for, by `ANLIN_PLANT`.
///
/// Kept out of line, so that the names stay readable in the binary.
#[inline(never)]
pub fn is(name: &str) -> bool {
    static CHOSEN: OnceLock<Option<String>> = OnceLock::new();
    CHOSEN
        .get_or_init(|| std::env::var("ANLIN_PLANT").ok())
        .as_deref()
        == Some(name)
}

/// The settings of a session.
pub(crate) fn settings(statements: String) -> String {
    match is(SYNCHRONOUS_NORMAL) {
        true => statements.replace("synchronous = FULL", "synchronous = NORMAL"),
        false => statements,
    }
}

/// What `synchronous` must be.
pub(crate) fn synchronous() -> &'static str {
    if is(SYNCHRONOUS_NORMAL) { "1" } else { "2" }
}

/// A change, less what is forgotten of it.
pub(crate) fn spoiled(mut change: Change) -> Change {
    let decision = &mut change.decision;
    let status = decision.incident.as_ref().map(|incident| incident.status);
    let is_alarm = change.frame.is_some();
    if is(FORGET_TIMER) && is_alarm {
        decision.guard = Guard::Keep;
    }
    if is(NOTICE_FORGOTTEN) && is_alarm {
        decision.outbox.clear();
    }
    if is(ALL_CLEAR_FORGOTTEN) {
        let told = |key| key != MessageKey::OfferWithdrawn;
        decision.outbox.retain(|item| told(item.notice.key));
    }
    if is(ORPHAN_AFTER_ACCEPT) && status == Some(IncidentStatus::Accepted) {
        decision.guard = Guard::Clear;
    }
    if is(SPLIT_INCIDENT)
        && let Some(incident) = &mut decision.incident
    {
        incident.open_key = None;
    }
    if is(SECOND_ACCEPT_WINS) && status == Some(IncidentStatus::Accepted) {
        std::thread::sleep(MEETING);
    }
    change
}

/// The version that an incident must still have: the present one, when nobody looks.
pub(crate) fn expected(
    conn: &mut Conn,
    incident: Id,
    expected: Option<i32>,
) -> Result<Option<i32>, StoreError> {
    if !is(SECOND_ACCEPT_WINS) || expected.is_none() {
        return Ok(expected);
    }
    let present = incidents::table.filter(incidents::id.eq(incident));
    present
        .select(incidents::version)
        .first(conn)
        .optional()
        .mapped()
}

/// The incident that a frame is filed under.
pub(crate) fn filed(
    conn: &mut Conn,
    incident: Option<Id>,
    repeats: u32,
) -> Result<Option<Id>, StoreError> {
    let (Some(right), true) = (incident, repeats > 0 && is(WRONG_INCIDENT)) else {
        return Ok(incident);
    };
    let other = incidents::table
        .filter(incidents::id.ne(right))
        .order(incidents::id.desc());
    let other = other.select(incidents::id).first(conn).optional();
    Ok(other.mapped()?.or(incident))
}

/// The present, as far as timers are concerned.
pub(crate) fn due_by(now: Timestamp) -> Timestamp {
    if is(TIMER_EARLY) { now + EARLY } else { now }
}

/// Lets everybody through the fence, or nobody.
pub(crate) fn unfenced() -> SqlLiteral<Bool> {
    sql(match is(LEASE_WITHOUT_FENCING) {
        true => "1 = 1",
        false => "1 = 0",
    })
}

/// Marks notices done that were only claimed.
pub(crate) fn claimed(conn: &mut Conn) -> Result<(), StoreError> {
    if !is(OUTBOX_DONE_FIRST) {
        return Ok(());
    }
    diesel::sql_query(
        "UPDATE outbox SET state = 'sent' WHERE state = 'queued' AND lease_owner IS NOT NULL",
    )
    .execute(conn)
    .mapped()
    .map(|_| ())
}

/// Shifts as somebody reads them who forgot where the clock hangs.
pub(crate) fn shifts(mut responders: Vec<Responder>) -> Vec<Responder> {
    if is(UTC_HOURS) {
        let shifts = responders.iter_mut().flat_map(|one| &mut one.shifts);
        shifts.for_each(in_utc);
    }
    responders
}

fn in_utc(shift: &mut Shift) {
    const DAY_MIN: u16 = 24 * 60;
    let offset_min = u16::try_from(SHANGHAI_OFFSET_S / 60).unwrap_or_default();
    let start = shift.start_min + offset_min;
    shift.start_min = start % DAY_MIN;
    shift.weekday = (shift.weekday + u8::from(start >= DAY_MIN)) % 7;
}
