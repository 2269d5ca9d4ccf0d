//! Access tokens for the send endpoint, by way of `yup-oauth2`.

use tokio::sync::Mutex;
use yup_oauth2::ServiceAccountAuthenticator;
use yup_oauth2::authenticator::DefaultAuthenticator;
use yup_oauth2::error::AuthErrorCode;

use crate::config::{ConfigError, ServiceAccountKey};
use crate::error::{SendError, TransportError};

const SCOPES: [&str; 1] = ["https://www.googleapis.com/auth/firebase.messaging"];

/// The access token in use; the library keeps it until shortly before it expires.
pub(crate) struct Tokens {
    authenticator: DefaultAuthenticator,
    /// Without it, sends that start together would each ask for a token of their own.
    one_at_a_time: Mutex<()>,
}

impl Tokens {
    pub(crate) async fn new(key: ServiceAccountKey) -> Result<Self, ConfigError> {
        let authenticator = ServiceAccountAuthenticator::builder(key.into_inner())
            .build()
            .await
            .map_err(ConfigError::AccessTokens)?;
        Ok(Self {
            authenticator,
            one_at_a_time: Mutex::new(()),
        })
    }

    /// The access token to use now.
    pub(crate) async fn current(&self) -> Result<String, SendError> {
        let _turn = self.one_at_a_time.lock().await;
        match self.cached().await? {
            Some(token) => Ok(token),
            // The library caches even an answer without a token, and for ever.
            None => self.renewed().await,
        }
    }

    /// An access token other than the refused one; asks for it unless somebody just did.
    pub(crate) async fn other_than(&self, refused: &str) -> Result<String, SendError> {
        let _turn = self.one_at_a_time.lock().await;
        match self.cached().await? {
            Some(token) if token != refused => Ok(token),
            _ => self.renewed().await,
        }
    }

    async fn cached(&self) -> Result<Option<String>, SendError> {
        let token = self
            .authenticator
            .token(&SCOPES)
            .await
            .map_err(send_error)?;
        Ok(token.token().map(str::to_owned))
    }

    async fn renewed(&self) -> Result<String, SendError> {
        let token = self
            .authenticator
            .force_refreshed_token(&SCOPES)
            .await
            .map_err(send_error)?;
        token
            .token()
            .map(str::to_owned)
            .ok_or(SendError::Unavailable { retry_after: None })
    }
}

fn send_error(error: yup_oauth2::Error) -> SendError {
    use yup_oauth2::Error;
    match error {
        // Codes outside RFC 6749 are Google's own trouble, such as `internal_failure`.
        Error::AuthError(refusal) if matches!(refusal.error, AuthErrorCode::Other(_)) => {
            SendError::Unavailable { retry_after: None }
        }
        // The library hides the status; an answer that is no JSON is a proxy's or an outage's page.
        Error::JSONError(_) | Error::MissingAccessToken => {
            SendError::Unavailable { retry_after: None }
        }
        Error::HttpError(_) | Error::HttpClientError(_) => {
            let reason = format!("no access token: {error}");
            SendError::Transport(TransportError::NotSent { reason })
        }
        _ => SendError::Unauthorised,
    }
}
