//! Figures by which an installation is watched.

use std::collections::BTreeMap;

use diesel::dsl::{exists, min, not};
use diesel::prelude::*;
use domain::ids::{IncidentId, OrganisationId};
use domain::notices::DeliveryState;
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::partial;
use crate::schema::{accounts, devices, frames, incidents, outbox, residents, responders, timers};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Word};

/// What tells whether the alarm path works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// The longest overdue timer that nobody has in hand.
    pub oldest_due_timer: Option<Timestamp>,
    /// Notices waiting.
    pub outbox_waiting: u64,
    /// The oldest of them.
    pub outbox_oldest: Option<Timestamp>,
    /// Alarm frames that wait for their decision.
    pub undecided_frames: u64,
}

impl SqlStore {
    /// Open incidents without a pending timer. Must be empty, always.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn orphans(&self) -> Result<Vec<(OrganisationId, IncidentId)>, StoreError> {
        let guard = timers::table
            .filter(timers::organisation_id.eq(incidents::organisation_id))
            .filter(timers::incident_id.eq(incidents::id.nullable()))
            .filter(timers::done_at.is_null())
            .select(timers::id);
        let rows: Vec<(Id, Id)> = self.read(|conn| {
            incidents::table
                .filter(partial::incident_open())
                .filter(not(exists(guard)))
                // The order of the partial index, so that closed incidents are never read.
                .order((
                    incidents::organisation_id,
                    incidents::opened_at,
                    incidents::id,
                ))
                .select((incidents::organisation_id, incidents::id))
                .load(conn)
                .mapped()
        })?;
        Ok(rows
            .into_iter()
            .map(|(organisation, id)| (organisation.into(), id.into()))
            .collect())
    }

    /// What tells whether the alarm path works.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: the worst health there is.
    pub fn health(&self, now: Timestamp) -> Result<Health, StoreError> {
        self.read_consistent(|conn| health(conn, now))
    }

    /// How much there is of everything.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn counts(
        &self,
        organisation: OrganisationId,
    ) -> Result<BTreeMap<&'static str, u64>, StoreError> {
        self.read_consistent(|conn| counts(conn, organisation.into()))
    }
}

fn health(conn: &mut Conn, now: Timestamp) -> Result<Health, StoreError> {
    let free = timers::leased_until
        .is_null()
        .or(timers::leased_until.le(Some(At(now))));
    let oldest_due_timer: Option<At> = timers::table
        .filter(timers::done_at.is_null())
        .filter(timers::due_at.le(At(now)))
        .filter(free)
        .select(min(timers::due_at))
        .first(conn)
        .mapped()?;
    let waiting = || outbox::table.filter(partial::notice_queued());
    let outbox_waiting: i64 = waiting().count().get_result(conn).mapped()?;
    let outbox_oldest: Option<At> = waiting()
        .select(min(outbox::created_at))
        .first(conn)
        .mapped()?;
    let undecided: i64 = frames::table
        .filter(frames::undecided)
        .count()
        .get_result(conn)
        .mapped()?;
    Ok(Health {
        oldest_due_timer: oldest_due_timer.map(Into::into),
        outbox_waiting: natural(outbox_waiting),
        outbox_oldest: outbox_oldest.map(Into::into),
        undecided_frames: natural(undecided),
    })
}

fn counts(conn: &mut Conn, organisation: Id) -> Result<BTreeMap<&'static str, u64>, StoreError> {
    let mut counts = BTreeMap::new();
    macro_rules! count {
        ($name:literal, $table:ident $(, $filter:expr)?) => {
            let rows: i64 = $table::table
                .filter($table::organisation_id.eq(organisation))
                $(.filter($filter))?
                .count()
                .get_result(conn)
                .mapped()?;
            counts.insert($name, natural(rows));
        };
    }
    count!("residents", residents);
    count!("devices", devices);
    count!("responders", responders, responders::active.eq(true));
    count!("accounts", accounts);
    count!("open_incidents", incidents, partial::incident_open());
    count!("frames", frames);
    count!("undecodable_frames", frames, not(frames::decoded));
    count!(
        "outbox_failed",
        outbox,
        outbox::state.eq(Word(DeliveryState::Failed))
    );
    Ok(counts)
}

fn natural(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
