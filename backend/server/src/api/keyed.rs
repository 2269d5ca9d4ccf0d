//! Identifiers that follow from the caller and their key: a repeat finds the first.

use domain::identity::Subject;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// The identifier of what this caller makes under this key.
pub(super) fn identifier(subject: &Subject, key: &str) -> Uuid {
    let mut digest = Sha256::new();
    digest.update(subject.organisation_id.0.as_bytes());
    digest.update(subject.account_id.0.as_bytes());
    digest.update(key.as_bytes());
    let digest: [u8; 32] = digest.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
