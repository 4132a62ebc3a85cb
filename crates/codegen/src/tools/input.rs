//! What a model reads of an argument: small, complete, and valid JSON Schema 2020-12.
//!
//! References are written out, because clients handle them badly; only schemas that contain
//! themselves keep one, into the tool's own `$defs`. Patterns go: they cost much and say little.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use streampay_spec::{Api, is_nullable, schema_types, without_null};

use super::flatten::Argument;

const LIMITS: [&str; 9] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
];
const FORMATS: [&str; 6] = ["uuid", "date-time", "date", "time", "email", "uri"];
const PREFIX: &str = "#/components/schemas/";

pub(super) fn schema(api: &Api, arguments: &[Argument], recursive: &BTreeSet<String>) -> Value {
    let mut work = Work { api, recursive, defs: Map::new(), composing: 0 };
    let mut properties = Map::new();
    for argument in arguments {
        let mut schema = work.schema(&argument.schema);
        schema.shift_remove("description");
        schema.insert("description".to_owned(), json!(words(argument)));
        properties.insert(argument.name.clone(), Value::Object(schema));
    }
    let required: Vec<&str> =
        arguments.iter().filter(|a| a.required).map(|a| a.name.as_str()).collect();
    let mut root = Map::new();
    root.insert("type".to_owned(), json!("object"));
    root.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        root.insert("required".to_owned(), json!(required));
    }
    root.insert("additionalProperties".to_owned(), json!(false));
    if !work.defs.is_empty() {
        root.insert("$defs".to_owned(), Value::Object(work.defs));
    }
    Value::Object(root)
}

fn words(argument: &Argument) -> String {
    let given = argument.agent.as_deref().unwrap_or(&argument.description).trim();
    if given.is_empty() { argument.name.replace(['_', '-'], " ") } else { given.to_owned() }
}

struct Work<'a> {
    api: &'a Api,
    recursive: &'a BTreeSet<String>,
    defs: Map<String, Value>,
    /// How many `allOf` are around: their branches see each other's members, so none can be closed.
    composing: usize,
}

impl Work<'_> {
    fn schema(&mut self, schema: &Value) -> Map<String, Value> {
        if is_nullable(schema) {
            let inner = self.schema(&without_null(schema));
            return with_null(inner);
        }
        let Some(map) = schema.as_object() else { return Map::new() };
        let mut out =
            match map.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix(PREFIX)) {
                Some(name) => self.reference(name),
                None => self.plain(schema),
            };
        if let Some(default) = map.get("default").filter(|default| !default.is_null()) {
            out.insert("default".to_owned(), default.clone());
        }
        let words = map.get("x-agent").or_else(|| map.get("description"));
        if let Some(words) = words.and_then(Value::as_str) {
            // After the rest, where a reader expects it.
            out.shift_remove("description");
            out.insert("description".to_owned(), json!(words.trim()));
        }
        out
    }

    fn reference(&mut self, name: &str) -> Map<String, Value> {
        let Some(target) = self.api.schemas.get(name) else { return Map::new() };
        if !self.recursive.contains(name) {
            let mut out = self.schema(target);
            // What a schema says of itself is too general for the place where it is used.
            out.shift_remove("description");
            return out;
        }
        if !self.defs.contains_key(name) {
            self.defs.insert(name.to_owned(), Value::Null);
            let def = self.schema(target);
            self.defs.insert(name.to_owned(), Value::Object(def));
        }
        Map::from_iter([("$ref".to_owned(), json!(format!("#/$defs/{name}")))])
    }

    fn plain(&mut self, schema: &Value) -> Map<String, Value> {
        let mut out = Map::new();
        let Some(map) = schema.as_object() else { return out };
        if let Some(types) = number_or_text(schema) {
            out.insert("type".to_owned(), json!(types));
            return out;
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            if let Some(branches) = map.get(key).and_then(Value::as_array) {
                self.composing += usize::from(key == "allOf");
                let branches: Vec<Value> =
                    branches.iter().map(|branch| Value::Object(self.schema(branch))).collect();
                self.composing -= usize::from(key == "allOf");
                match branches.as_slice() {
                    [Value::Object(only)] => out.extend(only.clone()),
                    _ => {
                        out.insert(key.to_owned(), Value::Array(branches));
                    }
                }
            }
        }
        for key in ["type", "enum"] {
            if let Some(value) = map.get(key) {
                out.insert(key.to_owned(), value.clone());
            }
        }
        if let Some(format) =
            map.get("format").and_then(Value::as_str).filter(|f| FORMATS.contains(f))
        {
            out.insert("format".to_owned(), json!(format));
        }
        for key in LIMITS {
            if let Some(value) = map.get(key) {
                out.insert(key.to_owned(), value.clone());
            }
        }
        if let Some(items) =
            map.get("items").filter(|items| items.as_object().is_some_and(|i| !i.is_empty()))
        {
            let items = self.schema(items);
            out.insert("items".to_owned(), Value::Object(items));
        }
        if let Some(properties) = map.get("properties").and_then(Value::as_object) {
            let properties: Map<String, Value> = properties
                .iter()
                .filter(|(_, schema)| schema.get("readOnly") != Some(&Value::Bool(true)))
                .map(|(name, schema)| (name.clone(), Value::Object(self.schema(schema))))
                .collect();
            out.insert("properties".to_owned(), Value::Object(properties));
            if let Some(required) = map.get("required") {
                out.insert("required".to_owned(), required.clone());
            }
        }
        let composed = self.composing > 0
            || ["anyOf", "oneOf", "allOf"].into_iter().any(|key| map.contains_key(key));
        if let Some(rest) = map.get("additionalProperties") {
            let rest = match rest {
                Value::Object(_) => Value::Object(self.schema(rest)),
                other => other.clone(),
            };
            // Anything goes unless something is said; saying so costs and helps nobody.
            if rest != json!({}) && rest != json!(true) {
                out.insert("additionalProperties".to_owned(), rest);
            }
        } else if out.contains_key("properties") && !composed {
            // A misspelt member would be ignored by the API: `qty` for `quantity` sells one piece.
            out.insert("additionalProperties".to_owned(), json!(false));
        }
        out
    }
}

/// `{"type": ["number", "string"]}` for the choice between numbers and decimal texts.
fn number_or_text(schema: &Value) -> Option<[&'static str; 2]> {
    let branches = schema.get("anyOf").or_else(|| schema.get("oneOf"))?.as_array()?;
    let types: Vec<Vec<&str>> = branches.iter().map(schema_types).collect();
    let (mut number, mut text) = (false, false);
    for types in &types {
        match types.as_slice() {
            ["number"] => number = true,
            ["string"] => text = true,
            _ => return None,
        }
    }
    (number && text && types.len() == 2).then_some(["number", "string"])
}

fn with_null(mut schema: Map<String, Value>) -> Map<String, Value> {
    let description = schema.shift_remove("description");
    if schema.contains_key("$ref") || schema.contains_key("allOf") {
        schema = Map::from_iter([("anyOf".to_owned(), json!([schema, {"type": "null"}]))]);
    } else {
        match schema.get_mut("type") {
            Some(Value::Array(types)) => types.push(json!("null")),
            Some(name) => *name = json!([name.take(), "null"]),
            None => {
                for key in ["anyOf", "oneOf"] {
                    if let Some(Value::Array(branches)) = schema.get_mut(key) {
                        branches.push(json!({"type": "null"}));
                    }
                }
            }
        }
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.push(Value::Null);
        }
    }
    schema.extend(description.map(|text| ("description".to_owned(), text)));
    schema
}
