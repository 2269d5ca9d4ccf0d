//! What a device and the server say to each other.

use domain::devices::DeviceUid;
use domain::time::Timestamp;
use serde_json::{Value, json};

use super::frame::{Signed, take_apart};
use super::signature::sign;
use crate::protocol::Envelope;

/// The acknowledgement: the numbers of the message, so that the device forgets it. Over MQTT the
/// PUBACK says the same.
pub fn reply(bytes: &[u8], _envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let message = take_apart(bytes).ok()?;
    let answer = json!({
        "ok": true, "device": message.device, "boot": message.boot, "seq": message.sequence,
    });
    Some(answer.to_string().into_bytes())
}

/// A message of a device, signed with its key.
pub fn message(
    device: &DeviceUid,
    (boot, sequence): (&str, u64),
    time: Timestamp,
    body: &Value,
    key: &[u8],
) -> Vec<u8> {
    let mut signed = Signed {
        device: device.clone(),
        boot: boot.to_owned(),
        sequence,
        time_text: time.to_rfc3339(),
        time,
        body: body.to_string(),
        mac: None,
    };
    signed.mac = Some(sign(&signed, key));
    envelope(&signed)
}

/// An envelope as it stands on the wire.
fn envelope(signed: &Signed) -> Vec<u8> {
    json!({
        "device": signed.device, "boot": signed.boot, "seq": signed.sequence,
        "time": signed.time_text, "body": signed.body, "mac": signed.mac.map(hex::encode),
    })
    .to_string()
    .into_bytes()
}

/// Invented messages, one of every kind; the first is not signed.
pub fn samples() -> Vec<Vec<u8>> {
    let bodies = [
        json!({"kind": "status", "battery_pct": 81, "charging": false, "worn": true}),
        json!({"kind": "alarm", "alarms": ["low_battery", "sos"], "battery_pct": 9}),
        json!({"kind": "reading", "readings": {"heart_rate": 72, "spo2_pct": 97}}),
        json!({"kind": "alarm", "alarms": ["fall"], "stored": true, "time": "2026-11-24T01:00:00Z",
            "position": {"lat": 31.25, "lon": 121.5, "datum": "wgs84", "valid": true}}),
    ];
    let device = DeviceUid::parse("AN-0018");
    let time = Timestamp::from_timestamp(1_795_489_200, 0);
    let (Some(device), Some(time)) = (device, time) else {
        return Vec::new();
    };
    let mut samples: Vec<_> = (7..)
        .zip(&bodies)
        .map(|(sequence, body)| message(&device, ("b7", sequence), time, body, b"invented"))
        .collect();
    let later = time + chrono::TimeDelta::minutes(1);
    samples.push(message(&device, ("b7", 11), later, &bodies[0], b"invented"));
    let unsigned = Signed {
        device,
        boot: "b7".to_owned(),
        sequence: 6,
        time_text: time.to_rfc3339(),
        time,
        body: "{}".to_owned(),
        mac: None,
    };
    samples.insert(0, envelope(&unsigned));
    samples
}
