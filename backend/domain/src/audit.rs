//! Every look and every change leaves a line.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, AuditId, OrganisationId};
use crate::time::Timestamp;

/// One line of the audit trail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Identity.
    pub id: AuditId,
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// When.
    pub at: Timestamp,
    /// Who; `None` is Anlin itself (a timer, a device).
    pub account_id: Option<AccountId>,
    /// What, as the operation's name.
    pub action: String,
    /// On which kind of thing.
    pub object_kind: String,
    /// On which thing.
    pub object_id: uuid::Uuid,
    /// The reason somebody gave; kept sealed.
    pub note: Option<String>,
}
