//! Typed identifiers: a resident id cannot be passed where a device id belongs.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A stored or received word that is not one of an enum's cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown word for {0}")]
pub struct UnknownWord(pub &'static str);

macro_rules! identifiers {
    ($( $(#[$meta:meta])* $name:ident ),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

identifiers! {
    /// An installation's organisation (district, street, provider).
    OrganisationId,
    /// Someone who can sign in or be written to.
    AccountId,
    /// An elder.
    ResidentId,
    /// A dwelling.
    HomeId,
    /// A watch, pendant, cord or radar.
    DeviceId,
    /// Anyone who may be sent.
    ResponderId,
    /// What we handle.
    IncidentId,
    /// One ask to one responder.
    OfferId,
    /// A due time that is a row, never a sleeping task.
    TimerId,
    /// One durable intent to tell somebody something.
    OutboxId,
    /// A raw frame as it was received.
    FrameId,
    /// One line of an incident's history.
    TimelineId,
    /// Where an account's pushes go.
    PushEndpointId,
    /// A street, gate or lift that cannot be used.
    ClosureId,
    /// What lets a device or gateway bring messages in.
    CredentialId,
    /// One time of a device with a resident.
    BindingId,
    /// One order to hand a device out and see it work.
    EnrolmentId,
    /// Something a device is told to do.
    CommandId,
    /// A rule about signs of daily life.
    LifeSignRuleId,
    /// One line of the audit trail.
    AuditId,
}
