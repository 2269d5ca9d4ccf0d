//! Which facts each message may speak of.

use domain::message::MessageKey;

/// The facts of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arguments {
    /// Always given.
    pub required: &'static [&'static str],
    /// Given when known, the most useful first. `_short` texts do without the last, `_plain` texts
    /// without all.
    pub optional: &'static [&'static str],
}

/// Facts a lock screen may show.
pub(crate) const DISCREET: &[&str] = &["minutes"];

/// The facts of a message key.
///
/// A walking time is optional because the fixed list knows none, a name because it is sealed and
/// may not be readable: neither may silence a message.
pub const fn arguments(key: MessageKey) -> Arguments {
    let (required, optional): (&[&str], &[&str]) = match key {
        MessageKey::OfferNew => (&["kind"], &["minutes", "metres"]),
        MessageKey::FamilyHelpComing => (&[], &["responder", "minutes"]),
        MessageKey::FamilyHelpArrived => (&[], &["responder"]),
        MessageKey::FamilyClosed => (&["outcome"], &[]),
        MessageKey::FamilyAlarm
        | MessageKey::OperatorAlarm
        | MessageKey::OperatorCallAmbulance
        | MessageKey::OperatorAttention
        | MessageKey::OperatorLifeSign => (&["kind"], &[]),
        MessageKey::OperatorAlarmAgain => (&["kind", "repeats"], &[]),
        MessageKey::OperatorNoAnswer => (&["rung"], &[]),
        MessageKey::OperatorUnknownDevice => (&[], &["device"]),
        MessageKey::OfferWithdrawn
        | MessageKey::OfferCancelled
        | MessageKey::ResponderAlarmAgain
        | MessageKey::ResponderReminder
        | MessageKey::FamilyNoOneYet
        | MessageKey::FamilyNoVoice
        | MessageKey::FamilyAccessBlocked
        | MessageKey::FamilyHandedOver
        | MessageKey::OperatorDropped
        | MessageKey::OperatorAccessBlocked
        | MessageKey::OperatorExhausted
        | MessageKey::OperatorLate
        | MessageKey::OperatorOutcomeMissing
        | MessageKey::OperatorFollowUp
        | MessageKey::OperatorStillOpen => (&[], &[]),
    };
    Arguments { required, optional }
}
