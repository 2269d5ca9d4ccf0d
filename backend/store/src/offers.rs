//! Offers, as they are read.

use diesel::prelude::*;
use domain::ids::{IncidentId, OfferId, OrganisationId, ResponderId};
use domain::incidents::Offer;
use domain::ports::StoreError;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::paging::{Cursor, Page, PageRequest};
use crate::rows::OfferRow;
use crate::schema::offers;
use crate::sql_store::SqlStore;
use crate::sql_types::Id;

impl SqlStore {
    /// Reads one offer.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn offer_read(
        &self,
        organisation: OrganisationId,
        id: OfferId,
    ) -> Result<Offer, StoreError> {
        self.read(|conn| read(conn, organisation, id))
    }

    /// All offers of an incident, in the order they were sent.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn offers_of_incident(
        &self,
        organisation: OrganisationId,
        incident: IncidentId,
    ) -> Result<Vec<Offer>, StoreError> {
        self.read(|conn| of_incident(conn, organisation, incident))
    }

    /// What a responder was asked, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn offers_of_responder(
        &self,
        organisation: OrganisationId,
        responder: ResponderId,
        asked: &PageRequest,
    ) -> Result<Page<Offer>, StoreError> {
        self.read(|conn| of_responder(conn, organisation, responder, asked))
    }
}

pub(crate) fn read(
    conn: &mut Conn,
    organisation: OrganisationId,
    id: OfferId,
) -> Result<Offer, StoreError> {
    let row: OfferRow = offers::table
        .filter(offers::organisation_id.eq(Id::from(organisation)))
        .filter(offers::id.eq(Id::from(id)))
        .first(conn)
        .mapped()?;
    row.try_into()
}

pub(crate) fn of_incident(
    conn: &mut Conn,
    organisation: OrganisationId,
    incident: IncidentId,
) -> Result<Vec<Offer>, StoreError> {
    let rows: Vec<OfferRow> = offers::table
        .filter(offers::organisation_id.eq(Id::from(organisation)))
        .filter(offers::incident_id.eq(Id::from(incident)))
        .order((offers::wave, offers::sent_at, offers::id))
        .load(conn)
        .mapped()?;
    rows.into_iter().map(TryInto::try_into).collect()
}

fn of_responder(
    conn: &mut Conn,
    organisation: OrganisationId,
    responder: ResponderId,
    asked: &PageRequest,
) -> Result<Page<Offer>, StoreError> {
    let mut query = offers::table
        .filter(offers::organisation_id.eq(Id::from(organisation)))
        .filter(offers::responder_id.eq(Id::from(responder)))
        .order((offers::sent_at.desc(), offers::id.desc()))
        .limit(asked.fetch())
        .into_boxed();
    if let Some(Cursor { at, id }) = asked.cursor {
        let before = offers::sent_at
            .lt(at)
            .or(offers::sent_at.eq(at).and(offers::id.lt(id)));
        query = query.filter(before);
    }
    let rows: Vec<OfferRow> = query.load(conn).mapped()?;
    let items: Vec<Offer> = rows
        .into_iter()
        .map(TryInto::try_into)
        .collect::<Result<_, _>>()?;
    Ok(Page::cut(items, asked, |offer| Cursor {
        at: offer.sent_at.into(),
        id: offer.id.into(),
    }))
}
