//! The envelope of a message: who, which boot, which number, when, what, and the code over all.

use domain::devices::DeviceUid;
use domain::time::Timestamp;

use crate::json;
use crate::protocol::DecodeError;

/// An envelope taken apart. Everything that is signed is kept as it stood there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Who sent it.
    pub device: DeviceUid,
    /// A word that is new with every start of the device.
    pub boot: String,
    /// Counts up from 0 with every message of a boot; a repeat has the same number.
    pub sequence: u64,
    /// When it was sent, as it stood there.
    pub time_text: String,
    /// The same as a moment.
    pub time: Timestamp,
    /// What it says: JSON as text, signed byte by byte.
    pub body: String,
    /// HMAC-SHA256, when it is one by its form.
    pub mac: Option<[u8; 32]>,
}

/// Takes an envelope apart.
///
/// # Errors
/// No JSON, or a field is missing or malformed. A missing or malformed code is none of these: the
/// message is kept and [`super::signature::verify`] refuses it.
pub fn take_apart(bytes: &[u8]) -> Result<Signed, DecodeError> {
    let outer = json::object(bytes)?;
    let missing = |what| DecodeError::new(0, what);
    // No trimming: what is signed is what stands there.
    let text = |name: &str| json::at(&outer, name).and_then(serde_json::Value::as_str);
    let device = text("device").and_then(DeviceUid::parse);
    let boot = text("boot").and_then(json::word);
    let time_text = text("time");
    let mut mac = [0; 32];
    let mac = text("mac")
        .filter(|digits| hex::decode_to_slice(digits, &mut mac).is_ok())
        .map(|_| mac);
    Ok(Signed {
        device: device.ok_or(missing("no device"))?,
        boot: boot.ok_or(missing("no boot"))?.to_owned(),
        sequence: json::at(&outer, "seq")
            .and_then(serde_json::Value::as_u64)
            .ok_or(missing("no seq"))?,
        time: time_text
            .and_then(|text| text.parse().ok())
            .ok_or(missing("no time"))?,
        time_text: time_text.ok_or(missing("no time"))?.to_owned(),
        body: text("body").ok_or(missing("no body"))?.to_owned(),
        mac,
    })
}
