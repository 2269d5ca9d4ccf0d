//! The document: what the library prints, completed and put in a stable order.

use serde_json::{Map, Value, json};

use crate::{DEFAULT_LIMIT, DocumentOnly, KEEP_ALIVE, MAX_BODY_BYTES, MAX_LIMIT, Slug, service};

mod schemas;
mod text;

use text::{from_yaml, to_json, to_yaml};

const DESCRIPTION: &str = "From an alarm to a neighbour at the door. \
Every answer that is not a success is a problem (RFC 9457) of a type listed under \
`x-anlin-problem-types`; it names the field and the rule, never the value. Lists are read \
page by page with an opaque cursor. Clients ignore members and enumeration values that they \
do not know.";

const TAGS: [&str; 9] = [
    "incidents",
    "residents",
    "devices",
    "webhooks",
    "responders",
    "street-closures",
    "push-endpoints",
    "notifications",
    "ops",
];

/// Header names as people write them; the library prints them in capitals.
const HEADERS: [&str; 4] = ["Allow", "Location", "Retry-After", "WWW-Authenticate"];

/// Methods that a path item may have, in the order in which the document lists them.
pub(crate) const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

/// The document as YAML; equals the committed `openapi.yaml`.
pub fn document() -> String {
    to_yaml(&document_value())
}

/// The same document as JSON; what the service answers at `/openapi.json`.
pub fn document_json() -> String {
    to_json(&document_value())
}

/// The same document as a tree.
pub fn document_value() -> Value {
    let printed = service(DocumentOnly).spec();
    // The library prints JSON; an unreadable text would surface as an empty document,
    // which the drift check and every test of this crate refuse.
    let mut document: Value = serde_json::from_str(&printed).unwrap_or_default();
    complete_head(&mut document);
    schemas::close_request_objects(&mut document);
    schemas::tidy(&mut document);
    for_each_operation(&mut document, complete_operation);
    share_problem_responses(&mut document);
    document
}

/// Reads a document back from its YAML; the error is one line.
pub fn read_document(text: &str) -> Result<Value, String> {
    from_yaml(text).map_err(|error| error.lines().next().unwrap_or_default().to_owned())
}

fn complete_head(document: &mut Value) {
    document["info"]["description"] = DESCRIPTION.into();
    document["info"]["license"] =
        json!({"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"});
    document["servers"] = json!([{"url": "/"}]);
    let rank = |tag: &Value| TAGS.iter().position(|name| tag["name"] == *name);
    if let Some(tags) = document["tags"].as_array_mut() {
        tags.sort_by_key(|tag| rank(tag).unwrap_or(TAGS.len()));
    }
    let types = Slug::ALL
        .map(|slug| json!({"type": slug.urn(), "status": slug.status(), "title": slug.title()}));
    document["x-anlin-problem-types"] = types.into_iter().collect();
    document["x-anlin-limits"] = json!({
        "max_body_bytes": MAX_BODY_BYTES,
        "page_default": DEFAULT_LIMIT,
        "page_max": MAX_LIMIT,
        "stream_keep_alive_s": KEEP_ALIVE.as_secs(),
    });
    document["components"]["headers"] = json!({"TraceId": {
        "description": "Id of this request; quote it when reporting a problem.",
        "required": true,
        "schema": {"type": "string", "format": "uuid"},
    }});
}

/// Calls `change` with method and operation of everything that is served.
fn for_each_operation(document: &mut Value, change: impl Fn(&str, &mut Value)) {
    let paths = document["paths"].as_object_mut();
    for item in paths.into_iter().flat_map(|paths| paths.values_mut()) {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                change(method, operation);
            }
        }
    }
}

fn complete_operation(method: &str, operation: &mut Value) {
    let parameters = operation["parameters"].take();
    let mut idempotency = if method == "post" { "none" } else { "natural" };
    if let Value::Array(mut parameters) = parameters {
        for parameter in &mut parameters {
            tidy_parameter(parameter);
            if parameter["name"] == "Idempotency-Key" {
                let required = parameter["required"] == true;
                idempotency = if required {
                    "key-required"
                } else {
                    "key-optional"
                };
            }
        }
        operation["parameters"] = Value::Array(parameters);
    } else if let Some(operation) = operation.as_object_mut() {
        operation.remove("parameters");
    }
    operation["x-anlin-idempotency"] = idempotency.into();
    let responses = operation["responses"].as_object_mut();
    let mut streams = false;
    for response in responses
        .into_iter()
        .flat_map(|responses| responses.values_mut())
    {
        complete_response(response);
        streams |= response["content"].get("text/event-stream").is_some();
    }
    if streams {
        operation["x-anlin-stream"] = true.into();
    }
    if let Some(body) = operation.get_mut("requestBody") {
        plain_media_types(body);
    }
}

fn tidy_parameter(parameter: &mut Value) {
    let Some(parameter) = parameter.as_object_mut() else {
        return;
    };
    parameter.remove("explode");
    if parameter.get("deprecated") == Some(&Value::Bool(false)) {
        parameter.remove("deprecated");
    }
}

fn complete_response(response: &mut Value) {
    if response["description"] == "" {
        response["description"] = "Success.".into();
    }
    plain_media_types(response);
    let mut headers = Map::new();
    if let Some(Value::Object(printed)) = response.get("headers") {
        for (name, header) in printed {
            let known = HEADERS
                .iter()
                .find(|known| known.eq_ignore_ascii_case(name));
            let mut header = header.clone();
            tidy_parameter(&mut header);
            headers.insert(
                known.map_or(name.as_str(), |known| known).to_owned(),
                header,
            );
        }
    }
    headers.insert(
        "X-Trace-Id".to_owned(),
        json!({"$ref": "#/components/headers/TraceId"}),
    );
    response["headers"] = Value::Object(headers);
}

/// `application/json` without parameters, as generators of clients expect it.
fn plain_media_types(holder: &mut Value) {
    let Some(Value::Object(content)) = holder.get_mut("content") else {
        return;
    };
    let printed = std::mem::take(content);
    for (name, media) in printed {
        let name = name.split(';').next().unwrap_or_default().trim().to_owned();
        content.insert(name, media);
    }
    if content.is_empty()
        && let Some(holder) = holder.as_object_mut()
    {
        holder.remove("content");
    }
}

/// Moves the problem responses, the same everywhere, to the components.
fn share_problem_responses(document: &mut Value) {
    let mut shared = Map::new();
    let paths = document["paths"].as_object_mut();
    for item in paths.into_iter().flat_map(|paths| paths.values_mut()) {
        for method in METHODS {
            let responses = item
                .get_mut(method)
                .and_then(|it| it["responses"].as_object_mut());
            for (status, response) in responses.into_iter().flatten() {
                if response["content"]
                    .get("application/problem+json")
                    .is_some()
                {
                    let name = format!("Problem{status}");
                    let reference = json!({"$ref": format!("#/components/responses/{name}")});
                    shared.insert(name, std::mem::replace(response, reference));
                }
            }
        }
    }
    document["components"]["responses"] = Value::Object(shared);
}
