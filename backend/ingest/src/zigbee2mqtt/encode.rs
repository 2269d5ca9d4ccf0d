//! What a bridge tells about invented devices.

use serde_json::{Value, json};

/// A state, as the bridge publishes it when it is set to name the device.
pub fn state(fields: Value) -> Vec<u8> {
    let mut body = json!({
        "linkquality": 91, "battery": 81, "device": {"ieeeAddr": "0xfffe000000000c03"},
    });
    if let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) {
        body.extend(fields);
    }
    body.to_string().into_bytes()
}

/// One data point.
pub fn point(dp: u32, datatype: u32, bytes: &[u8]) -> Vec<u8> {
    json!({"seq": 7, "dpValues": [
        {"dp": dp, "datatype": datatype, "data": {"type": "Buffer", "data": bytes}},
    ]})
    .to_string()
    .into_bytes()
}

/// Invented messages, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    vec![
        state(json!({"fall_status": "normal", "occupancy": true})),
        state(json!({"fall_down_status": "fall", "presence": true})),
        state(json!({"action": "emergency"})),
        state(json!({"water_leak": true, "battery_low": true})),
        state(json!({"contact": false})),
        state(json!({"action": "emergency", "battery_low": true})),
        point(102, 4, &[1]),
        point(1, 1, &[0]),
    ]
}
