//! What responders do and did, as ranking needs it.

use std::collections::HashMap;

use chrono::TimeDelta;
use diesel::dsl::count_star;
use diesel::prelude::*;
use domain::ids::{OrganisationId, ResidentId, ResponderId};
use domain::incidents::OfferState;
use domain::ports::StoreError;
use domain::responders::{
    ANSWERS_COUNT_DAYS, ASKS_COUNT_HOURS, LONGEST_REST_S, Mission, Missions, TrackRecord,
};
use domain::time::{Timestamp, seconds};

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::partial;
use crate::schema::{incidents, offers};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Word};

/// Whose record it is: identifiers of responders are unique in an organisation only.
pub type RecordKey = (OrganisationId, ResponderId);

/// Counts of one responder.
type Counted = Vec<(Id, Id, i64)>;

impl SqlStore {
    /// The track records of everybody who has one, as of a moment. Reads every ask of the last
    /// [`ANSWERS_COUNT_DAYS`] days: for a copy that is renewed now and then.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn track_records(
        &self,
        now: Timestamp,
    ) -> Result<HashMap<RecordKey, TrackRecord>, StoreError> {
        self.read_consistent(|conn| {
            let mut records = HashMap::new();
            let since = now - TimeDelta::days(ANSWERS_COUNT_DAYS);
            for (key, count) in counted(answers(conn, since, OfferState::Accepted)?) {
                let record: &mut TrackRecord = records.entry(key).or_default();
                record.accepted += count;
                record.asked += count;
            }
            let unhelpful = [OfferState::Declined, OfferState::Expired];
            for state in unhelpful {
                for (key, count) in counted(answers(conn, since, state)?) {
                    records.entry(key).or_default().asked += count;
                }
            }
            for (key, count) in counted(lapsed(conn, since)?) {
                records.entry(key).or_default().asked += count;
            }
            let day_ago = now - TimeDelta::hours(ASKS_COUNT_HOURS);
            for (key, count) in counted(asks(conn, day_ago)?) {
                records.entry(key).or_default().asks_24h = count;
            }
            let rested = now - seconds(LONGEST_REST_S);
            for (key, mission) in ended(conn, rested)? {
                let last = &mut records.entry(key).or_default().last_mission;
                if last.is_none_or(|last| last.ended_at < mission.ended_at) {
                    *last = Some(mission);
                }
            }
            Ok(records)
        })
    }
}

/// Who goes where now, and who went to this resident before.
pub(crate) fn of_context(
    conn: &mut Conn,
    organisation: OrganisationId,
    resident: Option<ResidentId>,
) -> Result<Missions, StoreError> {
    let of_organisation = incidents::organisation_id.eq(Id::from(organisation));
    let going: Vec<(Option<Id>, Id)> = incidents::table
        .filter(of_organisation)
        .filter(partial::incident_open())
        .filter(incidents::responder_id.is_not_null())
        .select((incidents::responder_id, incidents::id))
        .load(conn)
        .mapped()?;
    let helped: Vec<(Option<Id>, i64)> = incidents::table
        .filter(of_organisation)
        .filter(incidents::resident_id.eq(resident.map(Id::from)))
        .filter(incidents::responder_id.is_not_null())
        .filter(incidents::arrived_at.is_not_null())
        .filter(incidents::closed_at.is_not_null())
        .group_by(incidents::responder_id)
        .select((incidents::responder_id, count_star()))
        .load(conn)
        .mapped()?;
    let going = going
        .into_iter()
        .filter_map(|(of, at)| Some((of?.into(), at.into())));
    let helped = helped
        .into_iter()
        .filter_map(|(of, times)| Some((of?.into(), whole(times))));
    Ok(Missions::new(going.collect(), helped.collect()))
}

fn answers(conn: &mut Conn, since: Timestamp, state: OfferState) -> Result<Counted, StoreError> {
    offers::table
        .filter(offers::sent_at.gt(At(since)))
        .filter(offers::state.eq(Word(state)))
        .group_by((offers::organisation_id, offers::responder_id))
        .select((offers::organisation_id, offers::responder_id, count_star()))
        .load(conn)
        .mapped()
}

/// Asks that were taken back after their time: nobody else's yes kept these from being answered.
fn lapsed(conn: &mut Conn, since: Timestamp) -> Result<Counted, StoreError> {
    offers::table
        .filter(offers::sent_at.gt(At(since)))
        .filter(offers::state.eq(Word(OfferState::Withdrawn)))
        .filter(offers::answered_at.ge(offers::expires_at.nullable()))
        .group_by((offers::organisation_id, offers::responder_id))
        .select((offers::organisation_id, offers::responder_id, count_star()))
        .load(conn)
        .mapped()
}

fn asks(conn: &mut Conn, since: Timestamp) -> Result<Counted, StoreError> {
    offers::table
        .filter(offers::sent_at.gt(At(since)))
        .group_by((offers::organisation_id, offers::responder_id))
        .select((offers::organisation_id, offers::responder_id, count_star()))
        .load(conn)
        .mapped()
}

/// Missions that ended after a moment.
fn ended(conn: &mut Conn, since: Timestamp) -> Result<Vec<(RecordKey, Mission)>, StoreError> {
    type Row = (Id, Option<Id>, Option<At>, Option<At>);
    let rows: Vec<Row> = incidents::table
        .filter(incidents::closed_at.gt(Some(At(since))))
        .filter(incidents::responder_id.is_not_null())
        .select((
            incidents::organisation_id,
            incidents::responder_id,
            incidents::accepted_at,
            incidents::closed_at,
        ))
        .load(conn)
        .mapped()?;
    let mission = |(organisation, responder, accepted, closed): Row| {
        let mission = Mission {
            accepted_at: accepted?.into(),
            ended_at: closed?.into(),
        };
        Some(((organisation.into(), responder?.into()), mission))
    };
    Ok(rows.into_iter().filter_map(mission).collect())
}

fn counted(rows: Counted) -> impl Iterator<Item = (RecordKey, u32)> {
    let row = |(organisation, responder, count): (Id, Id, i64)| {
        ((organisation.into(), responder.into()), whole(count))
    };
    rows.into_iter().map(row)
}

fn whole(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
