//! Walking and asking schemas, which stay plain JSON in the dialect that `normalize` makes:
//! JSON Schema 2020-12 with component references.
//!
//! A typed model of schemas would have to lose what it does not know; other people's descriptions
//! use all of JSON Schema.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::pointer::Pointer;

const ONE: [&str; 9] = [
    "items",
    "additionalProperties",
    "not",
    "contains",
    "propertyNames",
    "if",
    "then",
    "else",
    "unevaluatedProperties",
];
const MANY: [&str; 4] = ["anyOf", "oneOf", "allOf", "prefixItems"];
const NAMED: [&str; 5] =
    ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];

/// Where references to components begin.
const COMPONENTS: &str = "#/components/schemas/";

/// The name of the component that `schema` refers to, if it is a reference to one.
#[must_use]
pub fn referenced_component(schema: &Value) -> Option<&str> {
    schema.get("$ref").and_then(Value::as_str).and_then(component_of)
}

/// The component that a reference names: `Name` for `#/components/schemas/Name`.
#[must_use]
pub fn component_of(reference: &str) -> Option<&str> {
    reference.strip_prefix(COMPONENTS)
}

/// The reference to the component with this name: `#/components/schemas/Name`.
#[must_use]
pub fn reference_to(name: &str) -> String {
    format!("{COMPONENTS}{name}")
}

/// The schema that `reference` names, where `schema` is nothing but a reference to a component.
#[must_use]
pub fn deref<'a>(schema: &'a Value, schemas: &'a indexmap::IndexMap<String, Value>) -> &'a Value {
    let mut current = schema;
    // Circles of bare references are refused by `normalize`; the bound is for callers that skip it.
    for _ in 0..64 {
        let next = referenced_component(current).and_then(|name| schemas.get(name));
        match next {
            Some(next) => current = next,
            None => break,
        }
    }
    current
}

/// The types that a schema names itself, without looking into references or unions.
#[must_use]
pub fn schema_types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => vec![name.as_str()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether null is among what the schema itself allows, beside other values and without looking into
/// references.
#[must_use]
pub fn is_nullable(schema: &Value) -> bool {
    let branch = |key: &str| {
        let list = schema.get(key).and_then(Value::as_array);
        list.is_some_and(|list| list.iter().any(is_null_type) && !list.iter().all(is_null_type))
    };
    let types = schema_types(schema);
    types.contains(&"null") && types.len() > 1 || branch("anyOf") || branch("oneOf")
}

/// The schema with null taken out, where [`is_nullable`] holds; otherwise a copy.
#[must_use]
pub fn without_null(schema: &Value) -> Value {
    let mut schema = schema.clone();
    let Some(map) = schema.as_object_mut() else { return schema };
    if let Some(Value::Array(types)) = map.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            map.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(values)) = map.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    for key in ["anyOf", "oneOf"] {
        let Some(Value::Array(branches)) = map.get_mut(key) else { continue };
        branches.retain(|branch| !is_null_type(branch));
        if let [only] = branches.as_slice() {
            let only = only.clone();
            map.shift_remove(key);
            // Annotations beside the union describe the union, so they win over the branch's own.
            if let Value::Object(only) = only {
                for (key, value) in only {
                    map.entry(key).or_insert(value);
                }
            }
        }
    }
    schema
}

pub(crate) fn is_null_type(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

/// The components that can reach themselves through references, directly or not.
#[must_use]
pub fn recursive_schemas(schemas: &indexmap::IndexMap<String, Value>) -> BTreeSet<String> {
    let mut edges: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (name, schema) in schemas {
        let mut targets = BTreeSet::new();
        walk(schema, &Pointer::root(), &mut |schema, _| {
            targets.extend(referenced_component(schema).map(ToOwned::to_owned));
        });
        edges.insert(name, targets);
    }
    let reaches_itself = |start: &str| {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = vec![start];
        while let Some(name) = open.pop() {
            for next in edges.get(name).into_iter().flatten() {
                if next == start {
                    return true;
                }
                if seen.insert(next.as_str()) {
                    open.push(next);
                }
            }
        }
        false
    };
    schemas.keys().filter(|name| reaches_itself(name)).cloned().collect()
}

/// Calls `visit` for `schema` and every schema below it, the outer before the inner.
pub(crate) fn walk<'a>(
    schema: &'a Value,
    at: &Pointer,
    visit: &mut dyn FnMut(&'a Value, &Pointer),
) {
    visit(schema, at);
    let Some(map) = schema.as_object() else { return };
    for (key, value) in map {
        let at = at.push(key.as_str());
        match value {
            _ if ONE.contains(&key.as_str()) => walk(value, &at, visit),
            Value::Array(list) if MANY.contains(&key.as_str()) => {
                for (index, item) in list.iter().enumerate() {
                    walk(item, &at.push(index.to_string()), visit);
                }
            }
            Value::Object(named) if NAMED.contains(&key.as_str()) => {
                for (name, item) in named {
                    walk(item, &at.push(name.as_str()), visit);
                }
            }
            _ => {}
        }
    }
}

/// As [`walk`], with the right to change; the inner before the outer.
pub(crate) fn walk_mut(
    schema: &mut Value,
    at: &Pointer,
    visit: &mut dyn FnMut(&mut Value, &Pointer),
) {
    if let Some(map) = schema.as_object_mut() {
        for (key, value) in map.iter_mut() {
            let at = at.push(key.as_str());
            match value {
                _ if ONE.contains(&key.as_str()) => walk_mut(value, &at, visit),
                Value::Array(list) if MANY.contains(&key.as_str()) => {
                    for (index, item) in list.iter_mut().enumerate() {
                        walk_mut(item, &at.push(index.to_string()), visit);
                    }
                }
                Value::Object(named) if NAMED.contains(&key.as_str()) => {
                    for (name, item) in named {
                        walk_mut(item, &at.push(name.as_str()), visit);
                    }
                }
                _ => {}
            }
        }
    }
    visit(schema, at);
}

/// Calls `visit` for every schema of a document whose components are inlined.
pub(crate) fn for_each_schema<'a>(document: &'a Value, visit: &mut dyn FnMut(&'a Value, &Pointer)) {
    for at in roots(document) {
        if let Some(schema) = at.find(document) {
            walk(schema, &at, visit);
        }
    }
}

/// As [`for_each_schema`], with the right to change.
pub(crate) fn for_each_schema_mut(
    document: &mut Value,
    visit: &mut dyn FnMut(&mut Value, &Pointer),
) {
    for at in roots(document) {
        let text = at.to_string();
        if let Some(schema) = document.pointer_mut(text.trim_start_matches('#')) {
            walk_mut(schema, &at, visit);
        }
    }
}

/// The places where schemas begin: components, parameters, and the media types of bodies.
fn roots(document: &Value) -> Vec<Pointer> {
    let mut places = Vec::new();
    let root = Pointer::root();
    let components = root.push("components").push("schemas");
    for name in keys(document.pointer("/components/schemas")) {
        places.push(components.push(name));
    }
    for (path, item) in entries(document.get("paths")) {
        let at = root.push("paths").push(path.as_str());
        for (key, value) in entries(Some(item)) {
            let at = at.push(key.as_str());
            if key == "parameters" {
                parameters(value, &at, &mut places);
                continue;
            }
            if let Some(list) = value.get("parameters") {
                parameters(list, &at.push("parameters"), &mut places);
            }
            if let Some(body) = value.get("requestBody") {
                media_types(body, &at.push("requestBody"), &mut places);
            }
            for (status, response) in entries(value.get("responses")) {
                media_types(response, &at.push("responses").push(status.as_str()), &mut places);
            }
        }
    }
    places
}

fn parameters(list: &Value, at: &Pointer, places: &mut Vec<Pointer>) {
    for (index, parameter) in list.as_array().into_iter().flatten().enumerate() {
        if parameter.get("schema").is_some() {
            places.push(at.push(index.to_string()).push("schema"));
        }
    }
}

fn media_types(holder: &Value, at: &Pointer, places: &mut Vec<Pointer>) {
    for (name, media_type) in entries(holder.get("content")) {
        if media_type.get("schema").is_some() {
            places.push(at.push("content").push(name.as_str()).push("schema"));
        }
    }
}

fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn keys(value: Option<&Value>) -> impl Iterator<Item = &str> {
    entries(value).map(|(key, _)| key.as_str())
}
