//! What is known of a notice on its way to a person.

use crate::words::words;

words! {
    /// How far a notice got on one channel, in order; it never goes back.
    pub enum Receipt {
        /// Waits.
        Queued = "queued",
        /// A carrier took it.
        Sent = "sent",
        /// The carrier could not deliver it after all.
        Undelivered = "undelivered",
        /// It is on the phone, or somebody picked up.
        Delivered = "delivered",
        /// It was looked at.
        Seen = "seen",
        /// It was listened to.
        Heard = "heard",
        /// It was answered.
        Acknowledged = "acknowledged",
    }
}

impl Receipt {
    /// Whether the person has it, so that no further channel is needed.
    pub fn has_arrived(self) -> bool {
        self >= Self::Delivered
    }
}
