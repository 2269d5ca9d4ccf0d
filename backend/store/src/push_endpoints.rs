//! Where an account's pushes go. A push token reaches a phone, so it is sealed like a name.

use diesel::prelude::*;
use domain::ids::{AccountId, OrganisationId, PushEndpointId};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::accounts::token_sha256;
use crate::conn::Conn;
use crate::errors::Mapped;
use crate::schema::push_endpoints;
use crate::sealed::{Column, KeyRing, Sealed};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Word};
use crate::writer::Lane;

/// Who carries pushes to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Firebase Cloud Messaging.
    Fcm,
    /// The server's own console.
    Console,
}

/// Not a platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown push platform")]
pub struct UnknownPlatform;

impl Platform {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fcm => "fcm",
            Self::Console => "console",
        }
    }
}

impl std::str::FromStr for Platform {
    type Err = UnknownPlatform;

    fn from_str(word: &str) -> Result<Self, UnknownPlatform> {
        match word {
            "fcm" => Ok(Self::Fcm),
            "console" => Ok(Self::Console),
            _ => Err(UnknownPlatform),
        }
    }
}

/// A live endpoint.
#[derive(Clone, PartialEq, Eq)]
pub struct PushEndpoint {
    /// Identity.
    pub id: PushEndpointId,
    /// Whose.
    pub account_id: AccountId,
    /// Who carries.
    pub platform: Platform,
    /// The carrier's address of it.
    pub token: String,
    /// Since when.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for PushEndpoint {
    /// Without the token: whoever has it can push to the phone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PushEndpoint({}, {:?})", self.id, self.platform)
    }
}

#[derive(Clone, Debug, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = push_endpoints, primary_key(organisation_id, id))]
#[diesel(treat_none_as_null = true, treat_none_as_default_value = false)]
struct EndpointRow {
    organisation_id: Id,
    id: Id,
    account_id: Id,
    platform: Word<Platform>,
    token: Sealed<String>,
    token_sha256: Vec<u8>,
    created_at: At,
    dropped_at: Option<At>,
}

impl EndpointRow {
    fn open(self, keys: &KeyRing) -> Result<PushEndpoint, StoreError> {
        Ok(PushEndpoint {
            id: self.id.into(),
            account_id: self.account_id.into(),
            platform: self.platform.0,
            token: self.token.open(keys, Column::PUSH_TOKEN, self.id)?,
            created_at: self.created_at.0,
        })
    }
}

impl SqlStore {
    /// An account's live endpoints.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn push_endpoint_list(
        &self,
        organisation: OrganisationId,
        account: AccountId,
    ) -> Result<Vec<PushEndpoint>, StoreError> {
        let query = push_endpoints::table
            .filter(push_endpoints::organisation_id.eq(Id::from(organisation)))
            .filter(push_endpoints::account_id.eq(Id::from(account)))
            .filter(push_endpoints::dropped_at.is_null())
            .order((push_endpoints::created_at, push_endpoints::id));
        let rows: Vec<EndpointRow> = self.read(|conn| query.load(conn).mapped())?;
        rows.into_iter().map(|row| row.open(self.keys())).collect()
    }

    /// The same for carriers, which know only the account.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn push_endpoints_of(&self, account: AccountId) -> Result<Vec<PushEndpoint>, StoreError> {
        let query = push_endpoints::table
            .filter(push_endpoints::account_id.eq(Id::from(account)))
            .filter(push_endpoints::dropped_at.is_null())
            .order((push_endpoints::created_at, push_endpoints::id));
        let rows: Vec<EndpointRow> = self.read(|conn| query.load(conn).mapped())?;
        rows.into_iter().map(|row| row.open(self.keys())).collect()
    }

    /// Sets an endpoint. A token belongs to whoever set it last: the phone changed hands.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the identifier is another account's.
    pub fn push_endpoint_set(
        &self,
        organisation: OrganisationId,
        account: AccountId,
        id: PushEndpointId,
        platform: Platform,
        token: &str,
        now: Timestamp,
    ) -> Result<PushEndpoint, StoreError> {
        let token = token.to_owned();
        let row = EndpointRow {
            organisation_id: organisation.into(),
            id: id.into(),
            account_id: account.into(),
            platform: Word(platform),
            token: Sealed::seal(self.keys(), Column::PUSH_TOKEN, id, &token)?,
            token_sha256: token_sha256(&token).to_vec(),
            created_at: At(now),
            dropped_at: None,
        };
        self.write(Lane::Alarm, move |conn| set(conn, row, now))?;
        Ok(PushEndpoint {
            id,
            account_id: account,
            platform,
            token,
            created_at: now,
        })
    }

    /// Removes an endpoint.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when this account has no such endpoint.
    pub fn push_endpoint_remove(
        &self,
        organisation: OrganisationId,
        account: AccountId,
        id: PushEndpointId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(Lane::Alarm, move |conn| {
            let own = push_endpoints::table
                .filter(push_endpoints::organisation_id.eq(Id::from(organisation)))
                .filter(push_endpoints::account_id.eq(Id::from(account)))
                .filter(push_endpoints::id.eq(Id::from(id)))
                .filter(push_endpoints::dropped_at.is_null());
            let dropped = push_endpoints::dropped_at.eq(Some(At(now)));
            let changed = diesel::update(own).set(dropped).execute(conn).mapped()?;
            if changed == 0 {
                Err(StoreError::NotFound)
            } else {
                Ok(())
            }
        })
    }

    /// Drops a token that its carrier no longer knows; returns how many endpoints had it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn push_endpoint_drop_token(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let sha256 = token_sha256(token).to_vec();
        self.write(Lane::Alarm, move |conn| {
            let live = push_endpoints::table
                .filter(push_endpoints::token_sha256.eq(sha256))
                .filter(push_endpoints::dropped_at.is_null());
            let dropped = push_endpoints::dropped_at.eq(Some(At(now)));
            diesel::update(live).set(dropped).execute(conn).mapped()
        })
    }
}

fn set(conn: &mut Conn, row: EndpointRow, now: Timestamp) -> Result<(), StoreError> {
    let same_token = push_endpoints::table
        .filter(push_endpoints::token_sha256.eq(row.token_sha256.clone()))
        .filter(push_endpoints::dropped_at.is_null());
    let dropped = push_endpoints::dropped_at.eq(Some(At(now)));
    diesel::update(same_token)
        .set(dropped)
        .execute(conn)
        .mapped()?;
    let known = push_endpoints::table
        .filter(push_endpoints::organisation_id.eq(row.organisation_id))
        .filter(push_endpoints::id.eq(row.id));
    let owner: Option<Id> = known
        .select(push_endpoints::account_id)
        .first(conn)
        .optional()
        .mapped()?;
    match owner {
        Some(owner) if owner != row.account_id => Err(StoreError::NotFound),
        Some(_) => diesel::update(known)
            .set(row)
            .execute(conn)
            .mapped()
            .map(|_| ()),
        None => diesel::insert_into(push_endpoints::table)
            .values(row)
            .execute(conn)
            .mapped()
            .map(|_| ()),
    }
}
