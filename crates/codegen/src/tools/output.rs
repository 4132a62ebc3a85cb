//! What a caller may rely on in an answer: loose enough that no valid answer violates it.
//!
//! Answers carry members and values that no description lists, and null where none was promised. A
//! client that checks results would turn such an answer into a failed call, and a failed refund is
//! tried again. So nothing is required, every value may be null, enumerations are texts, and what
//! lies deep is left open, which also keeps the list of tools small.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use streampay_spec::{Api, deref, schema_types, without_null};

/// How deep the members of an answer are described: the object itself, and the items of its lists.
const DEPTH: usize = 2;

/// The schema of an answer, and whether the server must wrap the answer as `{"result": …}`.
pub(super) fn schema(api: &Api, success: Option<&Value>) -> (Value, bool) {
    let anything = (json!({"type": "object"}), false);
    let Some(schema) = success else { return anything };
    let plain = without_null(schema);
    let plain = deref(&plain, &api.schemas);
    let types = schema_types(plain);
    let is_object = types == ["object"] || plain.get("properties").is_some();
    if is_object {
        let mut seen = BTreeSet::new();
        let mut root = Map::from_iter([("type".to_owned(), json!("object"))]);
        members(api, plain, DEPTH, &mut seen, &mut root);
        return (Value::Object(root), false);
    }
    let open = types.is_empty() || types.contains(&"object");
    if open {
        return anything;
    }
    let result = value(api, schema, DEPTH, &mut BTreeSet::new());
    (json!({"type": "object", "properties": {"result": result}}), true)
}

fn members(
    api: &Api,
    schema: &Value,
    depth: usize,
    seen: &mut BTreeSet<String>,
    out: &mut Map<String, Value>,
) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
    if depth == 0 || properties.is_empty() {
        return;
    }
    let properties: Map<String, Value> = properties
        .iter()
        .filter(|(_, schema)| schema.get("writeOnly") != Some(&Value::Bool(true)))
        .map(|(name, schema)| (name.clone(), value(api, schema, depth - 1, seen)))
        .collect();
    out.insert("properties".to_owned(), Value::Object(properties));
}

fn value(api: &Api, schema: &Value, depth: usize, seen: &mut BTreeSet<String>) -> Value {
    let plain = without_null(schema);
    let plain = deref(&plain, &api.schemas);
    let types = schema_types(plain);
    match types.as_slice() {
        ["string"] if plain.get("pattern").is_some() => json!({"type": ["string", "number", "null"]}),
        [one @ ("string" | "integer" | "number" | "boolean")] => json!({"type": [one, "null"]}),
        ["array"] => {
            let mut out = Map::from_iter([("type".to_owned(), json!(["array", "null"]))]);
            if let Some(items) = plain.get("items").filter(|_| depth > 0) {
                let items = value(api, items, depth, seen);
                if items != json!({}) {
                    out.insert("items".to_owned(), items);
                }
            }
            Value::Object(out)
        }
        ["object"] => {
            let mut out = Map::from_iter([("type".to_owned(), json!(["object", "null"]))]);
            members(api, plain, depth, seen, &mut out);
            Value::Object(out)
        }
        _ => json!({}),
    }
}
