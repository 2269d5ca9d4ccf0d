//! A body of The Things Stack to a [`DeviceEvent`].

use domain::devices::{DeviceEvent, DeviceUid, Protocol};
use serde_json::{Map, Value};

use crate::json;
use crate::lorawan::served::{self, Served};
use crate::protocol::{DecodeError, Envelope};

/// Messages and the field that holds each.
static EVENTS: &[(&str, &str)] = &[
    ("up", "uplink_message"),
    ("join", "join_accept"),
    ("location", "location_solved"),
    ("ack", "downlink_ack"),
    ("nack", "downlink_nack"),
    ("sent", "downlink_sent"),
    ("queued", "downlink_queued"),
    ("failed", "downlink_failed"),
    ("service", "service_data"),
];

/// Says what a message means; the payload in an uplink is read by the codec of the device's model.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let body = message(bytes)?;
    let Some(dev_eui) = json::text(&body, "end_device_ids/dev_eui") else {
        return Err(DecodeError::new(0, "no dev_eui"));
    };
    let known = EVENTS
        .iter()
        .find(|event| json::at(&body, event.1).is_some());
    let event = known.map_or("unknown", |event| event.0);
    let fport = json::whole(&body, "uplink_message/f_port");
    let served = Served {
        protocol: Protocol::Ttn,
        event,
        dedup_key: dedup_key(&body),
        dev_eui: Some(dev_eui),
        time: json::text(&body, "uplink_message/received_at")
            .or_else(|| json::text(&body, "received_at")),
        fport: fport
            .and_then(|port| u8::try_from(port).ok())
            .or(envelope.fport),
        payload: json::text(&body, "uplink_message/frm_payload"),
        models: [
            json::text(&body, "uplink_message/version_ids/model_id"),
            json::text(&body, "end_device_ids/device_id"),
            None,
        ],
    };
    let mut told = served.event(bytes, envelope);
    if event == "location" {
        let (lat, lon) = (
            "location_solved/location/latitude",
            "location_solved/location/longitude",
        );
        told.fix = json::place(&body, lat, lon);
    }
    Ok(told)
}

/// Reads who a message claims to come from.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    served::uid(json::text(&message(bytes).ok()?, "end_device_ids/dev_eui"))
}

/// A storage export wraps every message in `result`.
fn message(bytes: &[u8]) -> Result<Map<String, Value>, DecodeError> {
    let mut body = json::object(bytes)?;
    match body.remove("result") {
        Some(Value::Object(inner)) => Ok(inner),
        _ => Ok(body),
    }
}

/// The server gives no key of its own: a session counts its frames, and no number comes twice in it.
fn dedup_key(body: &Map<String, Value>) -> Option<String> {
    let session = json::text(body, "uplink_message/session_key_id")?;
    // Zero is left out on the wire.
    let count = json::whole(body, "uplink_message/f_cnt").unwrap_or(0);
    Some(format!("{session}/{count}"))
}
