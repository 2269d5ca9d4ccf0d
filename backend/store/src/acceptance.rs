//! One yes for one offer: a code for the phone and a word for the app, kept as digests only.
//!
//! Both are made from the offer and a key outside the database, so that a text that is sent again
//! says the same.

use diesel::prelude::*;
use domain::ids::{AccountId, IncidentId, OfferId, OrganisationId};
use domain::notices::reply::{CODE_DIGITS, TokenKind};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::once::insert_once;
use crate::schema::{acceptance_tokens, offers};
use crate::sealed::KeyRing;
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Word};
use crate::writer::Lane;

/// Under which purpose tokens are made, and under which they are digested.
const MADE: &str = "acceptance.made";
const KEPT: &str = "acceptance.kept";
/// How many codes are tried until one is no other offer's of the same person.
const CODES: u8 = 50;
/// Bytes of the word in a link: 128 bits cannot be guessed.
const LINK_BYTES: usize = 16;

/// What an offer is answered with; in no log and in no column.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// Digits for the phone.
    pub code: String,
    /// The word in a link.
    pub link: String,
}

/// An offer that somebody has the token of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redeemable {
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// Of which incident.
    pub incident_id: IncidentId,
    /// Which offer.
    pub offer_id: OfferId,
    /// Whose.
    pub account_id: AccountId,
    /// It was used before.
    pub used: bool,
    /// Its time is over.
    pub expired: bool,
}

impl SqlStore {
    /// Makes an offer's tokens, or the same again.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn acceptance_issue(
        &self,
        organisation: OrganisationId,
        (offer, account): (OfferId, AccountId),
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<Issued, StoreError> {
        let keys = self.keys().clone();
        self.write(Lane::Alarm, move |conn| {
            let link = link_of(&keys, offer);
            let code = free_code(conn, &keys, organisation, (offer, account), now)?;
            for (kind, secret) in [(TokenKind::Code, &code), (TokenKind::Link, &link)] {
                let known = acceptance_tokens::table
                    .filter(acceptance_tokens::organisation_id.eq(Id::from(organisation)))
                    .filter(acceptance_tokens::offer_id.eq(Id::from(offer)))
                    .filter(acceptance_tokens::kind.eq(Word(kind)))
                    .select(acceptance_tokens::offer_id);
                insert_once!(
                    conn,
                    acceptance_tokens::table,
                    known,
                    (
                        acceptance_tokens::organisation_id.eq(Id::from(organisation)),
                        acceptance_tokens::offer_id.eq(Id::from(offer)),
                        acceptance_tokens::kind.eq(Word(kind)),
                        acceptance_tokens::account_id.eq(Id::from(account)),
                        acceptance_tokens::token_code.eq(kept(&keys, kind, account, secret)),
                        acceptance_tokens::issued_at.eq(At(now)),
                        acceptance_tokens::expires_at.eq(At(expires_at)),
                    )
                );
            }
            Ok(Issued { code, link })
        })
    }

    /// The offer that an account's token is for, the latest first where codes came round again.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when this account has no such token.
    pub fn acceptance_find(
        &self,
        organisation: OrganisationId,
        account: AccountId,
        (kind, secret): (TokenKind, &str),
        now: Timestamp,
    ) -> Result<Redeemable, StoreError> {
        let code = kept(self.keys(), kind, account, secret);
        let (offer, incident, used_at, expires_at): (Id, Id, Option<At>, At) =
            self.read(|conn| {
                let same = offers::organisation_id
                    .eq(acceptance_tokens::organisation_id)
                    .and(offers::id.eq(acceptance_tokens::offer_id));
                acceptance_tokens::table
                    .inner_join(offers::table.on(same))
                    .filter(acceptance_tokens::organisation_id.eq(Id::from(organisation)))
                    .filter(acceptance_tokens::account_id.eq(Id::from(account)))
                    .filter(acceptance_tokens::token_code.eq(code))
                    .order(acceptance_tokens::issued_at.desc())
                    .select((
                        offers::id,
                        offers::incident_id,
                        acceptance_tokens::used_at,
                        acceptance_tokens::expires_at,
                    ))
                    .first(conn)
                    .mapped()
            })?;
        Ok(Redeemable {
            organisation_id: organisation,
            incident_id: incident.into(),
            offer_id: offer.into(),
            account_id: account,
            used: used_at.is_some(),
            expired: expires_at.0 <= now,
        })
    }

    /// Uses up all tokens of an offer.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn acceptance_use(
        &self,
        organisation: OrganisationId,
        offer: OfferId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(Lane::Alarm, move |conn| {
            let unused = acceptance_tokens::table
                .filter(acceptance_tokens::organisation_id.eq(Id::from(organisation)))
                .filter(acceptance_tokens::offer_id.eq(Id::from(offer)))
                .filter(acceptance_tokens::used_at.is_null());
            diesel::update(unused)
                .set(acceptance_tokens::used_at.eq(Some(At(now))))
                .execute(conn)
                .mapped()
                .map(|_| ())
        })
    }
}

fn kept(keys: &KeyRing, kind: TokenKind, account: AccountId, secret: &str) -> Vec<u8> {
    let named = format!("{kind}|{account}|{secret}");
    keys.digest_for(KEPT, named.as_bytes())
}

fn link_of(keys: &KeyRing, offer: OfferId) -> String {
    let made = keys.digest_for(MADE, format!("link|{offer}").as_bytes());
    hex::encode(&made[..LINK_BYTES])
}

fn code_of(keys: &KeyRing, offer: OfferId, salt: u8) -> String {
    let made = keys.digest_for(MADE, format!("code|{offer}|{salt}").as_bytes());
    let number = made
        .iter()
        .take(4)
        .fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
    format!("{:0CODE_DIGITS$}", number % 10_u32.pow(4))
}

/// The first code that no other running offer of the same person has.
fn free_code(
    conn: &mut Conn,
    keys: &KeyRing,
    organisation: OrganisationId,
    (offer, account): (OfferId, AccountId),
    now: Timestamp,
) -> Result<String, StoreError> {
    for salt in 0..CODES {
        let code = code_of(keys, offer, salt);
        let taken = acceptance_tokens::table
            .filter(acceptance_tokens::organisation_id.eq(Id::from(organisation)))
            .filter(acceptance_tokens::token_code.eq(kept(keys, TokenKind::Code, account, &code)))
            .filter(acceptance_tokens::offer_id.ne(Id::from(offer)))
            .filter(acceptance_tokens::expires_at.gt(At(now)))
            .select(acceptance_tokens::offer_id);
        let taken: bool = diesel::select(diesel::dsl::exists(taken))
            .get_result(conn)
            .mapped()?;
        if !taken {
            return Ok(code);
        }
    }
    Err(StoreError::Bug("no free code for an offer".to_owned()))
}
