//! OpenAPI Overlay 1.0: changes to a description, each with a JSONPath (RFC 9535) as its target.
//!
//! Objects are merged member by member, arrays are appended to, and anything else is replaced. `remove`
//! deletes what the target selects. A target that selects nothing is a warning, because another version
//! of the description may lack it.

use serde::Deserialize;
use serde_json::Value;
use serde_json_path::JsonPath;
use serde_saphyr::Spanned;

use crate::{
    fault::{Fault, Faults, Warning},
    read::{read_value, yaml},
};

/// A parsed overlay.
#[derive(Debug)]
pub struct Overlay {
    actions: Vec<Action>,
}

#[derive(Debug)]
struct Action {
    line: u64,
    target: String,
    path: JsonPath,
    change: Change,
}

#[derive(Debug)]
enum Change {
    Update(Value),
    Remove,
}

#[derive(Deserialize)]
struct RawOverlay {
    overlay: Option<Spanned<String>>,
    actions: Option<Vec<RawAction>>,
}

#[derive(Deserialize)]
struct RawAction {
    target: Spanned<String>,
    update: Option<Value>,
    remove: Option<bool>,
}

impl Overlay {
    /// Reads an overlay from YAML or JSON.
    ///
    /// # Errors
    /// All faults of the text: another version than 1.0, unknown members, targets that are not JSONPaths,
    /// and actions that change nothing or both update and remove.
    pub fn parse(text: &str) -> Result<Self, Faults> {
        let plain = read_value(text, "overlay")?;
        let raw: RawOverlay =
            serde_saphyr::from_str_with_options(text, yaml()).map_err(|error| {
                Faults::one("overlay", error.to_string(), "see the Overlay 1.0 specification")
            })?;
        let mut faults = unknown_members(&plain);
        match raw.overlay.as_ref().map(|version| version.value.as_str()) {
            Some(version) if version.starts_with("1.0") => {}
            other => faults.push(Fault {
                place: "overlay".to_owned(),
                message: format!("version {} is not supported", other.unwrap_or("(none)")),
                advice: "begin the file with `overlay: 1.0.0`".to_owned(),
            }),
        }
        let mut actions = Vec::new();
        for raw in raw.actions.unwrap_or_default() {
            let line = raw.target.referenced.line();
            let target = raw.target.value;
            let mut fault = |message: String, advice: &str| {
                faults.push(Fault {
                    place: format!("overlay line {line}"),
                    message,
                    advice: advice.to_owned(),
                });
            };
            let change = match (raw.update, raw.remove) {
                (None, Some(true)) => Change::Remove,
                (Some(update), None | Some(false)) => Change::Update(update),
                (Some(_), Some(true)) => {
                    fault("the action both updates and removes".into(), "keep one of the two");
                    continue;
                }
                (None, _) => {
                    fault(
                        "the action changes nothing".into(),
                        "give it `update` or `remove: true`",
                    );
                    continue;
                }
            };
            match JsonPath::parse(&target) {
                Ok(path) => actions.push(Action { line, target, path, change }),
                Err(error) => {
                    fault(format!("`{target}` is not a JSONPath: {error}"), "see RFC 9535");
                }
            }
        }
        Faults::or(faults, Self { actions })
    }

    /// Applies every action in order.
    ///
    /// # Errors
    /// Updates of what is neither an object nor an array.
    pub fn apply(&self, document: &mut Value) -> Result<Vec<Warning>, Faults> {
        let mut warnings = Vec::new();
        let mut faults = Vec::new();
        for action in &self.actions {
            let place = format!("overlay line {}", action.line);
            let mut places: Vec<String> = action
                .path
                .query_located(document)
                .locations()
                .map(serde_json_path::NormalizedPath::to_json_pointer)
                .collect();
            if places.is_empty() {
                warnings.push(Warning {
                    place: place.clone(),
                    message: format!("the target {} matches nothing", action.target),
                });
            }
            // From the last to the first, so that removing leaves the places before it valid.
            places.reverse();
            for pointer in places {
                match &action.change {
                    Change::Remove => remove(document, &pointer),
                    Change::Update(update) => match document.pointer_mut(&pointer) {
                        Some(Value::Array(list)) => list.push(update.clone()),
                        Some(target @ Value::Object(_)) if update.is_object() => {
                            merge(target, update);
                        }
                        _ => faults.push(Fault {
                            place: place.clone(),
                            message: format!("the target #{pointer} cannot take this update"),
                            advice: "an update merges an object into an object, or appends to an \
                                     array: target the object around it"
                                .to_owned(),
                        }),
                    },
                }
            }
        }
        Faults::or(faults, warnings)
    }
}

fn merge(target: &mut Value, update: &Value) {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => {
            for (key, value) in update {
                match target.get_mut(key) {
                    Some(existing) => merge(existing, value),
                    None => {
                        target.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(target), Value::Array(update)) => target.extend(update.iter().cloned()),
        (target, update) => *target = update.clone(),
    }
}

fn remove(document: &mut Value, pointer: &str) {
    let Some((parent, token)) = pointer.rsplit_once('/') else { return };
    let token = token.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.shift_remove(&token);
        }
        Some(Value::Array(list)) => {
            if let Some(index) = token.parse().ok().filter(|index| *index < list.len()) {
                list.remove(index);
            }
        }
        _ => {}
    }
}

fn unknown_members(plain: &Value) -> Vec<Fault> {
    let known_root = ["overlay", "info", "extends", "actions"];
    let known_action = ["target", "description", "update", "remove"];
    let mut faults = Vec::new();
    let mut check = |value: &Value, known: &[&str], place: &str| {
        for key in value.as_object().into_iter().flat_map(|map| map.keys()) {
            if !known.contains(&key.as_str()) && !key.starts_with("x-") {
                faults.push(Fault {
                    place: place.to_owned(),
                    message: format!("unknown member `{key}`"),
                    advice: format!("the members are {}", known.join(", ")),
                });
            }
        }
    };
    check(plain, &known_root, "overlay");
    let actions = plain.get("actions").and_then(Value::as_array);
    for (index, action) in actions.into_iter().flatten().enumerate() {
        check(action, &known_action, &format!("overlay action {index}"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::Overlay;
    use serde_json::json;

    const HEAD: &str = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n";

    fn parse(actions: &str) -> Result<Overlay, String> {
        Overlay::parse(&format!("{HEAD}{actions}")).map_err(|faults| faults.to_string())
    }

    #[test]
    fn objects_merge_arrays_grow_and_removal_removes() {
        let mut document = json!({"a": {"b": 1, "list": [1]}, "gone": {"x": [{"n": 1}, {"n": 2}]}});
        let overlay = parse(
            "  - target: $.a\n    update: {b: 2, c: {d: 3}, list: [2]}\n  \
             - target: $.gone.x[?@.n==1]\n    remove: true\n  \
             - target: $.gone.x\n    update: {n: 9}\n",
        )
        .unwrap();
        assert_eq!(overlay.apply(&mut document).unwrap(), []);
        let wanted = json!({"a": {"b": 2, "list": [1, 2], "c": {"d": 3}}, "gone": {"x": [{"n": 2}, {"n": 9}]}});
        assert_eq!(document, wanted);
    }

    #[test]
    fn removing_several_elements_of_one_array_removes_just_those() {
        let mut document = json!({"x": [1, 2, 3, 4]});
        let overlay = parse("  - target: $.x[?@ > 1 && @ < 4]\n    remove: true\n").unwrap();
        overlay.apply(&mut document).unwrap();
        assert_eq!(document, json!({"x": [1, 4]}));
    }

    #[test]
    fn a_dead_target_is_a_warning_with_its_line() {
        let overlay = parse("  - target: $.a\n    update: {b: 1}\n").unwrap();
        let warnings = overlay.apply(&mut json!({})).unwrap();
        assert_eq!(warnings.len(), 1);
        assert_eq!(warnings[0].to_string(), "overlay line 4: the target $.a matches nothing");
    }

    #[test]
    fn every_fault_of_an_overlay_is_listed() {
        let message = Overlay::parse(
            "overlay: 2.0.0\nactoins: []\nactions:\n  - target: $[\n    update: {}\n  \
             - target: $.a\n  - target: $.b\n    update: {}\n    remove: true\n",
        )
        .unwrap_err()
        .to_string();
        for part in [
            "version 2.0.0 is not supported",
            "unknown member `actoins`",
            "overlay line 4: `$[` is not a JSONPath",
            "overlay line 6: the action changes nothing",
            "overlay line 7: the action both updates and removes",
        ] {
            assert!(message.contains(part), "{part} is not in:\n{message}");
        }
    }

    #[test]
    fn a_scalar_takes_no_update() {
        let overlay = parse("  - target: $.a\n    update: {b: 1}\n").unwrap();
        let message = overlay.apply(&mut json!({"a": 1})).unwrap_err().to_string();
        assert!(message.contains("overlay line 4: the target #/a cannot take"), "{message}");
    }
}
