//! Schemas: request objects are closed, the library's leftovers go.

use std::collections::BTreeSet;

use serde_json::{Value, json};

const PREFIX: &str = "#/components/schemas/";

/// Sets `additionalProperties: false` on every object that a request body reaches:
/// such bodies are refused at run time, and the document has to say so.
pub(super) fn close_request_objects(document: &mut Value) {
    let mut reached = BTreeSet::new();
    let paths = document["paths"].as_object();
    for item in paths.into_iter().flat_map(|paths| paths.values()) {
        for operation in item.as_object().into_iter().flat_map(|item| item.values()) {
            if let Some(body) = operation.get("requestBody") {
                collect(body, document, &mut reached);
            }
        }
    }
    for name in reached {
        let schema = &mut document["components"]["schemas"][&name];
        if schema["type"] == "object" && schema.get("additionalProperties").is_none() {
            schema["additionalProperties"] = false.into();
        }
    }
}

fn collect(node: &Value, document: &Value, reached: &mut BTreeSet<String>) {
    match node {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str);
            if let Some(name) = name.and_then(|name| name.strip_prefix(PREFIX))
                && reached.insert(name.to_owned())
            {
                collect(&document["components"]["schemas"][name], document, reached);
            }
            members
                .values()
                .for_each(|member| collect(member, document, reached));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect(item, document, reached)),
        _ => {}
    }
}

/// Whole numbers without a fraction, no doubled `allOf`, no title that repeats the name.
pub(super) fn tidy(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object_mut();
    for (name, schema) in schemas.into_iter().flatten() {
        if schema["title"] == name.as_str()
            && let Some(schema) = schema.as_object_mut()
        {
            schema.remove("title");
        }
        if schema["type"] == "object" && schema.get("properties").is_none() {
            schema["properties"] = json!({});
        }
    }
    tidy_node(document);
}

fn tidy_node(node: &mut Value) {
    match node {
        Value::Number(number) => {
            if let Some(whole) = whole(number) {
                *node = whole.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(tidy_node),
        Value::Object(members) => {
            if let Some(Value::String(words)) = members.get_mut("description") {
                *words = one_line(words);
            }
            let described = members.contains_key("description");
            if let Some(Value::Array(parts)) = members.get_mut("allOf") {
                let repeats = |part: &Value| {
                    let keys = part.as_object().map(|part| part.len());
                    described && keys == Some(1) && part.get("description").is_some()
                };
                parts.retain(|part| !repeats(part));
            }
            members.values_mut().for_each(tidy_node);
        }
        _ => {}
    }
}

/// Doc comments are wrapped for the source; the document keeps paragraphs only.
fn one_line(words: &str) -> String {
    let paragraphs = words
        .split("\n\n")
        .map(|paragraph| paragraph.replace('\n', " "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

fn whole(number: &serde_json::Number) -> Option<i64> {
    if number.is_i64() || number.is_u64() {
        return None;
    }
    // Below 2^53 every whole float is exact as an integer.
    let float = number.as_f64()?;
    (float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0).then_some(float as i64)
}
