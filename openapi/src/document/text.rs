//! Writes the tree as text in a fixed order, so that texts can be compared byte by
//! byte whatever features of the JSON library another crate switches on.

use std::borrow::Cow;

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef},
    types::{ParseFromYAML, ParseResult, Type},
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};

/// Members that come first, in this order; the others follow alphabetically.
const FIRST: [&str; 33] = [
    "openapi",
    "info",
    "servers",
    "tags",
    "$ref",
    "name",
    "in",
    "title",
    "version",
    "summary",
    "operationId",
    "type",
    "format",
    "description",
    "required",
    "security",
    "parameters",
    "requestBody",
    "responses",
    "headers",
    "content",
    "schema",
    "get",
    "put",
    "post",
    "delete",
    "properties",
    "additionalProperties",
    "items",
    "enum",
    "x-anlin-limits",
    "paths",
    "components",
];

/// Words that YAML reads as something else than text.
const RESERVED: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

fn ordered(members: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let rank = |name: &str| FIRST.iter().position(|first| *first == name);
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(name, _)| (rank(name).unwrap_or(FIRST.len()), name.as_str()));
    members
}

struct Ordered<'a>(&'a Value);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, member) in ordered(members) {
                    map.serialize_entry(name, &Ordered(member))?;
                }
                map.end()
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Ordered)),
            scalar => scalar.serialize(serializer),
        }
    }
}

/// The tree as JSON.
pub(super) fn to_json(tree: &Value) -> String {
    // Serialising a tree of JSON values cannot fail; the document tests would show it.
    serde_json::to_string_pretty(&Ordered(tree)).unwrap_or_default() + "\n"
}

/// The tree as YAML in block style.
pub(super) fn to_yaml(tree: &Value) -> String {
    let mut out = String::new();
    write_block(tree, 0, &mut out);
    out
}

fn write_block(node: &Value, depth: usize, out: &mut String) {
    match node {
        Value::Object(members) => {
            for (name, member) in ordered(members) {
                indent(depth, out);
                out.push_str(&scalar(&Value::String(name.clone())));
                out.push(':');
                write_member(member, depth + 1, out);
            }
        }
        Value::Array(items) => {
            for item in items {
                indent(depth, out);
                out.push('-');
                write_item(item, depth + 1, out);
            }
        }
        leaf => {
            out.push_str(&scalar(leaf));
            out.push('\n');
        }
    }
}

fn write_member(member: &Value, depth: usize, out: &mut String) {
    if is_block(member) {
        out.push('\n');
        write_block(member, depth, out);
    } else {
        out.push(' ');
        out.push_str(&scalar(member));
        out.push('\n');
    }
}

/// The first line of a block item stands beside its dash.
fn write_item(item: &Value, depth: usize, out: &mut String) {
    if is_block(item) {
        let mut block = String::new();
        write_block(item, depth, &mut block);
        out.push(' ');
        out.push_str(block.trim_start());
    } else {
        write_member(item, depth, out);
    }
}

fn is_block(node: &Value) -> bool {
    match node {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// A scalar or an empty collection on one line. JSON's forms are YAML's as well.
fn scalar(node: &Value) -> String {
    match node {
        Value::String(text) if is_plain(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_plain(text: &str) -> bool {
    let starts =
        text.starts_with(|first: char| first.is_ascii_alphabetic() || "/$".contains(first));
    let safe = |byte: u8| (b' '..=b'~').contains(&byte) && !br##""#\"##.contains(&byte);
    starts
        && text.bytes().all(safe)
        && !text.contains(": ")
        && !text.ends_with([' ', ':'])
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str())
}

struct Tree(Value);

impl Type for Tree {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "tree".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::ANY))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ParseFromYAML for Tree {
    fn parse_from_yaml(value: Option<Value>) -> ParseResult<Self> {
        Ok(Self(value.unwrap_or_default()))
    }
}

/// Reads YAML with the parser that the web library already brings.
pub(super) fn from_yaml(text: &str) -> Result<Value, String> {
    match Tree::parse_from_yaml_string(text) {
        Ok(tree) => Ok(tree.0),
        Err(error) => Err(error.into_message()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn yaml_reads_back_as_the_same_tree() {
        let tree = json!({
            "openapi": "3.0.0", "200": {"$ref": "#/a/b"}, "empty": {}, "none": [],
            "list": [1, -2.5, true, null, "no", "a: b", "x#y", "line\nbreak", "安邻", " lead", "end:"],
            "nested": [[{"b": [1], "a": {"c": "d"}}], []], "quote\"d": "back\\slash", "'": "`tick`",
        });
        assert_eq!(from_yaml(&to_yaml(&tree)).expect("valid"), tree);
        assert_eq!(
            serde_json::from_str::<Value>(&to_json(&tree)).expect("valid"),
            tree
        );
    }

    #[test]
    fn known_members_come_first() {
        let text = to_yaml(&json!({"zeta": 1, "description": 2, "alpha": 3, "type": 4}));
        assert_eq!(text, "type: 4\ndescription: 2\nalpha: 3\nzeta: 1\n");
    }
}
