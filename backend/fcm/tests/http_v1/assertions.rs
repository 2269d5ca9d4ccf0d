//! The fake's token endpoint refuses every assertion that Google would.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fcm::fake::Fake;
use rsa::PrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::sha2::Sha256;
use serde_json::{Value, json};

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// An assertion written by hand, so that single parts can be spoilt.
pub(crate) struct Forge {
    key: PrivateKey,
    pub(crate) claims: Value,
}

impl Forge {
    pub(crate) fn of(fake: &Fake) -> Self {
        let account: Value = serde_json::from_str(&fake.service_account_json()).expect("JSON");
        let pem = account["private_key"].as_str().expect("a key");
        let claims = json!({
            "iss": account["client_email"], "aud": account["token_uri"],
            "scope": "https://www.googleapis.com/auth/firebase.messaging",
            "iat": now_s(), "exp": now_s() + 3600,
        });
        Self {
            key: PrivateKey::from_pkcs8_pem(pem).expect("PKCS#8"),
            claims,
        }
    }

    pub(crate) fn assertion(&self) -> String {
        self.signed(&json!({ "alg": "RS256", "typ": "JWT" }), &self.claims)
    }

    fn with(&self, changes: &Value) -> String {
        let mut claims = self.claims.clone();
        for (claim, value) in changes.as_object().expect("claims") {
            claims[claim] = value.clone();
        }
        self.signed(&json!({ "alg": "RS256", "typ": "JWT" }), &claims)
    }

    fn signed(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", encode(header), encode(claims));
        let signature = self
            .key
            .pkcs1v15_sign::<Sha256>(signed.as_bytes())
            .expect("a signature");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn encode(part: &Value) -> String {
    URL_SAFE_NO_PAD.encode(part.to_string())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the fake compares with the real clock"
)]
fn now_s() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    i64::try_from(since.as_secs()).expect("before the sun goes out")
}

pub(crate) async fn ask(fake: &Fake, grant_type: &str, assertion: &str) -> (u16, Value) {
    let form = [("grant_type", grant_type), ("assertion", assertion)];
    let request = reqwest::Client::new().post(fake.token_url()).form(&form);
    let response = request.send().await.expect("an answer");
    (
        response.status().as_u16(),
        response.json().await.expect("JSON"),
    )
}

pub(crate) async fn access_token(fake: &Fake) -> String {
    let (status, body) = ask(fake, GRANT_TYPE, &Forge::of(fake).assertion()).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        (&body["expires_in"], &body["token_type"]),
        (&json!(3599), &json!("Bearer"))
    );
    body["access_token"].as_str().expect("a token").to_owned()
}

/// The same signature under other claims, and the same claims under a signature with one bit turned.
fn tampered(forge: &Forge) -> [String; 2] {
    let assertion = forge.assertion();
    let parts: Vec<&str> = assertion.split('.').collect();
    let mut claims = forge.claims.clone();
    // Not from the clock: that may have moved on to the very value it must differ from.
    claims["exp"] = json!(claims["exp"].as_i64().expect("seconds") - 1);
    assert_ne!(claims, forge.claims);
    let other_claims = format!("{}.{}.{}", parts[0], encode(&claims), parts[2]);
    let mut signature = URL_SAFE_NO_PAD.decode(parts[2]).expect("base64");
    signature[100] ^= 1;
    let other_signature = format!(
        "{}.{}.{}",
        parts[0],
        parts[1],
        URL_SAFE_NO_PAD.encode(signature)
    );
    [other_claims, other_signature]
}

/// Claims that Google refuses, each with the error it gives.
fn unsound_claims() -> [(Value, &'static str); 8] {
    let now = now_s();
    [
        (json!({ "iss": "x@example.invalid" }), "invalid_grant"),
        (
            json!({ "aud": "https://oauth2.googleapis.com/token" }),
            "invalid_grant",
        ),
        (
            json!({ "scope": "https://www.googleapis.com/auth/drive" }),
            "invalid_scope",
        ),
        (json!({ "scope": null }), "invalid_grant"),
        (
            json!({ "iat": now - 3600, "exp": now - 1 }),
            "invalid_grant",
        ),
        (json!({ "exp": now + 3700 }), "invalid_grant"),
        (json!({ "exp": i64::MAX }), "invalid_grant"),
        (json!({ "iat": now + 900 }), "invalid_grant"),
    ]
}

async fn assert_refused(fake: &Fake, assertion: &str, error: &str, what: &str) {
    let (status, body) = ask(fake, GRANT_TYPE, assertion).await;
    assert_eq!(
        (status, &body["error"]),
        (400, &json!(error)),
        "{what}: {body}"
    );
    assert_eq!(body.get("access_token"), None, "{what}");
}

#[tokio::test]
async fn only_sound_claims_buy_a_token() {
    let fake = Fake::start().await.expect("a fake");
    let forge = Forge::of(&fake);
    access_token(&fake).await;
    for (changes, error) in unsound_claims() {
        assert_refused(&fake, &forge.with(&changes), error, &changes.to_string()).await;
    }
    assert_eq!(fake.token_requests(), 1 + unsound_claims().len());
}

#[tokio::test]
async fn only_a_sound_signature_buys_a_token() {
    let (fake, stranger) = tokio::join!(Fake::start(), Fake::start());
    let (fake, stranger) = (fake.expect("a fake"), stranger.expect("a fake"));
    let forge = Forge::of(&fake);
    access_token(&fake).await;

    let [other_claims, other_signature] = tampered(&forge);
    let foreign = Forge {
        claims: forge.claims.clone(),
        ..Forge::of(&stranger)
    };
    let unsigned = format!(
        "{}.{}.",
        encode(&json!({ "alg": "none" })),
        encode(&forge.claims)
    );
    let table = [
        ("other claims", other_claims),
        ("other signature", other_signature),
        ("another key", foreign.assertion()),
        ("no signature", unsigned),
        (
            "other algorithm",
            forge.signed(&json!({ "alg": "HS256" }), &forge.claims),
        ),
        ("not a JWT", "x".to_owned()),
    ];
    for (what, assertion) in table {
        assert_refused(&fake, &assertion, "invalid_grant", what).await;
    }
}

#[tokio::test]
async fn only_the_assertion_grant_as_a_form_is_taken() {
    let fake = Fake::start().await.expect("a fake");
    let assertion = Forge::of(&fake).assertion();
    let (status, body) = ask(&fake, "client_credentials", &assertion).await;
    assert_eq!(
        (status, &body["error"]),
        (400, &json!("unsupported_grant_type"))
    );

    let json = json!({ "grant_type": GRANT_TYPE, "assertion": assertion });
    let request = reqwest::Client::new().post(fake.token_url()).json(&json);
    let response = request.send().await.expect("an answer");
    assert_eq!(response.status().as_u16(), 400);
    let body: Value = response.json().await.expect("JSON");
    assert_eq!(body["error"], "invalid_request");
}
