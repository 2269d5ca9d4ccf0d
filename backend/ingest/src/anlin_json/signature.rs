//! The proof that a device sent a message: HMAC-SHA256 over device, boot, sequence, time and body.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::frame::Signed;

/// Why a message proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It carries no code.
    #[error("message is not signed")]
    Unsigned,
    /// The code is another device's, or something was changed.
    #[error("signature does not match")]
    Mismatch,
}

/// Holds a message against its device's key; the comparison takes the same time for every code.
///
/// # Errors
/// The code is missing or another.
pub fn verify(message: &Signed, key: &[u8]) -> Result<(), Refused> {
    let mac = message.mac.ok_or(Refused::Unsigned)?;
    signer(message, key)
        .verify_slice(&mac)
        .map_err(|_| Refused::Mismatch)
}

/// The code of a message.
pub fn sign(message: &Signed, key: &[u8]) -> [u8; 32] {
    signer(message, key).finalize().into_bytes().into()
}

/// Fields one after the other, each behind its length (eight bytes, the high one first): no two
/// messages have the same bytes.
fn signer(message: &Signed, key: &[u8]) -> Hmac<Sha256> {
    let mut signer =
        <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes keys of every length");
    let sequence = message.sequence.to_string();
    for field in [
        message.device.as_str(),
        &message.boot,
        &sequence,
        &message.time_text,
        &message.body,
    ] {
        signer.update(&(field.len() as u64).to_be_bytes());
        signer.update(field.as_bytes());
    }
    signer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::anlin_json::frame::take_apart;

    const KEY: &[u8] = b"an invented key of a device";

    fn message() -> Signed {
        let bytes = br#"{"device":"AN-0018","boot":"b7","seq":12,"time":"2026-11-24T03:00:00Z","body":"{}"}"#;
        take_apart(bytes).expect("an envelope")
    }

    #[test]
    fn a_signed_message_proves_its_device() {
        let plain = message();
        assert_eq!(verify(&plain, KEY), Err(Refused::Unsigned));
        let signed = Signed {
            mac: Some(sign(&plain, KEY)),
            ..plain
        };
        assert_eq!(verify(&signed, KEY), Ok(()));
        assert_eq!(verify(&signed, b"another"), Err(Refused::Mismatch));
    }

    #[test]
    fn every_field_is_signed() {
        let plain = message();
        let mac = Some(sign(&plain, KEY));
        let changed = [
            Signed {
                device: domain::devices::DeviceUid::parse("AN-0019").expect("a uid"),
                ..plain.clone()
            },
            Signed {
                boot: "b8".to_owned(),
                ..plain.clone()
            },
            Signed {
                sequence: 13,
                ..plain.clone()
            },
            Signed {
                time_text: "2026-11-24T03:00:01Z".to_owned(),
                ..plain.clone()
            },
            Signed {
                body: "{ }".to_owned(),
                ..plain.clone()
            },
            // A byte that wanders from one field to the next.
            Signed {
                boot: "b71".to_owned(),
                sequence: 2,
                ..plain.clone()
            },
        ];
        for changed in changed {
            let changed = Signed { mac, ..changed };
            assert_eq!(verify(&changed, KEY), Err(Refused::Mismatch), "{changed:?}");
        }
    }

    #[test]
    fn the_code_is_the_one_of_the_page() {
        // The worked example of protocols/anlin-json.md.
        let code = hex::encode(sign(&message(), KEY));
        let page = include_str!("../../protocols/anlin-json.md");
        assert!(page.contains(&code), "{code}");
    }
}
