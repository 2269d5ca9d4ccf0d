//! What a server sends about invented devices.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// EUI-64 of an invented device.
pub(super) const DEV_EUI: &str = "fffe000000000a01";

/// A body about the invented device with some fields more.
pub fn body(fields: Value) -> Vec<u8> {
    let mut body = json!({
        "time": "2026-11-24T02:59:58.120+00:00",
        "deviceInfo": {
            "tenantName": "Harbour quarter", "applicationName": "homes",
            "deviceProfileName": "Milesight VS373", "deviceName": "room 7",
            "devEui": DEV_EUI, "tags": {},
        },
    });
    if let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) {
        body.extend(fields);
    }
    body.to_string().into_bytes()
}

/// An uplink with a payload.
pub fn uplink(id: &str, payload: &[u8]) -> Vec<u8> {
    body(json!({
        "deduplicationId": id, "devAddr": "01fe0a01", "fPort": 85,
        "data": STANDARD.encode(payload), "rxInfo": [{"gatewayId": "fffe0000000000a7", "rssi": -81}],
    }))
}

/// A radar's stored fall.
const STORED: [u8; 11] = [0x20, 0xce, 0x65, 0xb9, 0xfe, 0x76, 44, 1, 0, 1, 255];

/// An uplink of an invented button, a minute later.
fn button(id: &str, payload: &[u8]) -> Vec<u8> {
    body(json!({
        "time": "2026-11-24T03:00:58.120+00:00", "deduplicationId": id, "devAddr": "01fe0a02",
        "deviceInfo": {
            "deviceProfileName": "Milesight WS101", "deviceName": "cord 7",
            "devEui": "fffe000000000a02", "tags": {},
        },
        "fPort": 85, "data": STANDARD.encode(payload),
    }))
}

/// Invented bodies, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    vec![
        uplink(
            "0a0a0a0a-0000-4000-8000-000000000001",
            &[0x03, 0xf8, 4, 1, 7, 0, 77, 1],
        ),
        uplink(
            "0a0a0a0a-0000-4000-8000-000000000002",
            &[0x06, 0xfb, 44, 1, 0, 1, 255],
        ),
        uplink("0a0a0a0a-0000-4000-8000-000000000003", &[0xab, 0xcd]),
        body(
            json!({"deduplicationId": "0a0a0a0a-0000-4000-8000-000000000004", "devAddr": "01fe0a01"}),
        ),
        body(json!({"downlinkId": 7, "queueItemId": "q1"})),
        body(
            json!({"deduplicationId": "0a0a0a0a-0000-4000-8000-000000000005", "queueItemId": "q1", "acknowledged": true}),
        ),
        body(
            json!({"deduplicationId": "0a0a0a0a-0000-4000-8000-000000000006", "margin": 9, "batteryLevel": 41.5, "externalPowerSource": false}),
        ),
        body(
            json!({"deduplicationId": "0a0a0a0a-0000-4000-8000-000000000007", "location": {"latitude": 31.25, "longitude": 121.5}}),
        ),
        body(json!({
            "time": "2026-11-24T02:49:58.120+00:00", "margin": 8, "batteryLevel": 40.5,
            "deduplicationId": "0a0a0a0a-0000-4000-8000-00000000000b",
        })),
        body(json!({"level": "ERROR", "code": "UPLINK_F_CNT_RESET"})),
        button(
            "0a0a0a0a-0000-4000-8000-000000000009",
            &[0x01, 0x75, 9, 0xff, 0x2e, 1],
        ),
        uplink("0a0a0a0a-0000-4000-8000-00000000000a", &STORED),
        body(
            json!({"deduplicationId": "0a0a0a0a-0000-4000-8000-000000000008", "integrationName": "solver", "eventType": "x"}),
        ),
    ]
}
