//! What changes for users between two descriptions: operations, tools, arguments, fields, values.
//!
//! A change is breaking if it can break a program that was correct before.

use std::{collections::BTreeSet, fmt::Write as _};

use indexmap::IndexMap;
use serde_json::Value;

use crate::{
    api::{Api, Location, Operation, Parameter},
    schema::{is_nullable, referenced_component, schema_types, without_null},
};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What changed: `tool create_coupon`, `ProductDto.price`.
    pub subject: String,
    /// How.
    pub text: String,
    /// Whether it can break a program that was correct before.
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
    diff.components(old, new);
    diff.changes.sort_by_key(|change| !change.breaking);
    Report { changes: diff.changes }
}

struct Diff {
    changes: Vec<Change>,
}

/// In which direction the values of a schema are sent.
#[derive(Clone, Copy)]
struct Flow {
    sent: bool,
    received: bool,
}

const SENT: Flow = Flow { sent: true, received: false };
const RECEIVED: Flow = Flow { sent: false, received: true };

impl Diff {
    fn add(&mut self, breaking: bool, subject: impl Into<String>, text: impl Into<String>) {
        self.changes.push(Change { subject: subject.into(), text: text.into(), breaking });
    }

    fn operations(&mut self, old: &Api, new: &Api) {
        let key = |operation: &Operation| format!("{} {}", operation.method, operation.path);
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
        let (mut before, mut after) = (tools(old), tools(new));
        if !after.contains(&old.name) && !before.contains(&new.name) {
            self.add(true, format!("tool {}", old.name), format!("renamed to `{}`", new.name));
            before.remove(&old.name);
            after.remove(&new.name);
        }
        for name in before.difference(&after) {
            self.add(true, format!("tool {name}"), "removed");
        }
        for name in after.difference(&before) {
            self.add(false, format!("tool {name}"), "added");
        }
        if !old.deprecated && new.deprecated {
            self.add(false, key, "deprecated");
        }
        self.parameters(key, old, new);
        match (&old.body, &new.body) {
            (None, Some(body)) => self.add(body.required, key, "takes a body now"),
            (Some(_), None) => self.add(true, key, "takes no body any more"),
            (Some(body), Some(now)) => {
                if now.required && !body.required {
                    self.add(true, key, "the body is now required");
                }
                self.schema(&format!("{key} body"), &body.schema, &now.schema, SENT);
            }
            (None, None) => {}
        }
        match (&old.success.schema, &new.success.schema) {
            (Some(answer), Some(now)) => {
                self.schema(&format!("{key} answer"), answer, now, RECEIVED);
            }
            (None, Some(_)) => self.add(true, key, "answers with content now"),
            (Some(_), None) => self.add(true, key, "answers without content now"),
            (None, None) => {}
        }
    }

    fn parameters(&mut self, key: &str, old: &Operation, new: &Operation) {
        let find = |operation: &'_ Operation, wanted: &Parameter| {
            let same = |p: &&Parameter| p.name == wanted.name && p.location == wanted.location;
            operation.parameters.iter().find(same).cloned()
        };
        // A header is the transport's, not an argument of a tool; the client has both.
        let kind =
            |p: &Parameter| if p.location == Location::Header { "header" } else { "argument" };
        for parameter in &old.parameters {
            let subject = format!("{key} {}", parameter.name);
            match find(new, parameter) {
                None => self.add(true, subject, format!("{} removed", kind(parameter))),
                Some(now) => {
                    if now.required && !parameter.required {
                        self.add(true, &subject, format!("{} is now required", kind(parameter)));
                    }
                    self.schema(&subject, &parameter.schema, &now.schema, SENT);
                }
            }
        }
        for parameter in new.parameters.iter().filter(|p| find(old, p).is_none()) {
            let required = if parameter.required { "required " } else { "" };
            let text = format!("{required}{} added", kind(parameter));
            self.add(parameter.required, format!("{key} {}", parameter.name), text);
        }
    }

    fn components(&mut self, old: &Api, new: &Api) {
        let (sent, received) = (reach(new, true), reach(new, false));
        for (name, schema) in &old.schemas {
            let flow = Flow { sent: sent.contains(name), received: received.contains(name) };
            match new.schemas.get(name) {
                None => self.add(true, name, "schema removed"),
                Some(now) => self.schema(name, schema, now, flow),
            }
        }
        for name in new.schemas.keys().filter(|name| !old.schemas.contains_key(*name)) {
            self.add(false, name, "schema added");
        }
    }

    fn schema(&mut self, subject: &str, old: &Value, new: &Value, flow: Flow) {
        if is_nullable(old) != is_nullable(new) {
            let (text, breaking) = match is_nullable(new) {
                true => ("may now be null", flow.received),
                false => ("may no longer be null", flow.sent),
            };
            self.add(breaking, subject, text);
        }
        let (old, new) = (&without_null(old), &without_null(new));
        self.values(subject, old, new, flow);
        self.fields(subject, old, new, flow);
        for (key, mark) in [("items", "[]"), ("additionalProperties", ".*")] {
            if let (Some(old), Some(new)) = (object(old, key), object(new, key)) {
                self.schema(&format!("{subject}{mark}"), old, new, flow);
            }
        }
        if shape(old, new) != shape(new, old) {
            let (before, after) = (brief(old), brief(new));
            if before == after {
                self.add(flow.sent, subject, "its limits changed");
            } else {
                self.add(true, subject, format!("{before} → {after}"));
            }
        }
    }

    fn values(&mut self, subject: &str, old: &Value, new: &Value, flow: Flow) {
        let values = |schema: &Value| -> Option<BTreeSet<String>> {
            let list = schema.get("enum")?.as_array()?;
            Some(list.iter().map(ToString::to_string).collect())
        };
        match (values(old), values(new)) {
            (Some(before), Some(after)) => {
                for value in before.difference(&after) {
                    self.add(flow.sent, subject, format!("value {value} removed"));
                }
                for value in after.difference(&before) {
                    // Answers may hold values that no description lists: a new one breaks no caller.
                    self.add(false, subject, format!("value {value} added"));
                }
            }
            (None, Some(_)) => self.add(true, subject, "its values are now listed"),
            (Some(_), None) => self.add(true, subject, "its values are no longer listed"),
            (None, None) => {}
        }
    }

    fn fields(&mut self, subject: &str, old: &Value, new: &Value, flow: Flow) {
        let (Some(was), Some(is)) = (object(old, "properties"), object(new, "properties")) else {
            return;
        };
        let required = |schema: &Value, key: &str| {
            let list = schema.get("required").and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|name| name == key))
        };
        for (key, schema) in was.as_object().into_iter().flatten() {
            let subject = format!("{subject}.{key}");
            let Some(now) = is.get(key) else {
                self.add(true, subject, "field removed");
                continue;
            };
            match (required(old, key), required(new, key)) {
                (false, true) if flow.sent => self.add(true, &subject, "field is now required"),
                (true, false) if flow.received => {
                    self.add(true, &subject, "field may now be absent")
                }
                (true, false) => self.add(false, &subject, "field is no longer required"),
                _ => {}
            }
            self.schema(&subject, schema, now, flow);
        }
        for (key, _) in is.as_object().into_iter().flatten() {
            if was.get(key).is_none() {
                let must = flow.sent && required(new, key);
                let text = if must { "required field added" } else { "field added" };
                self.add(must, format!("{subject}.{key}"), text);
            }
        }
    }
}

/// A member of a schema that is an object.
fn object<'a>(schema: &'a Value, key: &str) -> Option<&'a Value> {
    schema.get(key).filter(|value| value.is_object())
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
            if let Some(name) = referenced_component(schema)
                && seen.insert(name.to_owned())
            {
                open.extend(api.schemas.get(name));
            }
        });
    }
    seen
}

/// What is left of a schema to compare with `other` when annotations are gone, and what is compared
/// member by member.
fn shape(schema: &Value, other: &Value) -> String {
    let mut copy = schema.clone();
    if let Some(map) = copy.as_object_mut() {
        let both = |key: &str| object(schema, key).is_some() && object(other, key).is_some();
        for key in ["properties", "items", "additionalProperties"] {
            if both(key) {
                map.shift_remove(key);
            }
        }
        if both("properties") {
            map.shift_remove("required");
        }
        map.shift_remove("enum");
    }
    crate::schema::walk_mut(&mut copy, &crate::pointer::Pointer::root(), &mut |schema, _| {
        if let Some(map) = schema.as_object_mut() {
            map.retain(|key, _| {
                let note = matches!(key.as_str(), "description" | "examples" | "default");
                !note && !key.starts_with("x-") && key != "deprecated"
            });
            map.sort_keys();
        }
    });
    copy.to_string()
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
