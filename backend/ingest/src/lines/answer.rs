//! The answer line and how a decoded event fills it.

use std::collections::BTreeMap;

use chrono::SecondsFormat;
use domain::devices::{Alarm, DeviceEvent, Fix, Reading, Recency, Record};
use domain::time::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::protocol::{Codec, Envelope};

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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) charging: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) worn: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) records: Vec<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Map<String, Value>>,
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

/// One of several reports of a frame.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    event_time: Option<String>,
    position: Option<Position>,
    alarms: Vec<Alarm>,
    battery_pct: Option<u8>,
    history: bool,
}

impl From<Record> for Line {
    fn from(record: Record) -> Self {
        Self {
            event_time: record.device_time.map(shown),
            position: record.fix.map(Position::from),
            alarms: record.alarms,
            battery_pct: record.battery_pct,
            history: record.recency == Recency::Stored,
        }
    }
}

impl From<Fix> for Position {
    fn from(fix: Fix) -> Self {
        Self {
            lat: fix.at.lat(),
            lon: fix.at.lon(),
            valid: fix.valid,
        }
    }
}

fn shown(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
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
    pub(super) fn decoded(id: Value, codec: &Codec, frame: &[u8], envelope: &Envelope<'_>) -> Self {
        match (codec.decode)(frame, envelope) {
            Ok(event) => {
                let reply_hex = (codec.reply)(frame, envelope).map(hex::encode);
                // Of a frame that may not name its device by itself the claim is shown.
                let claimed = (codec.claimed_uid)(frame).map(|uid| uid.to_string());
                let answer = Self::of_event(id, event);
                Self {
                    reply_hex,
                    device_id: answer.device_id.or(claimed),
                    ..answer
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
        let named = event.device_uid.is_named();
        Self {
            id,
            ok: true,
            kind: Some(event.kind),
            device_id: named.then(|| event.device_uid.to_string()),
            event_time: event.device_time.map(shown),
            position: event.fix.map(Position::from),
            alarms: event.alarms,
            battery_pct: event.battery_pct,
            is_alarm: event.is_alarm,
            history: event.recency == Recency::Stored,
            readings: event.readings,
            charging: event.charging,
            worn: event.worn,
            records: event.records.into_iter().map(Line::from).collect(),
            data: event.data,
            first_frame_hex: None,
            reply_hex: None,
            error: None,
        }
    }
}
