//! A message of a radar to a [`DeviceEvent`].

use chrono::DateTime;
use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Protocol};
use serde_json::{Map, Value};

use crate::protocol::{DecodeError, Envelope};
use crate::{json, keys};

/// Says what a message means. The radar tells a fall in stages; every stage has the fall's own time.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let body = json::object(bytes)?;
    let named = named(&body).or_else(|| of_topic(envelope.topic));
    let message = Message::of(&body, envelope.topic)?;
    let mut event = DeviceEvent::new(
        Protocol::Vayyar,
        envelope.sender(named),
        message.event,
        EventKey(String::new()),
    );
    event.device_time = message.time_ms.and_then(DateTime::from_timestamp_millis);
    event.alarms = message.alarm.into_iter().collect();
    event.is_alarm = message.alarm.is_some() && !message.is_practice && !message.is_over;
    event.battery_pct = json::percent(&body, "batteryLevel");
    event.key = message.key(&event, bytes);
    event.data = Some(message.data(&body));
    Ok(event)
}

/// Reads who a message claims to come from; the topic knows it too, but not this.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    named(&json::object(bytes).ok()?)
}

fn named(body: &Map<String, Value>) -> Option<DeviceUid> {
    ["deviceId", "payload/deviceId", "serialProduct"]
        .iter()
        .find_map(|path| DeviceUid::parse(json::text(body, path)?))
}

/// `/devices/ID/events`, `devices/ID/state`.
fn of_topic(topic: Option<&str>) -> Option<DeviceUid> {
    DeviceUid::parse(json::topic_part(topic, 1)?)
}

/// A message, read.
struct Message<'a> {
    event: &'static str,
    stage: Option<&'a str>,
    presence: Option<bool>,
    time_ms: Option<i64>,
    alarm: Option<Alarm>,
    /// Simulated, learning or a test: shown, never acted on.
    is_practice: bool,
    /// The stage that ends a fall.
    is_over: bool,
}

impl<'a> Message<'a> {
    fn of(body: &'a Map<String, Value>, topic: Option<&str>) -> Result<Self, DecodeError> {
        let kind = json::at(body, "type").or_else(|| json::at(body, "eventType"));
        let Some(kind) = kind else {
            return Self::state(body, topic);
        };
        let stage = [
            "payload/status",
            "payload/fallStatus",
            "payload/fall_status",
            "status",
        ]
        .iter()
        .find_map(|path| json::text(body, path));
        let is_over = stage.is_some_and(|stage| {
            matches!(
                stage,
                "fall_exit" | "exit" | "finished" | "canceled" | "cancelled"
            )
        });
        let (event, alarm) = match number(kind) {
            Some(4) => ("presence", None),
            Some(5) => ("fall", Some(Alarm::Fall)),
            Some(8) => ("sensitive_fall", Some(Alarm::Fall)),
            Some(10) => ("bed_exit", Some(Alarm::OutOfBed)),
            // Other numbers are about for falls; the stage is not mistakable.
            _ if stage.is_some_and(is_fall_stage) => ("fall", Some(Alarm::Fall)),
            _ => ("unknown", None),
        };
        Ok(Self {
            event,
            stage,
            presence: json::truth(body, "payload/presenceDetected")
                .or_else(|| json::truth(body, "presenceDetected")),
            time_ms: json::whole(body, "payload/timestamp")
                .or_else(|| json::whole(body, "timestamp")),
            alarm,
            is_practice: FLAGS[..3].iter().any(|flag| is_set(body, flag)),
            is_over,
        })
    }

    fn state(body: &Map<String, Value>, topic: Option<&str>) -> Result<Self, DecodeError> {
        let is_state = json::topic_part(topic, 0) == Some("state")
            || json::at(body, "status").is_some()
            || json::at(body, "wifiState").is_some();
        if !is_state {
            return Err(DecodeError::new(0, "neither event nor state"));
        }
        Ok(Self {
            event: "state",
            stage: None,
            presence: None,
            time_ms: json::whole(body, "timestamp"),
            alarm: None,
            is_practice: false,
            is_over: false,
        })
    }

    /// One key for all stages that alarm; what does not alarm must not take it, or the stage that
    /// does would look like a repeat.
    fn key(&self, event: &DeviceEvent, bytes: &[u8]) -> EventKey {
        match (event.is_alarm, self.time_ms) {
            (true, Some(at)) => EventKey(format!("{}:{at}", self.event)),
            (true, None) => keys::of(event, bytes),
            (false, _) => keys::of_content(self.event, bytes),
        }
    }

    fn data(&self, body: &Map<String, Value>) -> Map<String, Value> {
        let mut data = Map::from_iter([
            ("event".to_owned(), self.event.into()),
            ("stage".to_owned(), self.stage.into()),
            ("presence".to_owned(), self.presence.into()),
            ("time_ms".to_owned(), self.time_ms.into()),
        ]);
        for flag in FLAGS {
            if is_set(body, flag) {
                data.insert(flag.to_owned(), true.into());
            }
        }
        if self.event == "state" {
            data.insert("status".to_owned(), json::copy(body, "status"));
        }
        data
    }
}

/// What says that a fall is not to be acted on, and that the radar keeps silent about a real one.
const FLAGS: [&str; 4] = ["isSimulated", "isLearning", "testMode", "isSilent"];

fn is_set(body: &Map<String, Value>, flag: &str) -> bool {
    json::truth(body, flag) == Some(true)
        || json::truth(body, &format!("payload/{flag}")) == Some(true)
}

/// The number of a type, where somebody on the way has written its word too.
fn number(kind: &Value) -> Option<u64> {
    match kind {
        Value::Number(number) => number.as_u64(),
        Value::String(word) => match word.to_ascii_lowercase().as_str() {
            "presence" => Some(4),
            "fall" => Some(5),
            "sensitive_fall" => Some(8),
            "bed_exit" => Some(10),
            digits => digits.parse().ok(),
        },
        _ => None,
    }
}

fn is_fall_stage(stage: &str) -> bool {
    matches!(
        stage,
        "fall_detected" | "fall_confirmed" | "calling" | "fall_exit"
    )
}
