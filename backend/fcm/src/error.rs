//! Why a message was not sent, and whether trying again can help.

use std::time::Duration;

/// Why a message was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The registration token is dead: the app is gone. Forget the token.
    #[error("the registration token is no longer registered")]
    Unregistered,
    /// Google does not accept this message or this registration token.
    #[error("the message is not accepted: {reason} (field {})", field.as_deref().unwrap_or("not named"))]
    InvalidArgument {
        /// Path of the field at fault, if named.
        field: Option<String>,
        /// Google's words, without the values they quote.
        reason: String,
    },
    /// The registration token belongs to another project's sender.
    #[error("the registration token belongs to another sender")]
    SenderMismatch,
    /// Too many messages, in all or to this device.
    #[error("the quota is used up; wait {} s", retry_after.as_secs())]
    QuotaExceeded {
        /// How long to wait; Google's default where it names no time.
        retry_after: Duration,
    },
    /// Google's token or send endpoint is out of order for now.
    #[error("the service is unavailable for now")]
    Unavailable {
        /// How long to wait, if Google says so.
        retry_after: Option<Duration>,
    },
    /// The service account, or its right to send, is refused. A person must look at the settings.
    #[error("the service account is refused")]
    Unauthorised,
    /// The way to Google is broken.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// An answer that HTTP v1 does not define.
    #[error("unexpected answer with status {status}")]
    UnexpectedAnswer {
        /// Its HTTP status.
        status: u16,
    },
}

impl SendError {
    /// Whether this message can never reach this registration token.
    ///
    /// `Unauthorised` is not permanent: the same message goes through once the settings are right.
    pub fn is_permanent(&self) -> bool {
        matches!(
            self,
            Self::Unregistered | Self::InvalidArgument { .. } | Self::SenderMismatch
        )
    }

    /// How long Google asks to wait before the next try.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::QuotaExceeded { retry_after } => Some(*retry_after),
            Self::Unavailable { retry_after } => *retry_after,
            _ => None,
        }
    }
}

/// A broken way to Google, split by what is known of the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The message has not left.
    #[error("not sent: {reason}")]
    NotSent {
        /// What broke.
        reason: String,
    },
    /// The message left and no answer came: it may or may not arrive.
    #[error("sent perhaps: {reason}")]
    OutcomeUnknown {
        /// What broke.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_faults_of_message_or_token_are_permanent() {
        let wait = Duration::from_secs(7);
        let table = [
            (SendError::Unregistered, true, None),
            (
                SendError::InvalidArgument {
                    field: None,
                    reason: String::new(),
                },
                true,
                None,
            ),
            (SendError::SenderMismatch, true, None),
            (
                SendError::QuotaExceeded { retry_after: wait },
                false,
                Some(wait),
            ),
            (
                SendError::Unavailable {
                    retry_after: Some(wait),
                },
                false,
                Some(wait),
            ),
            (SendError::Unavailable { retry_after: None }, false, None),
            (SendError::Unauthorised, false, None),
            (SendError::UnexpectedAnswer { status: 302 }, false, None),
        ];
        for (error, permanent, retry_after) in table {
            assert_eq!(error.is_permanent(), permanent, "{error:?}");
            assert_eq!(error.retry_after(), retry_after, "{error:?}");
        }
    }
}
