//! What an invented radar sends.

use serde_json::{Value, json};

/// When the invented fall was, milliseconds.
pub(super) const AT: i64 = 1_795_489_200_125;

/// An event of a type with some fields more.
pub fn event(kind: u32, fields: Value) -> Vec<u8> {
    let mut payload = json!({"timestamp": AT});
    if let (Value::Object(payload), Value::Object(fields)) = (&mut payload, fields) {
        payload.extend(fields);
    }
    json!({"type": kind, "payload": payload})
        .to_string()
        .into_bytes()
}

/// Invented messages, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    vec![
        event(4, json!({"presenceDetected": true, "trackerTargets": []})),
        event(5, json!({"status": "fall_detected"})),
        event(5, json!({"status": "fall_exit"})),
        event(5, json!({"status": "fall_detected", "isSimulated": true})),
        event(8, json!({"status": "fall_detected"})),
        event(10, json!({})),
        event(
            4,
            json!({"presenceDetected": false, "timestamp": AT + 60_000}),
        ),
        event(77, json!({})),
        br#"{"status":"monitoring","serialProduct":"VC-INVENTED-7","wifiState":{"rssi":-61}}"#
            .to_vec(),
    ]
}
