//! Lowers the normalized form to what progenitor understands: OpenAPI 3.0 without constraints that would
//! make an answer unreadable.
//!
//! The API checks values. A client must not reject an answer because a string is one character too long,
//! so lengths, patterns and bounds are removed. Every object keeps unknown members. Optional lists are
//! optional in Rust as well, because an empty list and an absent one differ.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Map, Value, json};
use streampay_spec::{
    Api, Location, Operation, Parameter, deref, is_nullable, pascal, path_item_key, reference_to,
    schema_types, without_null,
};

use super::{compose::compose, enums::Enums, members};

/// A component of the lowered document that represents a handwritten type.
const AMOUNT: &str = "OpaqueAmount";
const TIMESTAMP: &str = "OpaqueTimestamp";

/// A description in OpenAPI 3.0 and what goes with it.
pub(crate) struct Lowered {
    /// The document.
    pub(crate) document: Value,
    /// Types that exist in the client already: name in the document, path in Rust.
    pub(crate) replacements: Vec<(String, String)>,
    /// Enumerations to emit.
    pub(crate) enums: Enums,
}

pub(crate) fn lower(api: &Api) -> Lowered {
    let (enums, compositions) = (Enums::new(api.schemas.keys()), BTreeMap::new());
    let mut work = Work { api, enums, compositions, composed: Map::new() };
    let mut schemas = Map::new();
    for (name, schema) in &api.schemas {
        // Where a component may be null, each reference to it says so.
        let schema = without_null(schema);
        match text_values(&schema).filter(|_| !is_amount(&schema)) {
            Some(values) => work.enums.component(name, &schema, &values),
            None if schema.get("allOf").is_some() => {
                work.compositions.insert(schema.to_string(), name.clone());
                let composed = compose(&schema, &api.schemas);
                schemas.insert(name.clone(), work.schema(&composed, name));
            }
            None => {
                schemas.insert(name.clone(), work.schema(&schema, name));
            }
        }
    }
    let mut replacements = Vec::new();
    for (name, path) in [(AMOUNT, "crate::Amount"), (TIMESTAMP, "crate::Timestamp")] {
        schemas.insert(name.to_owned(), json!({"type": "string"}));
        replacements.push((name.to_owned(), path.to_owned()));
    }
    // A component that may be anything needs no type of its own.
    for (name, _) in api.schemas.iter().filter(|(_, schema)| is_anything(schema)) {
        replacements.push((name.clone(), "::serde_json::Value".to_owned()));
    }
    let mut paths = Map::new();
    // The HTTP client has no functions for the other methods; the lossless call has all of them.
    let typed = |method: &Method| ![Method::OPTIONS, Method::TRACE].contains(method);
    for operation in api.operations.iter().filter(|operation| typed(&operation.method)) {
        let lowered = work.operation(operation);
        let item = paths.entry(path_for_rust(operation)).or_insert_with(|| json!({}));
        item[path_item_key(&operation.method)] = lowered;
    }
    schemas.extend(work.composed);
    for (name, path) in work.enums.names() {
        schemas.insert(name.clone(), json!({"type": "string"}));
        replacements.push((path.clone(), format!("crate::enums::{path}")));
    }
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": api.title, "version": api.version, "description": api.description},
        "paths": paths,
        "components": {"schemas": schemas},
    });
    Lowered { document, replacements, enums: work.enums }
}

/// The path with the names that its parameters have in Rust.
fn path_for_rust(operation: &Operation) -> String {
    let parameters = operation.parameters.iter().filter(|it| it.location == Location::Path);
    parameters.fold(operation.path.clone(), |path, parameter| {
        let rust_name = parameter.name_for_rust();
        path.replace(&format!("{{{}}}", parameter.name), &format!("{{{rust_name}}}"))
    })
}

struct Work<'a> {
    api: &'a Api,
    enums: Enums,
    /// The components that compositions become, by their text, and what they are.
    compositions: BTreeMap<String, String>,
    composed: Map<String, Value>,
}

impl Work<'_> {
    fn operation(&mut self, operation: &Operation) -> Value {
        let name = pascal(&operation.name);
        let parameters: Vec<Value> = operation
            .parameters
            .iter()
            .map(|parameter| {
                let schema = self.parameter(parameter, &name);
                json!({
                    "name": parameter.name_for_rust(),
                    "in": match parameter.location {
                        Location::Path => "path",
                        Location::Query => "query",
                        Location::Header => "header",
                    },
                    "required": parameter.required,
                    "description": parameter.description,
                    "schema": schema,
                })
            })
            .collect();
        let mut lowered = Map::from_iter([
            ("operationId".to_owned(), json!(operation.name)),
            ("summary".to_owned(), json!(operation.summary)),
            ("description".to_owned(), json!(operation.description)),
            ("parameters".to_owned(), json!(parameters)),
        ]);
        if let Some(body) = &operation.body {
            let context = format!("{name}Body");
            let schema = self.schema(&body.schema, &context);
            let body =
                json!({"required": true, "content": {"application/json": {"schema": schema}}});
            lowered.insert("requestBody".to_owned(), body);
        }
        let mut responses = Map::new();
        let context = format!("{name}Answer");
        let answer = match &operation.success.schema {
            // `{}` and `true` allow anything, including an empty body.
            Some(schema) if is_anything(schema) => json!({"description": "success"}),
            Some(schema) => json!({
                "description": operation.success.description,
                "content": {"application/json": {"schema": self.schema(schema, &context)}},
            }),
            None => json!({"description": "success"}),
        };
        // Any success is read the same way, whichever status the description names. Errors have one
        // type for all operations, which is handwritten.
        responses.insert("2XX".to_owned(), answer);
        lowered.insert("responses".to_owned(), Value::Object(responses));
        Value::Object(lowered)
    }

    fn parameter(&mut self, parameter: &Parameter, operation: &str) -> Value {
        let schema = without_null(&parameter.schema);
        let types = schema_types(deref(&schema, &self.api.schemas));
        let repeats = parameter.location == Location::Query && parameter.explode;
        if !repeats && types.contains(&"array") {
            // The typed client can only repeat a name; otherwise the caller joins the values.
            return json!({"type": "string"});
        }
        let context = format!("{operation}{}", pascal(&parameter.name));
        let mut lowered = self.schema(&schema, &context);
        // A parameter is either sent or not; there is no null in a URL.
        if let Some(map) = lowered.as_object_mut() {
            map.shift_remove("nullable");
        }
        lowered
    }

    fn schema(&mut self, schema: &Value, context: &str) -> Value {
        if is_nullable(schema) {
            let inner = self.schema(&without_null(schema), context);
            return nullable(inner);
        }
        let mut out = Map::new();
        if let Some(description) = schema.get("description").filter(|text| text.is_string()) {
            out.insert("description".to_owned(), description.clone());
        }
        if let Some(target) = schema.get("$ref") {
            let lowered = if out.is_empty() {
                json!({"$ref": target})
            } else {
                out.insert("allOf".to_owned(), json!([{"$ref": target}]));
                Value::Object(out)
            };
            let null = is_nullable(deref(schema, &self.api.schemas));
            return if null { nullable(lowered) } else { lowered };
        }
        if is_amount(schema) {
            return described(out, AMOUNT);
        }
        if let Some(values) = text_values(schema) {
            return described(out, &self.enums.inline(context, schema, &values));
        }
        if schema.get("format").and_then(Value::as_str) == Some("date-time") {
            return described(out, TIMESTAMP);
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            return match parts.as_slice() {
                [only @ Value::Object(part)] if part.contains_key("$ref") => {
                    let target = self.schema(only, context);
                    if out.is_empty() {
                        return target;
                    }
                    out.insert("allOf".to_owned(), json!([target]));
                    Value::Object(out)
                }
                _ => self.composition(schema, context),
            };
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(branches) = schema.get(key).and_then(Value::as_array) {
                if self.has_kinds_of_objects(branches) {
                    continue;
                }
                let branches: Vec<Value> = branches
                    .iter()
                    .enumerate()
                    .map(|(index, branch)| self.schema(branch, &format!("{context}{index}")))
                    .collect();
                out.insert(key.to_owned(), Value::Array(branches));
            }
        }
        self.typed(schema, context, &mut out);
        Value::Object(out)
    }

    /// Whether the choice is between several kinds of objects. Because objects keep unknown members, the
    /// first kind would accept all others; such a value stays plain JSON.
    fn has_kinds_of_objects(&self, branches: &[Value]) -> bool {
        let scalar = |schema: &&Value| {
            let types = schema_types(schema);
            !types.is_empty() && !types.contains(&"object")
        };
        let plain = branches.iter().map(|branch| deref(branch, &self.api.schemas));
        plain.filter(|branch| !scalar(branch)).count() > 1
    }

    /// A composition becomes a component of its own, because it may contain itself.
    fn composition(&mut self, schema: &Value, context: &str) -> Value {
        let text = schema.to_string();
        if let Some(name) = self.compositions.get(&text) {
            return reference(name);
        }
        let composed = compose(schema, &self.api.schemas);
        if !matches!(schema_types(&composed).as_slice(), ["object" | "array"]) {
            return self.schema(&composed, context);
        }
        let name = self.enums.free_name(context);
        self.compositions.insert(text, name.clone());
        let lowered = self.schema(&composed, &name);
        self.composed.insert(name.clone(), lowered);
        reference(&name)
    }

    fn typed(&mut self, schema: &Value, context: &str, out: &mut Map<String, Value>) {
        let types = schema_types(schema);
        match types.as_slice() {
            // Only null: too rare to need a type.
            [] | ["null"] => {}
            [one] => {
                out.insert("type".to_owned(), json!(one));
            }
            several => {
                let branches: Vec<Value> = several
                    .iter()
                    .map(|one| {
                        let mut single = schema.clone();
                        if let Some(map) = single.as_object_mut() {
                            map.insert("type".to_owned(), json!(one));
                        }
                        self.schema(&single, &format!("{context}{}", pascal(one)))
                    })
                    .collect();
                out.insert("anyOf".to_owned(), Value::Array(branches));
                return;
            }
        }
        // Other formats would need types of crates that the client does not use.
        if schema.get("format").and_then(Value::as_str) == Some("uuid") {
            out.insert("format".to_owned(), json!("uuid"));
        }
        if types.contains(&"array") {
            let items = schema.get("items").filter(|items| !is_anything(items));
            let items = items
                .map_or_else(|| json!({}), |items| self.schema(items, &format!("{context}Item")));
            out.insert("items".to_owned(), items);
        }
        let is_object = types.contains(&"object") || schema.get("properties").is_some();
        if is_object {
            self.object(schema, context, out);
        }
    }

    fn object(&mut self, schema: &Value, context: &str, out: &mut Map<String, Value>) {
        out.insert("type".to_owned(), json!("object"));
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut properties = Map::new();
        for (name, property) in members(schema.get("properties").unwrap_or(&Value::Null)) {
            let lowered = self.schema(property, &format!("{context}{}", pascal(name)));
            let optional = !required.contains(&name.as_str());
            let is_container = {
                let plain = deref(property, &self.api.schemas);
                let types = schema_types(plain);
                types.contains(&"array") || types.contains(&"object")
            };
            let lowered = if optional && is_container { nullable(lowered) } else { lowered };
            properties.insert(name.clone(), lowered);
        }
        let rest = schema.get("additionalProperties");
        if properties.is_empty() {
            let values = match rest {
                Some(values) if !is_anything(values) && values.is_object() => {
                    self.schema(values, &format!("{context}Value"))
                }
                _ => json!({}),
            };
            out.insert("additionalProperties".to_owned(), values);
            return;
        }
        // The generator keeps unknown members in a field `extra`, which a member may be called too.
        let keeps_unknown = !properties.keys().any(|name| pascal(name) == "Extra");
        out.insert("properties".to_owned(), Value::Object(properties));
        out.insert("required".to_owned(), json!(required));
        if keeps_unknown {
            // An empty schema, not `true`: that is what it takes.
            out.insert("additionalProperties".to_owned(), json!({}));
        }
    }
}

fn reference(name: &str) -> Value {
    json!({"$ref": reference_to(name)})
}

fn described(mut out: Map<String, Value>, name: &str) -> Value {
    if out.is_empty() {
        return reference(name);
    }
    out.insert("allOf".to_owned(), json!([reference(name)]));
    Value::Object(out)
}

fn nullable(schema: Value) -> Value {
    match schema {
        Value::Object(map) if map.contains_key("$ref") => json!({"allOf": [map], "nullable": true}),
        Value::Object(mut map) => {
            map.insert("nullable".to_owned(), json!(true));
            Value::Object(map)
        }
        other => other,
    }
}

fn is_anything(schema: &Value) -> bool {
    match schema {
        Value::Bool(any) => *any,
        Value::Object(map) => map.keys().all(|key| {
            matches!(key.as_str(), "description" | "examples" | "default") || key.starts_with("x-")
        }),
        _ => false,
    }
}

/// A decimal: a text with the pattern of decimals, or the choice between a number and a text.
fn is_amount(schema: &Value) -> bool {
    let decimal = |schema: &Value| {
        let pattern = schema.get("pattern").and_then(Value::as_str).unwrap_or_default();
        schema_types(schema) == ["string"]
            && pattern.contains("\\d")
            && pattern.contains("\\.")
            && !pattern.contains(|c: char| c.is_ascii_alphabetic() && c != 'd')
    };
    let branches = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
    match branches.map(Vec::as_slice) {
        Some([a, b]) => {
            let number = |schema: &Value| schema_types(schema) == ["number"];
            number(a) && decimal(b) || decimal(a) && number(b)
        }
        Some(_) => false,
        None => decimal(schema),
    }
}

fn text_values(schema: &Value) -> Option<Vec<&str>> {
    let values = schema.get("enum")?.as_array()?;
    let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    (!texts.is_empty() && texts.len() == values.len()).then_some(texts)
}
