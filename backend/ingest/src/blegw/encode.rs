//! What an invented gateway sends.

use serde_json::{Value, json};

/// A message of a type.
pub fn message(kind: &str, data: Value) -> Vec<u8> {
    json!({
        "from": "BLE", "to": "CLOUD", "time": 1_795_489_200, "mac": "FE:00:00:00:0d:04",
        "type": kind, "data": data,
    })
    .to_string()
    .into_bytes()
}

/// What a meter read.
pub fn reading(attribute: &str, fields: Value) -> Vec<u8> {
    let list = json!({"device_list": [fields]});
    message(
        "reportAttribute",
        json!({"attribute": attribute, "mac": "FE:00:00:00:0d:04", "value": list}),
    )
}

/// Invented messages, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    vec![
        message("HB_Msg", json!({"msg": "Online"})),
        message("reportMsg", json!({"msg": "Online"})),
        reading(
            "Oximeter JUMPER",
            json!({"ble_addr": "fe0000000e05", "pulse": 69, "spo2": 94}),
        ),
        reading(
            "BP_BIOLIGTH",
            json!({"ble_addr": "fe0000000e06", "bp_high": 131, "bp_low": 82, "PR": 71}),
        ),
        reading(
            "Contour_Elite",
            json!({"ble_addr": "fe0000000e07", "blood_glucose": "104"}),
        ),
        reading(
            "IR_TEMO_JUMPER",
            json!({"ble_addr": "fe0000000e08", "temp": 37.1}),
        ),
    ]
}
