//! Streets, gates and lifts that cannot be used.

use diesel::prelude::*;
use domain::closures::{ClosureKind, StreetClosure};
use domain::geo::Coordinate;
use domain::ids::{ClosureId, OrganisationId};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::errors::Mapped;
use crate::paging::{Cursor, Page, PageRequest};
use crate::schema::street_closures;
use crate::sealed::{Column, KeyRing, Sealed};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Json, Word};
use crate::writer::Lane;

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = street_closures, treat_none_as_default_value = false)]
struct ClosureRow {
    organisation_id: Id,
    id: Id,
    kind: Word<ClosureKind>,
    position: Json<Coordinate>,
    position_to: Option<Json<Coordinate>>,
    reason: Sealed<String>,
    reported_by: Id,
    since: At,
    ends_at: Option<At>,
    ended_at: Option<At>,
}

impl ClosureRow {
    fn seal(keys: &KeyRing, closure: &StreetClosure) -> Result<Self, StoreError> {
        let reason = Sealed::seal(keys, Column::CLOSURE_REASON, closure.id, &closure.reason)?;
        Ok(Self {
            organisation_id: closure.organisation_id.into(),
            id: closure.id.into(),
            kind: Word(closure.kind),
            position: Json(closure.at),
            position_to: closure.to.map(Json),
            reason,
            reported_by: closure.reported_by.into(),
            since: At(closure.since),
            ends_at: closure.until.map(At),
            ended_at: closure.ended_at.map(At),
        })
    }

    fn open(self, keys: &KeyRing) -> Result<StreetClosure, StoreError> {
        Ok(StreetClosure {
            id: self.id.into(),
            organisation_id: self.organisation_id.into(),
            kind: self.kind.0,
            at: self.position.0,
            to: self.position_to.map(|to| to.0),
            reason: self.reason.open(keys, Column::CLOSURE_REASON, self.id)?,
            reported_by: self.reported_by.into(),
            since: self.since.0,
            until: self.ends_at.map(Into::into),
            ended_at: self.ended_at.map(Into::into),
        })
    }
}

impl SqlStore {
    /// Keeps a closure; one with the same identifier stays as it is. Returns what is kept, and
    /// whether it is new.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn street_closure_keep(
        &self,
        closure: &StreetClosure,
    ) -> Result<(StreetClosure, bool), StoreError> {
        let row = ClosureRow::seal(self.keys(), closure)?;
        let is_new = self.write(Lane::Alarm, move |conn| {
            let known = street_closures::table
                .filter(street_closures::organisation_id.eq(row.organisation_id))
                .filter(street_closures::id.eq(row.id));
            let count: i64 = known.count().get_result(conn).mapped()?;
            if count == 0 {
                diesel::insert_into(street_closures::table)
                    .values(&row)
                    .execute(conn)
                    .mapped()?;
            }
            Ok(count == 0)
        })?;
        let kept = self.street_closure_read(closure.organisation_id, closure.id)?;
        Ok((kept, is_new))
    }

    /// Reads one closure.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn street_closure_read(
        &self,
        organisation: OrganisationId,
        id: ClosureId,
    ) -> Result<StreetClosure, StoreError> {
        let query = street_closures::table
            .filter(street_closures::organisation_id.eq(Id::from(organisation)))
            .filter(street_closures::id.eq(Id::from(id)));
        let row: Option<ClosureRow> = self.read(|conn| query.first(conn).optional().mapped())?;
        row.ok_or(StoreError::NotFound)?.open(self.keys())
    }

    /// Closures of an organisation, newest first, the ended ones included.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn street_closure_list(
        &self,
        organisation: OrganisationId,
        asked: &PageRequest,
    ) -> Result<Page<StreetClosure>, StoreError> {
        let mut query = street_closures::table
            .filter(street_closures::organisation_id.eq(Id::from(organisation)))
            .order((street_closures::since.desc(), street_closures::id.desc()))
            .limit(asked.fetch())
            .into_boxed();
        if let Some(Cursor { at, id }) = asked.cursor {
            let same = street_closures::since
                .eq(at)
                .and(street_closures::id.lt(id));
            query = query.filter(street_closures::since.lt(at).or(same));
        }
        let items = self.closures(self.read(|conn| query.load(conn).mapped())?)?;
        Ok(Page::cut(items, asked, |closure| Cursor {
            at: closure.since.into(),
            id: closure.id.into(),
        }))
    }

    /// Ends a closure; one that has ended stays as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn street_closure_end(
        &self,
        organisation: OrganisationId,
        id: ClosureId,
        now: Timestamp,
    ) -> Result<StreetClosure, StoreError> {
        self.write(Lane::Alarm, move |conn| {
            let open = street_closures::table
                .filter(street_closures::organisation_id.eq(Id::from(organisation)))
                .filter(street_closures::id.eq(Id::from(id)))
                .filter(street_closures::ended_at.is_null());
            let ended = street_closures::ended_at.eq(Some(At(now)));
            diesel::update(open).set(ended).execute(conn).mapped()
        })?;
        self.street_closure_read(organisation, id)
    }

    /// Closures of all organisations that are in force now or will be, for the streets that
    /// rankings use.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn street_closures_in_force(
        &self,
        now: Timestamp,
    ) -> Result<Vec<StreetClosure>, StoreError> {
        let lasting = street_closures::ends_at
            .is_null()
            .or(street_closures::ends_at.gt(Some(At(now))));
        let query = street_closures::table
            .filter(street_closures::ended_at.is_null())
            .filter(lasting)
            .order((street_closures::organisation_id, street_closures::id));
        self.closures(self.read(|conn| query.load(conn).mapped())?)
    }

    fn closures(&self, rows: Vec<ClosureRow>) -> Result<Vec<StreetClosure>, StoreError> {
        rows.into_iter().map(|row| row.open(self.keys())).collect()
    }
}
