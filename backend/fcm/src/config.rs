//! What a client needs to know before it can send.

use std::fmt;
use std::time::Duration;

use reqwest::Url;

/// Google's send endpoint.
pub const DEFAULT_FCM_URL: &str = "https://fcm.googleapis.com";

/// Longest time one send may take, access token included.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest URL accepted; far above any real one.
const MAX_URL_BYTES: usize = 2048;

/// Settings of one Firebase project.
#[derive(Debug, Clone)]
pub struct Config {
    /// Project the messages belong to.
    pub project_id: String,
    /// Account that may send for the project.
    pub service_account: ServiceAccountKey,
    /// Base of the send endpoint, without the path.
    pub fcm_url: String,
    /// Longest time one send may take, access token included.
    pub timeout: Duration,
}

impl Config {
    /// Settings for the project named in a service account's JSON.
    pub fn from_service_account_json(json: &str) -> Result<Self, ConfigError> {
        let service_account = ServiceAccountKey::from_json(json)?;
        let project_id = service_account
            .project_id()
            .ok_or(ConfigError::NoProjectId)?
            .to_owned();
        Ok(Self {
            project_id,
            service_account,
            fcm_url: DEFAULT_FCM_URL.to_owned(),
            timeout: DEFAULT_TIMEOUT,
        })
    }

    /// The full address of `messages:send` for this project.
    pub(crate) fn send_url(&self) -> Result<Url, ConfigError> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        if self.project_id.is_empty() || !self.project_id.chars().all(allowed) {
            return Err(ConfigError::BadProjectId);
        }
        let base = self.fcm_url.trim_end_matches('/');
        http_url(
            &format!("{base}/v1/projects/{}/messages:send", self.project_id),
            "fcm_url",
        )
    }
}

/// A service account's key; never printed.
#[derive(Clone)]
pub struct ServiceAccountKey(yup_oauth2::ServiceAccountKey);

impl ServiceAccountKey {
    /// Reads the JSON that the Google console hands out.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        // serde's message may quote the value it stumbled over, which may be the key.
        let key: yup_oauth2::ServiceAccountKey =
            serde_json::from_str(json).map_err(|e| ConfigError::BadJson {
                line: e.line(),
                column: e.column(),
            })?;
        if key.key_type.as_deref() != Some("service_account") {
            return Err(ConfigError::NotAServiceAccount);
        }
        // The library unwraps this address when it builds its request.
        http_url(&key.token_uri, "token_uri")?;
        Ok(Self(key))
    }

    /// Project the account belongs to, if the JSON names it.
    pub fn project_id(&self) -> Option<&str> {
        self.0.project_id.as_deref()
    }

    pub(crate) fn into_inner(self) -> yup_oauth2::ServiceAccountKey {
        self.0
    }
}

impl fmt::Debug for ServiceAccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccountKey")
            .field("project_id", &self.0.project_id)
            .field("token_uri", &self.0.token_uri)
            .finish_non_exhaustive()
    }
}

/// Why a client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The text is not a service account's JSON.
    #[error("the service account is not readable JSON (line {line}, column {column})")]
    BadJson {
        /// Line of the first fault.
        line: usize,
        /// Column of the first fault.
        column: usize,
    },
    /// The JSON is some other kind of Google credential.
    #[error("the JSON is not that of a service account")]
    NotAServiceAccount,
    /// The JSON names no project.
    #[error("the service account names no project")]
    NoProjectId,
    /// The project id has characters that no project id has.
    #[error("the project id is empty or has odd characters")]
    BadProjectId,
    /// An address is not an http or https URL.
    #[error("{what} is not an http or https URL")]
    BadUrl {
        /// The setting at fault.
        what: &'static str,
    },
    /// The private key or the system's root certificates cannot be used.
    #[error("the client for access tokens cannot be built")]
    AccessTokens(#[source] std::io::Error),
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot be built")]
    Http(#[source] reqwest::Error),
}

fn http_url(text: &str, what: &'static str) -> Result<Url, ConfigError> {
    let plain = |b: u8| b.is_ascii_graphic() && !br#"<>"{}|^`\"#.contains(&b);
    if text.len() > MAX_URL_BYTES || !text.bytes().all(plain) {
        return Err(ConfigError::BadUrl { what });
    }
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or(ConfigError::BadUrl { what })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "the-private-part";

    fn account(kind: &str, token_uri: &str) -> String {
        serde_json::json!({
            "type": kind, "project_id": "p-1", "private_key": SECRET,
            "client_email": "push@example.invalid", "token_uri": token_uri,
        })
        .to_string()
    }

    #[test]
    fn debug_hides_the_key() {
        let json = account("service_account", "https://example.invalid/token");
        let config = Config::from_service_account_json(&json).expect("a sound account");
        let printed = format!("{config:?}");
        assert!(printed.contains("p-1"));
        assert!(
            !printed.contains(SECRET) && !printed.contains("push@"),
            "{printed}"
        );
    }

    #[test]
    fn a_bad_account_is_refused_without_quoting_it() {
        let quoted = r#"{"private_key": "x", "client_email": 1, "token_uri": "the-private-part"}"#;
        let text = ServiceAccountKey::from_json(quoted)
            .expect_err("wrong type")
            .to_string();
        assert!(!text.contains(SECRET), "{text}");
        for uri in [
            "",
            "not a url",
            "ftp://example.invalid/x",
            "http://a b/",
            "http://a/\u{fc}",
        ] {
            let error = ServiceAccountKey::from_json(&account("service_account", uri));
            assert!(
                matches!(error, Err(ConfigError::BadUrl { what: "token_uri" })),
                "{uri}"
            );
        }
        let user = account("authorized_user", "https://example.invalid/token");
        assert!(matches!(
            ServiceAccountKey::from_json(&user),
            Err(ConfigError::NotAServiceAccount)
        ));
    }

    #[test]
    fn the_send_address_follows_from_base_and_project() {
        let json = account("service_account", "https://example.invalid/token");
        let mut config = Config::from_service_account_json(&json).expect("a sound account");
        let url = config.send_url().expect("a sound URL");
        assert_eq!(
            url.as_str(),
            "https://fcm.googleapis.com/v1/projects/p-1/messages:send"
        );
        config.fcm_url = "http://127.0.0.1:9/".to_owned();
        let url = config.send_url().expect("a sound URL");
        assert_eq!(
            url.as_str(),
            "http://127.0.0.1:9/v1/projects/p-1/messages:send"
        );
        config.project_id = "../other".to_owned();
        assert!(matches!(config.send_url(), Err(ConfigError::BadProjectId)));
    }
}
