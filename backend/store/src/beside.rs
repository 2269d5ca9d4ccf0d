//! Rows beside incidents: hand-overs, reasons of false alarms, links and exercises.

use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;
use domain::ids::{DeviceId, IncidentId, OrganisationId};
use domain::incidents::{
    Beside, Companion, DrillCrew, FalseAlarmReason, HandOver, HandOverRecord, HandOverTo, Link,
    LinkKind,
};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::schema::{drills, false_alarms, hand_overs, incident_links, incidents};
use crate::sealed::{Column, KeyRing, Sealed};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Json, Word};

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = hand_overs, treat_none_as_default_value = false)]
struct HandOverRow {
    organisation_id: Id,
    incident_id: Id,
    at: At,
    account_id: Id,
    handed_to: Word<HandOverTo>,
    companion: Word<Companion>,
    place: Option<Sealed<String>>,
}

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = incident_links, treat_none_as_default_value = false)]
struct LinkRow {
    organisation_id: Id,
    incident_id: Id,
    other_id: Id,
    at: At,
    kind: Word<LinkKind>,
    account_id: Id,
}

impl From<LinkRow> for Link {
    fn from(row: LinkRow) -> Self {
        Self {
            organisation_id: row.organisation_id.into(),
            incident_id: row.incident_id.into(),
            other_id: row.other_id.into(),
            kind: row.kind.0,
            at: row.at.into(),
            by: row.account_id.into(),
        }
    }
}

/// How often a device alarmed without a need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FalseAlarms {
    /// Incidents that it raised and that are over.
    pub ended: u32,
    /// How often for which reason.
    pub reasons: BTreeMap<FalseAlarmReason, u32>,
    /// When the last one was said.
    pub last_at: Option<Timestamp>,
}

impl SqlStore {
    /// Who had the person, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn hand_overs_of_incident(
        &self,
        organisation: OrganisationId,
        incident: IncidentId,
    ) -> Result<Vec<HandOverRecord>, StoreError> {
        let rows: Vec<HandOverRow> = self.read(|conn| {
            hand_overs::table
                .filter(hand_overs::organisation_id.eq(Id::from(organisation)))
                .filter(hand_overs::incident_id.eq(Id::from(incident)))
                .order(hand_overs::at)
                .load(conn)
                .mapped()
        })?;
        let keys = self.keys();
        rows.into_iter().map(|row| opened(keys, row)).collect()
    }

    /// How two incidents hang together, seen from either, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn links_of_incident(
        &self,
        organisation: OrganisationId,
        incident: IncidentId,
    ) -> Result<Vec<Link>, StoreError> {
        let id = Id::from(incident);
        let rows: Vec<LinkRow> = self.read(|conn| {
            incident_links::table
                .filter(incident_links::organisation_id.eq(Id::from(organisation)))
                .filter(
                    incident_links::incident_id
                        .eq(id)
                        .or(incident_links::other_id.eq(id)),
                )
                .order(incident_links::at)
                .load(conn)
                .mapped()
        })?;
        Ok(rows.into_iter().map(Link::from).collect())
    }

    /// Which of these incidents are exercises.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn drills_among(
        &self,
        organisation: OrganisationId,
        ids: &[IncidentId],
    ) -> Result<HashSet<IncidentId>, StoreError> {
        let ids: Vec<Id> = ids.iter().copied().map(Id::from).collect();
        let found: Vec<Id> = self.read(|conn| {
            drills::table
                .filter(drills::organisation_id.eq(Id::from(organisation)))
                .filter(drills::incident_id.eq_any(&ids))
                .select(drills::incident_id)
                .load(conn)
                .mapped()
        })?;
        Ok(found.into_iter().map(IncidentId::from).collect())
    }

    /// Whom an exercise may reach; `None` for everything that is real.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn crew_of_incident(
        &self,
        organisation: OrganisationId,
        incident: IncidentId,
    ) -> Result<Option<DrillCrew>, StoreError> {
        self.read(|conn| crew_of(conn, organisation, incident))
    }

    /// How often a device alarmed without a need, and why.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn false_alarms_of_device(
        &self,
        organisation: OrganisationId,
        device: DeviceId,
    ) -> Result<FalseAlarms, StoreError> {
        self.read(|conn| {
            let rows: Vec<(At, Word<FalseAlarmReason>)> = false_alarms::table
                .filter(false_alarms::organisation_id.eq(Id::from(organisation)))
                .filter(false_alarms::device_id.eq(Some(Id::from(device))))
                .order(false_alarms::at)
                .select((false_alarms::at, false_alarms::reason))
                .load(conn)
                .mapped()?;
            let ended: i64 = incidents::table
                .filter(incidents::organisation_id.eq(Id::from(organisation)))
                .filter(incidents::device_id.eq(Some(Id::from(device))))
                .filter(incidents::closed_at.is_not_null())
                .count()
                .get_result(conn)
                .mapped()?;
            let mut reasons = BTreeMap::new();
            for (_, Word(reason)) in &rows {
                *reasons.entry(*reason).or_default() += 1;
            }
            Ok(FalseAlarms {
                ended: u32::try_from(ended).unwrap_or(u32::MAX),
                reasons,
                last_at: rows.last().map(|(at, _)| (*at).into()),
            })
        })
    }
}

/// Writes the rows of a decision, in its transaction.
pub(crate) fn insert(conn: &mut Conn, keys: &KeyRing, rows: &[Beside]) -> Result<(), StoreError> {
    for row in rows {
        match row {
            Beside::HandOver(record) => hand_over(conn, keys, record)?,
            Beside::Link(link) => insert_link(conn, link)?,
            Beside::FalseAlarm {
                organisation_id,
                incident_id,
                device_id,
                reason,
                evidence,
                at,
            } => {
                let sealed = sealed(keys, Column::FALSE_ALARM_EVIDENCE, *incident_id, evidence)?;
                diesel::insert_into(false_alarms::table)
                    .values((
                        false_alarms::organisation_id.eq(Id::from(*organisation_id)),
                        false_alarms::incident_id.eq(Id::from(*incident_id)),
                        false_alarms::at.eq(At(*at)),
                        false_alarms::device_id.eq(device_id.map(Id::from)),
                        false_alarms::reason.eq(Word(*reason)),
                        false_alarms::evidence.eq(sealed),
                    ))
                    .execute(conn)
                    .mapped()?;
            }
            Beside::Drill {
                organisation_id,
                incident_id,
                crew,
                at,
            } => {
                diesel::insert_into(drills::table)
                    .values((
                        drills::organisation_id.eq(Id::from(*organisation_id)),
                        drills::incident_id.eq(Id::from(*incident_id)),
                        drills::at.eq(At(*at)),
                        drills::crew.eq(Json(crew.clone())),
                    ))
                    .execute(conn)
                    .mapped()?;
            }
        }
    }
    Ok(())
}

/// Whom an exercise may reach; `None` for everything that is real.
pub(crate) fn crew_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    incident: IncidentId,
) -> Result<Option<DrillCrew>, StoreError> {
    let crew: Option<Json<DrillCrew>> = drills::table
        .filter(drills::organisation_id.eq(Id::from(organisation)))
        .filter(drills::incident_id.eq(Id::from(incident)))
        .select(drills::crew)
        .first(conn)
        .optional()
        .mapped()?;
    Ok(crew.map(|crew| crew.0))
}

/// How others were joined to an incident, oldest first.
pub(crate) fn links_from(
    conn: &mut Conn,
    organisation: OrganisationId,
    incident: IncidentId,
) -> Result<Vec<Link>, StoreError> {
    let rows: Vec<LinkRow> = incident_links::table
        .filter(incident_links::organisation_id.eq(Id::from(organisation)))
        .filter(incident_links::incident_id.eq(Id::from(incident)))
        .order(incident_links::at)
        .load(conn)
        .mapped()?;
    Ok(rows.into_iter().map(Link::from).collect())
}

fn hand_over(conn: &mut Conn, keys: &KeyRing, record: &HandOverRecord) -> Result<(), StoreError> {
    let HandOver {
        by,
        to,
        place,
        companion,
    } = &record.hand_over;
    diesel::insert_into(hand_overs::table)
        .values(HandOverRow {
            organisation_id: record.organisation_id.into(),
            incident_id: record.incident_id.into(),
            at: At(record.at),
            account_id: (*by).into(),
            handed_to: Word(*to),
            companion: Word(*companion),
            place: sealed(keys, Column::HAND_OVER_PLACE, record.incident_id, place)?,
        })
        .execute(conn)
        .mapped()
        .map(|_| ())
}

fn insert_link(conn: &mut Conn, link: &Link) -> Result<(), StoreError> {
    diesel::insert_into(incident_links::table)
        .values(LinkRow {
            organisation_id: link.organisation_id.into(),
            incident_id: link.incident_id.into(),
            other_id: link.other_id.into(),
            at: At(link.at),
            kind: Word(link.kind),
            account_id: link.by.into(),
        })
        .execute(conn)
        .mapped()
        .map(|_| ())
}

fn sealed(
    keys: &KeyRing,
    column: Column,
    incident: IncidentId,
    text: &Option<String>,
) -> Result<Option<Sealed<String>>, StoreError> {
    let seal = |text| Sealed::seal(keys, column, incident, text);
    Ok(text.as_ref().map(seal).transpose()?)
}

fn opened(keys: &KeyRing, row: HandOverRow) -> Result<HandOverRecord, StoreError> {
    let open = |place: Sealed<String>| place.open(keys, Column::HAND_OVER_PLACE, row.incident_id);
    Ok(HandOverRecord {
        organisation_id: row.organisation_id.into(),
        incident_id: row.incident_id.into(),
        at: row.at.into(),
        hand_over: HandOver {
            by: row.account_id.into(),
            to: row.handed_to.0,
            place: row.place.map(open).transpose()?,
            companion: row.companion.0,
        },
    })
}
