//! The answer line and how a decoded event fills it.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use domain::devices::{Alarm, DeviceEvent, Reading, Recency};
use serde::Serialize;
use serde_json::Value;

use crate::protocol::Codec;

/// One answer line; the keys are a promise to whoever reads it.
#[derive(Debug, Default, Serialize)]
pub(super) struct Answer {
    pub(super) id: Value,
    pub(super) ok: bool,
    pub(super) kind: Option<String>,
    pub(super) device_id: Option<String>,
    pub(super) event_time: Option<String>,
    pub(super) position: Option<Position>,
    pub(super) alarms: Vec<Alarm>,
    pub(super) battery_pct: Option<u8>,
    pub(super) is_alarm: bool,
    pub(super) history: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) readings: BTreeMap<Reading, f64>,
    pub(super) first_frame_hex: Option<String>,
    pub(super) reply_hex: Option<String>,
    pub(super) error: Option<String>,
}

/// Degrees, and whether the device claims a fix.
#[derive(Debug, Serialize)]
pub(super) struct Position {
    pub(super) lat: f64,
    pub(super) lon: f64,
    pub(super) valid: bool,
}

impl Answer {
    /// Says why a line has no meaning.
    pub(super) fn refused(id: Value, error: &str) -> Self {
        Self {
            id,
            error: Some(error.to_owned()),
            ..Self::default()
        }
    }

    /// Says what a frame means; one that means nothing still names its device when it can.
    pub(super) fn decoded(id: Value, codec: &Codec, frame: &[u8]) -> Self {
        // Recorded lines may carry the line end of the log they come from.
        let frame = frame.trim_ascii();
        match (codec.decode)(frame) {
            Ok(event) => {
                let reply_hex = (codec.reply)(frame).map(hex::encode);
                Self {
                    reply_hex,
                    ..Self::of_event(id, event)
                }
            }
            Err(error) => Self {
                device_id: (codec.claimed_uid)(frame).map(|uid| uid.to_string()),
                ..Self::refused(id, &error.to_string())
            },
        }
    }

    /// The line as JSON.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings, finite numbers and string-keyed maps are JSON")
    }

    fn of_event(id: Value, event: DeviceEvent) -> Self {
        let fix = event.fix.map(|fix| Position {
            lat: fix.at.lat(),
            lon: fix.at.lon(),
            valid: fix.valid,
        });
        Self {
            id,
            ok: true,
            kind: Some(event.kind),
            device_id: Some(event.device_uid.to_string()),
            event_time: event
                .device_time
                .map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
            position: fix,
            alarms: event.alarms,
            battery_pct: event.battery_pct,
            is_alarm: event.is_alarm,
            history: event.recency == Recency::Stored,
            readings: event.readings,
            first_frame_hex: None,
            reply_hex: None,
            error: None,
        }
    }
}
