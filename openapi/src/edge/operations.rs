//! What the document says of paths and parameters, looked up when a request fails.

use serde_json::Value;

use crate::{
    document::{METHODS, document_value},
    schema::one_of,
};

/// Operations of the document, in a form that errors can be worded from.
#[derive(Debug, Default)]
pub(super) struct Operations {
    paths: Vec<PathItem>,
}

#[derive(Debug)]
struct PathItem {
    template: Vec<String>,
    methods: Vec<String>,
    operations: Vec<Operation>,
}

#[derive(Debug)]
struct Operation {
    id: String,
    parameters: Vec<Parameter>,
}

#[derive(Debug)]
struct Parameter {
    name: String,
    in_path: bool,
    rule: String,
}

impl Operations {
    /// Reads the document of this service.
    pub(super) fn read() -> Self {
        let document = document_value();
        let items = document["paths"].as_object().into_iter().flatten();
        Self {
            paths: items
                .map(|(path, item)| PathItem::read(path, item, &document))
                .collect(),
        }
    }

    /// Methods that a path has, as the header `Allow` lists them.
    pub(super) fn allow(&self, path: &str) -> String {
        let asked = segments(path);
        let matching = self.paths.iter().filter(|item| item.matches(&asked));
        // The router prefers the path with fewer placeholders, so does the header.
        let item = matching.min_by_key(|item| item.placeholders());
        item.map_or_else(|| "GET, HEAD".to_owned(), |item| item.methods.join(", "))
    }

    /// The real name and rule of a path parameter, which the library calls `param0`.
    pub(super) fn path_parameter(&self, operation: Option<&str>, name: &str) -> (String, String) {
        let index = name
            .strip_prefix("param")
            .and_then(|index| index.parse::<usize>().ok());
        let in_path = self
            .parameters(operation)
            .filter(|parameter| parameter.in_path);
        let found = index.and_then(|index| in_path.into_iter().nth(index));
        match found {
            Some(parameter) => (parameter.name.clone(), parameter.rule.clone()),
            None => ("path".to_owned(), "format".to_owned()),
        }
    }

    /// The rule of a query or header parameter.
    pub(super) fn rule(&self, operation: Option<&str>, name: &str) -> String {
        let found = self
            .parameters(operation)
            .find(|parameter| parameter.name == name);
        found.map_or_else(|| "format".to_owned(), |parameter| parameter.rule.clone())
    }

    fn parameters<'a>(&'a self, id: Option<&'a str>) -> impl Iterator<Item = &'a Parameter> {
        let operations = self.paths.iter().flat_map(|item| &item.operations);
        operations
            .filter(move |it| Some(it.id.as_str()) == id)
            .flat_map(|it| &it.parameters)
    }
}

impl PathItem {
    fn read(path: &str, item: &Value, document: &Value) -> Self {
        let served = METHODS
            .iter()
            .filter_map(|method| Some((*method, item.get(*method)?)));
        let mut methods = Vec::new();
        let mut operations = Vec::new();
        for (method, operation) in served {
            methods.push(method.to_ascii_uppercase());
            if method == "get" {
                methods.push("HEAD".to_owned());
            }
            operations.push(Operation::read(operation, document));
        }
        Self {
            template: segments(path),
            methods,
            operations,
        }
    }

    fn matches(&self, asked: &[String]) -> bool {
        let same = |(template, asked): (&String, &String)| {
            template.starts_with('{') || template.as_str() == asked.as_str()
        };
        self.template.len() == asked.len() && self.template.iter().zip(asked).all(same)
    }

    fn placeholders(&self) -> usize {
        self.template
            .iter()
            .filter(|segment| segment.starts_with('{'))
            .count()
    }
}

impl Operation {
    fn read(operation: &Value, document: &Value) -> Self {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        Self {
            id: text(&operation["operationId"]),
            parameters: parameters
                .map(|parameter| Parameter {
                    name: text(&parameter["name"]),
                    in_path: parameter["in"] == "path",
                    rule: rule_of(&parameter["schema"], document),
                })
                .collect(),
        }
    }
}

/// A parameter's rule in words, from its schema.
fn rule_of(schema: &Value, document: &Value) -> String {
    let named = schema["$ref"]
        .as_str()
        .and_then(|name| name.rsplit('/').next());
    let schema = named.map_or(schema, |name| &document["components"]["schemas"][name]);
    if let Some(items) = schema["enum"].as_array() {
        return one_of(items);
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        let most = schema["maxLength"].as_u64();
        let most = most.map_or_else(String::new, |most| format!(", at most {most} characters"));
        return format!("pattern: {pattern}{most}");
    }
    let kind = text(&schema["type"]);
    match (&schema["minimum"], &schema["maximum"]) {
        (Value::Number(least), Value::Number(most)) => format!("{kind}, {least} to {most}"),
        _ if schema["format"] == "uuid" => "format: uuid".to_owned(),
        _ => format!("type: {kind}"),
    }
}

fn segments(path: &str) -> Vec<String> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(str::to_owned)
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
