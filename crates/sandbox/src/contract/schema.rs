//! Values and their schemas: checking what arrives, in the words of FastAPI, and shaping what
//! leaves.
//!
//! Both know the keywords that the description uses. Members that a schema does not know are
//! dropped: the API ignores them in requests, and promises none in responses.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use streampay_spec::{deref, schema_types};

use super::Schemas;
use crate::error::Detail;
use crate::formats;

/// The schemas that a value may match, with references followed, and whether it may be null.
pub(crate) fn branches<'a>(schema: &'a Value, schemas: &'a Schemas) -> (bool, Vec<&'a Value>) {
    let schema = deref(schema, schemas);
    let union = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
    let Some(union) = union else {
        let types = schema_types(schema);
        let nullable = types.contains(&"null");
        return (nullable, if nullable && types.len() == 1 { vec![] } else { vec![schema] });
    };
    let (nullable, lists): (Vec<bool>, Vec<_>) =
        union.iter().map(|branch| branches(branch, schemas)).unzip();
    (nullable.contains(&true), lists.concat())
}

/// Gives a value exactly the members that its schema describes, in their order. Members that are
/// missing become null.
pub(crate) fn shape(value: &mut Value, schema: &Value, schemas: &Schemas) {
    if !value.is_array() && !value.is_object() {
        return;
    }
    for schema in branches(schema, schemas).1 {
        match value {
            Value::Array(list) => {
                if let Some(items) = schema.get("items") {
                    list.iter_mut().for_each(|item| shape(item, items, schemas));
                }
            }
            Value::Object(map) => {
                let properties = schema.get("properties").and_then(Value::as_object);
                let Some(properties) = properties else { continue };
                let empty = Map::with_capacity(properties.len());
                let mut given = std::mem::replace(map, empty);
                for (name, schema) in properties {
                    let entry = given.swap_remove_entry(name);
                    let (name, mut member) = entry.unwrap_or_else(|| (name.clone(), Value::Null));
                    shape(&mut member, schema, schemas);
                    map.insert(name, member);
                }
            }
            _ => {}
        }
    }
}

/// Checks values against schemas and collects what is wrong with them.
///
/// A value that fits is made canonical on the way: moments are in UTC, ids in lower case, decimal
/// numbers are strings, absent members have their default, unknown members are removed.
pub(crate) struct Checker<'a> {
    pub(crate) schemas: &'a Schemas,
    pub(crate) details: Vec<Detail>,
}

impl Checker<'_> {
    /// Checks a value at a place.
    pub(crate) fn check(&mut self, value: &mut Value, schema: &Value, at: &[Value]) {
        let schemas = self.schemas;
        let (nullable, branches) = branches(schema, schemas);
        if nullable && value.is_null() {
            return;
        }
        if branches.iter().any(|branch| is_decimal(branch)) {
            return self.decimal(value, &branches, at);
        }
        match branches.as_slice() {
            [only] => self.check_one(value, only, at),
            several => self.union(value, several, at),
        }
    }

    pub(crate) fn reject(
        &mut self,
        at: &[Value],
        input: &Value,
        kind: &'static str,
        msg: impl Into<String>,
    ) {
        let (msg, input) = (msg.into(), input.clone());
        self.details.push(Detail { loc: at.to_vec(), msg, kind, input });
    }

    /// A union: valid if one schema fits; otherwise reports the details against the first.
    fn union(&mut self, value: &mut Value, branches: &[&Value], at: &[Value]) {
        let mut first = None;
        for branch in branches {
            let mut inner = Checker { schemas: self.schemas, details: Vec::new() };
            let mut candidate = value.clone();
            inner.check_one(&mut candidate, branch, at);
            if inner.details.is_empty() {
                *value = candidate;
                return;
            }
            first.get_or_insert(inner.details);
        }
        self.details.extend(first.unwrap_or_default());
    }

    fn check_one(&mut self, value: &mut Value, schema: &Value, at: &[Value]) {
        if let Some(allowed) = schema.get("enum").and_then(Value::as_array) {
            if !allowed.contains(value) {
                self.reject(at, value, "enum", one_of(allowed));
            }
            return;
        }
        match schema_types(schema).into_iter().find(|name| *name != "null") {
            Some("string") => self.string(value, schema, at),
            Some("integer") => self.integer(value, schema, at),
            Some("number") => self.number(value, schema, at),
            Some("boolean") if !value.is_boolean() => {
                self.reject(at, value, "bool_type", "Input should be a valid boolean");
            }
            Some("array") => self.array(value, schema, at),
            Some("object") => self.object(value, schema, at),
            _ => {}
        }
    }

    /// A decimal number, as a number or as a string.
    fn decimal(&mut self, value: &mut Value, branches: &[&Value], at: &[Value]) {
        let Some(number) = formats::decimal(value) else {
            let (kind, msg) = match value {
                Value::String(_) | Value::Number(_) => {
                    ("decimal_parsing", "Input should be a valid decimal")
                }
                _ => {
                    let msg = "Decimal input should be an integer, float, string or Decimal object";
                    ("decimal_type", msg)
                }
            };
            return self.reject(at, value, kind, msg);
        };
        let least = branches.iter().find(|branch| schema_types(branch).contains(&"number"));
        let least = least.and_then(|branch| branch.get("minimum")).and_then(formats::decimal);
        match least.filter(|least| number < *least) {
            Some(least) => {
                let msg = format!("Input should be greater than or equal to {least}");
                self.reject(at, value, "greater_than_equal", msg);
            }
            None => *value = json!(number),
        }
    }

    fn string(&mut self, value: &mut Value, schema: &Value, at: &[Value]) {
        let Some(text) = value.as_str() else {
            return self.reject(at, value, "string_type", "Input should be a valid string");
        };
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        let length = text.chars().count() as u64;
        if let Some(least) = bound("minLength").filter(|least| length < *least) {
            let msg = format!("String should have at least {least} character{}", plural(least));
            self.reject(at, value, "string_too_short", msg);
        }
        if let Some(most) = bound("maxLength").filter(|most| length > *most) {
            let msg = format!("String should have at most {most} character{}", plural(most));
            self.reject(at, value, "string_too_long", msg);
        }
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
        match formats::read(format, text) {
            Ok(Some(canonical)) => *value = json!(canonical),
            Ok(None) => {}
            Err((kind, msg)) => self.reject(at, value, kind, msg),
        }
    }

    fn integer(&mut self, value: &mut Value, schema: &Value, at: &[Value]) {
        if !value.is_number() {
            return self.reject(at, value, "int_type", "Input should be a valid integer");
        }
        match formats::decimal(value).filter(|number| number.fract().is_zero()) {
            Some(number) => match i64::try_from(number) {
                Ok(whole) => {
                    self.bounds(number, value, schema, at);
                    *value = json!(whole);
                }
                Err(_) => {
                    let msg = "Unable to parse input as an integer, exceeded maximum size";
                    self.reject(at, value, "int_parsing_size", msg);
                }
            },
            None => {
                let msg = "Input should be a valid integer, got a number with a fractional part";
                self.reject(at, value, "int_from_float", msg);
            }
        }
    }

    fn number(&mut self, value: &Value, schema: &Value, at: &[Value]) {
        match formats::decimal(value).filter(|_| value.is_number()) {
            Some(number) => self.bounds(number, value, schema, at),
            None => self.reject(at, value, "float_type", "Input should be a valid number"),
        }
    }

    fn bounds(&mut self, number: Decimal, value: &Value, schema: &Value, at: &[Value]) {
        type Fits = fn(&Decimal, &Decimal) -> bool;
        let tests: [(&str, Fits, &str, &str); 4] = [
            ("minimum", Decimal::ge, "greater_than_equal", "greater than or equal to"),
            ("exclusiveMinimum", Decimal::gt, "greater_than", "greater than"),
            ("maximum", Decimal::le, "less_than_equal", "less than or equal to"),
            ("exclusiveMaximum", Decimal::lt, "less_than", "less than"),
        ];
        for (key, fits, kind, words) in tests {
            let limit = schema.get(key).and_then(formats::decimal);
            if let Some(limit) = limit.filter(|limit| !fits(&number, limit)) {
                self.reject(at, value, kind, format!("Input should be {words} {limit}"));
            }
        }
    }

    fn array(&mut self, value: &mut Value, schema: &Value, at: &[Value]) {
        let Some(list) = value.as_array() else {
            return self.reject(at, value, "list_type", "Input should be a valid list");
        };
        let count = list.len() as u64;
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        if let Some(least) = bound("minItems").filter(|least| count < *least) {
            let item = plural(least);
            let msg = format!(
                "List should have at least {least} item{item} after validation, not {count}"
            );
            self.reject(at, value, "too_short", msg);
        }
        if let Some(most) = bound("maxItems").filter(|most| count > *most) {
            let msg =
                format!("List should have at most {most} items after validation, not {count}");
            // The list itself could be long; its size is in the text.
            self.reject(at, &Value::Null, "too_long", msg);
        }
        let Some(items) = schema.get("items") else { return };
        for (index, item) in value.as_array_mut().into_iter().flatten().enumerate() {
            self.check(item, items, &[at, &[json!(index)]].concat());
        }
    }

    fn object(&mut self, value: &mut Value, schema: &Value, at: &[Value]) {
        let known = schema.get("properties").and_then(Value::as_object);
        let Some(map) = value.as_object() else {
            let (kind, msg) = if known.is_some() {
                let msg = "Input should be a valid dictionary or object to extract fields from";
                ("model_attributes_type", msg)
            } else {
                ("dict_type", "Input should be a valid dictionary")
            };
            return self.reject(at, value, kind, msg);
        };
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            if name.as_str().is_some_and(|name| !map.contains_key(name)) {
                let at = [at, std::slice::from_ref(name)].concat();
                self.reject(&at, value, "missing", "Field required");
            }
        }
        let Some(map) = value.as_object_mut() else { return };
        if let Some(known) = known {
            map.retain(|name, _| known.contains_key(name));
        }
        let others = schema.get("additionalProperties").filter(|schema| schema.is_object());
        for (name, member) in map.iter_mut() {
            if let Some(expected) = known.and_then(|known| known.get(name)).or(others) {
                self.check(member, expected, &[at, &[json!(name)]].concat());
            }
        }
        for (name, schema) in known.into_iter().flatten() {
            if let Some(default) = schema.get("default").filter(|_| !map.contains_key(name)) {
                map.insert(name.clone(), default.clone());
            }
        }
    }
}

/// Whether a schema describes a decimal number as a string.
fn is_decimal(schema: &Value) -> bool {
    let pattern = schema.get("pattern").and_then(Value::as_str);
    pattern.is_some_and(|pattern| pattern.contains(r"\d*\.?\d*"))
}

fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn one_of(allowed: &[Value]) -> String {
    let words: Vec<String> =
        allowed.iter().filter_map(Value::as_str).map(|word| format!("'{word}'")).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => {
            format!("Input should be {} or {last}", rest.join(", "))
        }
        _ => format!("Input should be {}", words.join("")),
    }
}
