//! RFC 9457 problems: the body, the responses, the closed list of types.

use poem_openapi::{ApiResponse, Object, payload::Json};

mod slug;

pub use slug::Slug;

/// What an operation answers: a JSON body or a problem.
pub type Answer<T> = Result<Json<T>, Problem>;

/// Seconds after which a busy or throttled service may be asked again.
pub const RETRY_AFTER_S: u32 = 1;

const CHALLENGE: &str = "Bearer";

/// One rule that a request broke. The offending value is never repeated.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct FieldError {
    /// Dotted path of the field, or the name of the parameter.
    pub field: String,
    /// The rule it broke, as the document words it.
    pub rule: String,
}

impl FieldError {
    /// A broken rule of one field.
    pub fn new(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            rule: rule.into(),
        }
    }
}

/// Problem details (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none, skip_serializing_if_is_empty)]
pub struct ProblemBody {
    /// `urn:anlin:problem:<slug>`; stable, meant for programs.
    #[oai(rename = "type")]
    pub kind: String,
    /// The same words for every problem of this type.
    pub title: String,
    /// Status code of the answer.
    pub status: u16,
    /// Words for this occurrence.
    pub detail: Option<String>,
    /// Fields and the rules they broke.
    #[oai(default)]
    pub errors: Vec<FieldError>,
    /// Word for the responder who answered first (`already-taken`).
    pub answered_by: Option<String>,
    /// Quote it when reporting the problem; also in `X-Trace-Id`.
    pub trace_id: Option<String>,
}

type Body = Json<Box<ProblemBody>>;

/// Every answer that is not a success.
#[derive(Debug, ApiResponse)]
pub enum Problem {
    /// The request cannot be read: syntax, parameters, headers.
    #[oai(status = 400, content_type = "application/problem+json")]
    BadRequest(Body),
    /// No valid token.
    #[oai(status = 401, content_type = "application/problem+json")]
    Unauthorized(
        Body,
        /// The scheme to use.
        #[oai(header = "WWW-Authenticate")]
        String,
    ),
    /// The caller may not do this.
    #[oai(status = 403, content_type = "application/problem+json")]
    Forbidden(Body),
    /// No such thing, or none that the caller may see.
    #[oai(status = 404, content_type = "application/problem+json")]
    NotFound(Body),
    /// The path exists, the method does not.
    #[oai(status = 405, content_type = "application/problem+json")]
    MethodNotAllowed(
        Body,
        /// Methods that this path has.
        #[oai(header = "Allow")]
        String,
    ),
    /// The state of the thing does not allow it (any more).
    #[oai(status = 409, content_type = "application/problem+json")]
    Conflict(Body),
    /// The body is larger than the service reads.
    #[oai(status = 413, content_type = "application/problem+json")]
    PayloadTooLarge(Body),
    /// The body is not `application/json`.
    #[oai(status = 415, content_type = "application/problem+json")]
    UnsupportedMediaType(Body),
    /// The body was read, and its content breaks a rule.
    #[oai(status = 422, content_type = "application/problem+json")]
    Unprocessable(Body),
    /// Too many requests from this caller.
    #[oai(status = 429, content_type = "application/problem+json")]
    TooManyRequests(
        Body,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        u32,
    ),
    /// A fault on the service's side.
    #[oai(status = 500, content_type = "application/problem+json")]
    Internal(Body),
    /// The service cannot answer at the moment.
    #[oai(status = 503, content_type = "application/problem+json")]
    Unavailable(
        Body,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        u32,
    ),
}

impl From<Slug> for Problem {
    fn from(slug: Slug) -> Self {
        let body = Json(Box::new(ProblemBody {
            kind: slug.urn(),
            title: slug.title().to_owned(),
            status: slug.status(),
            detail: None,
            errors: Vec::new(),
            answered_by: None,
            trace_id: None,
        }));
        match slug.status() {
            400 => Self::BadRequest(body),
            401 => Self::Unauthorized(body, CHALLENGE.to_owned()),
            403 => Self::Forbidden(body),
            404 => Self::NotFound(body),
            405 => Self::MethodNotAllowed(body, "GET, HEAD".to_owned()),
            409 => Self::Conflict(body),
            413 => Self::PayloadTooLarge(body),
            415 => Self::UnsupportedMediaType(body),
            422 => Self::Unprocessable(body),
            429 => Self::TooManyRequests(body, RETRY_AFTER_S),
            503 => Self::Unavailable(body, RETRY_AFTER_S),
            _ => Self::Internal(body),
        }
    }
}

impl Problem {
    /// A parameter or header that cannot be read.
    pub fn malformed(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::from(Slug::MalformedRequest).with_error(field, rule)
    }

    /// A body that was read and breaks one rule.
    pub fn invalid(field: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::from(Slug::InvalidRequest).with_error(field, rule)
    }

    /// No valid token.
    pub fn unauthenticated() -> Self {
        Slug::Unauthenticated.into()
    }

    /// The caller may not do this.
    pub fn forbidden() -> Self {
        Slug::Forbidden.into()
    }

    /// No such thing, or none that the caller may see.
    pub fn not_found() -> Self {
        Slug::NotFound.into()
    }

    /// The path exists with other methods.
    pub fn method_not_allowed(allow: &str) -> Self {
        match Self::from(Slug::MethodNotAllowed) {
            Self::MethodNotAllowed(body, _) => Self::MethodNotAllowed(body, allow.to_owned()),
            other => other,
        }
    }

    /// Someone else was first; `by` is a word that the caller may see.
    pub fn already_taken(by: Option<String>) -> Self {
        let mut problem = Self::from(Slug::AlreadyTaken);
        problem.body_mut().answered_by = by;
        problem
    }

    /// Too many requests; ask again after `seconds`.
    pub fn too_many_requests(seconds: u32) -> Self {
        match Self::from(Slug::TooManyRequests) {
            Self::TooManyRequests(body, _) => Self::TooManyRequests(body, seconds),
            other => other,
        }
    }

    /// The service cannot answer; ask again after `seconds`.
    pub fn unavailable(seconds: u32) -> Self {
        match Self::from(Slug::Unavailable) {
            Self::Unavailable(body, _) => Self::Unavailable(body, seconds),
            other => other,
        }
    }

    /// A fault on this side; says nothing of its cause.
    pub fn internal() -> Self {
        Slug::Internal.into()
    }

    /// Adds words for this occurrence; they must not repeat the caller's input.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.body_mut().detail = Some(detail.into());
        self
    }

    /// Adds a broken rule.
    #[must_use]
    pub fn with_error(mut self, field: impl Into<String>, rule: impl Into<String>) -> Self {
        self.body_mut().errors.push(FieldError::new(field, rule));
        self
    }

    /// Adds broken rules.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.body_mut().errors.extend(errors);
        self
    }

    /// The body of this problem.
    pub fn body(&self) -> &ProblemBody {
        match self {
            Self::BadRequest(body)
            | Self::Unauthorized(body, _)
            | Self::Forbidden(body)
            | Self::NotFound(body)
            | Self::MethodNotAllowed(body, _)
            | Self::Conflict(body)
            | Self::PayloadTooLarge(body)
            | Self::UnsupportedMediaType(body)
            | Self::Unprocessable(body)
            | Self::TooManyRequests(body, _)
            | Self::Internal(body)
            | Self::Unavailable(body, _) => &body.0,
        }
    }

    fn body_mut(&mut self) -> &mut ProblemBody {
        match self {
            Self::BadRequest(body)
            | Self::Unauthorized(body, _)
            | Self::Forbidden(body)
            | Self::NotFound(body)
            | Self::MethodNotAllowed(body, _)
            | Self::Conflict(body)
            | Self::PayloadTooLarge(body)
            | Self::UnsupportedMediaType(body)
            | Self::Unprocessable(body)
            | Self::TooManyRequests(body, _)
            | Self::Internal(body)
            | Self::Unavailable(body, _) => &mut body.0,
        }
    }
}
