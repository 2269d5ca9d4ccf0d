//! Credentials of devices and gateways. A secret is stored only as its digest: it is 256 random
//! bits, so there is nothing to guess and a slow hash would only slow every connection down.

use diesel::prelude::*;
use domain::devices::{DeviceCredential, DeviceUid, Protocol};
use domain::ids::{CredentialId, OrganisationId};
use domain::ports::StoreError;
use domain::time::Timestamp;

use crate::accounts::token_sha256;
use crate::errors::Mapped;
use crate::paging::{Cursor, Page, PageRequest};
use crate::rows::uid;
use crate::schema::{device_credentials, devices};
use crate::sealed::{Column, Sealed};
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, Word};
use crate::writer::Lane;

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = device_credentials, treat_none_as_default_value = false)]
struct CredentialRow {
    organisation_id: Id,
    id: Id,
    name: String,
    protocol: Word<Protocol>,
    device_id: Option<Id>,
    topic_prefix: Option<String>,
    secret_sha256: Vec<u8>,
    signing_key: Sealed<String>,
    created_at: At,
    created_by: Id,
    revoked_at: Option<At>,
}

impl CredentialRow {
    fn listed(self) -> Result<DeviceCredential, StoreError> {
        Ok(DeviceCredential {
            id: self.id.into(),
            organisation_id: self.organisation_id.into(),
            name: uid(&self.name)?,
            protocol: self.protocol.0,
            device_id: self.device_id.map(Into::into),
            topic_prefix: self.topic_prefix,
            created_at: self.created_at.0,
            created_by: self.created_by.into(),
            revoked_at: self.revoked_at.map(Into::into),
        })
    }
}

/// For whom a live credential may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voucher {
    /// For this device: it is its own, or nobody registered it.
    Good,
    /// The device is registered somewhere else.
    Stranger,
    /// It was taken back.
    Revoked,
}

impl SqlStore {
    /// Keeps a new credential.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn credential_keep(
        &self,
        credential: &DeviceCredential,
        secret: &str,
        signing_key: &str,
    ) -> Result<(), StoreError> {
        let key = Sealed::seal(
            self.keys(),
            Column::SIGNING_KEY,
            credential.id,
            &signing_key.to_owned(),
        )?;
        let row = CredentialRow {
            organisation_id: credential.organisation_id.into(),
            id: credential.id.into(),
            name: credential.name.as_str().to_owned(),
            protocol: Word(credential.protocol),
            device_id: credential.device_id.map(Id::from),
            topic_prefix: credential.topic_prefix.clone(),
            secret_sha256: token_sha256(secret).to_vec(),
            signing_key: key,
            created_at: At(credential.created_at),
            created_by: credential.created_by.into(),
            revoked_at: None,
        };
        self.write(Lane::Alarm, move |conn| {
            diesel::insert_into(device_credentials::table)
                .values(row)
                .execute(conn)
                .mapped()
                .map(|_| ())
        })
    }

    /// Reads one, revoked or not.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn credential_read(
        &self,
        organisation: OrganisationId,
        id: CredentialId,
    ) -> Result<DeviceCredential, StoreError> {
        let row: CredentialRow = self.read(|conn| {
            device_credentials::table
                .filter(device_credentials::organisation_id.eq(Id::from(organisation)))
                .filter(device_credentials::id.eq(Id::from(id)))
                .first(conn)
                .mapped()
        })?;
        row.listed()
    }

    /// All of an organisation, the revoked ones included.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn credential_list(
        &self,
        organisation: OrganisationId,
        asked: &PageRequest,
    ) -> Result<Page<DeviceCredential>, StoreError> {
        let mut query = device_credentials::table
            .filter(device_credentials::organisation_id.eq(Id::from(organisation)))
            .order(device_credentials::id)
            .limit(asked.fetch())
            .into_boxed();
        if let Some(cursor) = asked.cursor {
            query = query.filter(device_credentials::id.gt(cursor.id));
        }
        let rows: Vec<CredentialRow> = self.read(|conn| query.load(conn).mapped())?;
        let listed: Result<Vec<_>, _> = rows.into_iter().map(CredentialRow::listed).collect();
        Ok(Page::cut(listed?, asked, |it| Cursor::by_id(it.id)))
    }

    /// Takes one back at once; one that was taken back stays as it is.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn credential_revoke(
        &self,
        organisation: OrganisationId,
        id: CredentialId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.credential_read(organisation, id)?;
        self.write(Lane::Alarm, move |conn| {
            let good = device_credentials::table
                .filter(device_credentials::organisation_id.eq(Id::from(organisation)))
                .filter(device_credentials::id.eq(Id::from(id)))
                .filter(device_credentials::revoked_at.is_null());
            diesel::update(good)
                .set(device_credentials::revoked_at.eq(Some(At(now))))
                .execute(conn)
                .mapped()
                .map(|_| ())
        })
    }

    /// The live credential of this name whose secret has this digest. Both are looked up together:
    /// how long the answer takes says nothing of either.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn credential_of_login(
        &self,
        name: &str,
        secret: &str,
    ) -> Result<Option<DeviceCredential>, StoreError> {
        let digest = token_sha256(secret).to_vec();
        let row: Option<CredentialRow> = self.read(|conn| {
            device_credentials::table
                .filter(device_credentials::name.eq(name))
                .filter(device_credentials::secret_sha256.eq(digest))
                .filter(device_credentials::revoked_at.is_null())
                .first(conn)
                .optional()
                .mapped()
        })?;
        row.map(CredentialRow::listed).transpose()
    }

    /// A live credential with digest of its secret and signing key, for a webhook that names it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn credential_of_hook(
        &self,
        id: CredentialId,
    ) -> Result<Option<(DeviceCredential, Vec<u8>, String)>, StoreError> {
        let row: Option<CredentialRow> = self.read(|conn| {
            device_credentials::table
                .filter(device_credentials::id.eq(Id::from(id)))
                .filter(device_credentials::revoked_at.is_null())
                .first(conn)
                .optional()
                .mapped()
        })?;
        let Some(row) = row else { return Ok(None) };
        let digest = row.secret_sha256.clone();
        let key = row
            .signing_key
            .open(self.keys(), Column::SIGNING_KEY, row.id)?;
        Ok(Some((row.listed()?, digest, key)))
    }

    /// Whether a credential may (still) speak for a device.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn credential_vouches(
        &self,
        id: CredentialId,
        protocol: Protocol,
        device: Option<&DeviceUid>,
    ) -> Result<Voucher, StoreError> {
        self.read(|conn| {
            let own: Option<Id> = device_credentials::table
                .filter(device_credentials::id.eq(Id::from(id)))
                .filter(device_credentials::revoked_at.is_null())
                .select(device_credentials::organisation_id)
                .first(conn)
                .optional()
                .mapped()?;
            let Some(own) = own else {
                return Ok(Voucher::Revoked);
            };
            let Some(device) = device else {
                return Ok(Voucher::Good);
            };
            // The same device that an alarm of it would be decided for.
            let owner: Option<Id> = devices::table
                .filter(devices::protocol.eq(Word(protocol)))
                .filter(devices::uid.eq(device.as_str()))
                .order(devices::organisation_id)
                .select(devices::organisation_id)
                .first(conn)
                .optional()
                .mapped()?;
            Ok(match owner {
                Some(owner) if owner != own => Voucher::Stranger,
                _ => Voucher::Good,
            })
        })
    }

    /// Live signing keys of a device, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn signing_keys(
        &self,
        protocol: Protocol,
        device: &DeviceUid,
    ) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(Id, Id, Sealed<String>)> = self.read(|conn| {
            let same_device = devices::organisation_id
                .eq(device_credentials::organisation_id)
                .and(device_credentials::device_id.eq(devices::id.nullable()));
            device_credentials::table
                .inner_join(devices::table.on(same_device))
                .filter(devices::protocol.eq(Word(protocol)))
                .filter(devices::uid.eq(device.as_str()))
                .filter(device_credentials::revoked_at.is_null())
                .order((devices::organisation_id, device_credentials::id.desc()))
                .select((
                    devices::organisation_id,
                    device_credentials::id,
                    device_credentials::signing_key,
                ))
                .load(conn)
                .mapped()
        })?;
        let owner = rows.first().map(|row| row.0);
        rows.into_iter()
            .filter(|row| Some(row.0) == owner)
            .map(|(_, id, key)| Ok(key.open(self.keys(), Column::SIGNING_KEY, id)?))
            .collect()
    }
}
