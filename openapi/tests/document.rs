//! The committed document: equal to the code, complete, readable.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

const PROBLEMS: [&str; 12] = [
    "400", "401", "403", "404", "405", "409", "413", "415", "422", "429", "500", "503",
];

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let items = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("a path item");
        item.iter()
            .map(move |(method, operation)| (format!("{method} {path}"), operation))
    });
    items.collect()
}

/// What is posted without a key: messages name their own event; a secret is shown once, so a repeat
/// could not be answered alike; an opinion on a trace and a trial on history may be asked again; one
/// call is under way at a time; a code is used once; what is closed is closed.
const KEYLESS: [&str; 10] = [
    "gateway_callback",
    "incident_call",
    "incident_cancel",
    "offer_redeem",
    "ingest_signed",
    "ingest_hook",
    "credential_issue",
    "device_trace",
    "life_sign_rule_try",
    "ladders_try",
];

fn schema<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema["$ref"]
        .as_str()
        .and_then(|name| name.strip_prefix('#'));
    name.map_or(schema, |pointer| {
        document.pointer(pointer).expect("a known reference")
    })
}

#[test]
fn the_committed_document_equals_the_code() {
    let committed = include_str!("../openapi.yaml");
    assert!(
        committed == openapi::document(),
        "run `cargo openapi write`"
    );
}

#[test]
fn yaml_and_json_say_the_same() {
    let yaml = openapi::read_document(&openapi::document()).expect("YAML");
    let json: Value = serde_json::from_str(&openapi::document_json()).expect("JSON");
    assert_eq!(yaml, json);
    assert_eq!(json, openapi::document_value());
}

#[test]
fn every_operation_is_complete() {
    let document = openapi::document_value();
    let listed: BTreeSet<_> = document["tags"]
        .as_array()
        .expect("tags")
        .iter()
        .map(|tag| &tag["name"])
        .collect::<Vec<_>>()
        .into_iter()
        .filter_map(Value::as_str)
        .collect();
    let mut ids = BTreeSet::new();
    for (at, operation) in operations(&document) {
        let id = operation["operationId"]
            .as_str()
            .unwrap_or_else(|| panic!("{at}: id"));
        assert!(
            id.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
            "{at}: {id}"
        );
        assert!(ids.insert(id.to_owned()), "{at}: {id} twice");
        assert!(
            operation["summary"]
                .as_str()
                .is_some_and(|words| !words.is_empty()),
            "{at}"
        );
        let tags = operation["tags"].as_array().expect("tags");
        assert_eq!(tags.len(), 1, "{at}");
        assert!(
            tags[0].as_str().is_some_and(|tag| listed.contains(tag)),
            "{at}"
        );
        // Messages of devices, networks and gateways carry proofs of their own.
        let proves_itself = id.starts_with("ingest_") || id == "gateway_callback";
        if id == "health" || proves_itself {
            assert!(operation.get("security").is_none(), "{at}");
        } else {
            assert_eq!(
                operation["security"],
                serde_json::json!([{"bearer": []}]),
                "{at}"
            );
        }
        let responses = operation["responses"].as_object().expect("responses");
        for status in PROBLEMS {
            let reference = format!("#/components/responses/Problem{status}");
            assert_eq!(responses[status]["$ref"], reference, "{at}");
        }
        assert!(
            responses.keys().any(|status| status.starts_with('2')),
            "{at}"
        );
    }
    assert_eq!(ids.len(), 98, "{ids:?}");
}

#[test]
fn every_problem_response_is_described() {
    let document = openapi::document_value();
    let headers = BTreeMap::from([
        ("401", "WWW-Authenticate"),
        ("405", "Allow"),
        ("429", "Retry-After"),
        ("503", "Retry-After"),
    ]);
    for status in PROBLEMS {
        let response = &document["components"]["responses"][format!("Problem{status}")];
        assert!(
            response["description"]
                .as_str()
                .is_some_and(|it| !it.is_empty()),
            "{status}"
        );
        let body = &response["content"]["application/problem+json"]["schema"]["$ref"];
        assert_eq!(body, "#/components/schemas/ProblemBody", "{status}");
        if let Some(header) = headers.get(status) {
            assert_eq!(response["headers"][header]["required"], true, "{status}");
        }
    }
}

/// PostgreSQL stores no U+0000: a text is either of listed characters or of all but that one.
fn keeps_nul_out(pattern: &str) -> bool {
    let whole = pattern.starts_with('^') && pattern.ends_with('$');
    whole && (!pattern.contains("[^") || pattern.contains("\\u0000]")) && !pattern.contains('.')
}

#[test]
fn request_objects_are_closed_and_their_texts_bounded() {
    let document = openapi::document_value();
    let mut seen = 0;
    for (at, operation) in operations(&document) {
        let Some(body) = operation.get("requestBody") else {
            continue;
        };
        if at.contains("/ingest/") || at.ends_with("/callbacks") {
            // Whatever the protocol has; the limit on bodies bounds it.
            continue;
        }
        let object = schema(&document, &body["content"]["application/json"]["schema"]);
        assert_eq!(object["additionalProperties"], false, "{at}");
        for (name, property) in object["properties"].as_object().expect("properties") {
            seen += 1;
            let closed = property
                .get("allOf")
                .or(property.get("enum"))
                .or(property.get("format"));
            if property["type"] == "string" && closed.is_none() {
                let pattern = property["pattern"].as_str().unwrap_or_default();
                let bounded = property["maxLength"].is_u64() || pattern.ends_with("}$");
                assert!(bounded, "{at} {name}");
                assert!(keeps_nul_out(pattern), "{at} {name}: {pattern}");
            }
            if property["type"] == "number" {
                assert!(
                    property["minimum"].is_number() && property["maximum"].is_number(),
                    "{at} {name}"
                );
            }
        }
    }
    assert!(seen >= 14, "{seen}");
}

#[test]
fn lists_are_paged_and_creating_needs_a_key() {
    let document = openapi::document_value();
    for (at, operation) in operations(&document) {
        let parameters = operation["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let names: Vec<_> = parameters
            .iter()
            .filter_map(|it| it["name"].as_str())
            .collect();
        let answer =
            &operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
        let is_list = answer.as_str().is_some_and(|name| name.contains("/Page_"));
        assert_eq!(
            names.contains(&"cursor") && names.contains(&"limit"),
            is_list,
            "{at}"
        );
        let id = operation["operationId"].as_str().expect("an id");
        if at.starts_with("post") {
            let keyless = KEYLESS.contains(&id);
            assert_ne!(names.contains(&"Idempotency-Key"), keyless, "{at}");
        }
        let creates = operation["responses"].get("201").is_some() && !KEYLESS.contains(&id);
        let key = parameters.iter().find(|it| it["name"] == "Idempotency-Key");
        assert_eq!(
            key.is_some_and(|key| key["required"] == true),
            creates,
            "{at}"
        );
    }
}
