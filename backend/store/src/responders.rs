//! Responders: read for lists and for ranking, and what they set themselves.

use diesel::prelude::*;
use domain::audit::AuditEntry;
use domain::geo::Coordinate;
use domain::ids::{OrganisationId, ResponderId};
use domain::ports::StoreError;
use domain::responders::{Gender, Responder, ResponderKind, Shift, Skill, Vehicle};
use domain::time::Timestamp;

use crate::audit;
use crate::errors::Mapped;
use crate::paging::{Cursor, Page, PageRequest};
use crate::schema::responders;
use crate::sealed::{Column, KeyRing, Sealed};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Json, Word};
use crate::writer::Lane;

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = responders, treat_none_as_default_value = false)]
pub(crate) struct ResponderRow {
    organisation_id: Id,
    id: Id,
    account_id: Id,
    name: Sealed<String>,
    kind: Word<ResponderKind>,
    skills: Json<Vec<Skill>>,
    shifts: Json<Vec<Shift>>,
    duty_override: Option<bool>,
    position: Option<Json<Coordinate>>,
    position_at: Option<At>,
    active: bool,
    languages: Json<Vec<String>>,
    gender: Option<Word<Gender>>,
    vehicle: Word<Vehicle>,
    committee_code: Option<String>,
    clearance_revoked_at: Option<At>,
    position_accuracy_m: Option<i32>,
}

impl ResponderRow {
    pub(crate) fn seal(keys: &KeyRing, responder: &Responder) -> Result<Self, StoreError> {
        Ok(Self {
            organisation_id: responder.organisation_id.into(),
            id: responder.id.into(),
            account_id: responder.account_id.into(),
            name: Sealed::seal(keys, Column::RESPONDER_NAME, responder.id, &responder.name)?,
            kind: Word(responder.kind),
            skills: Json(responder.skills.clone()),
            shifts: Json(responder.shifts.clone()),
            duty_override: responder.duty_override,
            position: responder.at.map(Json),
            position_at: responder.at_time.map(At),
            active: true,
            languages: Json(responder.languages.clone()),
            gender: responder.gender.map(Word),
            vehicle: Word(responder.vehicle),
            committee_code: responder.committee_code.clone(),
            clearance_revoked_at: responder.clearance_revoked_at.map(At),
            position_accuracy_m: responder.at_accuracy_m.map(metres),
        })
    }

    fn open(self, keys: &KeyRing) -> Result<Responder, StoreError> {
        Ok(Responder {
            id: self.id.into(),
            organisation_id: self.organisation_id.into(),
            account_id: self.account_id.into(),
            name: self.name.open(keys, Column::RESPONDER_NAME, self.id)?,
            kind: self.kind.0,
            skills: self.skills.0,
            languages: self.languages.0,
            gender: self.gender.map(|gender| gender.0),
            vehicle: self.vehicle.0,
            committee_code: self.committee_code,
            clearance_revoked_at: self.clearance_revoked_at.map(Into::into),
            shifts: self.shifts.0,
            duty_override: self.duty_override,
            at: self.position.map(|at| at.0),
            at_time: self.position_at.map(Into::into),
            at_accuracy_m: self.position_accuracy_m.and_then(|m| m.try_into().ok()),
        })
    }
}

impl SqlStore {
    /// Lists responders by identifier.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn responder_list(
        &self,
        organisation: OrganisationId,
        asked: &PageRequest,
    ) -> Result<Page<Responder>, StoreError> {
        let mut query = responders::table
            .filter(responders::organisation_id.eq(Id::from(organisation)))
            .filter(responders::active.eq(true))
            .order(responders::id)
            .limit(asked.fetch())
            .into_boxed();
        if let Some(cursor) = asked.cursor {
            query = query.filter(responders::id.gt(cursor.id));
        }
        let items = self.opened(self.read(|conn| query.load(conn).mapped())?)?;
        Ok(Page::cut(items, asked, |responder| {
            Cursor::by_id(responder.id)
        }))
    }

    /// Reads one responder.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn responder_read(
        &self,
        organisation: OrganisationId,
        id: ResponderId,
    ) -> Result<Responder, StoreError> {
        self.responders_by_ids(organisation, &[id])?
            .pop()
            .ok_or(StoreError::NotFound)
    }

    /// Reads several responders, active or not; those that do not exist are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn responders_by_ids(
        &self,
        organisation: OrganisationId,
        ids: &[ResponderId],
    ) -> Result<Vec<Responder>, StoreError> {
        let ids: Vec<Id> = ids.iter().map(Id::from).collect();
        let query = responders::table
            .filter(responders::organisation_id.eq(Id::from(organisation)))
            .filter(responders::id.eq_any(ids))
            .order(responders::id);
        self.opened(self.read(|conn| query.load(conn).mapped())?)
    }

    /// All active responders of all organisations, for the ranking's own copy.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn roster(&self) -> Result<Vec<Responder>, StoreError> {
        let query = responders::table
            .filter(responders::active.eq(true))
            .order((responders::organisation_id, responders::id));
        let roster = self.opened(self.read(|conn| query.load(conn).mapped())?)?;
        #[cfg(feature = "planted-bugs")]
        let roster = crate::plant::shifts(roster);
        Ok(roster)
    }

    /// Gives a clearance, or takes it back at a moment, with the line of the audit trail that says
    /// who did. A clearance that was taken back before keeps its moment.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn clearance_set(
        &self,
        organisation: OrganisationId,
        id: ResponderId,
        revoked_at: Option<Timestamp>,
        audit: AuditEntry,
    ) -> Result<Responder, StoreError> {
        let keys = self.keys().clone();
        self.write(Lane::Alarm, move |conn| {
            let one = responders::table
                .filter(responders::organisation_id.eq(Id::from(organisation)))
                .filter(responders::id.eq(Id::from(id)));
            let found: Option<At> = one
                .select(responders::clearance_revoked_at)
                .first(conn)
                .mapped()?;
            let revoked = revoked_at.map(At).map(|now| found.unwrap_or(now));
            let set = responders::clearance_revoked_at.eq(revoked);
            diesel::update(one).set(set).execute(conn).mapped()?;
            audit::insert(conn, &keys, &audit)
        })?;
        self.responder_read(organisation, id)
    }

    /// Goes on or off duty; `None` follows the shifts again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn duty_set(
        &self,
        organisation: OrganisationId,
        id: ResponderId,
        duty: Option<bool>,
    ) -> Result<Responder, StoreError> {
        self.write(Lane::Alarm, move |conn| {
            let one = responders::table
                .filter(responders::organisation_id.eq(Id::from(organisation)))
                .filter(responders::id.eq(Id::from(id)));
            let set = responders::duty_override.eq(duty);
            some(diesel::update(one).set(set).execute(conn).mapped()?)
        })?;
        self.responder_read(organisation, id)
    }

    /// Notes where a responder is, with the radius of uncertainty in metres when it is known; an
    /// older report does not replace a newer one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn position_set(
        &self,
        organisation: OrganisationId,
        id: ResponderId,
        at: Coordinate,
        accuracy_m: Option<u32>,
        when: Timestamp,
    ) -> Result<Responder, StoreError> {
        self.write(Lane::Alarm, move |conn| {
            let newer = responders::position_at
                .is_null()
                .or(responders::position_at.le(Some(At(when))));
            let one = responders::table
                .filter(responders::organisation_id.eq(Id::from(organisation)))
                .filter(responders::id.eq(Id::from(id)))
                .filter(newer);
            diesel::update(one)
                .set((
                    responders::position.eq(Some(Json(at))),
                    responders::position_at.eq(Some(At(when))),
                    responders::position_accuracy_m.eq(accuracy_m.map(metres)),
                ))
                .execute(conn)
                .mapped()
        })?;
        self.responder_read(organisation, id)
    }

    fn opened(&self, rows: Vec<ResponderRow>) -> Result<Vec<Responder>, StoreError> {
        rows.into_iter().map(|row| row.open(self.keys())).collect()
    }
}

fn metres(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn some(changed: usize) -> Result<(), StoreError> {
    if changed == 0 {
        Err(StoreError::NotFound)
    } else {
        Ok(())
    }
}
