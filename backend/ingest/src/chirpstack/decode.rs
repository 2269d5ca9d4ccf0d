//! A body of a server to a [`DeviceEvent`].

use domain::devices::{DeviceEvent, DeviceUid, Protocol};
use serde_json::{Map, Value};

use crate::json;
use crate::lorawan::served::{self, Served};
use crate::protocol::{DecodeError, Envelope};

/// Says what an event means; the payload in an uplink is read by the codec of the device's model.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let body = json::object(bytes)?;
    let Some(dev_eui) = json::text(&body, "deviceInfo/devEui") else {
        return Err(DecodeError::new(0, "no devEui"));
    };
    let fport = json::whole(&body, "fPort").and_then(|port| u8::try_from(port).ok());
    let served = Served {
        protocol: Protocol::Chirpstack,
        event: event_of(&body, envelope.topic),
        dedup_key: json::text(&body, "deduplicationId").map(str::to_owned),
        dev_eui: Some(dev_eui),
        time: json::text(&body, "time"),
        fport: fport.or(envelope.fport),
        payload: json::text(&body, "data"),
        models: [
            json::text(&body, "deviceInfo/tags/model"),
            json::text(&body, "deviceInfo/deviceProfileName"),
            json::text(&body, "deviceInfo/deviceName"),
        ],
    };
    let mut event = served.event(bytes, envelope);
    match served.event {
        "location" => {
            event.fix = json::place(&body, "location/latitude", "location/longitude");
        }
        "status" => {
            event.battery_pct = json::percent(&body, "batteryLevel");
            event.charging = json::truth(&body, "externalPowerSource");
        }
        _ => {}
    }
    Ok(event)
}

/// Reads who an event claims to come from.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    let body = json::object(bytes).ok()?;
    served::uid(json::text(&body, "deviceInfo/devEui"))
}

/// The topic's last word says which event it is; without a topic the fields do.
fn event_of(body: &Map<String, Value>, topic: Option<&str>) -> &'static str {
    let told = EVENTS
        .iter()
        .find(|event| json::topic_part(topic, 0) == Some(event.0));
    let looks = |event: &&(&str, &str)| json::at(body, event.1).is_some();
    told.or_else(|| EVENTS.iter().find(looks))
        .map_or("unknown", |event| event.0)
}

/// Events and a field only they have, the more special first.
static EVENTS: &[(&str, &str)] = &[
    ("integration", "integrationName"),
    ("txack", "downlinkId"),
    ("ack", "queueItemId"),
    ("location", "location"),
    ("log", "level"),
    ("status", "margin"),
    ("up", "rxInfo"),
    ("up", "data"),
    ("join", "devAddr"),
];
