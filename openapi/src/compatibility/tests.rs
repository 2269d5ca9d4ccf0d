use serde_json::json;

use super::*;

/// A document of one operation with everything that a comparison looks at.
fn released() -> Value {
    json!({
        "paths": {"/v1/things/{id}": {"post": {
            "operationId": "thing_change",
            "parameters": [
                {"name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}},
                {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200}},
                {"name": "state", "in": "query", "schema": {"$ref": "#/components/schemas/State"}},
            ],
            "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ask"}}}},
            "responses": {
                "200": {
                    "headers": {"Location": {"schema": {"type": "string"}}},
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                },
                "409": {"$ref": "#/components/responses/Problem409"},
            },
        }}},
        "components": {"schemas": {
            "State": {"type": "string", "enum": ["open", "closed"]},
            "Ask": {
                "type": "object",
                "required": ["kind"],
                "properties": {
                    "kind": {"allOf": [{"$ref": "#/components/schemas/State"}], "description": "kind"},
                    "note": {"type": "string", "maxLength": 20, "nullable": true},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
            },
            "Thing": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "state": {"$ref": "#/components/schemas/State"},
                    "parent": {"$ref": "#/components/schemas/Thing"},
                    "facts": {"type": "object", "additionalProperties": {"type": "string"}},
                },
            },
        }},
    })
}

fn operation(document: &mut Value) -> &mut Value {
    &mut document["paths"]["/v1/things/{id}"]["post"]
}

fn schema<'a>(document: &'a mut Value, name: &str) -> &'a mut Value {
    &mut document["components"]["schemas"][name]
}

fn remove(node: &mut Value, member: &str) {
    node.as_object_mut()
        .expect("an object")
        .remove(member)
        .expect("a member");
}

type Change = fn(&mut Value);

const BREAKS: [(&str, Change); 31] = [
    ("operation removed", |it| {
        remove(&mut it["paths"]["/v1/things/{id}"], "post")
    }),
    ("operation removed", |it| {
        remove(&mut it["paths"], "/v1/things/{id}")
    }),
    ("operation id changed", |it| {
        operation(it)["operationId"] = "thing_edit".into()
    }),
    ("authentication added", |it| {
        operation(it)["security"] = json!([{"bearer": []}])
    }),
    ("parameter removed", |it| {
        operation(it)["parameters"]
            .as_array_mut()
            .expect("an array")
            .remove(1);
    }),
    ("parameter became required", |it| {
        operation(it)["parameters"][1]["required"] = true.into()
    }),
    ("required parameter added", |it| {
        let parameter =
            json!({"name": "Key", "in": "header", "required": true, "schema": {"type": "string"}});
        operation(it)["parameters"]
            .as_array_mut()
            .expect("an array")
            .push(parameter);
    }),
    ("type changed from integer to string", |it| {
        operation(it)["parameters"][1]["schema"] =
            json!({"type": "string", "minimum": 1, "maximum": 200});
    }),
    ("format changed from uuid to none", |it| {
        remove(&mut operation(it)["parameters"][0]["schema"], "format");
    }),
    ("maximum narrowed to 100", |it| {
        operation(it)["parameters"][1]["schema"]["maximum"] = 100.into()
    }),
    ("minimum narrowed to 2", |it| {
        operation(it)["parameters"][1]["schema"]["minimum"] = 2.into()
    }),
    ("body removed", |it| remove(operation(it), "requestBody")),
    ("body became required", |it| {
        operation(it)["requestBody"]["required"] = true.into()
    }),
    ("media type removed", |it| {
        remove(
            &mut operation(it)["requestBody"]["content"],
            "application/json",
        )
    }),
    ("enumeration value \"closed\" removed", |it| {
        schema(it, "State")["enum"] = json!(["open"])
    }),
    ("enumeration added", |it| {
        schema(it, "Ask")["properties"]["note"]["enum"] = json!(["a"])
    }),
    ("maxLength narrowed to 10", |it| {
        schema(it, "Ask")["properties"]["note"]["maxLength"] = 10.into()
    }),
    ("minLength narrowed to 1", |it| {
        schema(it, "Ask")["properties"]["note"]["minLength"] = 1.into()
    }),
    ("maxItems narrowed to 3", |it| {
        schema(it, "Ask")["properties"]["tags"]["maxItems"] = 3.into()
    }),
    ("pattern changed to \"^a$\"", |it| {
        schema(it, "Ask")["properties"]["note"]["pattern"] = "^a$".into()
    }),
    ("null no longer accepted", |it| {
        remove(&mut schema(it, "Ask")["properties"]["note"], "nullable")
    }),
    ("unknown members no longer accepted", |it| {
        schema(it, "Ask")["additionalProperties"] = false.into()
    }),
    ("became required", |it| {
        schema(it, "Ask")["required"] = json!(["kind", "note"])
    }),
    ("required member added", |it| {
        schema(it, "Ask")["properties"]["new"] = json!({"type": "string"});
        schema(it, "Ask")["required"] = json!(["kind", "new"]);
    }),
    ("type changed from string to integer", |it| {
        schema(it, "Ask")["properties"]["tags"]["items"] = json!({"type": "integer"});
    }),
    ("success response removed", |it| {
        remove(&mut operation(it)["responses"], "200")
    }),
    ("response header removed", |it| {
        remove(
            &mut operation(it)["responses"]["200"]["headers"],
            "Location",
        )
    }),
    ("member removed", |it| {
        remove(&mut schema(it, "Thing")["properties"], "state")
    }),
    ("may now be absent", |it| {
        schema(it, "Thing")["required"] = json!([])
    }),
    ("may now be null", |it| {
        schema(it, "Thing")["properties"]["id"]["nullable"] = true.into()
    }),
    ("type changed from string to number", |it| {
        schema(it, "Thing")["properties"]["facts"]["additionalProperties"] =
            json!({"type": "number"});
    }),
];

#[test]
fn every_planted_break_is_found() {
    for (expected, change) in BREAKS {
        let mut new = released();
        change(&mut new);
        let found = breaks(&released(), &new);
        assert!(
            found.iter().any(|it| it.what == expected),
            "{expected:?} not in {found:?}"
        );
    }
}

const GROWTH: [(&str, Change); 11] = [
    ("nothing", |_| {}),
    ("another operation", |it| {
        it["paths"]["/v1/others"] = json!({"get": {"operationId": "other_list"}})
    }),
    ("a renamed placeholder", |it| {
        let item = it["paths"]["/v1/things/{id}"].take();
        it["paths"] = json!({"/v1/things/{thing_id}": item});
        it["paths"]["/v1/things/{thing_id}"]["post"]["parameters"][0]["name"] = "thing_id".into();
    }),
    ("an optional parameter", |it| {
        let parameter = json!({"name": "since", "in": "query", "schema": {"type": "string"}});
        operation(it)["parameters"]
            .as_array_mut()
            .expect("an array")
            .push(parameter);
    }),
    ("wider bounds", |it| {
        operation(it)["parameters"][1]["schema"]["maximum"] = 500.into()
    }),
    ("an optional request member", |it| {
        schema(it, "Ask")["properties"]["new"] = json!({"type": "string"});
    }),
    ("a member no longer required of requests", |it| {
        schema(it, "Ask")["required"] = json!([])
    }),
    ("another enumeration value", |it| {
        schema(it, "State")["enum"] = json!(["open", "closed", "late"])
    }),
    ("another response member", |it| {
        schema(it, "Thing")["properties"]["new"] = json!({"type": "string"});
        schema(it, "Thing")["required"] = json!(["id", "new"]);
    }),
    ("another problem", |it| {
        operation(it)["responses"]["429"] = json!({"$ref": "#/components/responses/Problem429"});
    }),
    ("other words", |it| {
        schema(it, "Thing")["description"] = "words".into()
    }),
];

#[test]
fn growth_is_no_break() {
    for (name, change) in GROWTH {
        let mut new = released();
        change(&mut new);
        assert_eq!(breaks(&released(), &new), [], "{name}");
    }
}

#[test]
fn a_break_names_its_place() {
    let mut new = released();
    schema(&mut new, "Ask")["properties"]["note"]["maxLength"] = 10.into();
    let found = breaks(&released(), &new);
    let lines: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        ["POST /v1/things/{id} body.note: maxLength narrowed to 10"]
    );
}
