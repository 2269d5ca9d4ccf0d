//! The weekly trial of each channel of each person.

use diesel::prelude::*;
use domain::ids::{AccountId, OrganisationId, ResidentId};
use domain::notices::Channel;
use domain::notices::receipt::Receipt;
use domain::ports::StoreError;
use domain::time::Timestamp;
use uuid::Uuid;

use crate::errors::Mapped;
use crate::once::insert_once;
use crate::schema::{channel_tests, family_links};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Word};
use crate::writer::Lane;

/// One trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelTest {
    /// Identity; also the idempotency key towards a gateway.
    pub id: Uuid,
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// Whose channel.
    pub account_id: AccountId,
    /// Which.
    pub channel: Channel,
    /// When it was begun.
    pub sent_at: Timestamp,
    /// How far it got.
    pub receipt: Receipt,
}

type Columns = (Id, Id, Id, Word<Channel>, At, Word<Receipt>);

fn test((organisation, id, account, channel, sent_at, receipt): Columns) -> ChannelTest {
    ChannelTest {
        id: id.0,
        organisation_id: organisation.into(),
        account_id: account.into(),
        channel: channel.0,
        sent_at: sent_at.0,
        receipt: receipt.0,
    }
}

type Selected = (
    channel_tests::organisation_id,
    channel_tests::id,
    channel_tests::account_id,
    channel_tests::channel,
    channel_tests::sent_at,
    channel_tests::receipt,
);

const COLUMNS: Selected = (
    channel_tests::organisation_id,
    channel_tests::id,
    channel_tests::account_id,
    channel_tests::channel,
    channel_tests::sent_at,
    channel_tests::receipt,
);

impl SqlStore {
    /// Begins a trial; one with the same identifier stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn channel_test_begin(&self, test: &ChannelTest) -> Result<(), StoreError> {
        let test = test.clone();
        self.write(Lane::Telemetry, move |conn| {
            let known = channel_tests::table
                .filter(channel_tests::id.eq(Id(test.id)))
                .select(channel_tests::id);
            insert_once!(
                conn,
                channel_tests::table,
                known,
                (
                    channel_tests::organisation_id.eq(Id::from(test.organisation_id)),
                    channel_tests::id.eq(Id(test.id)),
                    channel_tests::account_id.eq(Id::from(test.account_id)),
                    channel_tests::channel.eq(Word(test.channel)),
                    channel_tests::sent_at.eq(At(test.sent_at)),
                    channel_tests::receipt.eq(Word(test.receipt)),
                    channel_tests::receipt_at.eq(At(test.sent_at)),
                )
            );
            Ok(())
        })
    }

    /// How far a trial got; it never goes back. False when there is no such trial.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn channel_test_receipt(
        &self,
        id: Uuid,
        receipt: Receipt,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let lower: Vec<_> = Receipt::ALL
            .iter()
            .filter(|before| **before < receipt)
            .map(|before| Word(*before))
            .collect();
        self.write(Lane::Telemetry, move |conn| {
            let own = channel_tests::table.filter(channel_tests::id.eq(Id(id)));
            diesel::update(own.filter(channel_tests::receipt.eq_any(lower)))
                .set((
                    channel_tests::receipt.eq(Word(receipt)),
                    channel_tests::receipt_at.eq(At(now)),
                ))
                .execute(conn)
                .mapped()?;
            diesel::select(diesel::dsl::exists(own.select(channel_tests::id)))
                .get_result(conn)
                .mapped()
        })
    }

    /// The last trial of an account's channel.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn channel_test_last(
        &self,
        (organisation, account): (OrganisationId, AccountId),
        channel: Channel,
    ) -> Result<Option<ChannelTest>, StoreError> {
        let found: Option<Columns> = self.read(|conn| {
            channel_tests::table
                .filter(channel_tests::organisation_id.eq(Id::from(organisation)))
                .filter(channel_tests::account_id.eq(Id::from(account)))
                .filter(channel_tests::channel.eq(Word(channel)))
                .order(channel_tests::sent_at.desc())
                .select(COLUMNS)
                .first(conn)
                .optional()
                .mapped()
        })?;
        Ok(found.map(test))
    }

    /// The last trial of each channel of a resident's family.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn channel_tests_of_family(
        &self,
        organisation: OrganisationId,
        resident: ResidentId,
    ) -> Result<Vec<ChannelTest>, StoreError> {
        let found: Vec<Columns> = self.read(|conn| {
            let same = family_links::organisation_id
                .eq(channel_tests::organisation_id)
                .and(family_links::account_id.eq(channel_tests::account_id));
            channel_tests::table
                .inner_join(family_links::table.on(same))
                .filter(channel_tests::organisation_id.eq(Id::from(organisation)))
                .filter(family_links::resident_id.eq(Id::from(resident)))
                .order(channel_tests::sent_at.desc())
                .select(COLUMNS)
                .load(conn)
                .mapped()
        })?;
        let mut last: Vec<ChannelTest> = Vec::new();
        for found in found.into_iter().map(test) {
            let known = |other: &ChannelTest| {
                other.account_id == found.account_id && other.channel == found.channel
            };
            if !last.iter().any(known) {
                last.push(found);
            }
        }
        Ok(last)
    }
}
