//! When this installation listened: a heartbeat, and the times in which there was none.

use chrono::TimeDelta;
use diesel::prelude::*;
use domain::devices::health::Downtime;
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::installation;
use crate::schema::{downtimes, timers};
use crate::sql_store::SqlStore;
use crate::sql_types::At;
use crate::writer::Lane;

/// Key of the last sign of life of any server of this installation.
pub const LAST_ALIVE: &str = "last_alive";

impl SqlStore {
    /// Notes that a server listens now. When the last note is older than `gap`, nobody listened
    /// in between: that time is kept, and returned.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn beat(&self, now: Timestamp, gap: TimeDelta) -> Result<Option<Downtime>, StoreError> {
        // Not behind alarms that wait: a busy database is no silence of others.
        self.write(Lane::Alarm, move |conn| beat(conn, now, gap))
    }

    /// Whether any timer waits, due or not.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn timer_waits(&self) -> Result<bool, StoreError> {
        let waiting = timers::table
            .filter(timers::done_at.is_null())
            .select(timers::id);
        self.read(|conn| {
            let waits = diesel::select(diesel::dsl::exists(waiting));
            waits.get_result(conn).mapped()
        })
    }

    /// Times without a server that ended after this moment, in order.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn downtimes_since(&self, since: Timestamp) -> Result<Vec<Downtime>, StoreError> {
        let rows: Vec<(At, At)> = self.read(|conn| {
            downtimes::table
                .filter(downtimes::ended_at.gt(At(since)))
                .order(downtimes::began_at)
                .select((downtimes::began_at, downtimes::ended_at))
                .load(conn)
                .mapped()
        })?;
        let opened = rows.into_iter().map(|(from, to)| Downtime {
            from: from.0,
            to: to.0,
        });
        Ok(opened.collect())
    }
}

fn beat(conn: &mut Conn, now: Timestamp, gap: TimeDelta) -> Result<Option<Downtime>, StoreError> {
    let last = installation::get(conn, LAST_ALIVE)?.and_then(|text| text.parse::<Timestamp>().ok());
    // Another server's clock may be ahead; time is not turned back for it.
    if last.is_some_and(|last| last >= now) {
        return Ok(None);
    }
    installation::set(conn, LAST_ALIVE, &now.to_rfc3339())?;
    let Some(from) = last.filter(|last| now - *last > gap) else {
        return Ok(None);
    };
    diesel::insert_into(downtimes::table)
        .values((
            downtimes::began_at.eq(At(from)),
            downtimes::ended_at.eq(At(now)),
        ))
        .execute(conn)
        .mapped()?;
    Ok(Some(Downtime { from, to: now }))
}
