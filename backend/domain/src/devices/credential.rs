//! What lets a device or a gateway bring messages in.

use crate::devices::{DeviceUid, Protocol};
use crate::ids::{AccountId, CredentialId, DeviceId, OrganisationId};
use crate::time::Timestamp;

/// A credential as it is listed; its secrets are shown once, when it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCredential {
    /// Identity.
    pub id: CredentialId,
    /// For whose devices it speaks, and for nobody else's.
    pub organisation_id: OrganisationId,
    /// The MQTT user: the device's identifier, or a gateway's name.
    pub name: DeviceUid,
    /// What it speaks.
    pub protocol: Protocol,
    /// The device it belongs to; a gateway has none and speaks for many.
    pub device_id: Option<DeviceId>,
    /// Stands in front of every topic of a gateway, e.g. `house-7/`.
    pub topic_prefix: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: AccountId,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

impl DeviceCredential {
    /// The topic on which its holder is told what to do.
    pub fn commands_topic(&self) -> String {
        commands_topic(&self.name)
    }
}

/// The topic on which a device or gateway of this name is told what to do.
pub fn commands_topic(name: &DeviceUid) -> String {
    format!("anlin/v1/{name}/commands")
}
