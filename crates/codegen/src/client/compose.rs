//! Merges compositions (`allOf`) into one schema.
//!
//! Progenitor merges them as well, but does not terminate if an object inherits from another and has a
//! member of its own type, such as a person with a mother.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use streampay_spec::{referenced_component, schema_types};

/// Merges a composition: all members of its objects or, without objects, its first part that names a
/// type. The client ignores limits.
pub(crate) fn compose(schema: &Value, schemas: &IndexMap<String, Value>) -> Value {
    let mut all = Parts { schemas, seen: BTreeSet::new(), object: None, other: None };
    all.collect(schema);
    let mut composed = match (all.object, all.other) {
        (Some(object), _) => Value::Object(object),
        (None, Some(other)) => other.clone(),
        (None, None) => json!({}),
    };
    if let (Some(description), Some(map)) = (schema.get("description"), composed.as_object_mut()) {
        map.insert("description".to_owned(), description.clone());
    }
    composed
}

struct Parts<'a> {
    schemas: &'a IndexMap<String, Value>,
    seen: BTreeSet<&'a str>,
    object: Option<Map<String, Value>>,
    other: Option<&'a Value>,
}

impl<'a> Parts<'a> {
    fn collect(&mut self, schema: &'a Value) {
        if let Some(name) = referenced_component(schema) {
            if let Some(target) = self.schemas.get(name)
                && self.seen.insert(name)
            {
                self.collect(target);
            }
            return;
        }
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.collect(part);
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        if properties.is_some() || schema_types(schema).contains(&"object") {
            self.object(schema, properties);
        } else if !schema_types(schema).is_empty() || schema.get("enum").is_some() {
            self.other = self.other.or(Some(schema));
        }
    }

    fn object(&mut self, schema: &Value, properties: Option<&Map<String, Value>>) {
        let object = self.object.get_or_insert_with(|| {
            Map::from_iter([
                ("type".to_owned(), json!("object")),
                ("properties".to_owned(), json!({})),
                ("required".to_owned(), json!([])),
            ])
        });
        // Later parts are more specific.
        if let Some(Value::Object(known)) = object.get_mut("properties") {
            known.extend(properties.into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())));
        }
        if let Some(Value::Array(known)) = object.get_mut("required") {
            let more = schema.get("required").and_then(Value::as_array);
            known.extend(more.into_iter().flatten().cloned());
        }
        if let Some(rest) = schema.get("additionalProperties").filter(|rest| rest.is_object()) {
            object.insert("additionalProperties".to_owned(), rest.clone());
        }
    }
}
