//! Who may come in, asked of the program that knows.

use std::future::Future;

use domain::devices::{DeviceUid, Protocol};
use domain::ids::CredentialId;

use crate::listeners::topics::Rights;

/// What a client says of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// User name.
    pub name: String,
    /// Password.
    pub secret: String,
}

/// Who came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// Its credential.
    pub credential: CredentialId,
    /// What it may do.
    pub rights: Rights,
}

/// Why somebody did not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnedAway {
    /// No such name with this secret.
    Unknown,
    /// Nobody can say at the moment.
    Unavailable,
}

/// For whom a credential speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// For this device.
    Good,
    /// Not for this device.
    Stranger,
    /// For nobody any more.
    Revoked,
}

/// Nobody can say at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("credentials cannot be read at the moment")]
pub struct Unavailable;

/// Knows credentials. Implemented once, by the program that stores them.
pub trait Gate: Send + Sync + 'static {
    /// Lets somebody in, or not.
    fn admit(&self, login: Login) -> impl Future<Output = Result<Admitted, TurnedAway>> + Send;

    /// Whether a credential may, now, speak for a device; asked for every message.
    fn vouch(
        &self,
        credential: CredentialId,
        protocol: Protocol,
        device: Option<DeviceUid>,
    ) -> impl Future<Output = Result<Vouched, Unavailable>> + Send;
}
