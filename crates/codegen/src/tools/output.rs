//! What a caller may rely on in an answer: loose enough that no valid answer violates it.
//!
//! Answers carry members and values that no description lists, and null where none was promised. A
//! client that checks results would turn such an answer into a failed call, and a failed refund is
//! tried again. So nothing is required, every value may be null, enumerations are texts, and what
//! lies deep is left open, which also keeps the list of tools small.

use serde_json::{Map, Value, json};
use streampay_spec::{Api, deref, schema_types, without_null};

/// How much of an answer is described: the record itself with types, what lies in it by names only.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    /// A page of records: its members are the records, not what lies in them.
    Page,
    Types,
    Names,
}

impl Detail {
    fn below(self) -> Option<Self> {
        match self {
            Self::Page => Some(Self::Types),
            Self::Types => Some(Self::Names),
            Self::Names => None,
        }
    }
}

/// The schema of an answer, and whether the server must wrap the answer as `{"result": …}`.
pub(super) fn schema(api: &Api, success: Option<&Value>) -> (Value, bool) {
    let anything = (json!({"type": "object"}), false);
    let Some(schema) = success else { return anything };
    let plain = without_null(schema);
    let plain = deref(&plain, &api.schemas);
    let types = schema_types(plain);
    if types == ["object"] || plain.get("properties").is_some() {
        let detail = if is_page(api, plain) { Detail::Page } else { Detail::Types };
        let mut root = Map::from_iter([("type".to_owned(), json!("object"))]);
        members(api, plain, detail, &mut root);
        return (Value::Object(root), false);
    }
    if types.is_empty() || types.contains(&"object") {
        return anything;
    }
    let result = value(api, schema, Detail::Types);
    (json!({"type": "object", "properties": {"result": result}}), true)
}

/// Whether an object is little more than a list of records: few members, a list of objects among them.
fn is_page(api: &Api, schema: &Value) -> bool {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return false;
    };
    let of_records = |schema: &Value| {
        let items = schema.get("items").map(|items| deref(items, &api.schemas));
        items.is_some_and(|items| schema_types(items) == ["object"])
    };
    properties.len() <= 3
        && properties.values().any(|schema| of_records(deref(schema, &api.schemas)))
}

fn members(api: &Api, schema: &Value, detail: Detail, out: &mut Map<String, Value>) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    let properties: Map<String, Value> = properties
        .iter()
        .filter(|(_, schema)| schema.get("writeOnly") != Some(&Value::Bool(true)))
        .map(|(name, schema)| {
            let schema =
                if detail == Detail::Names { json!({}) } else { value(api, schema, detail) };
            (name.clone(), schema)
        })
        .collect();
    if !properties.is_empty() {
        out.insert("properties".to_owned(), Value::Object(properties));
    }
}

fn value(api: &Api, schema: &Value, detail: Detail) -> Value {
    let plain = without_null(schema);
    let plain = deref(&plain, &api.schemas);
    match schema_types(plain).as_slice() {
        ["string"] if plain.get("pattern").is_some() => {
            json!({"type": ["string", "number", "null"]})
        }
        [one @ ("string" | "integer" | "number" | "boolean")] => json!({"type": [one, "null"]}),
        ["array"] => {
            let mut out = Map::from_iter([("type".to_owned(), json!(["array", "null"]))]);
            let items = plain.get("items").map(|items| deref(items, &api.schemas));
            if let Some(items) = items.filter(|items| schema_types(items) == ["object"]) {
                out.insert("items".to_owned(), object(api, items, detail));
            }
            Value::Object(out)
        }
        ["object"] => object(api, plain, detail),
        _ => json!({}),
    }
}

fn object(api: &Api, schema: &Value, detail: Detail) -> Value {
    let mut out = Map::from_iter([("type".to_owned(), json!(["object", "null"]))]);
    if let Some(below) = detail.below() {
        members(api, schema, below, &mut out);
    }
    Value::Object(out)
}
