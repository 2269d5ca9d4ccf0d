//! What an invented watch sends.

use serde_json::{Value, json};

/// A message of the invented watch with some fields more.
pub fn message(fields: Value) -> Vec<u8> {
    let mut body = json!({"IMEI": "888800000000018"});
    if let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) {
        body.extend(fields);
    }
    body.to_string().into_bytes()
}

/// Invented messages, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let here = json!({"GPS": {"latitude": 31.25, "longitude": 121.5}});
    vec![
        message(json!({"battery": 41, "step": 289, "timeStamps": "24/11/2026 10:59:58"})),
        message(
            json!({"heartRate": 68, "spO2": 95, "bloodPressure": {"bp_sys": 131, "bp_dia": 82}}),
        ),
        message(json!({"num_datas": 1, "data": [{"timestamp": 1_795_489_200, "heartRate": 68}]})),
        message(json!({"location": here})),
        message(json!({"sleep": {"time": "2130@0640", "num": 4, "data": "0120"}})),
        message(json!({"status": "SOS", "battery": 9})),
        message(json!({"status": "FALL DOWN"})),
        message(json!({"status": "offline"})),
    ]
}
