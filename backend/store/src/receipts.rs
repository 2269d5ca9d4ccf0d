//! What is known of each notice on each channel, and the row that tries the next channel.

use diesel::prelude::*;
use domain::ids::{AccountId, OfferId, OrganisationId, OutboxId};
use domain::notices::receipt::Receipt;
use domain::notices::{Channel, DeliveryState, OutboxItem, is_emergency};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::once::insert_once;
use crate::partial;
use crate::rows::OutboxRow;
use crate::schema::{outbox, receipts};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Word};
use crate::writer::Lane;

/// Where a notice stands in its person's plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Which step.
    pub step: usize,
    /// The first of the rows that say the same.
    pub root: OutboxId,
    /// The one channel it is for.
    pub by_channel: Option<Channel>,
}

/// How a notice got on with one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Which notice.
    pub item: OutboxItem,
    /// The first of the rows that say the same.
    pub root: OutboxId,
    /// By which channel.
    pub channel: Channel,
    /// How far.
    pub receipt: Receipt,
    /// Through which gateway.
    pub gateway: Option<String>,
    /// Why not further.
    pub reason: Option<String>,
}

/// A receipt as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptReceipt {
    /// Of which notice.
    pub outbox_id: OutboxId,
    /// On which channel.
    pub channel: Channel,
    /// How far.
    pub receipt: Receipt,
    /// When.
    pub at: Timestamp,
    /// Through which gateway.
    pub gateway: Option<String>,
    /// Why not further.
    pub reason: Option<String>,
}

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = receipts, treat_none_as_default_value = false)]
struct ReceiptRow {
    organisation_id: Id,
    outbox_id: Id,
    channel: Word<Channel>,
    receipt: Word<Receipt>,
    at: At,
    root_id: Id,
    account_id: Id,
    offer_id: Option<Id>,
    gateway: Option<String>,
    reason: Option<String>,
    quiet: bool,
}

impl ReceiptRow {
    fn of(passed: Passed, at: Timestamp) -> Self {
        let quiet = !is_emergency(passed.item.notice.key) && passed.channel != Channel::Push;
        Self {
            organisation_id: passed.item.organisation_id.into(),
            outbox_id: passed.item.id.into(),
            channel: Word(passed.channel),
            receipt: Word(passed.receipt),
            at: At(at),
            root_id: passed.root.into(),
            account_id: passed.item.account_id.into(),
            offer_id: passed.item.offer_id.map(Id::from),
            gateway: passed.gateway,
            reason: passed.reason,
            quiet: quiet && passed.receipt == Receipt::Sent,
        }
    }
}

impl From<ReceiptRow> for KeptReceipt {
    fn from(row: ReceiptRow) -> Self {
        Self {
            outbox_id: row.outbox_id.into(),
            channel: row.channel.0,
            receipt: row.receipt.0,
            at: row.at.0,
            gateway: row.gateway,
            reason: row.reason,
        }
    }
}

impl SqlStore {
    /// A notice and where it stands in its person's plan; its identifier is enough, because
    /// gateways know no more.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn outbox_way(&self, id: OutboxId) -> Result<(OutboxItem, Way), StoreError> {
        self.read(|conn| row(conn, id).map(|row| (row.item(), row.way())))
    }

    /// Keeps what became of a notice, each receipt once, and beside it the row that tries the next
    /// channel when its time comes: one transaction, repeatable.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn receipts_keep(
        &self,
        passed: Vec<Passed>,
        next: Option<NextStep>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(Lane::Alarm, move |conn| {
            for passed in passed {
                keep(conn, ReceiptRow::of(passed, now))?;
            }
            next.map_or(Ok(()), |next| schedule(conn, next))
        })
    }

    /// Whether any channel has reached the person.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn has_arrived(
        &self,
        organisation: OrganisationId,
        root: OutboxId,
    ) -> Result<bool, StoreError> {
        let arrived = Receipt::ALL.iter().filter(|receipt| receipt.has_arrived());
        let arrived: Vec<_> = arrived.map(|receipt| Word(*receipt)).collect();
        self.read(|conn| {
            let found = receipts::table
                .filter(receipts::organisation_id.eq(Id::from(organisation)))
                .filter(receipts::root_id.eq(Id::from(root)))
                .filter(receipts::receipt.eq_any(arrived))
                .select(receipts::receipt);
            diesel::select(diesel::dsl::exists(found))
                .get_result(conn)
                .mapped()
        })
    }

    /// By which channels an offer went out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn channels_of_offer(
        &self,
        organisation: OrganisationId,
        offer: OfferId,
    ) -> Result<Vec<Channel>, StoreError> {
        let found: Vec<Word<Channel>> = self.read(|conn| {
            receipts::table
                .filter(receipts::organisation_id.eq(Id::from(organisation)))
                .filter(receipts::offer_id.eq(Some(Id::from(offer))))
                .filter(receipts::receipt.eq(Word(Receipt::Sent)))
                .order(receipts::at)
                .select(receipts::channel)
                .load(conn)
                .mapped()
        })?;
        let mut channels = Vec::new();
        for Word(channel) in found {
            if !channels.contains(&channel) {
                channels.push(channel);
            }
        }
        Ok(channels)
    }

    /// When quiet texts went to an account lately.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn quiet_texts(
        &self,
        (organisation, account): (OrganisationId, AccountId),
        since: Timestamp,
    ) -> Result<Vec<Timestamp>, StoreError> {
        let found: Vec<At> = self.read(|conn| {
            receipts::table
                .filter(receipts::organisation_id.eq(Id::from(organisation)))
                .filter(receipts::account_id.eq(Id::from(account)))
                .filter(receipts::quiet.eq(true))
                .filter(receipts::at.gt(At(since)))
                .select(receipts::at)
                .load(conn)
                .mapped()
        })?;
        Ok(found.into_iter().map(|at| at.0).collect())
    }

    /// Quiet notices to the same account: those before this one that wait, and those after it that
    /// wait or went out since a moment.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn quiet_neighbours(
        &self,
        item: &OutboxItem,
        since: Timestamp,
    ) -> Result<(usize, usize), StoreError> {
        let of_account = outbox::table
            .filter(outbox::organisation_id.eq(Id::from(item.organisation_id)))
            .filter(outbox::account_id.eq(Id::from(item.account_id)));
        let (waiting, gone): (Vec<OutboxRow>, Vec<OutboxRow>) = self.read(|conn| {
            let waiting = of_account.filter(partial::notice_queued());
            let gone = of_account
                .filter(outbox::sent_at.gt(Some(At(since))))
                .filter(outbox::created_at.ge(At(item.created_at)));
            Ok((waiting.load(conn).mapped()?, gone.load(conn).mapped()?))
        })?;
        // One that has just gone out said that there is more.
        let spoke = |row: &&OutboxRow| row.item().created_at > item.created_at;
        let others = waiting.iter().chain(gone.iter().filter(spoke));
        let others = others.map(OutboxRow::item);
        let others = others.filter(|other| other.id != item.id);
        let quiet = others.filter(|other| !is_emergency(other.notice.key));
        let place = |of: &OutboxItem| (of.created_at, of.id);
        let (before, after): (Vec<_>, Vec<_>) = quiet.partition(|other| place(other) < place(item));
        Ok((before.len(), after.len()))
    }

    /// Quiet notices to an account that a later one was to speak for, since a moment.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn bundled_since(
        &self,
        (organisation, account): (OrganisationId, AccountId),
        reason: &str,
        since: Timestamp,
    ) -> Result<i64, StoreError> {
        self.read(|conn| {
            outbox::table
                .filter(outbox::organisation_id.eq(Id::from(organisation)))
                .filter(outbox::account_id.eq(Id::from(account)))
                .filter(outbox::state.eq(Word(DeliveryState::Dropped)))
                .filter(outbox::last_error.eq(Some(reason)))
                .filter(outbox::created_at.gt(At(since)))
                .count()
                .get_result(conn)
                .mapped()
        })
    }

    /// Receipts of several notices, in order of time.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn receipts_of(
        &self,
        organisation: OrganisationId,
        notices: &[OutboxId],
    ) -> Result<Vec<KeptReceipt>, StoreError> {
        let ids: Vec<Id> = notices.iter().map(Id::from).collect();
        let rows: Vec<ReceiptRow> = self.read(|conn| {
            receipts::table
                .filter(receipts::organisation_id.eq(Id::from(organisation)))
                .filter(receipts::outbox_id.eq_any(ids))
                .order((receipts::at, receipts::channel, receipts::receipt))
                .load(conn)
                .mapped()
        })?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Lets the row that waits to try the next channel be looked at now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn next_step_now(&self, root: OutboxId, now: Timestamp) -> Result<(), StoreError> {
        self.write(Lane::Alarm, move |conn| {
            let waiting = outbox::table
                .filter(outbox::follows.eq(Some(Id::from(root))))
                .filter(outbox::state.eq(Word(DeliveryState::Queued)))
                .filter(outbox::next_at.gt(At(now)));
            diesel::update(waiting)
                .set(outbox::next_at.eq(At(now)))
                .execute(conn)
                .mapped()
                .map(|_| ())
        })
    }

    /// Adds a notice that goes by one channel; one with the same identifier stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn notice_add(&self, item: &OutboxItem, channel: Channel) -> Result<(), StoreError> {
        let row = OutboxRow::only_by(item, channel);
        self.write(Lane::Alarm, move |conn| add(conn, row))
    }
}

/// The row that says the same on the next channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// The notice, under the row's own identifier.
    pub item: OutboxItem,
    /// The first of the rows that say the same.
    pub root: OutboxId,
    /// Which step.
    pub step: usize,
    /// When it is looked at.
    pub due: Timestamp,
}

fn row(conn: &mut Conn, id: OutboxId) -> Result<OutboxRow, StoreError> {
    outbox::table
        .filter(outbox::id.eq(Id::from(id)))
        .first(conn)
        .mapped()
}

fn keep(conn: &mut Conn, row: ReceiptRow) -> Result<(), StoreError> {
    let known = receipts::table
        .filter(receipts::organisation_id.eq(row.organisation_id))
        .filter(receipts::outbox_id.eq(row.outbox_id))
        .filter(receipts::channel.eq(row.channel))
        .filter(receipts::receipt.eq(row.receipt))
        .select(receipts::outbox_id);
    insert_once!(conn, receipts::table, known, row);
    Ok(())
}

fn schedule(conn: &mut Conn, next: NextStep) -> Result<(), StoreError> {
    let step = i32::try_from(next.step).unwrap_or(i32::MAX);
    let row = OutboxRow::next_step(&next.item, next.root.into(), step, next.due);
    add(conn, row)
}

fn add(conn: &mut Conn, row: OutboxRow) -> Result<(), StoreError> {
    let known = outbox::table
        .filter(outbox::id.eq(Id::from(row.item().id)))
        .select(outbox::id);
    insert_once!(conn, outbox::table, known, row);
    Ok(())
}
