//! What every answer has in common: trace id, size limit, problems for every error.

use std::sync::Arc;

use poem::{
    Endpoint, EndpointExt, IntoEndpoint, IntoResponse, Request, Response, Route,
    endpoint::make_sync,
    error::{MethodNotAllowedError, NotFoundError, ReadBodyError},
    get,
    http::{HeaderValue, header::CONTENT_TYPE},
    middleware::CatchPanic,
};
use poem_openapi::{
    OperationId,
    error::{
        AuthorizationError, ContentTypeError, ParseParamError, ParsePathError,
        ParseRequestPayloadError,
    },
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Authenticate, MAX_BODY_BYTES, Ports, Problem, Slug, document, document_json,
    limits::bound_body, service,
};

mod docs;
mod operations;

use operations::Operations;

/// Name of the header that carries the trace id.
pub const TRACE_HEADER: &str = "X-Trace-Id";

const PROBLEM_TYPE: &str = "application/problem+json";

/// Id of one request; in its problem body, in `X-Trace-Id`, and in the request's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceId(pub Uuid);

impl TraceId {
    #[expect(
        clippy::disallowed_methods,
        reason = "a trace id names a request in logs; nothing is decided by it or stored under it"
    )]
    fn fresh() -> Self {
        Self(Uuid::now_v7())
    }
}

/// The routes of the contract: operations, `/docs`, `/openapi.json`, `/openapi.yaml`.
/// More may be added beside them; wrap the whole in [`edge`].
pub fn routes<P: Ports>(ports: P, authenticator: Arc<dyn Authenticate>) -> Route {
    let service = service(ports);
    let (json, yaml) = (document_json(), document());
    let docs = docs::html(&service.swagger_ui_html(), &service.spec(), &json);
    let page = move || {
        let docs = docs.clone();
        get(make_sync(move |_| docs::answer(docs.clone())))
    };
    let text = |text: String, media: &'static str| {
        get(make_sync(move |_| {
            Response::builder().content_type(media).body(text.clone())
        }))
    };
    Route::new()
        .nest_no_strip("/v1", service.into_endpoint().data(authenticator))
        .at("/openapi.json", text(json, "application/json"))
        .at("/openapi.yaml", text(yaml, "application/yaml"))
        .at("/docs", page())
        .at("/docs/", page())
}

/// Wraps routes so that every answer carries a trace id and every error, a panic
/// included, is a problem. Put nothing that compresses or buffers around it: the
/// event stream passes through.
pub fn edge<E>(routes: E) -> impl Endpoint<Output = Response>
where
    E: IntoEndpoint,
    E::Endpoint: 'static,
{
    edge_with_limit(routes, MAX_BODY_BYTES)
}

/// [`edge`] with another size limit for bodies.
pub fn edge_with_limit<E>(routes: E, max_body_bytes: usize) -> impl Endpoint<Output = Response>
where
    E: IntoEndpoint,
    E::Endpoint: 'static,
{
    let operations = Arc::new(Operations::read());
    let fault = |_| Problem::internal().into_response();
    routes
        .into_endpoint()
        .map_to_response()
        .with(CatchPanic::new().with_handler(fault))
        .around(move |routes, request| answer(routes, request, operations.clone(), max_body_bytes))
}

async fn answer<E: Endpoint<Output = Response>>(
    routes: Arc<E>,
    mut request: Request,
    operations: Arc<Operations>,
    max_body_bytes: usize,
) -> poem::Result<Response> {
    let trace = TraceId::fresh();
    request.set_data(trace);
    let path = request.uri().path().to_owned();
    let result = match bound_body(&mut request, max_body_bytes).await {
        Ok(()) => routes.call(request).await,
        Err(problem) => Err(problem.into()),
    };
    let response = match result {
        Ok(response) => response,
        Err(error) => to_response(error, &operations, &path),
    };
    Ok(stamp(response, trace).await)
}

/// Turns any error into a problem; an answer of ours passes through untouched.
/// Errors of the libraries quote the request, so only their kind is used.
pub fn catch_all(error: poem::Error) -> Response {
    to_response(error, &Operations::default(), "")
}

fn to_response(error: poem::Error, operations: &Operations, path: &str) -> Response {
    if error.is_from_response() {
        return error.into_response();
    }
    problem_of(&error, operations, path).into_response()
}

fn problem_of(error: &poem::Error, operations: &Operations, path: &str) -> Problem {
    let operation = error.data::<OperationId>().map(|id| id.0);
    if let Some(ParsePathError { name, .. }) = error.downcast_ref() {
        let (name, rule) = operations.path_parameter(operation, name);
        return Problem::malformed(name, rule);
    }
    if let Some(ParseParamError { name, reason }) = error.downcast_ref() {
        let missing = reason.starts_with("Type \"") && reason.ends_with("expects an input value.");
        let rule = if missing {
            "required".to_owned()
        } else {
            operations.rule(operation, name)
        };
        return Problem::malformed(*name, rule);
    }
    if error.is::<MethodNotAllowedError>() {
        return Problem::method_not_allowed(&operations.allow(path));
    }
    if error.is::<NotFoundError>() {
        return Problem::not_found();
    }
    if error.is::<AuthorizationError>() {
        return Problem::unauthenticated();
    }
    if error.is::<ContentTypeError>() {
        return Slug::UnsupportedMediaType.into();
    }
    if error.is::<ParseRequestPayloadError>() {
        return Problem::malformed("body", "json");
    }
    match error.downcast_ref::<ReadBodyError>() {
        Some(ReadBodyError::PayloadTooLarge) => Slug::PayloadTooLarge.into(),
        Some(_) => Problem::malformed("body", "complete"),
        None => of_status(error.status().as_u16()),
    }
}

fn of_status(status: u16) -> Problem {
    let slug = match status {
        401 => Slug::Unauthenticated,
        403 => Slug::Forbidden,
        404 => Slug::NotFound,
        405 => Slug::MethodNotAllowed,
        409 => Slug::Conflict,
        413 => Slug::PayloadTooLarge,
        415 => Slug::UnsupportedMediaType,
        422 => Slug::InvalidRequest,
        429 => Slug::TooManyRequests,
        503 => Slug::Unavailable,
        400..500 => Slug::MalformedRequest,
        _ => Slug::Internal,
    };
    slug.into()
}

/// Adds the trace id to the header and, in a problem, to the body.
async fn stamp(mut response: Response, trace: TraceId) -> Response {
    let text = trace.0.to_string();
    let is_problem = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|it| it == PROBLEM_TYPE);
    if is_problem {
        let body = response.take_body().into_bytes().await.unwrap_or_default();
        match serde_json::from_slice::<Value>(&body) {
            Ok(Value::Object(mut problem)) => {
                problem.insert("trace_id".to_owned(), Value::String(text.clone()));
                response.set_body(Value::Object(problem).to_string());
            }
            _ => response.set_body(body),
        }
    }
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(TRACE_HEADER, value);
    }
    response
}
