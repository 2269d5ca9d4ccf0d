//! What the server sends about invented devices.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// A message about the invented device with some fields more.
pub fn body(fields: Value) -> Vec<u8> {
    let mut body = json!({
        "end_device_ids": {
            "device_id": "button-7", "application_ids": {"application_id": "homes"},
            "dev_eui": "FFFE000000000B02", "dev_addr": "260FFE02",
        },
        "received_at": "2026-11-24T02:59:58.120Z",
    });
    if let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) {
        body.extend(fields);
    }
    body.to_string().into_bytes()
}

/// An uplink with a payload.
pub fn uplink(count: u32, payload: &[u8]) -> Vec<u8> {
    body(json!({"uplink_message": {
        "session_key_id": "AZfake0Key==", "f_port": 85, "f_cnt": count,
        "frm_payload": STANDARD.encode(payload),
        "version_ids": {"brand_id": "milesight-iot", "model_id": "ws101"},
        "received_at": "2026-11-24T02:59:57.900Z",
    }}))
}

/// An uplink of an invented fall radar.
fn radar(count: u32, payload: &[u8]) -> Vec<u8> {
    body(json!({
        "end_device_ids": {
            "device_id": "radar-7", "application_ids": {"application_id": "homes"},
            "dev_eui": "FFFE000000000B03", "dev_addr": "260FFE03",
        },
        "uplink_message": {
            "session_key_id": "AZfake1Key==", "f_port": 85, "f_cnt": count,
            "frm_payload": STANDARD.encode(payload),
            "version_ids": {"brand_id": "milesight-iot", "model_id": "vs373"},
            "received_at": "2026-11-24T03:01:57.900Z",
        },
    }))
}

/// Invented messages, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    vec![
        uplink(7, &[0x01, 0x75, 81, 0xff, 0x2e, 2]),
        uplink(8, &[0x01, 0x75, 80]),
        uplink(9, &[0x01, 0x75, 9, 0xff, 0x2e, 1]),
        radar(10, &[0x03, 0xf8, 4, 1, 7, 0, 77, 1]),
        radar(11, &[0x20, 0xce, 0x65, 0xb9, 0xfe, 0x76, 44, 1, 0, 1, 255]),
        body(json!({"join_accept": {"session_key_id": "AZfake0Key=="}})),
        body(json!({"location_solved": {"location": {"latitude": 31.25, "longitude": 121.5}}})),
        body(json!({"downlink_ack": {"f_port": 85}})),
        body(json!({"downlink_failed": {"error": {"code": 5}}})),
    ]
}
