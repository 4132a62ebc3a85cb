//! The schema of a tool's arguments: small, complete, and valid JSON Schema 2020-12.
//!
//! References are inlined, because many clients do not resolve them. Only schemas that are recursive or very
//! large become definitions in the tool's own `$defs`. Patterns are dropped: they cost many tokens and say
//! little.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use streampay_spec::{
    Api, component_of, is_nullable, referenced_component, schema_types, without_null,
};

use super::{asked::Asked, flatten::Argument};

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

/// How large a component may be, in values, and how deep the references in it may go, to be written out
/// wherever it is named. Twenty times what people's descriptions need.
const MAX_SIZE: usize = 1000;
const MAX_DEPTH: usize = 32;

pub(super) fn schema(api: &Api, arguments: &[Argument], shared: &BTreeSet<String>) -> Value {
    let (defs, loose, open) = (Map::new(), BTreeSet::new(), Vec::new());
    let mut work = Work { api, shared, defs, loose, open, composing: 0 };
    let mut properties = Map::new();
    for argument in arguments {
        let mut schema = work.schema(&argument.schema);
        schema.shift_remove("description");
        if argument.agent.as_deref() != Some("") {
            schema.insert("description".to_owned(), json!(words(argument)));
        }
        properties.insert(argument.name.clone(), Value::Object(schema));
    }
    work.define();
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

/// The components that become definitions in a tool's schema, shared by all references to them: those
/// that contain themselves, and those that are too large to be repeated at every reference.
pub(super) fn shared_definitions(api: &Api) -> BTreeSet<String> {
    let shared = streampay_spec::recursive_schemas(&api.schemas);
    let mut sizes = Sizes { api, shared, known: BTreeMap::new() };
    for name in api.schemas.keys() {
        sizes.component(name, 0);
    }
    sizes.shared
}

struct Sizes<'a> {
    api: &'a Api,
    shared: BTreeSet<String>,
    known: BTreeMap<&'a str, usize>,
}

impl<'a> Sizes<'a> {
    fn component(&mut self, name: &'a str, depth: usize) -> usize {
        let Some(schema) = self.api.schemas.get(name) else { return 1 };
        if self.shared.contains(name) {
            return 1;
        }
        if let Some(size) = self.known.get(name) {
            return *size;
        }
        let size = if depth < MAX_DEPTH { self.value(schema, depth) } else { usize::MAX };
        if size > MAX_SIZE {
            self.shared.insert(name.to_owned());
            return 1;
        }
        self.known.insert(name, size);
        size
    }

    fn value(&mut self, value: &'a Value, depth: usize) -> usize {
        match value {
            Value::Object(map) => map.values().fold(1, |sum, value| sum + self.value(value, depth)),
            Value::Array(list) => list.iter().fold(1, |sum, value| sum + self.value(value, depth)),
            Value::String(text) => {
                component_of(text).map_or(1, |name| self.component(name, depth + 1))
            }
            _ => 1,
        }
    }
}

struct Work<'a> {
    api: &'a Api,
    shared: &'a BTreeSet<String>,
    defs: Map<String, Value>,
    /// Definitions that some `allOf` or `anyOf` names, so that they cannot be closed.
    loose: BTreeSet<String>,
    /// Definitions that are still to be written.
    open: Vec<String>,
    /// How many `allOf` and `anyOf` are around: a value may have members of several of their branches,
    /// so none can be closed.
    composing: usize,
}

impl Work<'_> {
    fn schema(&mut self, schema: &Value) -> Map<String, Value> {
        if is_nullable(schema) {
            let inner = self.schema(&without_null(schema));
            return with_null(inner);
        }
        let Some(map) = schema.as_object() else { return Map::new() };
        let mut out = match referenced_component(schema) {
            Some(name) => self.reference(name),
            None => self.plain(schema),
        };
        if let Some(default) = map.get("default").filter(|default| !default.is_null()) {
            out.insert("default".to_owned(), default.clone());
        }
        let asked = Asked::of(schema);
        if let Some(values) = asked.values() {
            out.insert("enum".to_owned(), json!(values));
        }
        if let Some(default) = asked.default() {
            out.insert("default".to_owned(), default.clone());
        }
        let words = map.get("x-agent").or_else(|| map.get("description"));
        if let Some(words) = words.and_then(Value::as_str) {
            // After the other members, where readers expect it.
            out.shift_remove("description");
            if !words.trim().is_empty() {
                out.insert("description".to_owned(), json!(words.trim()));
            }
        }
        out
    }

    fn reference(&mut self, name: &str) -> Map<String, Value> {
        let Some(target) = self.api.schemas.get(name) else { return Map::new() };
        if !self.shared.contains(name) {
            let mut out = self.schema(target);
            // The description of a component is too general for the place where it is used.
            out.shift_remove("description");
            return out;
        }
        let loosened = self.composing > 0 && self.loose.insert(name.to_owned());
        if loosened || !self.defs.contains_key(name) {
            self.defs.entry(name).or_insert(Value::Null);
            self.open.push(name.to_owned());
        }
        Map::from_iter([("$ref".to_owned(), json!(format!("#/$defs/{name}")))])
    }

    /// Adds the definitions that are referenced, directly or not.
    fn define(&mut self) {
        while let Some(name) = self.open.pop() {
            let Some(target) = self.api.schemas.get(&name) else { continue };
            self.composing = usize::from(self.loose.contains(&name));
            let def = self.schema(target);
            self.defs.insert(name, Value::Object(def));
        }
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
                self.composing += usize::from(key != "oneOf");
                let branches: Vec<Value> =
                    branches.iter().map(|branch| Value::Object(self.schema(branch))).collect();
                self.composing -= usize::from(key != "oneOf");
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
            let read_only = |schema: &Value| schema.get("readOnly") == Some(&Value::Bool(true));
            let offered = |schema: &Value| !read_only(schema) && !Asked::of(schema).is_hidden();
            // Only what is offered can be required, and not what has a default.
            let asked = |name: &Value| {
                let member = name.as_str().and_then(|name| properties.get(name));
                member.is_none_or(|schema| offered(schema) && Asked::of(schema).default().is_none())
            };
            let required = map.get("required").and_then(Value::as_array);
            let required: Option<Vec<Value>> =
                required.map(|names| names.iter().filter(|name| asked(name)).cloned().collect());
            let properties: Map<String, Value> = properties
                .iter()
                .filter(|(_, schema)| offered(schema))
                .map(|(name, schema)| (name.clone(), Value::Object(self.schema(schema))))
                .collect();
            out.insert("properties".to_owned(), Value::Object(properties));
            if let Some(required) = required.filter(|names| !names.is_empty()) {
                out.insert("required".to_owned(), json!(required));
            }
        }
        let composed = self.composing > 0
            || ["anyOf", "oneOf", "allOf"].into_iter().any(|key| map.contains_key(key));
        if let Some(rest) = map.get("additionalProperties") {
            let rest = match rest {
                Value::Object(_) => Value::Object(self.schema(rest)),
                other => other.clone(),
            };
            // Allowing anything is the default, so it does not need to be said.
            if rest != json!({}) && rest != json!(true) {
                out.insert("additionalProperties".to_owned(), rest);
            }
        } else if out.contains_key("properties") && !composed {
            // The API would ignore a misspelled member: `qty` instead of `quantity` would sell one piece.
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
