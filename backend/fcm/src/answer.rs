//! Reading the answer of the send endpoint.

use std::time::Duration;

use serde::Deserialize;

use crate::client::Sent;
use crate::error::SendError;

/// Google's advice where a 429 names no time.
const DEFAULT_QUOTA_WAIT: Duration = Duration::from_secs(60);

/// Longest field path and reason kept.
const MAX_WORDS: usize = 120;

/// An answer as it came in.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Whether a new access token may help.
    ///
    /// A 401 for the credentials that Google itself holds for Apple or web push is not ours.
    pub(crate) fn refuses_access_token(&self) -> bool {
        self.status == 401
            && self
                .google_error()
                .is_none_or(|e| e.code() != Some("THIRD_PARTY_AUTH_ERROR"))
    }

    pub(crate) fn into_result(self) -> Result<Sent, SendError> {
        if self.status == 200 {
            return serde_json::from_slice::<Success>(&self.body)
                .map(|success| Sent { name: success.name })
                .map_err(|_| SendError::UnexpectedAnswer { status: 200 });
        }
        Err(self.error())
    }

    fn error(&self) -> SendError {
        let error = self.google_error();
        let code = error.as_ref().and_then(GoogleError::code);
        match (code, self.status) {
            (Some("UNREGISTERED"), _) => SendError::Unregistered,
            (Some("SENDER_ID_MISMATCH"), _) => SendError::SenderMismatch,
            (Some("INVALID_ARGUMENT"), _) => invalid_argument(error.as_ref()),
            (Some("QUOTA_EXCEEDED"), _) | (_, 429) => SendError::QuotaExceeded {
                retry_after: self.retry_after.unwrap_or(DEFAULT_QUOTA_WAIT),
            },
            (Some("UNAVAILABLE" | "INTERNAL"), _) | (_, 500 | 502..=504) => {
                SendError::Unavailable {
                    retry_after: self.retry_after,
                }
            }
            (_, 401 | 403) => SendError::Unauthorised,
            // A 404 without UNREGISTERED is a wrong address or project, not a dead token.
            (_, status) => SendError::UnexpectedAnswer { status },
        }
    }

    fn google_error(&self) -> Option<GoogleError> {
        serde_json::from_slice::<Failure>(&self.body)
            .ok()
            .map(|failure| failure.error)
    }
}

#[derive(Deserialize)]
struct Success {
    name: String,
}

#[derive(Deserialize)]
struct Failure {
    error: GoogleError,
}

/// Google's error body; everything may be missing.
#[derive(Deserialize, Default)]
#[serde(default)]
struct GoogleError {
    message: String,
    status: String,
    details: Vec<Detail>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Detail {
    #[serde(rename = "@type")]
    kind: String,
    #[serde(rename = "errorCode")]
    error_code: Option<String>,
    #[serde(rename = "fieldViolations")]
    field_violations: Vec<FieldViolation>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct FieldViolation {
    field: String,
    description: String,
}

impl GoogleError {
    /// FCM's own code; the general status only where it means the same.
    fn code(&self) -> Option<&str> {
        let own = self
            .details
            .iter()
            .filter(|detail| detail.kind.ends_with(".FcmError"));
        own.filter_map(|detail| detail.error_code.as_deref())
            .next()
            .or(match self.status.as_str() {
                status @ ("INVALID_ARGUMENT" | "UNAVAILABLE" | "INTERNAL") => Some(status),
                _ => None,
            })
    }
}

fn invalid_argument(error: Option<&GoogleError>) -> SendError {
    let violation = error.and_then(|e| e.details.iter().flat_map(|d| &d.field_violations).next());
    let words = violation
        .map(|v| v.description.as_str())
        .filter(|description| !description.is_empty())
        .or(error.map(|e| e.message.as_str()))
        .unwrap_or_default();
    SendError::InvalidArgument {
        field: violation
            .map(|v| field_path(&v.field))
            .filter(|field| !field.is_empty()),
        reason: without_values(words),
    }
}

fn field_path(text: &str) -> String {
    let allowed = |c: &char| c.is_ascii_alphanumeric() || "._[]".contains(*c);
    text.chars().take_while(allowed).take(MAX_WORDS).collect()
}

/// Google quotes the offending value after a quotation mark or a comma; it may be personal.
fn without_values(text: &str) -> String {
    let words = text.split(['"', ',']).next().unwrap_or_default();
    words
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_WORDS)
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(status: u16, body: &Value) -> Result<Sent, SendError> {
        let retry_after = Some(Duration::from_secs(7));
        Answer {
            status,
            retry_after,
            body: body.to_string().into_bytes(),
        }
        .into_result()
    }

    fn fcm_error(status: &str, code: &str) -> Value {
        let kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
        json!({ "error": { "code": 0, "message": "words", "status": status,
            "details": [{ "@type": kind, "errorCode": code }] } })
    }

    #[test]
    fn each_code_has_its_error() {
        use SendError::{QuotaExceeded, SenderMismatch, Unavailable, Unregistered};
        let wait = Duration::from_secs(7);
        let retry_after = Some(wait);
        let (field, reason) = (None, "words".to_owned());
        let table = [
            (404, "NOT_FOUND", "UNREGISTERED", Unregistered),
            (
                403,
                "PERMISSION_DENIED",
                "SENDER_ID_MISMATCH",
                SenderMismatch,
            ),
            (
                400,
                "INVALID_ARGUMENT",
                "INVALID_ARGUMENT",
                SendError::InvalidArgument { field, reason },
            ),
            (
                429,
                "RESOURCE_EXHAUSTED",
                "QUOTA_EXCEEDED",
                QuotaExceeded { retry_after: wait },
            ),
            (
                503,
                "UNAVAILABLE",
                "UNAVAILABLE",
                Unavailable { retry_after },
            ),
            (500, "INTERNAL", "INTERNAL", Unavailable { retry_after }),
        ];
        for (http, status, code, expected) in table {
            assert_eq!(read(http, &fcm_error(status, code)), Err(expected));
        }
    }

    #[test]
    fn without_a_code_the_status_decides() {
        use SendError::{Unauthorised, Unavailable, UnexpectedAnswer};
        let retry_after = Some(Duration::from_secs(7));
        let denied = json!({ "error": { "status": "PERMISSION_DENIED" } });
        let table = [
            (502, json!("a proxy's page"), Unavailable { retry_after }),
            (401, json!({}), Unauthorised),
            (403, denied, Unauthorised),
            (404, json!("no such page"), UnexpectedAnswer { status: 404 }),
            (302, json!(""), UnexpectedAnswer { status: 302 }),
            (200, json!({ "ok": true }), UnexpectedAnswer { status: 200 }),
        ];
        for (http, body, expected) in table {
            assert_eq!(read(http, &body), Err(expected), "{http} {body}");
        }
    }

    #[test]
    fn a_field_violation_is_kept_without_its_value() {
        let description = "Invalid value at 'message.data[0].value' (TYPE_STRING), 12";
        let body = json!({ "error": { "code": 400, "message": description,
            "status": "INVALID_ARGUMENT", "details": [{
                "@type": "type.googleapis.com/google.rpc.BadRequest",
                "fieldViolations": [{
                    "field": "message.data[0].value", "description": description }] }] } });
        let expected = SendError::InvalidArgument {
            field: Some("message.data[0].value".to_owned()),
            reason: "Invalid value at 'message.data[0].value' (TYPE_STRING)".to_owned(),
        };
        assert_eq!(read(400, &body), Err(expected));
    }

    #[test]
    fn quota_without_a_time_waits_googles_default() {
        let answer = Answer {
            status: 429,
            retry_after: None,
            body: Vec::new(),
        };
        let error = answer.into_result().expect_err("a failure");
        assert_eq!(error.retry_after(), Some(DEFAULT_QUOTA_WAIT));
    }

    #[test]
    fn a_third_partys_401_asks_for_no_new_token() {
        let body = |code| fcm_error("UNAUTHENTICATED", code).to_string().into_bytes();
        let refuses = |body| {
            Answer {
                status: 401,
                retry_after: None,
                body,
            }
            .refuses_access_token()
        };
        assert!(!refuses(body("THIRD_PARTY_AUTH_ERROR")));
        assert!(refuses(body("UNSPECIFIED_ERROR")));
        assert!(refuses(Vec::new()));
    }
}
