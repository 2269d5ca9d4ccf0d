//! The proof that a webhook comes from whoever was given its credential.
//!
//! Networks that can only send fixed headers send the secret; whoever can sign sends a code over the
//! moment and the body, so that what was overheard is worth nothing after a few minutes.

use domain::time::Timestamp;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// How far the signed moment may be off, seconds.
pub const MOMENT_MAY_BE_OFF_S: i64 = 300;

/// The code of a request: HMAC-SHA256 over the moment (as it stands in its header), a dot and the
/// body.
pub fn sign(key: &[u8], moment: &str, body: &[u8]) -> [u8; 32] {
    signer(key, moment, body).finalize().into_bytes().into()
}

/// Whether a request proves itself by its code, now. The comparison takes the same time for every
/// code.
pub fn is_signed(key: &[u8], moment: &str, body: &[u8], code_hex: &str, now: Timestamp) -> bool {
    let mut code = [0; 32];
    let off = moment
        .parse::<i64>()
        .ok()
        .and_then(|at| now.timestamp().checked_sub(at));
    off.is_some_and(|off| off.unsigned_abs() <= MOMENT_MAY_BE_OFF_S.unsigned_abs())
        && hex::decode_to_slice(code_hex, &mut code).is_ok()
        && signer(key, moment, body).verify_slice(&code).is_ok()
}

/// Whether a secret has this digest. The comparison takes the same time for every secret.
pub fn is_secret(secret: &str, sha256: &[u8]) -> bool {
    let claimed = Sha256::digest(secret.as_bytes());
    // Compared as codes under one key: the library compares those in constant time.
    let code = sign(b"", "", sha256);
    signer(b"", "", &claimed).verify_slice(&code).is_ok()
}

fn signer(key: &[u8], moment: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut signer =
        <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes keys of every length");
    signer.update(moment.as_bytes());
    signer.update(b".");
    signer.update(body);
    signer
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"an invented key of a hook";
    const BODY: &[u8] = b"{}";

    fn now() -> Timestamp {
        Timestamp::from_timestamp(1_795_489_200, 0).expect("a moment")
    }

    #[test]
    fn a_code_proves_key_moment_and_body() {
        let moment = "1795489100";
        let code = hex::encode(sign(KEY, moment, BODY));
        assert!(is_signed(KEY, moment, BODY, &code, now()));
        assert!(!is_signed(b"another", moment, BODY, &code, now()));
        assert!(!is_signed(KEY, "1795489101", BODY, &code, now()));
        assert!(!is_signed(KEY, moment, b"{ }", &code, now()));
        assert!(!is_signed(KEY, moment, BODY, "00", now()));
    }

    #[test]
    fn an_old_or_early_moment_proves_nothing() {
        for (moment, expected) in [
            ("1795488900", true),
            ("1795488899", false),
            ("1795489500", true),
            ("1795489501", false),
            ("-9223372036854775808", false),
            ("now", false),
        ] {
            let code = hex::encode(sign(KEY, moment, BODY));
            assert_eq!(
                is_signed(KEY, moment, BODY, &code, now()),
                expected,
                "{moment}"
            );
        }
    }

    #[test]
    fn a_secret_is_known_by_its_digest() {
        let digest = Sha256::digest(b"a secret");
        assert!(is_secret("a secret", &digest));
        assert!(!is_secret("another", &digest));
        assert!(!is_secret("a secret", &digest[..31]));
        assert!(!is_secret("", &[]));
    }
}
