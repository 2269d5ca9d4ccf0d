//! Durable intents to tell somebody something, and what became of them.

pub mod call;
pub mod phone;
pub mod plan;
pub mod receipt;
pub mod reply;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, IncidentId, OfferId, OrganisationId, OutboxId};
use crate::message::{MessageKey, Notice};
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// What became of an intent.
    pub enum DeliveryState {
        /// Waiting for a worker.
        Queued = "queued",
        /// A carrier took it.
        Sent = "sent",
        /// No carrier would take it, with a reason.
        Failed = "failed",
        /// Nowhere to send it to; shown on the person's own list only.
        NoEndpoint = "no_endpoint",
        /// No longer wanted: it was answered, or went by another channel.
        Dropped = "dropped",
    }
}

words! {
    /// How a notice travels.
    pub enum Channel {
        /// Firebase Cloud Messaging.
        Push = "push",
        /// Printed on the server's own console.
        Console = "console",
        /// A text message through a gateway.
        Sms = "sms",
        /// A telephone call through a gateway.
        Voice = "voice",
    }
}

/// An outbox row: written with the change it follows from, delivered by a worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxItem {
    /// Identity; also the idempotency key towards a provider.
    pub id: OutboxId,
    /// Owner of the record.
    pub organisation_id: OrganisationId,
    /// About which incident.
    pub incident_id: IncidentId,
    /// About which offer, for offers and their withdrawal.
    pub offer_id: Option<OfferId>,
    /// To whom.
    pub account_id: AccountId,
    /// What.
    pub notice: Notice,
    /// Written when.
    pub created_at: Timestamp,
}

/// Order of delivery: what sets somebody in motion goes before what keeps somebody informed.
pub fn priority(key: MessageKey) -> u8 {
    match key {
        MessageKey::OfferNew
        | MessageKey::OperatorAlarm
        | MessageKey::OperatorCallAmbulance
        | MessageKey::OperatorExhausted
        | MessageKey::OperatorUnknownDevice
        | MessageKey::OperatorDropped
        | MessageKey::OperatorAccessBlocked
        | MessageKey::FamilyAccessBlocked
        | MessageKey::OperatorNoAnswer => 0,
        MessageKey::OfferWithdrawn
        | MessageKey::OfferCancelled
        | MessageKey::ResponderAlarmAgain
        | MessageKey::ResponderReminder
        | MessageKey::FamilyAlarm
        | MessageKey::FamilyNoOneYet
        | MessageKey::FamilyNoVoice
        | MessageKey::OperatorAlarmAgain
        | MessageKey::OperatorLate => 1,
        _ => 2,
    }
}

/// Whether it belongs to a running emergency: never held back, bundled or counted by a limit. The
/// end of one is part of it, for whoever was woken by it.
pub fn is_emergency(key: MessageKey) -> bool {
    !matches!(
        key,
        MessageKey::OperatorAttention
            | MessageKey::OperatorLifeSign
            | MessageKey::OperatorOutcomeMissing
            | MessageKey::OperatorFollowUp
    )
}

/// How long to wait before attempt number `attempts + 1`, at least what the provider asks for.
pub fn retry_after(attempts: u32, provider_asks: Option<TimeDelta>) -> TimeDelta {
    let backoff = TimeDelta::seconds(1_i64 << attempts.min(6));
    provider_asks.map_or(backoff, |asked| asked.max(backoff))
}

/// Attempts after which an intent ends as failed and stands on the seat's board.
pub const MAX_ATTEMPTS: u32 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute_and_never_undercut_the_provider() {
        assert_eq!(retry_after(0, None), TimeDelta::seconds(1));
        assert_eq!(retry_after(3, None), TimeDelta::seconds(8));
        assert_eq!(retry_after(60, None), TimeDelta::seconds(64));
        assert_eq!(
            retry_after(0, Some(TimeDelta::seconds(30))),
            TimeDelta::seconds(30)
        );
        assert_eq!(
            retry_after(6, Some(TimeDelta::seconds(1))),
            TimeDelta::seconds(64)
        );
    }
}
