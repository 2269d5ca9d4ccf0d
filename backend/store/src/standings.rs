//! Who stood where when a wave was asked.

use diesel::prelude::*;
use domain::ids::{IncidentId, OrganisationId};
use domain::ports::StoreError;
use domain::responders::{CommitteeCover, Stood, WaveStanding, WaveWhy};

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::schema::standings;
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Json, Word};

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = standings, treat_none_as_default_value = false)]
struct StandingRow {
    organisation_id: Id,
    incident_id: Id,
    wave: i32,
    at: At,
    why: Word<WaveWhy>,
    stood: Json<Vec<Stood>>,
    cover: Json<Vec<CommitteeCover>>,
}

impl SqlStore {
    /// The waves of an incident, the first one first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn standings_of_incident(
        &self,
        organisation: OrganisationId,
        incident: IncidentId,
    ) -> Result<Vec<WaveStanding>, StoreError> {
        let query = standings::table
            .filter(standings::organisation_id.eq(Id::from(organisation)))
            .filter(standings::incident_id.eq(Id::from(incident)))
            .order(standings::wave);
        let rows: Vec<StandingRow> = self.read(|conn| query.load(conn).mapped())?;
        rows.into_iter().map(StandingRow::read).collect()
    }
}

impl StandingRow {
    fn of(standing: &WaveStanding) -> Self {
        Self {
            organisation_id: standing.organisation_id.into(),
            incident_id: standing.incident_id.into(),
            wave: standing.wave.into(),
            at: At(standing.at),
            why: Word(standing.why),
            stood: Json(standing.stood.clone()),
            cover: Json(standing.cover.clone()),
        }
    }

    fn read(self) -> Result<WaveStanding, StoreError> {
        let wave = u16::try_from(self.wave)
            .map_err(|_| StoreError::Bug(format!("wave {} of a standing", self.wave)))?;
        Ok(WaveStanding {
            organisation_id: self.organisation_id.into(),
            incident_id: self.incident_id.into(),
            wave,
            at: self.at.into(),
            why: self.why.0,
            stood: self.stood.0,
            cover: self.cover.0,
        })
    }
}

/// Writes the standings of a decision's waves, in its transaction.
pub(crate) fn insert(conn: &mut Conn, waves: &[WaveStanding]) -> Result<(), StoreError> {
    for standing in waves {
        diesel::insert_into(standings::table)
            .values(StandingRow::of(standing))
            .execute(conn)
            .mapped()?;
    }
    Ok(())
}
