//! What changes for users between two descriptions: operations, tools, arguments, fields, values.
//!
//! A change is breaking when a program that was right before may be wrong after it.

use std::{collections::BTreeSet, fmt::Write as _};

use indexmap::IndexMap;
use serde_json::Value;

use crate::{
    api::{Api, Location, Operation},
    schema::{is_nullable, schema_types, without_null},
};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What changed: `tool create_coupon`, `ProductDto.price`.
    pub subject: String,
    /// How.
    pub text: String,
    /// Whether a program that was right before may be wrong now.
    pub breaking: bool,
}

/// All changes, the breaking ones first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The changes.
    pub changes: Vec<Change>,
}

impl Report {
    /// Whether there is a breaking change.
    #[must_use]
    pub fn is_breaking(&self) -> bool {
        self.changes.iter().any(|change| change.breaking)
    }

    /// The report as Markdown, for a pull request.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        if self.changes.is_empty() {
            return "No change for users.\n".to_owned();
        }
        let mut text = String::new();
        for (heading, breaking) in [("Breaking", true), ("Compatible", false)] {
            let mut changes = self.changes.iter().filter(|c| c.breaking == breaking).peekable();
            if changes.peek().is_some() {
                let _ = writeln!(text, "## {heading}\n");
                for change in changes {
                    let _ = writeln!(text, "- `{}`: {}", change.subject, change.text);
                }
                text.push('\n');
            }
        }
        text
    }
}

/// Compares two descriptions.
#[must_use]
pub fn compare(old: &Api, new: &Api) -> Report {
    let mut diff = Diff { changes: Vec::new() };
    diff.operations(old, new);
    diff.schemas(old, new);
    diff.changes.sort_by_key(|change| !change.breaking);
    Report { changes: diff.changes }
}

struct Diff {
    changes: Vec<Change>,
}

impl Diff {
    fn add(&mut self, breaking: bool, subject: impl Into<String>, text: impl Into<String>) {
        self.changes.push(Change { subject: subject.into(), text: text.into(), breaking });
    }

    fn operations(&mut self, old: &Api, new: &Api) {
        let key = |operation: &Operation| format!("{} {}", operation.method.word(), operation.path);
        let index = |api: &Api| -> IndexMap<String, Operation> {
            api.operations.iter().map(|operation| (key(operation), operation.clone())).collect()
        };
        let (before, after) = (index(old), index(new));
        for (key, operation) in &before {
            match after.get(key) {
                None => {
                    self.add(true, key, "operation removed");
                    for name in tools(operation) {
                        self.add(true, format!("tool {name}"), "removed");
                    }
                }
                Some(now) => self.operation(key, operation, now),
            }
        }
        for (key, operation) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
            self.add(false, key, "operation added");
            for name in tools(operation) {
                self.add(false, format!("tool {name}"), "added");
            }
        }
    }

    fn operation(&mut self, key: &str, old: &Operation, new: &Operation) {
        let (before, after) = (tools(old), tools(new));
        for name in before.difference(&after) {
            self.add(true, format!("tool {name}"), "removed");
        }
        for name in after.difference(&before) {
            self.add(false, format!("tool {name}"), "added");
        }
        if !old.deprecated && new.deprecated {
            self.add(false, key, "deprecated");
        }
        for parameter in old.parameters.iter().filter(|p| p.location != Location::Header) {
            let subject = format!("{key} {}", parameter.name);
            let same = |p: &&crate::api::Parameter| {
                p.name == parameter.name && p.location == parameter.location
            };
            match new.parameters.iter().find(same) {
                None => self.add(true, subject, "argument removed"),
                Some(now) => {
                    if now.required && !parameter.required {
                        self.add(true, &subject, "argument is now required");
                    }
                    if shape(&parameter.schema) != shape(&now.schema) {
                        let text = changed(&parameter.schema, &now.schema);
                        self.add(true, subject, text);
                    }
                }
            }
        }
        for parameter in &new.parameters {
            if !old.parameters.iter().any(|p| p.name == parameter.name) {
                let text =
                    if parameter.required { "required argument added" } else { "argument added" };
                self.add(parameter.required, format!("{key} {}", parameter.name), text);
            }
        }
        let body = |operation: &Operation| operation.body.as_ref().map(|body| shape(&body.schema));
        if body(old) != body(new) {
            self.add(true, key, "takes another body");
        }
        let answer = |operation: &Operation| operation.success.schema.as_ref().map(shape);
        if answer(old) != answer(new) {
            self.add(true, key, "answers with another schema");
        }
    }

    fn schemas(&mut self, old: &Api, new: &Api) {
        let (sent, received) = (reach(new, true), reach(new, false));
        for (name, schema) in &old.schemas {
            match new.schemas.get(name) {
                None => self.add(true, name, "schema removed"),
                Some(now) => {
                    self.schema(name, schema, now, sent.contains(name), received.contains(name))
                }
            }
        }
        for name in new.schemas.keys().filter(|name| !old.schemas.contains_key(*name)) {
            self.add(false, name, "schema added");
        }
    }

    fn schema(&mut self, name: &str, old: &Value, new: &Value, sent: bool, received: bool) {
        let values = |schema: &Value| -> Vec<String> {
            let list = schema.get("enum").and_then(Value::as_array);
            list.into_iter().flatten().map(ToString::to_string).collect()
        };
        let (before, after) = (values(old), values(new));
        for value in before.iter().filter(|value| !after.contains(value)) {
            self.add(sent, name, format!("value {value} removed"));
        }
        for value in after.iter().filter(|value| !before.contains(value)) {
            // Answers may hold values that no description lists, so a new one breaks nobody.
            self.add(false, name, format!("value {value} added"));
        }
        let empty = serde_json::Map::new();
        let properties = |schema: &'_ Value| {
            schema.get("properties").and_then(Value::as_object).cloned().unwrap_or(empty.clone())
        };
        let required = |schema: &Value, key: &str| {
            let list = schema.get("required").and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|name| name == key))
        };
        let (was, is) = (properties(old), properties(new));
        for (key, schema) in &was {
            let subject = format!("{name}.{key}");
            let Some(now) = is.get(key) else {
                self.add(true, subject, "field removed");
                continue;
            };
            if sent && required(new, key) && !required(old, key) {
                self.add(true, &subject, "field is now required");
            }
            if shape(&without_null(schema)) != shape(&without_null(now)) {
                self.add(true, &subject, changed(schema, now));
            } else if is_nullable(schema) != is_nullable(now) {
                let (text, breaking) = if is_nullable(now) {
                    ("may now be null", received)
                } else {
                    ("may no longer be null", sent)
                };
                self.add(breaking, &subject, text);
            }
        }
        for key in is.keys().filter(|key| !was.contains_key(*key)) {
            let must = sent && required(new, key);
            let text = if must { "required field added" } else { "field added" };
            self.add(must, format!("{name}.{key}"), text);
        }
        if before.is_empty() && was.is_empty() && is.is_empty() && shape(old) != shape(new) {
            self.add(true, name, changed(old, new));
        }
    }
}

fn tools(operation: &Operation) -> BTreeSet<String> {
    let extra = operation.extra_tools.iter().map(|tool| tool.name.clone());
    std::iter::once(operation.name.clone()).chain(extra).collect()
}

/// The component schemas that requests (or answers) can hold.
fn reach(api: &Api, requests: bool) -> BTreeSet<String> {
    let mut open: Vec<&Value> = Vec::new();
    for operation in &api.operations {
        if requests {
            open.extend(operation.body.iter().map(|body| &body.schema));
            open.extend(operation.parameters.iter().map(|parameter| &parameter.schema));
        } else {
            open.extend(operation.success.schema.iter());
        }
    }
    let mut seen = BTreeSet::new();
    while let Some(schema) = open.pop() {
        crate::schema::walk(schema, &crate::pointer::Pointer::root(), &mut |schema, _| {
            let name = schema
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(|text| text.strip_prefix("#/components/schemas/"));
            if let Some(name) = name
                && seen.insert(name.to_owned())
            {
                open.extend(api.schemas.get(name));
            }
        });
    }
    seen
}

/// A schema without what does not change its values.
fn shape(schema: &Value) -> String {
    let mut copy = schema.clone();
    crate::schema::walk_mut(&mut copy, &crate::pointer::Pointer::root(), &mut |schema, _| {
        if let Some(map) = schema.as_object_mut() {
            map.retain(|key, _| {
                !key.starts_with("x-")
                    && !matches!(
                        key.as_str(),
                        "description" | "examples" | "default" | "deprecated" | "enum"
                    )
            });
            map.sort_keys();
        }
    });
    copy.to_string()
}

fn changed(old: &Value, new: &Value) -> String {
    let (before, after) = (brief(old), brief(new));
    if before == after { "its limits changed".to_owned() } else { format!("{before} → {after}") }
}

fn brief(schema: &Value) -> String {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return reference.rsplit('/').next().unwrap_or_default().to_owned();
    }
    let mut text = schema_types(schema).join(" or ");
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(branches) = schema.get(key).and_then(Value::as_array) {
            let parts: Vec<String> = branches.iter().map(brief).collect();
            text = parts.join(if key == "allOf" { " and " } else { " or " });
        }
    }
    if let Some(format) = schema.get("format").and_then(Value::as_str) {
        let _ = write!(text, " ({format})");
    }
    if let Some(items) = schema.get("items") {
        let _ = write!(text, " of {}", brief(items));
    }
    if text.is_empty() { "anything".to_owned() } else { text }
}
