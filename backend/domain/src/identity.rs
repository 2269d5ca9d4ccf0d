//! Who is asking: accounts, roles, and the subject of an access decision.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, DeviceId, OrganisationId, ResidentId, ResponderId};
use crate::words::words;

words! {
    /// What an account is for.
    pub enum Role {
        /// The 24-hour seat of a street or district.
        Operator = "operator",
        /// A relative of a resident.
        Family = "family",
        /// Someone who may be sent.
        Responder = "responder",
        /// A device or hub that reports for its resident.
        Device = "device",
        /// Looks after the installation.
        Admin = "admin",
    }
}

/// An authenticated caller, with the relations that decide what may be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Who.
    pub account_id: AccountId,
    /// For whom.
    pub organisation_id: OrganisationId,
    /// As what.
    pub role: Role,
    /// The responder behind the account, for responders.
    pub responder_id: Option<ResponderId>,
    /// Residents the account is tied to: family links, or the wearer for devices.
    pub resident_ids: Vec<ResidentId>,
    /// The device behind the account, for devices.
    pub device_id: Option<DeviceId>,
}

/// Someone a notice can go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Account that is written to.
    pub account_id: AccountId,
    /// In which role, because the role chooses the words.
    pub role: Role,
}
