//! What can be wrong with the books, each as a count that must be 0.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Text};
use domain::responders::Shift;
use domain::time::Timestamp;

use super::{Books, Word};

/// An offer and the shifts of whoever was asked.
#[derive(QueryableByName)]
struct Asked {
    #[diesel(sql_type = Text)]
    sent_at: String,
    #[diesel(sql_type = Text)]
    shifts: String,
}

/// An open ask, and who may answer it.
#[derive(Clone, Debug, QueryableByName)]
pub struct OpenAsk {
    /// The incident.
    #[diesel(sql_type = Binary)]
    pub incident_id: Vec<u8>,
    /// The ask.
    #[diesel(sql_type = Binary)]
    pub id: Vec<u8>,
    /// In whose data.
    #[diesel(sql_type = Binary)]
    pub organisation_id: Vec<u8>,
    /// Who was asked.
    #[diesel(sql_type = Binary)]
    pub account_id: Vec<u8>,
}

/// A timer that took effect before it was due: the incident climbed past its rung.
const EARLY: &str = "
    SELECT COUNT(*) AS value FROM timers t JOIN incidents i
        ON i.organisation_id = t.organisation_id AND i.id = t.incident_id
    WHERE t.kind = 'rung' AND t.done_at < t.due_at AND i.rung > t.rung";

/// A notice that ended twice.
const TOLD_TWICE: &str = "
    SELECT COUNT(*) AS value FROM (
        SELECT outbox_id FROM outbox_attempts WHERE state IN ('sent', 'no_endpoint', 'failed')
        GROUP BY organisation_id, outbox_id HAVING COUNT(*) > 1) AS again";

/// A notice that is done although nobody tried to tell it.
const NEVER_TOLD: &str = "
    SELECT COUNT(*) AS value FROM outbox o
    WHERE o.state <> 'queued' AND NOT EXISTS (
        SELECT 1 FROM outbox_attempts a
        WHERE a.organisation_id = o.organisation_id AND a.outbox_id = o.id)";

/// Somebody who was asked, need not go, and was not told so.
const NO_ALL_CLEAR: &str = "
    SELECT COUNT(*) AS value FROM offers f
    WHERE f.state = 'withdrawn' AND NOT EXISTS (
        SELECT 1 FROM outbox o
        WHERE o.organisation_id = f.organisation_id AND o.offer_id = f.id
            AND CAST(o.notice AS TEXT) LIKE '%offer_withdrawn%')";

/// An incident of which nobody was told.
const UNTOLD: &str = "
    SELECT COUNT(*) AS value FROM incidents i
    WHERE NOT EXISTS (
        SELECT 1 FROM outbox o
        WHERE o.organisation_id = i.organisation_id AND o.incident_id = i.id)";

/// A frame of one resident's device under the incident of another.
const MISFILED: &str = "
    SELECT COUNT(*) AS value FROM frames f
    JOIN devices d ON d.organisation_id = f.organisation_id
        AND d.protocol = f.protocol AND d.uid = f.device_uid
    JOIN incidents i ON i.organisation_id = f.organisation_id AND i.id = f.incident_id
    WHERE d.resident_id IS NOT NULL
        AND (i.resident_id IS NULL OR i.resident_id <> d.resident_id)";

/// Alarms that were kept after telemetry that came before them and could wait (SQLite only).
const OVERTAKEN: &str = "
    SELECT COUNT(*) AS value FROM frames a
    WHERE a.device_uid LIKE '884%' AND a.rowid > (
        SELECT MIN(t.rowid) FROM frames t WHERE t.device_uid LIKE '886%')";

const ASKED: &str = "
    SELECT f.sent_at, CAST(r.shifts AS TEXT) AS shifts FROM offers f JOIN responders r
        ON r.organisation_id = f.organisation_id AND r.id = f.responder_id
    WHERE r.duty_override IS NULL";

const OPEN_ASKS: &str = "
    SELECT f.incident_id, f.id, f.organisation_id, f.account_id FROM offers f
    WHERE f.state = 'pending' ORDER BY f.incident_id, f.id";

const DATES_OF_ENDS: &str = "
    SELECT done_at AS value FROM timers WHERE done_at IS NOT NULL";

macro_rules! counts {
    ($( $(#[$meta:meta])* $name:ident: $sql:ident ),+ $(,)?) => {
        impl Books {$(
            $(#[$meta])*
            ///
            /// # Errors
            /// When the database does not answer.
            pub fn $name(&mut self) -> anyhow::Result<u64> {
                self.count($sql)
            }
        )+}
    };
}

counts! {
    /// Timers that took effect before they were due.
    early_timers: EARLY,
    /// Notices that ended twice.
    told_twice: TOLD_TWICE,
    /// Notices that are done although nobody tried to tell them.
    never_told: NEVER_TOLD,
    /// People who need not go and were not told so.
    missing_all_clears: NO_ALL_CLEAR,
    /// Incidents of which nobody was told.
    untold_incidents: UNTOLD,
    /// Frames under the incident of somebody else.
    misfiled: MISFILED,
    /// Alarms that telemetry overtook; SQLite only.
    overtaken: OVERTAKEN,
}

impl Books {
    /// People who were asked outside their hours, as these are read on a clock in Shanghai.
    ///
    /// # Errors
    /// When the database does not answer, or holds what nobody wrote.
    pub fn asked_off_duty(&mut self) -> anyhow::Result<u64> {
        let mut off = 0;
        for asked in load!(self, ASKED, Asked)? {
            let at: Timestamp = asked.sent_at.parse()?;
            let shifts: Vec<Shift> = serde_json::from_str(&asked.shifts)?;
            let local = at + chrono::TimeDelta::hours(8);
            off += u64::from(!shifts.is_empty() && !shifts.iter().any(|it| covers(it, local)));
        }
        Ok(off)
    }

    /// Asks that wait for an answer, those of one incident together.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn open_asks(&mut self) -> anyhow::Result<Vec<OpenAsk>> {
        Ok(load!(self, OPEN_ASKS, OpenAsk)?)
    }

    /// How many timers are done.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn timers_done(&mut self) -> anyhow::Result<usize> {
        Ok(load!(self, DATES_OF_ENDS, Word)?.len())
    }
}

/// Whether a weekly shift covers a moment of the local calendar. Written on its own, by the
/// calendar: the service's own reckoning is what is judged here.
fn covers(shift: &Shift, local: Timestamp) -> bool {
    use chrono::{Datelike as _, Timelike as _};
    let minute = |day: u32, minute: u32| day * 24 * 60 + minute;
    let now = minute(
        local.weekday().num_days_from_monday(),
        local.hour() * 60 + local.minute(),
    );
    let start = minute(shift.weekday.into(), shift.start_min.into());
    let week = 7 * 24 * 60;
    (now + week - start) % week < u32::from(shift.minutes)
}
