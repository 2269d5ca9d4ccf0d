//! A recorded frame and what is known beside its bytes.

use chrono::NaiveDateTime;
use domain::time::Timestamp;
use serde_json::{Map, Value};

use crate::protocol::{Carrier, Envelope, Session};

/// A frame that somebody recorded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recorded {
    /// The bytes, with the delimiter that a log may have stripped.
    pub frame: Vec<u8>,
    /// The device's model, when it was told.
    pub model: Option<String>,
    /// MQTT topic.
    pub topic: Option<String>,
    /// LoRaWAN port.
    pub fport: Option<u8>,
    /// When it was received.
    pub received_at: Option<Timestamp>,
    /// What brought it.
    pub carrier: Option<Carrier>,
}

impl Recorded {
    /// Reads a line of a recording: hex digits, an object with a frame, or the frame itself as text.
    ///
    /// # Errors
    /// An object whose frame cannot be read.
    pub fn parse(line: &str) -> Result<Self, String> {
        let line = line.trim();
        if let Ok(Value::Object(object)) = serde_json::from_str(line)
            && (object.contains_key("frame_hex") || object.contains_key("frame_text"))
        {
            return Self::of_object(&object);
        }
        let plain = hex::decode(line).unwrap_or_else(|_| line.as_bytes().to_vec());
        Ok(Self {
            frame: plain,
            ..Self::default()
        })
    }

    /// Reads the object form.
    ///
    /// # Errors
    /// Says what of the frame cannot be read.
    pub(super) fn of_object(object: &Map<String, Value>) -> Result<Self, String> {
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        let owned = |key| text(key).map(str::to_owned);
        let mut frame = match (text("frame_hex"), text("frame_text")) {
            (Some(digits), _) => {
                hex::decode(digits).map_err(|error| format!("frame_hex: {error}"))?
            }
            // Recorded lines may carry the line end of the log they come from.
            (None, Some(text)) => text.trim_ascii().as_bytes().to_vec(),
            (None, None) => return Err("frame_text or frame_hex is missing".to_owned()),
        };
        if let Some(delimiter) = text("delimiter_stripped").map(str::as_bytes)
            && !frame.ends_with(delimiter)
        {
            frame.extend_from_slice(delimiter);
        }
        Ok(Self {
            frame,
            model: owned("device_model"),
            topic: owned("topic"),
            fport: object
                .get("fport")
                .and_then(Value::as_u64)
                .and_then(|port| u8::try_from(port).ok()),
            received_at: text("recv_time").and_then(moment),
            carrier: text("transport").and_then(carrier),
        })
    }

    /// The envelope of the frame on a connection; its own time of receipt, where it has one.
    pub fn envelope<'a>(&'a self, session: &'a Session, at: Option<Timestamp>) -> Envelope<'a> {
        Envelope {
            received_at: self.received_at.or(at),
            carrier: self.carrier,
            topic: self.topic.as_deref(),
            fport: self.fport,
            ..Envelope::of(session)
        }
    }
}

fn carrier(name: &str) -> Option<Carrier> {
    match name {
        "tcp" => Some(Carrier::Tcp),
        "udp" => Some(Carrier::Udp),
        _ => None,
    }
}

/// A recorded moment; without a zone it is UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let zoned = text.parse().ok();
    zoned.or_else(|| {
        text.parse::<NaiveDateTime>()
            .ok()
            .map(|plain| plain.and_utc())
    })
}
