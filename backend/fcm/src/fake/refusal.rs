//! Google's error bodies.

use poem::Response;
use poem::http::{StatusCode, header};
use serde_json::{Value, json};

const FCM_ERROR: &str = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
const BAD_REQUEST: &str = "type.googleapis.com/google.rpc.BadRequest";

/// A refused send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    code: StatusCode,
    status: &'static str,
    message: String,
    details: Vec<Value>,
    retry_after: Option<String>,
}

impl Refusal {
    /// The body does not fit the schema: told by field, without a code of FCM's own.
    fn shape(field: &str, description: String) -> Self {
        let details = vec![json!({
            "@type": BAD_REQUEST,
            "fieldViolations": [{ "field": field, "description": description }],
        })];
        Self {
            code: StatusCode::BAD_REQUEST,
            status: "INVALID_ARGUMENT",
            message: description,
            details,
            retry_after: None,
        }
    }

    pub(super) fn unknown_name(path: &str, name: &str) -> Self {
        let place = if path.is_empty() {
            String::new()
        } else {
            format!(" at '{path}'")
        };
        let words = format!(
            "Invalid JSON payload received. Unknown name \"{name}\"{place}: Cannot find field."
        );
        Self::shape(path, words)
    }

    pub(super) fn wrong_value(path: &str, value: &Value) -> Self {
        Self::shape(path, format!("Invalid value at '{path}', {value}"))
    }

    pub(super) fn not_json() -> Self {
        Self::shape("", "Invalid JSON payload received.".to_owned())
    }

    /// The body fits the schema, but FCM does not take what it says.
    pub(super) fn content(message: &str) -> Self {
        let code = StatusCode::BAD_REQUEST;
        Self::fcm(code, "INVALID_ARGUMENT", "INVALID_ARGUMENT", message)
    }

    pub(super) fn unregistered() -> Self {
        let message = "Requested entity was not found.";
        Self::fcm(StatusCode::NOT_FOUND, "NOT_FOUND", "UNREGISTERED", message)
    }

    pub(super) fn sender_mismatch() -> Self {
        let (status, code) = ("PERMISSION_DENIED", "SENDER_ID_MISMATCH");
        Self::fcm(StatusCode::FORBIDDEN, status, code, "SenderId mismatch")
    }

    pub(super) fn unavailable(retry_after: String) -> Self {
        let (status, message) = ("UNAVAILABLE", "The service is currently unavailable.");
        let refusal = Self::fcm(StatusCode::SERVICE_UNAVAILABLE, status, status, message);
        Self {
            retry_after: Some(retry_after),
            ..refusal
        }
    }

    pub(super) fn quota_exceeded(retry_after: String) -> Self {
        let (status, code) = ("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED");
        let refusal = Self::fcm(
            StatusCode::TOO_MANY_REQUESTS,
            status,
            code,
            "Quota exceeded.",
        );
        Self {
            retry_after: Some(retry_after),
            ..refusal
        }
    }

    pub(super) fn unauthenticated() -> Self {
        Self::plain(
            StatusCode::UNAUTHORIZED,
            "UNAUTHENTICATED",
            "Request had invalid authentication credentials.",
        )
    }

    pub(super) fn wrong_project() -> Self {
        let message = "Permission 'cloudmessaging.messages.create' denied on resource.";
        Self::plain(StatusCode::FORBIDDEN, "PERMISSION_DENIED", message)
    }

    pub(super) fn no_such_path() -> Self {
        Self::plain(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            "The requested URL was not found.",
        )
    }

    fn fcm(code: StatusCode, status: &'static str, error_code: &str, message: &str) -> Self {
        let details = vec![json!({ "@type": FCM_ERROR, "errorCode": error_code })];
        Self {
            details,
            ..Self::plain(code, status, message)
        }
    }

    fn plain(code: StatusCode, status: &'static str, message: &str) -> Self {
        Self {
            code,
            status,
            message: message.to_owned(),
            details: Vec::new(),
            retry_after: None,
        }
    }

    pub(super) fn into_response(self) -> Response {
        let mut error = json!({
            "code": self.code.as_u16(), "message": self.message, "status": self.status,
        });
        if !self.details.is_empty() {
            error["details"] = self.details.into();
        }
        let mut response = Response::builder()
            .status(self.code)
            .content_type("application/json");
        if let Some(value) = self.retry_after {
            response = response.header(header::RETRY_AFTER, value);
        }
        response.body(json!({ "error": error }).to_string())
    }
}
