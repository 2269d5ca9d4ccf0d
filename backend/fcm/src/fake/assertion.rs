//! Verifying the signed assertion that buys an access token (RFC 7523).

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rsa::PublicKey;
use rsa::sha2::Sha256;
use serde::Deserialize;
use serde::de::DeserializeOwned;

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";

/// Longest life Google allows an assertion.
const MAX_LIFE_S: i64 = 3600;

/// How far the two clocks may differ.
const MAX_SKEW_S: i64 = 300;

/// Google takes assertions with and without padding, and clients send both.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What an assertion must say.
pub(super) struct Expected<'a> {
    pub(super) public_key: &'a PublicKey,
    pub(super) issuer: &'a str,
    pub(super) audience: &'a str,
    pub(super) now_s: i64,
}

/// An OAuth2 error (RFC 6749, 5.2).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) error: &'static str,
    pub(super) description: &'static str,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    scope: String,
    iat: i64,
    exp: i64,
}

/// Checks signature first, then every claim.
pub(super) fn verify(assertion: &str, expected: &Expected<'_>) -> Result<(), Refused> {
    let (signed, signature) = assertion
        .rsplit_once('.')
        .ok_or_else(|| invalid_grant("Not a JWT."))?;
    let (header, claims) = signed
        .split_once('.')
        .ok_or_else(|| invalid_grant("Not a JWT."))?;
    if decode::<Header>(header)?.alg != "RS256" {
        return Err(invalid_grant("Invalid JWT: the algorithm must be RS256."));
    }
    let signature = BASE64
        .decode(signature)
        .map_err(|_| invalid_grant("Invalid JWT Signature."))?;
    expected
        .public_key
        .pkcs1v15_verify::<Sha256>(signed.as_bytes(), &signature)
        .map_err(|_| invalid_grant("Invalid JWT Signature."))?;
    check(&decode(claims)?, expected)
}

fn check(claims: &Claims, expected: &Expected<'_>) -> Result<(), Refused> {
    if claims.iss != expected.issuer {
        return Err(invalid_grant("Invalid grant: account not found"));
    }
    if claims.aud != expected.audience {
        return Err(invalid_grant("Invalid JWT: wrong audience."));
    }
    let now = expected.now_s;
    let life = claims.exp.saturating_sub(claims.iat);
    let in_time = claims.exp > now && claims.iat <= now.saturating_add(MAX_SKEW_S);
    if !in_time || !(1..=MAX_LIFE_S).contains(&life) {
        return Err(invalid_grant("Invalid JWT: check the iat and exp values."));
    }
    if !claims
        .scope
        .split_ascii_whitespace()
        .any(|scope| scope == SCOPE)
    {
        return Err(Refused {
            error: "invalid_scope",
            description: "The scope may not send.",
        });
    }
    Ok(())
}

fn decode<T: DeserializeOwned>(part: &str) -> Result<T, Refused> {
    let bytes = BASE64
        .decode(part)
        .map_err(|_| invalid_grant("Not a JWT."))?;
    serde_json::from_slice(&bytes).map_err(|_| invalid_grant("Invalid JWT: a claim is missing."))
}

fn invalid_grant(description: &'static str) -> Refused {
    Refused {
        error: "invalid_grant",
        description,
    }
}
