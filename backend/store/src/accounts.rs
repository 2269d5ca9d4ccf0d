//! Accounts and their tokens. A token is stored only as its hash.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::identity::{Role, Subject};
use domain::ids::{AccountId, DeviceId, OrganisationId, ResidentId};
use domain::ports::StoreError;
use domain::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::conn::Conn;
use crate::errors::Mapped;
use crate::schema::{access_tokens, accounts, devices, family_links, responders};
use crate::sealed::{Column, KeyRing, Sealed};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Word};
use crate::writer::Lane;

/// The form in which tokens are stored and looked up.
pub fn token_sha256(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Identity.
    pub id: AccountId,
    /// Owner of the record.
    pub organisation_id: OrganisationId,
    /// What it is for.
    pub role: Role,
    /// Full name.
    pub name: String,
    /// BCP 47 tag.
    pub language: String,
    /// `standard` or `easy`.
    pub reading_level: String,
    /// The device behind it, for devices.
    pub device_id: Option<DeviceId>,
}

/// Who a token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The subject of access decisions.
    pub subject: Subject,
    /// Full name.
    pub display_name: String,
    /// BCP 47 tag.
    pub language: String,
    /// `standard` or `easy`.
    pub reading_level: String,
    /// Which token it was.
    pub token_id: uuid::Uuid,
}

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = accounts, treat_none_as_default_value = false)]
pub(crate) struct AccountRow {
    organisation_id: Id,
    id: Id,
    role: Word<Role>,
    name: Sealed<String>,
    language: String,
    reading_level: String,
    device_id: Option<Id>,
}

impl AccountRow {
    pub(crate) fn seal(keys: &KeyRing, account: &Account) -> Result<Self, StoreError> {
        Ok(Self {
            organisation_id: account.organisation_id.into(),
            id: account.id.into(),
            role: Word(account.role),
            name: Sealed::seal(keys, Column::ACCOUNT_NAME, account.id, &account.name)?,
            language: account.language.clone(),
            reading_level: account.reading_level.clone(),
            device_id: account.device_id.map(Id::from),
        })
    }

    fn open(self, keys: &KeyRing) -> Result<Account, StoreError> {
        Ok(Account {
            id: self.id.into(),
            organisation_id: self.organisation_id.into(),
            role: self.role.0,
            name: self.name.open(keys, Column::ACCOUNT_NAME, self.id)?,
            language: self.language,
            reading_level: self.reading_level,
            device_id: self.device_id.map(Into::into),
        })
    }
}

impl SqlStore {
    /// Who a token speaks for; `None` when it is unknown or revoked.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn principal_of_token(&self, sha256: &[u8; 32]) -> Result<Option<Principal>, StoreError> {
        let found = self.read(|conn| {
            let same_account = accounts::organisation_id
                .eq(access_tokens::organisation_id)
                .and(accounts::id.eq(access_tokens::account_id));
            let found: Option<(Id, AccountRow)> = access_tokens::table
                .inner_join(accounts::table.on(same_account))
                .filter(access_tokens::token_sha256.eq(sha256.as_slice()))
                .filter(access_tokens::revoked_at.is_null())
                .select((access_tokens::id, accounts::all_columns))
                .first(conn)
                .optional()
                .mapped()?;
            let Some((token_id, row)) = found else {
                return Ok(None);
            };
            let subject = subject(conn, &row)?;
            Ok(Some((token_id, subject, row)))
        })?;
        let Some((token_id, subject, row)) = found else {
            return Ok(None);
        };
        let account = row.open(self.keys())?;
        Ok(Some(Principal {
            subject,
            display_name: account.name,
            language: account.language,
            reading_level: account.reading_level,
            token_id: token_id.0,
        }))
    }

    /// Whether a token is still good.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn token_is_good(
        &self,
        organisation: OrganisationId,
        token: uuid::Uuid,
    ) -> Result<bool, StoreError> {
        let good: i64 = self.read(|conn| {
            access_tokens::table
                .filter(access_tokens::organisation_id.eq(Id::from(organisation)))
                .filter(access_tokens::id.eq(Id(token)))
                .filter(access_tokens::revoked_at.is_null())
                .count()
                .get_result(conn)
                .mapped()
        })?;
        Ok(good > 0)
    }

    /// Ends a token at once.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none that is still good.
    pub fn token_revoke(&self, sha256: &[u8; 32], now: Timestamp) -> Result<(), StoreError> {
        let sha256 = sha256.to_vec();
        self.write(Lane::Alarm, move |conn| {
            let good = access_tokens::table
                .filter(access_tokens::token_sha256.eq(sha256))
                .filter(access_tokens::revoked_at.is_null());
            let set = access_tokens::revoked_at.eq(Some(At(now)));
            let changed = diesel::update(good).set(set).execute(conn).mapped()?;
            if changed == 0 {
                Err(StoreError::NotFound)
            } else {
                Ok(())
            }
        })
    }

    /// Reads one account; its identifier is enough, because carriers know no more.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn account_read(&self, id: AccountId) -> Result<Account, StoreError> {
        let row: AccountRow = self.read(|conn| {
            accounts::table
                .filter(accounts::id.eq(Id::from(id)))
                .first(conn)
                .mapped()
        })?;
        row.open(self.keys())
    }

    /// Names of several accounts; those that do not exist are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn account_names(
        &self,
        organisation: OrganisationId,
        ids: &[AccountId],
    ) -> Result<HashMap<AccountId, String>, StoreError> {
        let ids: Vec<Id> = ids.iter().map(Id::from).collect();
        let rows: Vec<AccountRow> = self.read(|conn| {
            accounts::table
                .filter(accounts::organisation_id.eq(Id::from(organisation)))
                .filter(accounts::id.eq_any(ids))
                .load(conn)
                .mapped()
        })?;
        let open = |row: AccountRow| {
            row.open(self.keys())
                .map(|account| (account.id, account.name))
        };
        rows.into_iter().map(open).collect()
    }
}

fn subject(conn: &mut Conn, row: &AccountRow) -> Result<Subject, StoreError> {
    let role = row.role.0;
    let responder: Option<Id> = match role {
        Role::Responder => responders::table
            .filter(responders::organisation_id.eq(row.organisation_id))
            .filter(responders::account_id.eq(row.id))
            .filter(responders::active.eq(true))
            .select(responders::id)
            .first(conn)
            .optional()
            .mapped()?,
        _ => None,
    };
    Ok(Subject {
        account_id: row.id.into(),
        organisation_id: row.organisation_id.into(),
        role,
        responder_id: responder.map(Into::into),
        resident_ids: tied_to(conn, row)?,
        device_id: row.device_id.map(Into::into),
    })
}

impl SqlStore {
    /// Residents an account is tied to at this moment.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub fn residents_of_account(
        &self,
        organisation: OrganisationId,
        account: AccountId,
    ) -> Result<Vec<ResidentId>, StoreError> {
        self.read(|conn| {
            let row: AccountRow = accounts::table
                .filter(accounts::organisation_id.eq(Id::from(organisation)))
                .filter(accounts::id.eq(Id::from(account)))
                .first(conn)
                .mapped()?;
            tied_to(conn, &row)
        })
    }
}

/// The family's residents, or a device's wearer.
fn tied_to(conn: &mut Conn, row: &AccountRow) -> Result<Vec<ResidentId>, StoreError> {
    let ids: Vec<Id> = match (row.role.0, row.device_id) {
        (Role::Family, _) => family_links::table
            .filter(family_links::organisation_id.eq(row.organisation_id))
            .filter(family_links::account_id.eq(row.id))
            .order(family_links::resident_id)
            .select(family_links::resident_id)
            .load(conn)
            .mapped()?,
        (Role::Device, Some(device)) => {
            let wearer: Option<Option<Id>> = devices::table
                .filter(devices::organisation_id.eq(row.organisation_id))
                .filter(devices::id.eq(device))
                .select(devices::resident_id)
                .first(conn)
                .optional()
                .mapped()?;
            wearer.flatten().into_iter().collect()
        }
        _ => Vec::new(),
    };
    Ok(ids.into_iter().map(Into::into).collect())
}
