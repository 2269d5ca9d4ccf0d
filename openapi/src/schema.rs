//! Checks a JSON value against a type's own schema, field by field.

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::ParseFromJSON,
};
use serde_json::Value;
use uuid::Uuid;

use crate::problem::FieldError;

/// Texts may not hold U+0000: one of the two databases refuses it.
pub(crate) const NO_NUL: &str = r"^[^\u0000]*$";

/// Every rule of `T`'s schema that the value breaks; patterns other than
/// [`NO_NUL`] are left to the library's parser.
pub(crate) fn broken_rules<T: ParseFromJSON>(value: &Value) -> Vec<FieldError> {
    let mut registry = Registry::new();
    T::register(&mut registry);
    let mut check = Check {
        registry: &registry,
        broken: Vec::new(),
    };
    check.reference(&T::schema_ref(), value, "");
    check.broken
}

/// Field and rule of a validator message of the library. Such a message holds
/// names and rules of ours only, once the types are known to be right.
pub(crate) fn rule_of_library_message(message: &str) -> (String, String) {
    let named = message
        .split_once("field `")
        .and_then(|(_, rest)| rest.split_once("` verification failed. "));
    match named {
        Some((field, rule)) => {
            let rule = rule.split(" (occurred while").next().unwrap_or(rule);
            (field.to_owned(), rule.to_owned())
        }
        None => ("body".to_owned(), "schema".to_owned()),
    }
}

struct Check<'a> {
    registry: &'a Registry,
    broken: Vec<FieldError>,
}

impl Check<'_> {
    fn reference(&mut self, schema: &MetaSchemaRef, value: &Value, path: &str) {
        match schema {
            MetaSchemaRef::Inline(schema) => self.schema(schema, value, path),
            MetaSchemaRef::Reference(name) => {
                if let Some(schema) = self.registry.schemas.get(name) {
                    self.schema(schema, value, path);
                }
            }
        }
    }

    fn schema(&mut self, schema: &MetaSchema, value: &Value, path: &str) {
        for part in &schema.all_of {
            self.reference(part, value, path);
        }
        match (schema.ty, value) {
            ("", _) => {}
            (_, Value::Null) if schema.nullable => {}
            ("object", Value::Object(_)) => self.object(schema, value, path),
            ("array", Value::Array(items)) => self.array(schema, items, path),
            ("string", Value::String(text)) => self.string(schema, text, path),
            ("number", Value::Number(number)) => self.bounds(schema, number.as_f64(), path),
            ("integer", Value::Number(number)) if number.is_i64() || number.is_u64() => {
                self.bounds(schema, number.as_f64(), path);
            }
            ("boolean", Value::Bool(_)) => {}
            (expected, _) => self.fail(path, format!("type: {expected}")),
        }
    }

    fn object(&mut self, schema: &MetaSchema, value: &Value, path: &str) {
        for name in &schema.required {
            if value.get(name).is_none() {
                self.fail(&join(path, name), "required");
            }
        }
        for (name, property) in &schema.properties {
            if let Some(value) = value.get(name) {
                self.reference(property, value, &join(path, name));
            }
        }
        let known = |name: &str| {
            schema
                .properties
                .iter()
                .any(|(property, _)| *property == name)
        };
        let mut names = value
            .as_object()
            .into_iter()
            .flat_map(|object| object.keys());
        // The name of an unknown field is the caller's input: only its parent is named.
        if schema.additional_properties.is_none() && names.any(|name| !known(name)) {
            self.fail(path, "no unknown fields");
        }
    }

    fn array(&mut self, schema: &MetaSchema, items: &[Value], path: &str) {
        if schema.max_items.is_some_and(|most| items.len() > most) {
            self.fail(
                path,
                format!("at most {} items", schema.max_items.unwrap_or_default()),
            );
        }
        if schema.min_items.is_some_and(|least| items.len() < least) {
            self.fail(
                path,
                format!("at least {} items", schema.min_items.unwrap_or_default()),
            );
        }
        for (index, item) in items.iter().enumerate() {
            if let Some(schema) = &schema.items {
                self.reference(schema, item, &format!("{path}[{index}]"));
            }
        }
    }

    fn string(&mut self, schema: &MetaSchema, text: &str, path: &str) {
        if !schema.enum_items.is_empty() && !schema.enum_items.iter().any(|item| item == text) {
            self.fail(path, one_of(&schema.enum_items));
        }
        let length = text.chars().count();
        if let Some(most) = schema.max_length.filter(|most| length > *most) {
            self.fail(path, format!("at most {most} characters"));
        }
        if let Some(least) = schema.min_length.filter(|least| length < *least) {
            self.fail(path, format!("at least {least} characters"));
        }
        if schema.pattern.as_deref() == Some(NO_NUL) && text.contains('\0') {
            self.fail(path, "no U+0000");
        }
        let well_formed = match schema.format {
            Some("uuid") => text.len() == 36 && Uuid::try_parse(text).is_ok(),
            Some("date-time") => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
            _ => true,
        };
        if !well_formed {
            self.fail(
                path,
                format!("format: {}", schema.format.unwrap_or_default()),
            );
        }
    }

    fn bounds(&mut self, schema: &MetaSchema, number: Option<f64>, path: &str) {
        let Some(number) = number else {
            return self.fail(path, "finite");
        };
        if let Some(least) = schema.minimum.filter(|least| number < *least) {
            self.fail(path, format!("minimum {least}"));
        }
        if let Some(most) = schema.maximum.filter(|most| number > *most) {
            self.fail(path, format!("maximum {most}"));
        }
    }

    fn fail(&mut self, path: &str, rule: impl Into<String>) {
        let field = if path.is_empty() { "body" } else { path };
        self.broken.push(FieldError::new(field, rule));
    }
}

/// The rule of an enumeration in words.
pub(crate) fn one_of(items: &[Value]) -> String {
    let words: Vec<_> = items.iter().filter_map(Value::as_str).collect();
    format!("one of: {}", words.join(", "))
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{IncidentReport, Reopening};

    #[test]
    fn a_nested_field_is_named_by_its_path() {
        let mut check = Check {
            registry: &Registry::new(),
            broken: Vec::new(),
        };
        let point = MetaSchema {
            properties: vec![("lon", f64_schema()), ("trail", array_of(f64_schema()))],
            required: vec!["lon"],
            ..MetaSchema::new("object")
        };
        let value = json!({"trail": [1.5, "x"]});
        check.schema(&point, &value, "home");
        let expected = [("home.lon", "required"), ("home.trail[1]", "type: number")];
        assert_eq!(
            check.broken,
            expected.map(|(field, rule)| FieldError::new(field, rule))
        );
    }

    #[test]
    fn lengths_count_characters_not_bytes() {
        let broken = |reason: String| broken_rules::<Reopening>(&json!({"reason": reason}));
        assert_eq!(broken("安".repeat(500)), []);
        let rule = FieldError::new("reason", "at most 500 characters");
        assert_eq!(broken("安".repeat(501)), [rule]);
        let rule = FieldError::new("reason", "at least 1 characters");
        assert_eq!(broken(String::new()), [rule]);
    }

    #[test]
    fn null_is_not_the_same_as_absent() {
        let report = json!({"resident_id": Uuid::nil(), "kind": "sos", "note": null});
        let rule = FieldError::new("note", "type: string");
        assert_eq!(broken_rules::<IncidentReport>(&report), [rule]);
    }

    #[test]
    fn a_message_of_the_library_gives_up_field_and_rule_only() {
        let message = "failed to parse \"T\": field `a` verification failed. pattern(\"^x$\") \
                       (occurred while parsing \"U\")";
        let named = rule_of_library_message(message);
        assert_eq!(named, ("a".to_owned(), "pattern(\"^x$\")".to_owned()));
        let other = rule_of_library_message("Expected input type \"T\", found \"secret\".");
        assert_eq!(other, ("body".to_owned(), "schema".to_owned()));
    }

    fn f64_schema() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::new("number")))
    }

    fn array_of(items: MetaSchemaRef) -> MetaSchemaRef {
        let items = Some(Box::new(items));
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            items,
            ..MetaSchema::new("array")
        }))
    }
}
