//! References: the ones to parameters, bodies, responses and path items are replaced by what they
//! name; the ones to schemas stay, but all of them come to name a component.
//!
//! No reference may leave the document: a description is one file, and reading it never fetches.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::{
    fault::Fault,
    names::pascal,
    pointer::Pointer,
    schema::{for_each_schema, for_each_schema_mut, reference_to, referenced_component},
};

/// How many references may stand behind one another.
const MAX_HOPS: usize = 32;

/// Replaces the references of path items, parameters, request bodies and responses.
pub(crate) fn inline_components(document: &mut Value, faults: &mut Vec<Fault>) {
    let source = document.clone();
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        let at = Pointer::root().push("paths").push(path.as_str());
        inline(item, &source, &at, faults);
        let Some(item) = item.as_object_mut() else { continue };
        for (key, value) in item.iter_mut() {
            let at = at.push(key.as_str());
            if key == "parameters" {
                inline_each(value, &source, &at, faults);
            } else if let Value::Object(operation) = value {
                inline_operation(operation, &source, &at, faults);
            }
        }
    }
}

/// Removes what was inlined: it has no further use.
pub(crate) fn drop_inlined(document: &mut Value) {
    if let Some(Value::Object(components)) = document.get_mut("components") {
        for kind in ["parameters", "requestBodies", "responses", "headers", "pathItems", "examples"]
        {
            components.shift_remove(kind);
        }
    }
}

fn inline_operation(
    operation: &mut Map<String, Value>,
    source: &Value,
    at: &Pointer,
    faults: &mut Vec<Fault>,
) {
    if let Some(parameters) = operation.get_mut("parameters") {
        inline_each(parameters, source, &at.push("parameters"), faults);
    }
    if let Some(body) = operation.get_mut("requestBody") {
        inline(body, source, &at.push("requestBody"), faults);
    }
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        for (status, response) in responses {
            inline(response, source, &at.push("responses").push(status.as_str()), faults);
            if let Some(response) = response.as_object_mut() {
                // Response headers are documentation that nothing generated reads.
                response.shift_remove("headers");
                response.shift_remove("links");
            }
        }
    }
}

fn inline_each(list: &mut Value, source: &Value, at: &Pointer, faults: &mut Vec<Fault>) {
    for (index, item) in list.as_array_mut().into_iter().flatten().enumerate() {
        inline(item, source, &at.push(index.to_string()), faults);
    }
}

fn inline(value: &mut Value, source: &Value, at: &Pointer, faults: &mut Vec<Fault>) {
    for _ in 0..MAX_HOPS {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return };
        match target(reference, source, at) {
            Ok((_, found)) => *value = found.clone(),
            Err(fault) => return faults.push(fault),
        }
    }
    faults.push(Fault::at(at, "the reference refers to itself", "break the circle"));
}

fn target<'a>(
    reference: &str,
    source: &'a Value,
    at: &Pointer,
) -> Result<(Pointer, &'a Value), Fault> {
    let pointer = Pointer::parse_local(reference).ok_or_else(|| {
        Fault::at(
            at,
            format!("the reference `{reference}` refers to another document"),
            "bundle the description into one file; references are `#/…`",
        )
    })?;
    match pointer.find(source) {
        Some(found) => Ok((pointer, found)),
        None => Err(Fault::at(
            at,
            format!("the reference `{reference}` has no target"),
            "define it, or correct the reference (an overlay can)",
        )),
    }
}

/// Makes every schema reference name a component: `#/components/schemas/Name`. A schema that was
/// referred to in any other place is copied into the components under a name made from its place.
pub(crate) fn hoist_schema_references(document: &mut Value, faults: &mut Vec<Fault>) {
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    loop {
        let source = document.clone();
        let mut taken: BTreeSet<String> = component_names(&source);
        let mut copies: Vec<(String, Value)> = Vec::new();
        for_each_schema(&source, &mut |schema, at| {
            let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { return };
            if named.contains_key(reference) || !known.insert(format!("{at} {reference}")) {
                return;
            }
            match target(reference, &source, at) {
                Err(fault) => faults.push(fault),
                Ok((_, found)) if !found.is_object() && !found.is_boolean() => {
                    let message = format!("the reference `{reference}` does not refer to a schema");
                    faults.push(Fault::at(at, message, "correct the reference (an overlay can)"));
                }
                Ok((pointer, found)) => {
                    if component_name(&pointer).is_some() {
                        return;
                    }
                    let name = free_name(&pointer, &taken);
                    taken.insert(name.clone());
                    named.insert(reference.to_owned(), name.clone());
                    copies.push((name, found.clone()));
                }
            }
        });
        if copies.is_empty() {
            break;
        }
        if let Some(schemas) = schemas_mut(document) {
            schemas.extend(copies);
        }
    }
    for_each_schema_mut(document, &mut |schema, _| {
        let Some(Value::String(reference)) = schema.get_mut("$ref") else { return };
        let pointer = Pointer::parse_local(reference);
        // A name that was written with escapes is from here on written plainly.
        let plain = pointer.as_ref().and_then(component_name);
        if let Some(name) = named.get(reference).map(String::as_str).or(plain) {
            *reference = reference_to(name);
        }
    });
}

/// The name of the component that a pointer is the place of.
fn component_name(pointer: &Pointer) -> Option<&str> {
    match pointer.tokens() {
        [a, b, name] if a == "components" && b == "schemas" => Some(name),
        _ => None,
    }
}

/// Names that a component may have: what other tools accept, `[A-Za-z0-9._-]`.
fn free_name(pointer: &Pointer, taken: &BTreeSet<String>) -> String {
    let boring = ["components", "schemas", "properties", "paths", "content", "schema", "$defs"];
    let words: Vec<&str> = pointer
        .tokens()
        .iter()
        .map(String::as_str)
        .filter(|token| !boring.contains(token))
        .collect();
    let base = pascal(&words.join("_"));
    let mut name = base.clone();
    let mut number = 2;
    while taken.contains(&name) {
        name = format!("{base}{number}");
        number += 1;
    }
    name
}

fn component_names(document: &Value) -> BTreeSet<String> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    schemas.into_iter().flat_map(|map| map.keys().cloned()).collect()
}

/// The component schemas, made if the document has none.
pub(crate) fn schemas_mut(document: &mut Value) -> Option<&mut Map<String, Value>> {
    let components = document.as_object_mut()?.entry("components");
    let components = components.or_insert_with(|| Value::Object(Map::new())).as_object_mut()?;
    let schemas = components.entry("schemas").or_insert_with(|| Value::Object(Map::new()));
    schemas.as_object_mut()
}

/// Circles of components that lead back to themselves without going into a member or an item have no
/// meaning, and following them would never end.
pub(crate) fn check_circles(document: &Value, faults: &mut Vec<Fault>) {
    let Some(schemas) = document.pointer("/components/schemas").and_then(Value::as_object) else {
        return;
    };
    for (name, schema) in schemas {
        let mut seen = BTreeSet::new();
        let mut open = Vec::new();
        same_value(schema, &mut open);
        while let Some(next) = open.pop() {
            if next == name {
                let at = Pointer::root().push("components").push("schemas").push(name.as_str());
                faults.push(Fault::at(
                    &at,
                    "this schema refers to itself without a member or an item in between",
                    "break the circle; a schema may refer to itself only through a member or an item",
                ));
                break;
            }
            if seen.insert(next)
                && let Some(found) = schemas.get(next)
            {
                same_value(found, &mut open);
            }
        }
    }
}

/// The components that say something about the very value that `schema` is about.
fn same_value<'a>(schema: &'a Value, names: &mut Vec<&'a str>) {
    names.extend(referenced_component(schema));
    for key in ["allOf", "anyOf", "oneOf"] {
        for branch in schema.get(key).and_then(Value::as_array).into_iter().flatten() {
            same_value(branch, names);
        }
    }
    for key in ["not", "if", "then", "else"] {
        schema.get(key).into_iter().for_each(|branch| same_value(branch, names));
    }
}
