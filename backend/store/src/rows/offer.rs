//! `offers`.

use diesel::prelude::*;
use domain::ids::OrganisationId;
use domain::incidents::{Offer, OfferState};
use domain::ports::StoreError;
use domain::responders::{RankMethod, Reason};
use domain::time::Timestamp;
use uuid::Uuid;

use super::fit;
use crate::schema::offers;
use crate::sql_types::{Json, Word};

#[derive(Clone, Debug, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = offers, primary_key(organisation_id, id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct OfferRow {
    organisation_id: Uuid,
    id: Uuid,
    incident_id: Uuid,
    responder_id: Uuid,
    account_id: Uuid,
    wave: i32,
    state: Word<OfferState>,
    walking_ms: Option<i64>,
    metres: Option<i64>,
    method: Word<RankMethod>,
    reasons: Json<Vec<Reason>>,
    sent_at: Timestamp,
    expires_at: Timestamp,
    answered_at: Option<Timestamp>,
}

impl OfferRow {
    pub(crate) fn of(organisation: OrganisationId, offer: &Offer) -> Self {
        Self {
            organisation_id: organisation.0,
            id: offer.id.0,
            incident_id: offer.incident_id.0,
            responder_id: offer.responder_id.0,
            account_id: offer.account_id.0,
            wave: offer.wave.into(),
            state: Word(offer.state),
            walking_ms: offer.walking_ms.map(i64::from),
            metres: offer.metres.map(i64::from),
            method: Word(offer.method),
            reasons: Json(offer.reasons.clone()),
            sent_at: offer.sent_at,
            expires_at: offer.expires_at,
            answered_at: offer.answered_at,
        }
    }
}

impl TryFrom<OfferRow> for Offer {
    type Error = StoreError;

    fn try_from(row: OfferRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            incident_id: row.incident_id.into(),
            responder_id: row.responder_id.into(),
            account_id: row.account_id.into(),
            wave: fit(row.wave)?,
            state: row.state.0,
            walking_ms: row.walking_ms.map(fit).transpose()?,
            metres: row.metres.map(fit).transpose()?,
            method: row.method.0,
            reasons: row.reasons.0,
            sent_at: row.sent_at,
            expires_at: row.expires_at,
            answered_at: row.answered_at,
        })
    }
}
