//! Incidents, as they are read.

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::devices::DeviceUid;
use domain::ids::{AccountId, IncidentId, OfferId, OrganisationId, ResidentId, ResponderId};
use domain::incidents::{Incident, IncidentStatus, OpenKey};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::paging::{Cursor, Page, PageRequest};
use crate::partial;
use crate::port::incident_of_key;
use crate::rows::IncidentRow;
use crate::schema::{incidents, offers};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Word};

/// Open, closed or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IncidentState {
    /// Still needs somebody.
    #[default]
    Open,
    /// Over, and somebody has to look again.
    FollowUp,
    /// Over, looked at again or not.
    Closed,
    /// Both.
    All,
}

/// Whose incidents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum IncidentScope {
    /// All of the organisation.
    #[default]
    Organisation,
    /// Of these residents.
    Residents(Vec<ResidentId>),
    /// For which this responder was asked.
    Asked(ResponderId),
}

/// Which incidents are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentFilter {
    /// Open or closed.
    pub state: IncidentState,
    /// Whose.
    pub scope: IncidentScope,
}

impl SqlStore {
    /// Lists incidents, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn incident_list(
        &self,
        organisation: OrganisationId,
        filter: &IncidentFilter,
        asked: &PageRequest,
    ) -> Result<Page<Incident>, StoreError> {
        self.read(|conn| list(conn, organisation, filter, asked))
    }

    /// Reads one incident.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn incident_read(
        &self,
        organisation: OrganisationId,
        id: IncidentId,
    ) -> Result<Incident, StoreError> {
        self.read(|conn| read(conn, organisation, id))
    }

    /// The open incident that has this place, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn incident_of_open_key(
        &self,
        organisation: OrganisationId,
        key: &OpenKey,
    ) -> Result<Option<Incident>, StoreError> {
        self.read(|conn| of_open_key(conn, organisation, key))
    }

    /// Reads the incident an offer belongs to.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn incident_of_offer(
        &self,
        organisation: OrganisationId,
        offer: OfferId,
    ) -> Result<Incident, StoreError> {
        self.read(|conn| {
            let offer = crate::offers::read(conn, organisation, offer)?;
            read(conn, organisation, offer.incident_id)
        })
    }

    /// The incident that an earlier call with this key made or joined.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn incident_of_key(
        &self,
        organisation: OrganisationId,
        account: AccountId,
        key: &str,
    ) -> Result<Option<IncidentId>, StoreError> {
        self.read(|conn| incident_of_key(conn, organisation, account, key))
    }
}

pub(crate) fn read(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: IncidentId,
) -> Result<Incident, StoreError> {
    let row: IncidentRow = incidents::table
        .filter(incidents::organisation_id.eq(Id::from(organisation)))
        .filter(incidents::id.eq(Id::from(id)))
        .first(conn)
        .mapped()?;
    row.try_into()
}

pub(crate) fn of_open_key(
    conn: &mut Conn,
    organisation: OrganisationId,
    key: &OpenKey,
) -> Result<Option<Incident>, StoreError> {
    let row: Option<IncidentRow> = incidents::table
        .filter(incidents::organisation_id.eq(Id::from(organisation)))
        .filter(incidents::open_key.eq(&key.0))
        .first(conn)
        .optional()
        .mapped()?;
    row.map(TryInto::try_into).transpose()
}

/// The open incident in which a human tied a device without a resident to one, opened since then.
pub(crate) fn tied_to_resident(
    conn: &mut Conn,
    organisation: OrganisationId,
    uid: &DeviceUid,
    since: Option<Timestamp>,
) -> Result<Option<Incident>, StoreError> {
    let mut query = incidents::table
        .filter(incidents::organisation_id.eq(Id::from(organisation)))
        .filter(partial::incident_open())
        .filter(incidents::device_uid.eq(Some(uid.as_str())))
        .filter(incidents::resident_id.is_not_null())
        .order((incidents::opened_at, incidents::id))
        .into_boxed();
    if let Some(since) = since {
        query = query.filter(incidents::opened_at.ge(At(since)));
    }
    let row: Option<IncidentRow> = query.first(conn).optional().mapped()?;
    row.map(TryInto::try_into).transpose()
}

fn list(
    conn: &mut Conn,
    organisation: OrganisationId,
    filter: &IncidentFilter,
    asked: &PageRequest,
) -> Result<Page<Incident>, StoreError> {
    let mut query = incidents::table
        .filter(incidents::organisation_id.eq(Id::from(organisation)))
        .order((incidents::opened_at.desc(), incidents::id.desc()))
        .limit(asked.fetch())
        .into_boxed();
    query = match filter.state {
        IncidentState::Open => query.filter(partial::incident_open()),
        IncidentState::FollowUp => query.filter(partial::incident_followed()),
        IncidentState::Closed => query.filter(
            incidents::status
                .eq_any([Word(IncidentStatus::Closed), Word(IncidentStatus::FollowUp)]),
        ),
        IncidentState::All => query,
    };
    query = match &filter.scope {
        IncidentScope::Organisation => query,
        IncidentScope::Residents(residents) => {
            let ids: Vec<_> = residents.iter().map(|id| Some(Id::from(id))).collect();
            query.filter(incidents::resident_id.eq_any(ids))
        }
        IncidentScope::Asked(responder) => {
            let asked = offers::table
                .filter(offers::organisation_id.eq(Id::from(organisation)))
                .filter(offers::incident_id.eq(incidents::id))
                .filter(offers::responder_id.eq(Id::from(responder)))
                .select(offers::id);
            query.filter(exists(asked))
        }
    };
    if let Some(Cursor { at, id }) = asked.cursor {
        let before = incidents::opened_at
            .lt(at)
            .or(incidents::opened_at.eq(at).and(incidents::id.lt(id)));
        query = query.filter(before);
    }
    let rows: Vec<IncidentRow> = query.load(conn).mapped()?;
    let items: Vec<Incident> = rows
        .into_iter()
        .map(TryInto::try_into)
        .collect::<Result<_, _>>()?;
    let key = |incident: &Incident| Cursor {
        at: incident.opened_at.into(),
        id: incident.id.into(),
    };
    Ok(Page::cut(items, asked, key))
}
