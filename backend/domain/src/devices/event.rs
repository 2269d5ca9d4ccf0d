//! What one frame of a device says, whatever the wire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::devices::{DeviceUid, Protocol};
use crate::geo::Coordinate;
use crate::ids::FrameId;
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// What a device alarms about. States such as "worn" or "moving" are not alarms.
    pub enum Alarm {
        /// The help button.
        Sos = "sos",
        /// A detected fall.
        Fall = "fall",
        /// An alarm frame that names no reason.
        Unspecified = "unspecified",
        /// Taken off.
        Removed = "removed",
        /// Battery nearly empty.
        LowBattery = "low_battery",
        /// Came into a fence.
        GeofenceEnter = "geofence_enter",
        /// Left a fence.
        GeofenceExit = "geofence_exit",
        /// Switched off.
        PowerOff = "power_off",
        /// Supply lost.
        PowerCut = "power_cut",
        /// Opened or moved by force.
        Tampering = "tampering",
        /// Shaken.
        Vibration = "vibration",
    }
}

impl Alarm {
    /// Whether a life may hang on it: a helper is sent.
    pub fn is_life_alarm(self) -> bool {
        matches!(self, Self::Sos | Self::Fall | Self::Unspecified)
    }
}

words! {
    /// Whether a frame speaks of now or of earlier.
    pub enum Recency {
        /// Sent as it happened.
        Live = "live",
        /// Stored on the device and sent later: history, not "now".
        Stored = "stored",
    }
}

/// What makes two frames the same event: unique per device.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventKey(pub String);

/// A position report; `valid` is the device's own word for a satellite fix.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// Degrees, WGS-84 as the protocol's hardware sends it.
    pub at: Coordinate,
    /// The device claims a fix. An indoor SOS has none, and is no less an alarm.
    pub valid: bool,
}

words! {
    /// A measured value other than position.
    pub enum Reading {
        /// Steps since midnight.
        Steps = "steps",
        /// Beats a minute; 0 from the device means "no reading" and is left out.
        HeartRate = "heart_rate",
        /// mmHg.
        Systolic = "bp_systolic",
        /// mmHg.
        Diastolic = "bp_diastolic",
        /// Percent.
        BloodOxygen = "spo2_pct",
        /// Degrees Celsius.
        Temperature = "temperature_c",
    }
}

/// A decoded frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceEvent {
    /// How it came.
    pub protocol: Protocol,
    /// Who sent it.
    pub device_uid: DeviceUid,
    /// The message kind inside the protocol, e.g. `UD2`.
    pub kind: String,
    /// What makes a repeat a repeat.
    pub key: EventKey,
    /// The device's own clock; kept, never used for ordering.
    pub device_time: Option<Timestamp>,
    /// Now or history.
    pub recency: Recency,
    /// Position, when the frame has one.
    pub fix: Option<Fix>,
    /// All alarms of the frame, SOS and fall first.
    pub alarms: Vec<Alarm>,
    /// The frame is an alarm, whether or not it names a reason.
    pub is_alarm: bool,
    /// 0-100.
    pub battery_pct: Option<u8>,
    /// Other values.
    pub readings: BTreeMap<Reading, f64>,
}

/// A frame as it came in: kept raw, decoded or not.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedFrame {
    /// Identity.
    pub id: FrameId,
    /// How it came.
    pub protocol: Protocol,
    /// Peer address without port; groups floods.
    pub source: String,
    /// When its last byte was here.
    pub received_at: Timestamp,
    /// The bytes, at most 64 KiB.
    pub raw: Vec<u8>,
    /// What it means, or why it means nothing.
    pub decoded: Result<DeviceEvent, String>,
    /// Device the frame claims to come from, when that much could be read.
    pub device_uid: Option<DeviceUid>,
}
