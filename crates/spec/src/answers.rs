//! What the overlay says about answers: the members that a row of a list shows (`x-row`), the members that
//! hold text which people write (`x-untrusted`), and those that are personal data (`x-personal`).
//!
//! All of it is checked against the schemas. What matches nothing is a warning, because another version of
//! the description may lack it.

use indexmap::IndexMap;
use serde_json::Value;

use crate::{
    api::{Operation, OutsideText, Paging},
    extensions,
    fault::{Fault, Warning},
    pointer::Pointer,
    schema::{deref, without_null},
};

/// Reads `x-untrusted` and `x-personal` of every component.
pub(crate) fn outside_text(
    schemas: &IndexMap<String, Value>,
    faults: &mut Vec<Fault>,
    warnings: &mut Vec<Warning>,
) -> IndexMap<String, OutsideText> {
    let at = Pointer::root().push("components").push("schemas");
    let mut found = IndexMap::new();
    for (name, schema) in schemas {
        let at = at.push(name.as_str());
        let mut text = extensions::outside_text(schema, &at, faults);
        let mut known = |key: &str, member: &str| {
            let known = member_of(schema, member, schemas).is_some();
            if !known {
                warnings.push(Warning {
                    place: at.push(key).to_string(),
                    message: format!("`{member}` is not a member of {name}"),
                });
            }
            known
        };
        text.untrusted.retain(|member| known("x-untrusted", member));
        text.personal.retain(|member, _| known("x-personal", member));
        if text != OutsideText::default() {
            found.insert(name.clone(), text);
        }
    }
    found
}

/// Drops the members of rows that the items of their lists do not have, each with a warning.
pub(crate) fn check_rows(
    operations: &mut [Operation],
    paging: Option<&Paging>,
    schemas: &IndexMap<String, Value>,
    faults: &mut Vec<Fault>,
    warnings: &mut Vec<Warning>,
) {
    for operation in operations.iter_mut().filter(|operation| !operation.row.is_empty()) {
        let place = format!("{}/x-row", operation.place);
        let mut warn = |message: String| warnings.push(Warning { place: place.clone(), message });
        let items = paging.and_then(|paging| {
            let answer = operation.success.schema.as_ref()?;
            member_of(answer, &paging.items, schemas)
        });
        let Some(items) = items else {
            warn("the answer has no list, so it has no rows".to_owned());
            operation.row.clear();
            continue;
        };
        operation.row.retain(|member| {
            let found = member_at(&items, &member.path, schemas).is_some();
            if !found {
                let path = member.path.join(".");
                warn(format!("the items of the list have no member `{path}`"));
            }
            found
        });
        for (index, member) in operation.row.iter().enumerate() {
            if operation.row.iter().take(index).any(|other| other.name == member.name) {
                faults.push(Fault {
                    place: place.clone(),
                    message: format!("two columns are called `{}`", member.name),
                    advice: "give one of them another name: `path as name`".to_owned(),
                });
            }
        }
    }
}

/// The schema of a member of an object, or of the objects in a list.
#[must_use]
pub fn member_of(schema: &Value, name: &str, schemas: &IndexMap<String, Value>) -> Option<Value> {
    let object = items_of(schema, schemas);
    object.get("properties")?.get(name).cloned()
}

/// The schema at a path of members. Lists on the way stand for their items.
fn member_at(schema: &Value, path: &[String], schemas: &IndexMap<String, Value>) -> Option<Value> {
    path.iter().try_fold(schema.clone(), |schema, name| member_of(&schema, name, schemas))
}

/// The schema without null and references; that of the items, if it is a list.
fn items_of(schema: &Value, schemas: &IndexMap<String, Value>) -> Value {
    let mut schema = schema.clone();
    // Lists of lists end, unless a component contains itself as an item.
    for _ in 0..16 {
        schema = without_null(deref(&without_null(&schema), schemas));
        match schema.get("items") {
            Some(items) => schema = items.clone(),
            None => break,
        }
    }
    schema
}
