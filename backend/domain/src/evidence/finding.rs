//! What can be found out about an alarm.

use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// One kind of evidence; a key for `accessibility`.
    pub enum Finding {
        /// The help button was pressed.
        Button = "button",
        /// The device says: a fall.
        FallSignal = "fall_signal",
        /// Smoke, gas, carbon monoxide or a seizure.
        HazardSignal = "hazard_signal",
        /// An alarm that names no reason.
        NoReason = "no_reason",
        /// Something that is no life alarm.
        OtherSignal = "other_signal",
        /// A rule of ours suspects it, no device says so.
        Suspicion = "suspicion",
        /// A radar suspects a fall.
        StageDetected = "stage_detected",
        /// A radar has confirmed it.
        StageConfirmed = "stage_confirmed",
        /// A radar calls for help.
        StageCalling = "stage_calling",
        /// A radar sees that the person got up.
        GotUp = "got_up",
        /// Somebody called it off at the device.
        CancelledAtDevice = "cancelled_at_device",
        /// Sent later: it speaks of earlier, not of now.
        Stored = "stored",
        /// The device sent another alarm. Value: which.
        AlarmAgain = "alarm_again",
        /// Steps at the time of the alarm. Value: steps.
        Steps = "steps",
        /// The alarm had a position of its own.
        Located = "located",
        /// Walked since. Value: steps.
        Walked = "walked",
        /// Moved since. Value: metres.
        Moved = "moved",
        /// Has not taken a step since. Value: seconds.
        Still = "still",
        /// The heart beats too slowly or too fast. Value: beats a minute.
        HeartRateOdd = "heart_rate_odd",
        /// Too little oxygen in the blood. Value: percent.
        BloodOxygenLow = "blood_oxygen_low",
        /// Breathes too slowly or too fast. Value: breaths a minute.
        BreathingOdd = "breathing_odd",
        /// What was measured is as it should be.
        VitalsNormal = "vitals_normal",
        /// On the body.
        Worn = "worn",
        /// Not on the body.
        NotWorn = "not_worn",
        /// On a charger.
        Charging = "charging",
        /// This device was often wrong lately. Value: how often.
        FalseAlarmsDevice = "false_alarms_device",
        /// Devices of this model are often wrong lately. Value: percent.
        FalseAlarmsModel = "false_alarms_model",
        /// An uploaded trace looks like a fall. Value: score, percent.
        TraceFall = "trace_fall",
        /// An uploaded trace does not look like a fall. Value: score, percent.
        TraceNoFall = "trace_no_fall",
        /// The resident said that all is well.
        CancelledByResident = "cancelled_by_resident",
    }
}

words! {
    /// Which way a finding points.
    pub enum Side {
        /// Somebody needs help.
        For = "for",
        /// Perhaps nothing has happened.
        Against = "against",
        /// Neither.
        Neutral = "neutral",
    }
}

words! {
    /// What everybody has to be told with every message about an incident.
    pub enum Caution {
        /// The home itself is the danger.
        Hazard = "hazard",
        /// And nothing confirms whose home.
        HazardUnconfirmed = "hazard_unconfirmed",
        /// Nothing confirms whose device it is.
        IdentityUnconfirmed = "identity_unconfirmed",
    }
}

impl Finding {
    /// Which way it points.
    pub fn side(self) -> Side {
        match self {
            Self::Button
            | Self::FallSignal
            | Self::HazardSignal
            | Self::NoReason
            | Self::AlarmAgain => Side::For,
            _ if self.is_grave() => Side::For,
            Self::GotUp
            | Self::CancelledAtDevice
            | Self::Walked
            | Self::Moved
            | Self::VitalsNormal
            | Self::TraceNoFall
            | Self::CancelledByResident => Side::Against,
            _ if self.is_doubt() => Side::Against,
            _ => Side::Neutral,
        }
    }

    /// So grave that there is nothing to wait for.
    pub fn is_grave(self) -> bool {
        self.is_vital_sign()
            || matches!(
                self,
                Self::StageConfirmed | Self::StageCalling | Self::Still | Self::TraceFall
            )
    }

    /// A measured sign of a life in danger.
    pub fn is_vital_sign(self) -> bool {
        matches!(
            self,
            Self::HeartRateOdd | Self::BloodOxygenLow | Self::BreathingOdd
        )
    }

    /// A doubt that may lengthen the time to cancel, within its bounds.
    pub fn is_doubt(self) -> bool {
        matches!(
            self,
            Self::Charging | Self::NotWorn | Self::FalseAlarmsDevice | Self::FalseAlarmsModel
        )
    }

    /// Worth a line of history when it comes after the alarm.
    pub fn is_told(self) -> bool {
        self.side() != Side::Neutral && !matches!(self, Self::AlarmAgain | Self::VitalsNormal)
    }
}

/// One piece of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Item {
    /// What.
    pub finding: Finding,
    /// Its number, in the unit the finding names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
}

impl Item {
    /// A finding without a number.
    pub fn plain(finding: Finding) -> Self {
        Self {
            finding,
            value: None,
        }
    }

    /// A finding with its number.
    pub fn with(finding: Finding, value: i64) -> Self {
        Self {
            finding,
            value: Some(value),
        }
    }
}
