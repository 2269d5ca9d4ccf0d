//! The fake's service account, with a key made on the spot.

use rsa::pkcs8::{EncodePrivateKey, LineEnding};
use rsa::rand_core::{TryCryptoRng, TryRng};
use rsa::{PrivateKey, PublicKey};
use serde_json::json;

use super::{FakeError, PROJECT_ID};

/// Size of the keys Google hands out.
const KEY_BITS: usize = 2048;

/// A service account whose key nobody has seen before.
pub(super) struct Account {
    pub(super) client_email: String,
    pub(super) public_key: PublicKey,
    private_key_pem: String,
}

impl Account {
    pub(super) fn generate() -> Result<Self, FakeError> {
        let key = PrivateKey::new(&mut SystemRandom, KEY_BITS)
            .map_err(|e| FakeError::Key(e.to_string()))?;
        let pem = key
            .to_pkcs8_pem(LineEnding::LF)
            .map_err(|e| FakeError::Key(e.to_string()))?;
        Ok(Self {
            client_email: format!("push@{PROJECT_ID}.iam.gserviceaccount.com"),
            public_key: key.to_public_key(),
            private_key_pem: pem.to_string(),
        })
    }

    pub(super) fn to_json(&self, token_url: &str) -> String {
        json!({
            "type": "service_account",
            "project_id": PROJECT_ID,
            "private_key_id": "made-at-run-time",
            "private_key": self.private_key_pem,
            "client_email": self.client_email,
            "client_id": "100000000000000000000",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": token_url,
        })
        .to_string()
    }
}

/// The operating system's randomness in the form this version of `rsa` takes.
struct SystemRandom;

impl TryRng for SystemRandom {
    type Error = std::io::Error;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        getrandom::u32().map_err(std::io::Error::other)
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        getrandom::u64().map_err(std::io::Error::other)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
        getrandom::fill(bytes).map_err(std::io::Error::other)
    }
}

impl TryCryptoRng for SystemRandom {}
