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

/// A device clock further off than this orders nothing, hours.
const CLOCK_TRUSTED_H: i64 = 24;
/// Repeats of a device without a trusted clock are the same event within this many seconds.
const REPEAT_WINDOW_S: i64 = 600;

impl ReceivedFrame {
    /// Limits "the same event" to a window where the device's clock cannot tell events apart.
    ///
    /// A watch with a stuck clock sends every alarm under one key: without the window the second
    /// real fall would be taken for a repeat of the first. A repeat that falls into the next window
    /// joins the incident that is open, so nothing is doubled.
    pub fn with_windowed_key(mut self) -> Self {
        let received_at = self.received_at;
        if let Ok(event) = &mut self.decoded {
            let off = event
                .device_time
                .map(|at| (at - received_at).num_hours().abs());
            if off.is_none_or(|hours| hours >= CLOCK_TRUSTED_H) {
                let window = received_at.timestamp().div_euclid(REPEAT_WINDOW_S);
                event.key.0.push_str(&format!("@{window}"));
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(device_time: Option<&str>, received_at: &str) -> ReceivedFrame {
        let at = |text: &str| text.parse::<Timestamp>().expect("a moment");
        ReceivedFrame {
            id: FrameId(uuid::Uuid::nil()),
            protocol: Protocol::Watch,
            source: "127.0.0.1".to_owned(),
            received_at: at(received_at),
            raw: Vec::new(),
            device_uid: None,
            decoded: Ok(DeviceEvent {
                protocol: Protocol::Watch,
                device_uid: DeviceUid::parse("9990000001").expect("a uid"),
                kind: "AL".to_owned(),
                key: EventKey("AL:1".to_owned()),
                device_time: device_time.map(at),
                recency: Recency::Live,
                fix: None,
                alarms: vec![Alarm::Sos],
                is_alarm: true,
                battery_pct: None,
                readings: BTreeMap::new(),
            }),
        }
    }

    fn key(device_time: Option<&str>, received_at: &str) -> String {
        frame(device_time, received_at)
            .with_windowed_key()
            .decoded
            .expect("an event")
            .key
            .0
    }

    #[test]
    fn a_trusted_clock_keeps_its_key_for_ever() {
        let clock = Some("2026-11-24T03:00:00Z");
        assert_eq!(key(clock, "2026-11-24T03:00:01Z"), "AL:1");
        assert_eq!(key(clock, "2026-11-24T20:00:00Z"), "AL:1");
    }

    #[test]
    fn without_a_trusted_clock_a_later_alarm_is_a_new_event() {
        for clock in [None, Some("2019-01-01T00:00:00Z")] {
            let first = key(clock, "2026-11-24T03:00:01Z");
            assert_eq!(key(clock, "2026-11-24T03:05:00Z"), first);
            assert_ne!(key(clock, "2026-11-24T04:00:00Z"), first);
        }
    }
}
