//! Public places: divisions and facilities.

use diesel::prelude::*;
use domain::geo::Coordinate;
use domain::ports::StoreError;

use crate::errors::Mapped;
use crate::schema::{divisions, facilities};
use crate::sql_store::SqlStore;
use crate::sql_types::{Id, Json};

/// A district, street or neighbourhood committee.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = divisions, treat_none_as_default_value = false)]
pub struct Division {
    /// Its official code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Code of the division above it.
    pub parent: Option<String>,
    /// Which level it is.
    pub kind: String,
}

/// A place with services.
#[derive(Clone, Debug, PartialEq)]
pub struct Facility {
    /// Identity.
    pub id: uuid::Uuid,
    /// What it offers.
    pub category: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub at: Coordinate,
    /// The OpenStreetMap object it was taken from.
    pub osm_ref: Option<String>,
}

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = facilities, treat_none_as_default_value = false)]
pub(crate) struct FacilityRow {
    id: Id,
    category: String,
    name: String,
    position: Json<Coordinate>,
    osm_ref: Option<String>,
}

impl From<Facility> for FacilityRow {
    fn from(facility: Facility) -> Self {
        Self {
            id: Id(facility.id),
            category: facility.category,
            name: facility.name,
            position: Json(facility.at),
            osm_ref: facility.osm_ref,
        }
    }
}

impl From<FacilityRow> for Facility {
    fn from(row: FacilityRow) -> Self {
        Self {
            id: row.id.0,
            category: row.category,
            name: row.name,
            at: row.position.0,
            osm_ref: row.osm_ref,
        }
    }
}

impl SqlStore {
    /// All divisions, by code.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn divisions(&self) -> Result<Vec<Division>, StoreError> {
        self.read(|conn| divisions::table.order(divisions::code).load(conn).mapped())
    }

    /// Facilities of one category, or all.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn facilities(&self, category: Option<&str>) -> Result<Vec<Facility>, StoreError> {
        let mut query = facilities::table.order(facilities::id).into_boxed();
        if let Some(category) = category {
            query = query.filter(facilities::category.eq(category));
        }
        let rows: Vec<FacilityRow> = self.read(|conn| query.load(conn).mapped())?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}
