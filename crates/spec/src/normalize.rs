//! One dialect out of many: whatever OpenAPI 3.0, 3.1 or a mixture of both says, the document comes
//! out in JSON Schema 2020-12. `spec/README.md` gives every rule and its reason.
//!
//! The rules are idempotent: normalizing twice gives what normalizing once gives.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::{
    fault::{Fault, Faults, Warning},
    names::tidy_schema_names,
    pointer::Pointer,
    refs,
    schema::{
        component_of, for_each_schema_mut, is_null_type, is_nullable, reference_to, schema_types,
    },
};

const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

pub(crate) fn normalize(document: &mut Value) -> Result<Vec<Warning>, Faults> {
    let mut faults = Vec::new();
    refs::inline_components(document, &mut faults);
    check_components(document, &mut faults);
    refs::hoist_schema_references(document, &mut faults);
    refs::drop_inlined(document);
    refs::check_circles(document, &mut faults);
    for_each_schema_mut(document, &mut |schema, at| one_schema(schema, at, &mut faults));
    let warnings = rename_schemas(document, &mut faults);
    if let Some(root) = document.as_object_mut() {
        root.insert("openapi".to_owned(), json!("3.1.0"));
    }
    Faults::or(faults, warnings)
}

fn check_components(document: &Value, faults: &mut Vec<Fault>) {
    let at = Pointer::root().push("components");
    let components = document.get("components");
    let schemas = components.and_then(|components| components.get("schemas"));
    for (value, at) in [(components, at.clone()), (schemas, at.push("schemas"))] {
        if value.is_some_and(|value| !value.is_object()) {
            faults.push(Fault::at(&at, "must be an object", "correct the description"));
        }
    }
}

fn one_schema(schema: &mut Value, at: &Pointer, faults: &mut Vec<Fault>) {
    let Some(map) = schema.as_object_mut() else {
        if !schema.is_boolean() {
            let message = format!("a schema is an object, not {schema}");
            faults.push(Fault::at(at, message, "correct the description"));
            *schema = json!({});
        }
        return;
    };
    check(map, at, faults);
    map.shift_remove("title");
    one_type(map);
    exclusive_bounds(map);
    examples(map);
    if let Some(value) = map.shift_remove("const") {
        map.insert("enum".to_owned(), json!([value]));
    }
    if let Some(Value::Array(values)) = map.get_mut("enum") {
        dedupe(values);
    }
    if !map.contains_key("type") && map.get("enum") == Some(&json!([null])) {
        map.shift_remove("enum");
        map.insert("type".to_owned(), json!("null"));
    }
    if map.get("format").and_then(Value::as_str) == Some("uuid4") {
        map.insert("format".to_owned(), json!("uuid"));
    }
    if map.shift_remove("nullable") == Some(Value::Bool(true)) {
        add_null(schema);
    }
    collapse_union(schema);
}

/// A list of one type is that type.
fn one_type(map: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = map.get_mut("type") {
        dedupe(types);
        if let [only] = types.as_slice() {
            let only = only.clone();
            map.insert("type".to_owned(), only);
        }
    }
}

/// In OpenAPI 3.0 `exclusiveMinimum` is a switch beside `minimum`; in 2020-12 it is the bound.
fn exclusive_bounds(map: &mut Map<String, Value>) {
    for (switch, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if let Some(Value::Bool(on)) = map.get(switch) {
            let on = *on;
            map.shift_remove(switch);
            if on && let Some(value) = map.shift_remove(bound) {
                map.insert(switch.to_owned(), value);
            }
        }
    }
}

fn examples(map: &mut Map<String, Value>) {
    if let Some(example) = map.shift_remove("example")
        && !map.contains_key("examples")
    {
        map.insert("examples".to_owned(), json!([example]));
    }
}

/// Adds null to what a schema allows, in the way that its form asks for.
fn add_null(schema: &mut Value) {
    if is_nullable(schema) || is_null_type(schema) {
        return;
    }
    let Some(map) = schema.as_object_mut() else { return };
    for key in ["anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = map.get_mut(key) {
            branches.push(json!({"type": "null"}));
            return;
        }
    }
    if map.contains_key("$ref") || map.contains_key("allOf") {
        let (annotations, constraints): (Map<_, _>, Map<_, _>) =
            std::mem::take(map).into_iter().partition(|(key, _)| is_annotation(key));
        *map = annotations;
        map.insert("anyOf".to_owned(), json!([constraints, {"type": "null"}]));
        return;
    }
    if let Some(Value::Array(values)) = map.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    match map.get_mut("type") {
        Some(Value::Array(types)) => types.push(json!("null")),
        Some(name) => *name = json!([name.take(), "null"]),
        None => {}
    }
}

/// What says something about a value without limiting it, and so may stand beside a union.
fn is_annotation(key: &str) -> bool {
    key.starts_with("x-")
        || matches!(
            key,
            "description" | "default" | "deprecated" | "readOnly" | "writeOnly" | "examples"
        )
}

/// `anyOf: [{type: string}, {type: null}]` says in two schemas what one can say.
fn collapse_union(schema: &mut Value) {
    for key in ["anyOf", "oneOf"] {
        let Some(Value::Array(branches)) = schema.get(key) else { continue };
        let (nulls, others): (Vec<_>, Vec<_>) = branches.iter().cloned().partition(is_null_type);
        let only = match (others.as_slice(), nulls.as_slice()) {
            ([only], _) | ([], [only, ..]) => only,
            _ => continue,
        };
        let simple = !schema_types(only).is_empty() || (nulls.is_empty() && only.is_object());
        let clash = schema.as_object().zip(only.as_object()).is_some_and(|(outer, inner)| {
            inner.keys().any(|key| !is_annotation(key) && outer.contains_key(key))
        });
        if !simple || clash {
            continue;
        }
        let mut only = only.clone();
        if !nulls.is_empty() {
            add_null(&mut only);
        }
        if let (Some(outer), Value::Object(inner)) = (schema.as_object_mut(), only) {
            outer.shift_remove(key);
            for (key, value) in inner {
                outer.entry(key).or_insert(value);
            }
        }
    }
}

fn check(map: &Map<String, Value>, at: &Pointer, faults: &mut Vec<Fault>) {
    let mut fault = |key: &str, message: &str| {
        faults.push(Fault::at(&at.push(key), message, "correct the description, or its overlay"));
    };
    let known = |name: &Value| name.as_str().is_some_and(|name| TYPES.contains(&name));
    match map.get("type") {
        Some(Value::Array(names)) if !names.is_empty() && names.iter().all(known) => {}
        Some(name) if !known(name) => {
            fault("type", &format!("{name} is not a type of JSON Schema"))
        }
        _ => {}
    }
    for key in ["properties", "patternProperties"] {
        if map.get(key).is_some_and(|value| !value.is_object()) {
            fault(key, "must be an object");
        }
    }
    for key in ["anyOf", "oneOf", "allOf", "enum"] {
        if map.get(key).is_some_and(|value| value.as_array().is_none_or(Vec::is_empty)) {
            fault(key, "must be a non-empty array");
        }
    }
    let strings =
        |value: &Value| value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
    if map.get("required").is_some_and(|value| !strings(value)) {
        fault("required", "must be an array of property names");
    }
    if map.get("$ref").is_some_and(|value| !value.is_string()) {
        fault("$ref", "must be a string");
    }
}

fn dedupe(values: &mut Vec<Value>) {
    let mut seen = BTreeSet::new();
    values.retain(|value| seen.insert(value.to_string()));
}

fn rename_schemas(document: &mut Value, faults: &mut Vec<Fault>) -> Vec<Warning> {
    let Some(schemas) = refs::schemas_mut(document) else { return Vec::new() };
    let wishes = schemas
        .iter()
        .map(|(name, schema)| (name.as_str(), schema.get("x-name").and_then(Value::as_str)));
    let names = match tidy_schema_names(wishes) {
        Ok(names) => names,
        Err(fault) => {
            faults.push(fault);
            return Vec::new();
        }
    };
    let old = std::mem::take(schemas);
    for (name, schema) in old {
        let name = names.get(&name).cloned().unwrap_or(name);
        schemas.insert(name, schema);
    }
    for_each_schema_mut(document, &mut |schema, _| {
        let Some(Value::String(reference)) = schema.get_mut("$ref") else { return };
        if let Some(new) = component_of(reference).and_then(|old| names.get(old)) {
            *reference = reference_to(new);
        }
    });
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::{Pointer, one_schema};
    use serde_json::{Value, json};

    fn schema(mut value: Value) -> Value {
        let mut faults = Vec::new();
        one_schema(&mut value, &Pointer::root(), &mut faults);
        assert_eq!(faults, [], "{value}");
        value
    }

    #[test]
    fn nullable_becomes_null_in_every_form() {
        let cases = [
            (json!({"type": "string", "nullable": true}), json!({"type": ["string", "null"]})),
            (
                json!({"type": "string", "enum": ["A"], "nullable": true}),
                json!({"type": ["string", "null"], "enum": ["A", null]}),
            ),
            (
                json!({"$ref": "#/components/schemas/A", "nullable": true, "description": "d"}),
                json!({"description": "d",
                       "anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]}),
            ),
            (
                json!({"anyOf": [{"type": "number"}, {"type": "string"}], "nullable": true}),
                json!({"anyOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]}),
            ),
            (json!({"type": "string", "nullable": false}), json!({"type": "string"})),
            (json!({"nullable": true}), json!({})),
        ];
        for (given, wanted) in cases {
            let once = schema(given);
            assert_eq!(once, wanted);
            assert_eq!(schema(once.clone()), once, "a second time");
        }
    }

    #[test]
    fn the_two_forms_of_exclusive_bounds_become_one() {
        let given = json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true,
                           "maximum": 9, "exclusiveMaximum": false});
        let wanted = json!({"type": "integer", "maximum": 9, "exclusiveMinimum": 0});
        assert_eq!(schema(given), wanted);
    }

    #[test]
    fn unions_of_one_and_of_null_collapse() {
        let given = json!({"anyOf": [{"type": "string", "format": "uuid4"}, {"type": "null"}],
                           "description": "d"});
        // The walker visits inner schemas first; here the inner one is still as published.
        let wanted = json!({"description": "d", "type": ["string", "null"], "format": "uuid4"});
        assert_eq!(schema(given), wanted);
        assert_eq!(schema(json!({"oneOf": [{"type": "string"}]})), json!({"type": "string"}));
    }

    #[test]
    fn what_is_no_schema_is_a_fault_with_its_place() {
        let mut faults = Vec::new();
        let at = Pointer::root().push("x");
        one_schema(&mut json!({"type": "strin", "required": [1], "enum": []}), &at, &mut faults);
        let text: Vec<String> = faults.iter().map(|fault| fault.place.clone()).collect();
        assert_eq!(text, ["#/x/type", "#/x/enum", "#/x/required"]);
    }
}
