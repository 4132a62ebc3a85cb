//! Whether a value fits a schema, and if not, every fault in the words of FastAPI.
//!
//! It knows the keywords that the description uses. Members that a schema does not know are
//! ignored, as in the API.

use indexmap::IndexMap;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use streampay_spec::{deref, is_nullable, schema_types, without_null};

use crate::error::Detail;
use crate::formats;

/// Collects the faults of values against schemas.
pub(crate) struct Checker<'a> {
    pub(crate) schemas: &'a IndexMap<String, Value>,
    pub(crate) faults: Vec<Detail>,
}

impl Checker<'_> {
    /// Checks a value at a place.
    pub(crate) fn check(&mut self, value: &Value, schema: &Value, at: &[Value]) {
        let schema = deref(schema, self.schemas);
        if value.is_null() && (is_nullable(schema) || allows_null(schema, self.schemas)) {
            return;
        }
        let plain = without_null(schema);
        let schema = deref(&plain, self.schemas);
        if let Some(least) = decimal_bounds(schema, self.schemas) {
            return self.decimal(value, least, at);
        }
        if let Some(branches) = branches(schema) {
            return self.union(value, branches, at);
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.check(value, part, at);
        }
        if let Some(allowed) = schema.get("enum").and_then(Value::as_array) {
            if !allowed.contains(value) {
                self.fault(at, value, "enum", one_of(allowed));
            }
            return;
        }
        match schema_types(schema).first().copied() {
            Some("string") => self.string(value, schema, at),
            Some("integer") => self.integer(value, schema, at),
            Some("number") => self.number(value, schema, at),
            Some("boolean") if !value.is_boolean() => {
                self.fault(at, value, "bool_type", "Input should be a valid boolean".into());
            }
            Some("array") => self.array(value, schema, at),
            Some("object") => self.object(value, schema, at),
            _ => {}
        }
    }

    pub(crate) fn fault(&mut self, at: &[Value], input: &Value, kind: &'static str, msg: String) {
        self.faults.push(Detail { loc: at.to_vec(), msg, kind, input: input.clone() });
    }

    /// A union: valid if one schema fits; otherwise reports the faults against the first.
    fn union(&mut self, value: &Value, branches: &[Value], at: &[Value]) {
        let mut first = None;
        for branch in branches {
            let mut inner = Checker { schemas: self.schemas, faults: Vec::new() };
            inner.check(value, branch, at);
            if inner.faults.is_empty() {
                return;
            }
            first.get_or_insert(inner.faults);
        }
        self.faults.extend(first.unwrap_or_default());
    }

    fn decimal(&mut self, value: &Value, least: Option<Decimal>, at: &[Value]) {
        match (formats::decimal(value), value) {
            (Some(number), _) => {
                if let Some(least) = least.filter(|least| number < *least) {
                    let msg = format!("Input should be greater than or equal to {least}");
                    self.fault(at, value, "greater_than_equal", msg);
                }
            }
            (None, Value::String(_) | Value::Number(_)) => {
                self.fault(at, value, "decimal_parsing", "Input should be a valid decimal".into());
            }
            (None, _) => {
                let msg = "Decimal input should be an integer, float, string or Decimal object";
                self.fault(at, value, "decimal_type", msg.into());
            }
        }
    }

    fn string(&mut self, value: &Value, schema: &Value, at: &[Value]) {
        let Some(text) = value.as_str() else {
            return self.fault(at, value, "string_type", "Input should be a valid string".into());
        };
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        let length = text.chars().count() as u64;
        if let Some(least) = bound("minLength").filter(|least| length < *least) {
            let msg = format!("String should have at least {least} character{}", plural(least));
            self.fault(at, value, "string_too_short", msg);
        }
        if let Some(most) = bound("maxLength").filter(|most| length > *most) {
            let msg = format!("String should have at most {most} character{}", plural(most));
            self.fault(at, value, "string_too_long", msg);
        }
        let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
        if let Some((kind, msg)) = formats::fault(format, text) {
            self.fault(at, value, kind, msg);
        }
    }

    fn integer(&mut self, value: &Value, schema: &Value, at: &[Value]) {
        let whole = formats::decimal(value).filter(|number| number.fract().is_zero());
        match (value, whole) {
            (Value::Number(_), Some(number)) => {
                if i64::try_from(number).is_err() {
                    let msg = "Unable to parse input as an integer, exceeded maximum size";
                    return self.fault(at, value, "int_parsing_size", msg.into());
                }
                self.bounds(number, value, schema, at);
            }
            (Value::Number(_), None) => {
                let msg = "Input should be a valid integer, got a number with a fractional part";
                self.fault(at, value, "int_from_float", msg.into());
            }
            _ => self.fault(at, value, "int_type", "Input should be a valid integer".into()),
        }
    }

    fn number(&mut self, value: &Value, schema: &Value, at: &[Value]) {
        match formats::decimal(value).filter(|_| value.is_number()) {
            Some(number) => self.bounds(number, value, schema, at),
            None => self.fault(at, value, "float_type", "Input should be a valid number".into()),
        }
    }

    fn bounds(&mut self, number: Decimal, value: &Value, schema: &Value, at: &[Value]) {
        let bound = |key: &str| schema.get(key).and_then(formats::decimal);
        let tests = [
            ("minimum", "greater_than_equal", "greater than or equal to"),
            ("exclusiveMinimum", "greater_than", "greater than"),
            ("maximum", "less_than_equal", "less than or equal to"),
            ("exclusiveMaximum", "less_than", "less than"),
        ];
        for (key, kind, words) in tests {
            let Some(limit) = bound(key) else { continue };
            let fits = match key {
                "minimum" => number >= limit,
                "exclusiveMinimum" => number > limit,
                "maximum" => number <= limit,
                _ => number < limit,
            };
            if !fits {
                self.fault(at, value, kind, format!("Input should be {words} {limit}"));
            }
        }
    }

    fn array(&mut self, value: &Value, schema: &Value, at: &[Value]) {
        let Some(list) = value.as_array() else {
            return self.fault(at, value, "list_type", "Input should be a valid list".into());
        };
        let count = list.len() as u64;
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
        if let Some(least) = bound("minItems").filter(|least| count < *least) {
            let item = plural(least);
            let msg = format!(
                "List should have at least {least} item{item} after validation, not {count}"
            );
            self.fault(at, value, "too_short", msg);
        }
        if let Some(most) = bound("maxItems").filter(|most| count > *most) {
            let msg =
                format!("List should have at most {most} items after validation, not {count}");
            // The list itself could be long; its size is in the text.
            self.fault(at, &Value::Null, "too_long", msg);
        }
        let Some(items) = schema.get("items") else {
            return;
        };
        for (index, item) in list.iter().enumerate() {
            self.check(item, items, &[at, &[json!(index)]].concat());
        }
    }

    fn object(&mut self, value: &Value, schema: &Value, at: &[Value]) {
        let known = schema.get("properties").and_then(Value::as_object);
        let Some(map) = value.as_object() else {
            let (kind, msg) = if known.is_some() {
                let msg = "Input should be a valid dictionary or object to extract fields from";
                ("model_attributes_type", msg)
            } else {
                ("dict_type", "Input should be a valid dictionary")
            };
            return self.fault(at, value, kind, msg.into());
        };
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            if name.as_str().is_some_and(|name| !map.contains_key(name)) {
                self.fault(
                    &[at, std::slice::from_ref(name)].concat(),
                    value,
                    "missing",
                    "Field required".into(),
                );
            }
        }
        let others = schema.get("additionalProperties").filter(|schema| schema.is_object());
        for (name, member) in map {
            let expected = known.and_then(|known: &Map<String, Value>| known.get(name)).or(others);
            if let Some(expected) = expected {
                self.check(member, expected, &[at, &[json!(name)]].concat());
            }
        }
    }
}

fn branches(schema: &Value) -> Option<&Vec<Value>> {
    schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array)
}

/// Whether one of a union's branches refers to something that may be null.
fn allows_null(schema: &Value, schemas: &IndexMap<String, Value>) -> bool {
    branches(schema).is_some_and(|list| list.iter().any(|b| is_nullable(deref(b, schemas))))
}

/// For the union of a number and a decimal string, and for a decimal string alone, the least value
/// where there is one.
fn decimal_bounds(schema: &Value, schemas: &IndexMap<String, Value>) -> Option<Option<Decimal>> {
    let is_decimal = |schema: &Value| {
        let pattern = schema.get("pattern").and_then(Value::as_str);
        pattern.is_some_and(|pattern| pattern.contains(r"\d*\.?\d*"))
    };
    let list = match branches(schema) {
        None => return is_decimal(schema).then_some(None),
        Some(list) => list,
    };
    let list: Vec<&Value> = list.iter().map(|branch| deref(branch, schemas)).collect();
    if !list.iter().any(|branch| is_decimal(branch)) {
        return None;
    }
    let number = list.iter().find(|branch| schema_types(branch).contains(&"number"));
    Some(number.and_then(|branch| branch.get("minimum")).and_then(formats::decimal))
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
