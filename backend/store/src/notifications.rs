//! Notices and what became of them, as they are read.

use diesel::prelude::*;
use domain::ids::{AccountId, IncidentId, OrganisationId};
use domain::notices::{Channel, DeliveryState, OutboxItem};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::paging::{Cursor, Page, PageRequest};
use crate::rows::OutboxRow;
use crate::schema::outbox;
use crate::sql_store::SqlStore;
use crate::sql_types::Id;

/// A notice and its delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRecord {
    /// The intent.
    pub item: OutboxItem,
    /// What became of it.
    pub state: DeliveryState,
    /// A worker has it in hand.
    pub leased: bool,
    /// Attempts so far.
    pub attempts: u32,
    /// How it went.
    pub channel: Option<Channel>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it is tried next, while it waits.
    pub next_at: Option<Timestamp>,
    /// When a carrier took it.
    pub sent_at: Option<Timestamp>,
}

/// Whose notices.
enum Which {
    All,
    About(IncidentId),
    To(AccountId),
}

impl SqlStore {
    /// Lists notices of an organisation or one incident, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn notification_list(
        &self,
        organisation: OrganisationId,
        incident: Option<IncidentId>,
        asked: &PageRequest,
    ) -> Result<Page<OutboxRecord>, StoreError> {
        let which = incident.map_or(Which::All, Which::About);
        self.read(|conn| list(conn, organisation, &which, asked))
    }

    /// Lists notices to one account, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn notifications_of_account(
        &self,
        organisation: OrganisationId,
        account: AccountId,
        asked: &PageRequest,
    ) -> Result<Page<OutboxRecord>, StoreError> {
        self.read(|conn| list(conn, organisation, &Which::To(account), asked))
    }
}

fn list(
    conn: &mut Conn,
    organisation: OrganisationId,
    which: &Which,
    asked: &PageRequest,
) -> Result<Page<OutboxRecord>, StoreError> {
    let mut query = outbox::table
        .filter(outbox::organisation_id.eq(Id::from(organisation)))
        .order((outbox::created_at.desc(), outbox::id.desc()))
        .limit(asked.fetch())
        .into_boxed();
    query = match which {
        Which::All => query,
        Which::About(incident) => query.filter(outbox::incident_id.eq(Id::from(incident))),
        // The same words on another channel are no second notice.
        Which::To(account) => query
            .filter(outbox::account_id.eq(Id::from(account)))
            .filter(outbox::follows.is_null()),
    };
    if let Some(Cursor { at, id }) = asked.cursor {
        let same = outbox::created_at.eq(at).and(outbox::id.lt(id));
        query = query.filter(outbox::created_at.lt(at).or(same));
    }
    let rows: Vec<OutboxRow> = query.load(conn).mapped()?;
    let items: Vec<OutboxRecord> = rows
        .into_iter()
        .map(TryInto::try_into)
        .collect::<Result<_, _>>()?;
    let key = |record: &OutboxRecord| Cursor {
        at: record.item.created_at.into(),
        id: record.item.id.into(),
    };
    Ok(Page::cut(items, asked, key))
}
