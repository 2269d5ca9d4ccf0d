//! Compares two schemas in the direction in which they are read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Comparison, Direction, members, resolve, text};

/// A schema with its references and `allOf` parts folded into one.
#[derive(Default)]
struct Flat<'a> {
    names: Vec<&'a str>,
    facts: BTreeMap<&'a str, &'a Value>,
    properties: BTreeMap<&'a str, &'a Value>,
    required: BTreeSet<&'a str>,
}

impl<'a> Flat<'a> {
    fn of(document: &'a Value, schema: &'a Value) -> Self {
        let mut flat = Self::default();
        flat.add(document, schema, 0);
        flat
    }

    fn add(&mut self, document: &'a Value, schema: &'a Value, depth: usize) {
        // References that lead round in a circle describe nothing further.
        if depth > 16 {
            return;
        }
        if let Some(name) = schema["$ref"].as_str() {
            self.names.push(name);
            self.add(document, resolve(document, schema), depth + 1);
            return;
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.add(document, part, depth + 1);
        }
        for (name, fact) in members(schema) {
            self.facts.insert(name, fact);
        }
        for (name, property) in members(&schema["properties"]) {
            self.properties.insert(name, property);
        }
        let required = schema["required"].as_array().into_iter().flatten();
        self.required.extend(required.filter_map(Value::as_str));
    }

    fn fact(&self, name: &str) -> Option<&'a Value> {
        self.facts.get(name).copied()
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.fact(name).and_then(Value::as_f64)
    }

    fn is(&self, name: &str) -> bool {
        self.fact(name).is_some_and(|fact| *fact == true)
    }

    fn values(&self) -> Option<&'a Vec<Value>> {
        self.fact("enum").and_then(Value::as_array)
    }
}

impl<'a> Comparison<'a> {
    /// `above` holds the references already being compared, so that recursion ends.
    pub(super) fn schema(
        &mut self,
        (old, new): (&'a Value, &'a Value),
        direction: Direction,
        at: &str,
        above: &mut Vec<(&'a str, &'a str)>,
    ) {
        let (old, new) = (Flat::of(self.old, old), Flat::of(self.new, new));
        let pair = old.names.first().copied().zip(new.names.first().copied());
        if let Some(pair) = pair {
            if above.contains(&pair) {
                return;
            }
            above.push(pair);
        }
        self.shape(&old, &new, at);
        match direction {
            Direction::Request => self.narrowed(&old, &new, at),
            Direction::Response => self.loosened(&old, &new, at),
        }
        self.children(&old, &new, direction, at, above);
        if pair.is_some() {
            above.pop();
        }
    }

    fn shape(&mut self, old: &Flat<'a>, new: &Flat<'a>, at: &str) {
        for fact in ["type", "format"] {
            if old.fact(fact) != new.fact(fact) {
                let word = |flat: &Flat<'a>| flat.fact(fact).map_or("none", text).to_owned();
                self.report(
                    at,
                    format!("{fact} changed from {} to {}", word(old), word(new)),
                );
            }
        }
    }

    /// What the service accepted and no longer does.
    fn narrowed(&mut self, old: &Flat<'a>, new: &Flat<'a>, at: &str) {
        if let Some(now) = new.values() {
            match old.values() {
                None => self.report(at, "enumeration added"),
                Some(before) => {
                    for gone in before.iter().filter(|value| !now.contains(value)) {
                        self.report(at, format!("enumeration value {gone} removed"));
                    }
                }
            }
        }
        for (fact, sign) in UPPER
            .iter()
            .map(|it| (it, 1.0))
            .chain(LOWER.iter().map(|it| (it, -1.0)))
        {
            if let Some(now) = new.number(fact)
                && old
                    .number(fact)
                    .is_none_or(|before| now * sign < before * sign)
            {
                self.report(at, format!("{fact} narrowed to {now}"));
            }
        }
        for fact in ["pattern", "multipleOf"] {
            if let Some(now) = new.fact(fact)
                && old.fact(fact) != Some(now)
            {
                self.report(at, format!("{fact} changed to {now}"));
            }
        }
        for fact in ["uniqueItems", "exclusiveMaximum", "exclusiveMinimum"] {
            if new.is(fact) && !old.is(fact) {
                self.report(at, format!("{fact} added"));
            }
        }
        if old.is("nullable") && !new.is("nullable") {
            self.report(at, "null no longer accepted");
        }
        let closed = |flat: &Flat<'a>| flat.fact("additionalProperties") == Some(&false.into());
        if closed(new) && !closed(old) {
            self.report(at, "unknown members no longer accepted");
        }
        for name in new.required.difference(&old.required) {
            let what = if old.properties.contains_key(name) {
                "became required"
            } else {
                "required member added"
            };
            self.report(&format!("{at}.{name}"), what);
        }
    }

    /// What an answer promised and no longer does. New members and new enumeration
    /// values are allowed: clients ignore what they do not know.
    fn loosened(&mut self, old: &Flat<'a>, new: &Flat<'a>, at: &str) {
        for name in old.required.difference(&new.required) {
            if new.properties.contains_key(name) {
                self.report(&format!("{at}.{name}"), "may now be absent");
            }
        }
        if new.is("nullable") && !old.is("nullable") {
            self.report(at, "may now be null");
        }
    }

    fn children(
        &mut self,
        old: &Flat<'a>,
        new: &Flat<'a>,
        direction: Direction,
        at: &str,
        above: &mut Vec<(&'a str, &'a str)>,
    ) {
        for (name, before) in &old.properties {
            let at = format!("{at}.{name}");
            match new.properties.get(name) {
                Some(now) => self.schema((before, now), direction, &at, above),
                None => self.report(&at, "member removed"),
            }
        }
        for (fact, mark) in [("items", "[]"), ("additionalProperties", ".*")] {
            let child = |flat: &Flat<'a>| flat.fact(fact).filter(|child| child.is_object());
            if let (Some(before), Some(now)) = (child(old), child(new)) {
                self.schema((before, now), direction, &format!("{at}{mark}"), above);
            }
        }
    }
}

const UPPER: [&str; 4] = ["maximum", "maxLength", "maxItems", "maxProperties"];
const LOWER: [&str; 4] = ["minimum", "minLength", "minItems", "minProperties"];
