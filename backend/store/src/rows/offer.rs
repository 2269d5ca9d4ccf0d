//! `offers`.

use diesel::prelude::*;
use domain::ids::OrganisationId;
use domain::incidents::{Offer, OfferState};
use domain::ports::StoreError;
use domain::responders::{RankMethod, Reason};

use super::fit;
use crate::schema::offers;
use crate::sql_types::{At, Id, Json, Word};
use crate::statement::{Insertion, JsonText, Value};

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = offers, treat_none_as_default_value = false)]
pub(crate) struct OfferRow {
    organisation_id: Id,
    id: Id,
    incident_id: Id,
    responder_id: Id,
    account_id: Id,
    wave: i32,
    state: Word<OfferState>,
    walking_ms: Option<i64>,
    metres: Option<i64>,
    method: Word<RankMethod>,
    reasons: Json<Vec<Reason>>,
    sent_at: At,
    expires_at: At,
    answered_at: Option<At>,
}

impl OfferRow {
    /// Writes offers down, or what became of them.
    pub(crate) const KEEP: Insertion = Insertion {
        head: "INSERT INTO offers (organisation_id, id, incident_id, responder_id, account_id, wave, \
               state, walking_ms, metres, method, reasons, sent_at, expires_at, answered_at) VALUES",
        row: "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        tail: "ON CONFLICT (organisation_id, id) DO UPDATE SET \
               incident_id = excluded.incident_id, responder_id = excluded.responder_id, \
               account_id = excluded.account_id, wave = excluded.wave, state = excluded.state, \
               walking_ms = excluded.walking_ms, metres = excluded.metres, \
               method = excluded.method, reasons = excluded.reasons, \
               sent_at = excluded.sent_at, expires_at = excluded.expires_at, \
               answered_at = excluded.answered_at",
    };

    /// The row of [`Self::KEEP`].
    ///
    /// # Errors
    /// When the reasons have no JSON form.
    pub(crate) fn values(&self) -> Result<Vec<Value<'_>>, StoreError> {
        Ok(vec![
            self.organisation_id.into(),
            self.id.into(),
            self.incident_id.into(),
            self.responder_id.into(),
            self.account_id.into(),
            Value::Int(self.wave),
            self.state.0.as_str().into(),
            Value::Big(self.walking_ms),
            Value::Big(self.metres),
            self.method.0.as_str().into(),
            JsonText::of(&self.reasons.0)?.into(),
            self.sent_at.into(),
            self.expires_at.into(),
            Value::At(self.answered_at),
        ])
    }

    pub(crate) fn of(organisation: OrganisationId, offer: &Offer) -> Self {
        Self {
            organisation_id: organisation.into(),
            id: offer.id.into(),
            incident_id: offer.incident_id.into(),
            responder_id: offer.responder_id.into(),
            account_id: offer.account_id.into(),
            wave: offer.wave.into(),
            state: Word(offer.state),
            walking_ms: offer.walking_ms.map(i64::from),
            metres: offer.metres.map(i64::from),
            method: Word(offer.method),
            reasons: Json(offer.reasons.clone()),
            sent_at: At(offer.sent_at),
            expires_at: At(offer.expires_at),
            answered_at: offer.answered_at.map(At),
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
            sent_at: row.sent_at.0,
            expires_at: row.expires_at.0,
            answered_at: row.answered_at.map(Into::into),
        })
    }
}
