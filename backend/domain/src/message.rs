//! Notices: a message key and its facts. The words are found in `accessibility`, never here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::notices::Channel;
use crate::words::words;

words! {
    /// What somebody is told. Each key has words in every language and level.
    pub enum MessageKey {
        /// To a responder: can you go? Facts: kind, minutes, metres.
        OfferNew = "offer_new",
        /// To a responder: somebody else is going, thank you.
        OfferWithdrawn = "offer_withdrawn",
        /// To a responder: it was closed before anyone had to go.
        OfferCancelled = "offer_cancelled",
        /// To the responder on the way: the alarm came again.
        ResponderAlarmAgain = "responder_alarm_again",
        /// To the responder who accepted and does not move.
        ResponderReminder = "responder_reminder",
        /// To family: an alarm came in, help is being found. Facts: kind.
        FamilyAlarm = "family_alarm",
        /// To family: someone is going. Facts: responder, minutes.
        FamilyHelpComing = "family_help_coming",
        /// To family: someone is there. Facts: responder.
        FamilyHelpArrived = "family_help_arrived",
        /// To family: nobody has accepted yet, the seat is on it.
        FamilyNoOneYet = "family_no_one_yet",
        /// To family: it is over. Facts: outcome.
        FamilyClosed = "family_closed",
        /// To the seat: a new alarm. Facts: kind.
        OperatorAlarm = "operator_alarm",
        /// To the seat: the alarm came again. Facts: kind, repeats.
        OperatorAlarmAgain = "operator_alarm_again",
        /// To the seat: a wave ended without an acceptance. Facts: rung.
        OperatorNoAnswer = "operator_no_answer",
        /// To the seat: nobody is left to ask; call 120 and the duty officer.
        OperatorExhausted = "operator_exhausted",
        /// To the seat: ring 120 now, while helpers are asked. Facts: kind.
        OperatorCallAmbulance = "operator_call_ambulance",
        /// To the seat: an unknown device alarmed. Facts: device.
        OperatorUnknownDevice = "operator_unknown_device",
        /// To the seat: something to look at, no life alarm. Facts: kind.
        OperatorAttention = "operator_attention",
        /// To the seat: a sign of daily life did not come. Facts: kind.
        OperatorLifeSign = "operator_life_sign",
        /// To the seat: the responder does not move or is late.
        OperatorLate = "operator_late",
        /// To the seat: no outcome was written down.
        OperatorOutcomeMissing = "operator_outcome_missing",
        /// To the seat: the next-day follow-up is due.
        OperatorFollowUp = "operator_follow_up",
        /// To the seat: the one who was going cannot go.
        OperatorDropped = "operator_dropped",
        /// To the seat: somebody is there and nobody opens: key holder or 110.
        OperatorAccessBlocked = "operator_access_blocked",
        /// To family: nobody spoke at our call; help and an ambulance are being sent.
        FamilyNoVoice = "family_no_voice",
        /// To family: somebody is there and nobody opens; who has a key?
        FamilyAccessBlocked = "family_access_blocked",
        /// To family: others have the person now. Facts: to, companion.
        FamilyHandedOver = "family_handed_over",
        /// To the seat: a case that someone took is still open.
        OperatorStillOpen = "operator_still_open",
    }
}

/// Facts of a notice: plain values, formatted for people only when rendered.
pub type Facts = BTreeMap<String, String>;

/// What is to be said, without words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Which message.
    pub key: MessageKey,
    /// Its facts.
    pub facts: Facts,
}

/// The fact that marks every notice of an exercise.
pub const DRILL_FACT: &str = "drill";
/// The fact that names the channels of a ladder's rung, the first one first.
pub const CHANNELS_FACT: &str = "channels";

impl Notice {
    /// It belongs to an exercise: no carrier takes it to anybody.
    pub fn is_drill(&self) -> bool {
        self.facts.contains_key(DRILL_FACT)
    }

    /// The channels that the rung of a ladder names for it; none for the person's own plan.
    pub fn channels(&self) -> Vec<Channel> {
        let named = self.facts.get(CHANNELS_FACT).map_or("", String::as_str);
        named.split(',').filter_map(|it| it.parse().ok()).collect()
    }
}

/// Builds facts from pairs.
pub fn facts<const N: usize>(pairs: [(&str, String); N]) -> Facts {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
