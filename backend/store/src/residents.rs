//! Residents, as they are read: opened here and nowhere else.

use diesel::prelude::*;
use domain::geo::Coordinate;
use domain::ids::{OrganisationId, ResidentId};
use domain::ports::StoreError;
use domain::residents::{Climb, EntryCard, Home, Resident};
use domain::responders::Class;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::paging::{Cursor, Page, PageRequest};
use crate::schema::{homes, residents};
use crate::sealed::{Column, KeyRing, Sealed};
use crate::sql_store::SqlStore;
use crate::sql_types::{Id, Json};

/// Which residents are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ResidentScope {
    /// All of the organisation.
    #[default]
    Organisation,
    /// Only these.
    These(Vec<ResidentId>),
}

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = residents, treat_none_as_default_value = false)]
pub(crate) struct ResidentRow {
    organisation_id: Id,
    id: Id,
    home_id: Id,
    name: Sealed<String>,
    phone: Sealed<String>,
    birth_year: i16,
    living_alone: bool,
    languages: Json<Vec<String>>,
    reading_level: String,
    synthetic: bool,
    requires: Json<Vec<Class>>,
}

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = homes, treat_none_as_default_value = false)]
pub(crate) struct HomeRow {
    organisation_id: Id,
    id: Id,
    address: Sealed<String>,
    position: Option<Json<Coordinate>>,
    committee_code: String,
    entry: Sealed<EntryCard>,
    storey: Option<i16>,
    lift: Option<bool>,
}

/// Seals a resident and their home.
pub(crate) fn seal(
    keys: &KeyRing,
    resident: &Resident,
) -> Result<(HomeRow, ResidentRow), StoreError> {
    let (organisation_id, home) = (resident.organisation_id.into(), &resident.home);
    let id: Id = resident.id.into();
    let home_row = HomeRow {
        organisation_id,
        id: home.id.into(),
        address: Sealed::seal(keys, Column::HOME_ADDRESS, home.id, &home.address)?,
        position: home.at.map(Json),
        committee_code: home.committee_code.clone(),
        entry: Sealed::seal(keys, Column::HOME_ENTRY, home.id, &home.entry)?,
        storey: home.climb.storey.map(i16::from),
        lift: home.climb.lift,
    };
    let resident_row = ResidentRow {
        organisation_id,
        id,
        home_id: home.id.into(),
        name: Sealed::seal(keys, Column::RESIDENT_NAME, id, &resident.name)?,
        phone: Sealed::seal(keys, Column::RESIDENT_PHONE, id, &resident.phone)?,
        birth_year: resident.birth_year,
        living_alone: resident.living_alone,
        languages: Json(resident.languages.clone()),
        reading_level: resident.reading_level.clone(),
        synthetic: resident.synthetic,
        requires: Json(resident.requires.clone()),
    };
    Ok((home_row, resident_row))
}

fn open(keys: &KeyRing, (row, home): (ResidentRow, HomeRow)) -> Result<Resident, StoreError> {
    Ok(Resident {
        id: row.id.into(),
        organisation_id: row.organisation_id.into(),
        name: row.name.open(keys, Column::RESIDENT_NAME, row.id)?,
        phone: row.phone.open(keys, Column::RESIDENT_PHONE, row.id)?,
        birth_year: row.birth_year,
        living_alone: row.living_alone,
        languages: row.languages.0,
        reading_level: row.reading_level,
        requires: row.requires.0,
        home: Home {
            id: home.id.into(),
            address: home.address.open(keys, Column::HOME_ADDRESS, home.id)?,
            at: home.position.map(|at| at.0),
            committee_code: home.committee_code,
            climb: climb(home.storey, home.lift),
            entry: home.entry.open(keys, Column::HOME_ENTRY, home.id)?,
        },
        synthetic: row.synthetic,
    })
}

/// The columns of a home that say how far up it lies.
pub(crate) fn climb(storey: Option<i16>, lift: Option<bool>) -> Climb {
    Climb {
        // What does not fit was not written by this program: nothing is known then.
        storey: storey.and_then(|storey| i8::try_from(storey).ok()),
        lift,
    }
}

impl SqlStore {
    /// Lists residents by identifier.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn resident_list(
        &self,
        organisation: OrganisationId,
        scope: &ResidentScope,
        asked: &PageRequest,
    ) -> Result<Page<Resident>, StoreError> {
        let rows = self.read(|conn| rows(conn, organisation, scope, asked))?;
        let opened: Vec<Resident> = rows
            .into_iter()
            .map(|row| open(self.keys(), row))
            .collect::<Result<_, _>>()?;
        Ok(Page::cut(opened, asked, |resident| {
            Cursor::by_id(resident.id)
        }))
    }

    /// Reads one resident.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn resident_read(
        &self,
        organisation: OrganisationId,
        id: ResidentId,
    ) -> Result<Resident, StoreError> {
        self.residents_by_ids(organisation, &[id])?
            .pop()
            .ok_or(StoreError::NotFound)
    }

    /// Reads several residents; those that do not exist are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn residents_by_ids(
        &self,
        organisation: OrganisationId,
        ids: &[ResidentId],
    ) -> Result<Vec<Resident>, StoreError> {
        let scope = ResidentScope::These(ids.to_vec());
        let count = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        Ok(self
            .resident_list(organisation, &scope, &PageRequest::first(count))?
            .items)
    }
}

fn rows(
    conn: &mut Conn,
    organisation: OrganisationId,
    scope: &ResidentScope,
    asked: &PageRequest,
) -> Result<Vec<(ResidentRow, HomeRow)>, StoreError> {
    let same_home = homes::organisation_id
        .eq(residents::organisation_id)
        .and(homes::id.eq(residents::home_id));
    let mut query = residents::table
        .inner_join(homes::table.on(same_home))
        .filter(residents::organisation_id.eq(Id::from(organisation)))
        .order(residents::id)
        .limit(asked.fetch())
        .into_boxed();
    if let ResidentScope::These(ids) = scope {
        let ids: Vec<Id> = ids.iter().map(Id::from).collect();
        query = query.filter(residents::id.eq_any(ids));
    }
    if let Some(cursor) = asked.cursor {
        query = query.filter(residents::id.gt(cursor.id));
    }
    query.load(conn).mapped()
}
