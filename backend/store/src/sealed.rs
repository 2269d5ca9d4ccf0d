//! Columns with personal data: sealed before they reach the database.
//!
//! XChaCha20-Poly1305; the place (table, column, row) is authenticated with the value, so that a
//! value that was moved to another row or column does not open.

mod keyring;

use std::marker::PhantomData;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Binary;
use domain::ports::StoreError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::sql_types::Id;

pub use keyring::{KeyError, KeyRing};

const NONCE_BYTES: usize = 24;

/// A sealed column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its table.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
}

impl Column {
    pub(crate) const ACCOUNT_NAME: Self = Self {
        table: "accounts",
        name: "name",
    };
    pub(crate) const RESIDENT_NAME: Self = Self {
        table: "residents",
        name: "name",
    };
    pub(crate) const RESIDENT_PHONE: Self = Self {
        table: "residents",
        name: "phone",
    };
    pub(crate) const HOME_ADDRESS: Self = Self {
        table: "homes",
        name: "address",
    };
    pub(crate) const HOME_ENTRY: Self = Self {
        table: "homes",
        name: "entry",
    };
    pub(crate) const RESPONDER_NAME: Self = Self {
        table: "responders",
        name: "name",
    };
    pub(crate) const PUSH_TOKEN: Self = Self {
        table: "push_endpoints",
        name: "token",
    };

    pub(crate) const AUDIT_NOTE: Self = Self {
        table: "audit_entries",
        name: "note",
    };

    pub(crate) const CLOSURE_REASON: Self = Self {
        table: "street_closures",
        name: "reason",
    };

    pub(crate) const SIGNING_KEY: Self = Self {
        table: "device_credentials",
        name: "signing_key",
    };

    pub(crate) const LABEL_CODE: Self = Self {
        table: "device_labels",
        name: "code",
    };

    pub(crate) const CARE_DEPENDS_ON: Self = Self {
        table: "resident_care",
        name: "depends_on",
    };

    pub(crate) const DEVICE_COMMAND: Self = Self {
        table: "device_commands",
        name: "command",
    };

    pub(crate) const REACH_PHONE: Self = Self {
        table: "reach",
        name: "phone",
    };

    pub(crate) const HAND_OVER_PLACE: Self = Self {
        table: "hand_overs",
        name: "place",
    };

    pub(crate) const FALSE_ALARM_EVIDENCE: Self = Self {
        table: "false_alarms",
        name: "evidence",
    };

    pub(crate) const HEALTH_RECORD: Self = Self {
        table: "resident_health",
        name: "record",
    };

    fn place(self, row: Id) -> Vec<u8> {
        format!("{}|{}|{}", self.table, self.name, row.0).into_bytes()
    }
}

/// Why a sealed value does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Too short to be one of ours.
    #[error("sealed value is malformed")]
    Malformed,
    /// Sealed under a key that is not in the key file.
    #[error("sealed under unknown key {0}")]
    UnknownKey(u8),
    /// Changed, or moved from another row or column.
    #[error("sealed value does not belong here")]
    Forged,
    /// Opened, but not what the column holds.
    #[error("sealed value has an unexpected shape")]
    Shape,
    /// The system gives no randomness.
    #[error("no randomness for a nonce")]
    NoRandomness,
}

impl From<SealError> for StoreError {
    fn from(error: SealError) -> Self {
        Self::Bug(error.to_string())
    }
}

/// An encrypted `T`: key number, nonce, ciphertext.
#[derive(Clone, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Binary)]
pub struct Sealed<T: std::fmt::Debug> {
    bytes: Vec<u8>,
    holds: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned + std::fmt::Debug> Sealed<T> {
    /// Seals a value for one place.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`] and [`SealError::Shape`].
    pub fn seal(
        keys: &KeyRing,
        column: Column,
        row: impl Into<Id>,
        value: &T,
    ) -> Result<Self, SealError> {
        let (number, key) = keys.newest();
        let mut bytes = vec![number; 1 + NONCE_BYTES];
        getrandom::fill(&mut bytes[1..]).map_err(|_| SealError::NoRandomness)?;
        let nonce = nonce(&bytes)?;
        let plain = serde_json::to_vec(value).map_err(|_| SealError::Shape)?;
        let place = column.place(row.into());
        let sealed = XChaCha20Poly1305::new(key.into())
            .encrypt(
                &nonce,
                Payload {
                    msg: &plain,
                    aad: &place,
                },
            )
            .map_err(|_| SealError::Malformed)?;
        bytes.extend(sealed);
        Ok(Self {
            bytes,
            holds: PhantomData,
        })
    }

    /// Opens the value of this very place.
    ///
    /// # Errors
    /// [`SealError`] when it is not the value that was sealed for this place.
    pub fn open(&self, keys: &KeyRing, column: Column, row: impl Into<Id>) -> Result<T, SealError> {
        let number = *self.bytes.first().ok_or(SealError::Malformed)?;
        let key = keys.key(number).ok_or(SealError::UnknownKey(number))?;
        let nonce = nonce(&self.bytes)?;
        let place = column.place(row.into());
        let plain = XChaCha20Poly1305::new(key.into())
            .decrypt(
                &nonce,
                Payload {
                    msg: &self.bytes[1 + NONCE_BYTES..],
                    aad: &place,
                },
            )
            .map_err(|_| SealError::Forged)?;
        serde_json::from_slice(&plain).map_err(|_| SealError::Shape)
    }
}

fn nonce(bytes: &[u8]) -> Result<XNonce, SealError> {
    let nonce = bytes.get(1..=NONCE_BYTES).ok_or(SealError::Malformed)?;
    XNonce::try_from(nonce).map_err(|_| SealError::Malformed)
}

impl<T: std::fmt::Debug, DB: Backend> FromSql<Binary, DB> for Sealed<T>
where
    Vec<u8>: FromSql<Binary, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self {
            bytes: Vec::from_sql(value)?,
            holds: PhantomData,
        })
    }
}

impl<T: std::fmt::Debug, DB: Backend> ToSql<Binary, DB> for Sealed<T>
where
    [u8]: ToSql<Binary, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.bytes.as_slice().to_sql(out)
    }
}
