//! `outbox`.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, SmallInt, Text};
use domain::message::Notice;
use domain::notices::{self, Channel, DeliveryState, OutboxItem};
use domain::ports::{ClaimedOutbox, StoreError};
use domain::time::Timestamp;

use super::fit;
use crate::notifications::OutboxRecord;
use crate::receipts::Way;
use crate::schema::outbox;
use crate::sql_types::{At, Id, InstantSql, Json, JsonSql, UuidSql, Word};
use crate::statement::{Insertion, JsonText, Value};

#[derive(Clone, Debug, Queryable, QueryableByName, Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
pub(crate) struct OutboxRow {
    #[diesel(sql_type = UuidSql)]
    organisation_id: Id,
    #[diesel(sql_type = UuidSql)]
    id: Id,
    #[diesel(sql_type = UuidSql)]
    incident_id: Id,
    #[diesel(sql_type = Nullable<UuidSql>)]
    offer_id: Option<Id>,
    #[diesel(sql_type = UuidSql)]
    account_id: Id,
    #[diesel(sql_type = JsonSql)]
    notice: Json<Notice>,
    #[diesel(sql_type = SmallInt)]
    priority: i16,
    #[diesel(sql_type = InstantSql)]
    created_at: At,
    #[diesel(sql_type = Text)]
    state: Word<DeliveryState>,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = BigInt)]
    generation: i64,
    #[diesel(sql_type = Nullable<UuidSql>)]
    lease_owner: Option<Id>,
    #[diesel(sql_type = Nullable<InstantSql>)]
    leased_until: Option<At>,
    #[diesel(sql_type = InstantSql)]
    next_at: At,
    #[diesel(sql_type = Nullable<InstantSql>)]
    sent_at: Option<At>,
    #[diesel(sql_type = Nullable<Text>)]
    channel: Option<Word<Channel>>,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
    #[diesel(sql_type = Integer)]
    step: i32,
    #[diesel(sql_type = Nullable<UuidSql>)]
    follows: Option<Id>,
    #[diesel(sql_type = Nullable<Text>)]
    by_channel: Option<Word<Channel>>,
}

impl From<&OutboxItem> for OutboxRow {
    fn from(item: &OutboxItem) -> Self {
        Self {
            organisation_id: item.organisation_id.into(),
            id: item.id.into(),
            incident_id: item.incident_id.into(),
            offer_id: item.offer_id.map(Id::from),
            account_id: item.account_id.into(),
            notice: Json(item.notice.clone()),
            priority: notices::priority(item.notice.key).into(),
            created_at: At(item.created_at),
            state: Word(DeliveryState::Queued),
            attempts: 0,
            generation: 0,
            lease_owner: None,
            leased_until: None,
            next_at: At(item.created_at),
            sent_at: None,
            channel: None,
            last_error: None,
            step: 0,
            follows: None,
            by_channel: None,
        }
    }
}

impl OutboxRow {
    /// Writes notices down that nobody has tried to send.
    pub(crate) const FRESH: Insertion = Insertion {
        head: "INSERT INTO outbox (organisation_id, id, incident_id, offer_id, account_id, notice, \
               priority, created_at, next_at, state, attempts, generation, step) VALUES",
        row: "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0)",
        tail: "",
    };

    /// A row of [`Self::FRESH`]: the same as [`Self::from`], with the notice written out.
    pub(crate) fn fresh(item: &OutboxItem, notice: JsonText) -> Vec<Value<'static>> {
        vec![
            Id::from(item.organisation_id).into(),
            Id::from(item.id).into(),
            Id::from(item.incident_id).into(),
            Value::Id(item.offer_id.map(Id::from)),
            Id::from(item.account_id).into(),
            notice.into(),
            Value::Small(Some(notices::priority(item.notice.key).into())),
            At(item.created_at).into(),
            At(item.created_at).into(),
            DeliveryState::Queued.as_str().into(),
        ]
    }

    /// What is claimed first.
    pub(crate) fn order(&self) -> (i16, Timestamp, uuid::Uuid) {
        (self.priority, self.created_at.0, self.id.0)
    }

    /// The same notice once more, on the next step of its person's plan.
    pub(crate) fn next_step(item: &OutboxItem, root: Id, step: i32, due: Timestamp) -> Self {
        Self {
            next_at: At(due),
            step,
            follows: Some(root),
            ..Self::from(item)
        }
    }

    /// A notice for one channel only.
    pub(crate) fn only_by(item: &OutboxItem, channel: Channel) -> Self {
        Self {
            by_channel: Some(Word(channel)),
            ..Self::from(item)
        }
    }

    /// Where it stands in its person's plan.
    pub(crate) fn way(&self) -> Way {
        Way {
            step: usize::try_from(self.step).unwrap_or(0),
            root: self.follows.unwrap_or(self.id).into(),
            by_channel: self.by_channel.map(|channel| channel.0),
        }
    }

    pub(crate) fn item(&self) -> OutboxItem {
        OutboxItem {
            id: self.id.into(),
            organisation_id: self.organisation_id.into(),
            incident_id: self.incident_id.into(),
            offer_id: self.offer_id.map(Into::into),
            account_id: self.account_id.into(),
            notice: self.notice.0.clone(),
            created_at: self.created_at.0,
        }
    }
}

impl TryFrom<OutboxRow> for ClaimedOutbox {
    type Error = StoreError;

    fn try_from(row: OutboxRow) -> Result<Self, StoreError> {
        Ok(Self {
            item: row.item(),
            attempts: fit(row.attempts)?,
            generation: row.generation,
        })
    }
}

impl TryFrom<OutboxRow> for OutboxRecord {
    type Error = StoreError;

    fn try_from(row: OutboxRow) -> Result<Self, StoreError> {
        let queued = row.state.0 == DeliveryState::Queued;
        Ok(Self {
            item: row.item(),
            state: row.state.0,
            leased: queued && row.lease_owner.is_some(),
            attempts: fit(row.attempts)?,
            channel: row.channel.map(|channel| channel.0),
            last_error: row.last_error,
            next_at: queued.then_some(row.next_at.0),
            sent_at: row.sent_at.map(Into::into),
        })
    }
}
