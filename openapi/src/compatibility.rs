//! What a released document promised and a new one may not take back.
//!
//! Requests may only be accepted more widely, answers may only say more. Problem
//! responses may come and go: clients handle every problem by its type.

use std::{collections::BTreeSet, fmt};

use serde_json::Value;

use crate::document::METHODS;

mod schemas;

/// One promise that the new document breaks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Break {
    /// Operation and place in it.
    pub at: String,
    /// What was taken back.
    pub what: String,
}

impl fmt::Display for Break {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.at, self.what)
    }
}

/// Every promise of `old` that `new` breaks, in order of place.
pub fn breaks(old: &Value, new: &Value) -> Vec<Break> {
    let mut comparison = Comparison {
        old,
        new,
        found: BTreeSet::new(),
    };
    for (path, old_item) in members(&old["paths"]) {
        let new_item = members(&new["paths"]).find(|(other, _)| same_path(path, other));
        for method in METHODS {
            let Some(old_operation) = old_item.get(method) else {
                continue;
            };
            let at = format!("{} {path}", method.to_ascii_uppercase());
            match new_item.and_then(|(_, item)| item.get(method)) {
                Some(new_operation) => comparison.operation(old_operation, new_operation, &at),
                None => comparison.report(&at, "operation removed"),
            }
        }
    }
    comparison.found.into_iter().collect()
}

/// Whether a schema is read by the service or by its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Direction {
    Request,
    Response,
}

struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    found: BTreeSet<Break>,
}

impl<'a> Comparison<'a> {
    fn report(&mut self, at: &str, what: impl Into<String>) {
        self.found.insert(Break {
            at: at.to_owned(),
            what: what.into(),
        });
    }

    fn operation(&mut self, old: &'a Value, new: &'a Value, at: &str) {
        if old["operationId"] != new["operationId"] {
            self.report(at, "operation id changed");
        }
        if is_open(old) && !is_open(new) {
            self.report(at, "authentication added");
        }
        self.parameters(old, new, at);
        self.request_body(old, new, at);
        self.responses(old, new, at);
    }

    fn parameters(&mut self, old: &'a Value, new: &'a Value, at: &str) {
        // Path parameters are told apart by place, not by name.
        let named = |operation: &'a Value| {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let mut place = 0;
            parameters.map(move |parameter| {
                if parameter["in"] == "path" {
                    place += 1;
                    return (format!("path parameter {place}"), parameter);
                }
                let name = text(&parameter["name"]).to_ascii_lowercase();
                (
                    format!("{} parameter {name}", text(&parameter["in"])),
                    parameter,
                )
            })
        };
        for (name, old_parameter) in named(old) {
            let at = format!("{at} {name}");
            match named(new).find(|(other, _)| *other == name) {
                None => self.report(&at, "parameter removed"),
                Some((_, new_parameter)) => {
                    if !is_required(old_parameter) && is_required(new_parameter) {
                        self.report(&at, "parameter became required");
                    }
                    let schemas = (&old_parameter["schema"], &new_parameter["schema"]);
                    self.schema(schemas, Direction::Request, &at, &mut Vec::new());
                }
            }
        }
        for (name, parameter) in named(new) {
            if is_required(parameter) && !named(old).any(|(other, _)| other == name) {
                self.report(&format!("{at} {name}"), "required parameter added");
            }
        }
    }

    fn request_body(&mut self, old: &'a Value, new: &'a Value, at: &str) {
        let at = format!("{at} body");
        match (old.get("requestBody"), new.get("requestBody")) {
            (None, Some(body)) if is_required(body) => self.report(&at, "required body added"),
            (Some(_), None) => self.report(&at, "body removed"),
            (Some(old), Some(new)) => {
                if !is_required(old) && is_required(new) {
                    self.report(&at, "body became required");
                }
                self.content(old, new, Direction::Request, &at);
            }
            _ => {}
        }
    }

    fn responses(&mut self, old: &'a Value, new: &'a Value, at: &str) {
        for (status, old_response) in members(&old["responses"]) {
            if !status.starts_with('2') {
                continue;
            }
            let at = format!("{at} {status}");
            let Some(new_response) = new["responses"].get(status) else {
                self.report(&at, "success response removed");
                continue;
            };
            let old_response = resolve(self.old, old_response);
            let new_response = resolve(self.new, new_response);
            for (header, _) in members(&old_response["headers"]) {
                let kept = members(&new_response["headers"])
                    .any(|(other, _)| other.eq_ignore_ascii_case(header));
                if !kept {
                    self.report(&format!("{at} header {header}"), "response header removed");
                }
            }
            self.content(old_response, new_response, Direction::Response, &at);
        }
    }

    fn content(&mut self, old: &'a Value, new: &'a Value, direction: Direction, at: &str) {
        for (media, old_media) in members(&old["content"]) {
            match new["content"].get(media) {
                None => self.report(&format!("{at} {media}"), "media type removed"),
                Some(new_media) => {
                    let schemas = (&old_media["schema"], &new_media["schema"]);
                    self.schema(schemas, direction, at, &mut Vec::new());
                }
            }
        }
    }
}

fn members(node: &Value) -> impl Iterator<Item = (&String, &Value)> {
    node.as_object().into_iter().flatten()
}

fn text(node: &Value) -> &str {
    node.as_str().unwrap_or_default()
}

fn is_required(node: &Value) -> bool {
    node["required"] == true
}

fn is_open(operation: &Value) -> bool {
    operation["security"].as_array().is_none_or(|schemes| {
        schemes.is_empty()
            || schemes
                .iter()
                .any(|it| it.as_object().is_none_or(|it| it.is_empty()))
    })
}

/// Paths are the same when they differ in the names of placeholders only.
fn same_path(one: &str, other: &str) -> bool {
    let plain = |path: &str| -> Vec<String> {
        let name = |part: &str| if part.starts_with('{') { "{}" } else { part }.to_owned();
        path.split('/').map(name).collect()
    };
    plain(one) == plain(other)
}

/// Follows a reference inside a document.
fn resolve<'a>(document: &'a Value, node: &'a Value) -> &'a Value {
    let pointer = node["$ref"]
        .as_str()
        .and_then(|name| name.strip_prefix('#'));
    pointer
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(node)
}

#[cfg(test)]
mod tests;
