//! `x-tool-input`: how tools ask for a member of the body, where that differs from what the API accepts.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use streampay_spec::{Api, deref, referenced_component, without_null};

const EXTENSION: &str = "x-tool-input";

/// What `x-tool-input` says about one member.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Asked<'a> {
    map: Option<&'a Map<String, Value>>,
}

impl<'a> Asked<'a> {
    /// Reads a member's schema.
    pub(super) fn of(schema: &'a Value) -> Self {
        Self { map: schema.get(EXTENSION).and_then(Value::as_object) }
    }

    /// Whether tools do not ask for it.
    pub(super) fn is_hidden(self) -> bool {
        self.get("hidden") == Some(&Value::Bool(true))
    }

    /// The values that the operation accepts, if they are fewer than those of the type.
    pub(super) fn values(self) -> Option<&'a Vec<Value>> {
        self.get("enum").and_then(Value::as_array)
    }

    /// The value that is sent if none is given.
    pub(super) fn default(self) -> Option<&'a Value> {
        self.get("default")
    }

    fn get(self, name: &str) -> Option<&'a Value> {
        self.map.and_then(|map| map.get(name))
    }

    /// What is wrong with it, for a member of this type.
    fn fault(self, api: &Api, schema: &Value, required: bool) -> Option<String> {
        let map = self.map?;
        let known = ["hidden", "enum", "default"];
        if let Some(name) = map.keys().find(|name| !known.contains(&name.as_str())) {
            return Some(format!("has no member `{name}`"));
        }
        if self.is_hidden() && required && self.default().is_none() {
            return Some("hides a member that is required".to_owned());
        }
        let schema = without_null(schema);
        let accepted = deref(&schema, &api.schemas).get("enum").and_then(Value::as_array);
        let unknown = self.values().into_iter().flatten().chain(self.default());
        let unknown = unknown.filter(|value| accepted.is_some_and(|list| !list.contains(value)));
        unknown.map(|value| format!("names {value}, which the type does not have")).next()
    }
}

/// A value that is sent if the agent gives none.
#[derive(Debug, Clone, PartialEq)]
pub struct Default {
    /// The members of the body that lead to the object in which it belongs.
    pub path: Vec<String>,
    /// The member.
    pub name: String,
    /// The value.
    pub value: Value,
}

/// Collects what `x-tool-input` says within a body: the defaults, and what is wrong.
pub(super) struct Search<'a> {
    api: &'a Api,
    /// Components in which there is nothing, or which are being searched. Each is searched once.
    done: BTreeSet<String>,
    pub(super) defaults: Vec<Default>,
    pub(super) faults: Vec<String>,
}

impl<'a> Search<'a> {
    /// A search that has found nothing yet.
    pub(super) const fn new(api: &'a Api) -> Self {
        Self { api, done: BTreeSet::new(), defaults: Vec::new(), faults: Vec::new() }
    }

    /// Searches a schema and the members of its objects. `in_list` says that there may be any number of
    /// such objects.
    pub(super) fn schema(&mut self, schema: &Value, path: &mut Vec<String>, in_list: bool) {
        let schema = without_null(schema);
        let Some(name) = referenced_component(&schema) else {
            return self.members(&schema, path, in_list);
        };
        let Some(target) = self.api.schemas.get(name) else { return };
        if !self.done.insert(name.to_owned()) {
            return;
        }
        let found = self.found();
        self.schema(target, path, in_list);
        if self.found() > found {
            self.done.remove(name);
        }
    }

    fn found(&self) -> usize {
        self.defaults.len() + self.faults.len()
    }

    fn members(&mut self, schema: &Value, path: &mut Vec<String>, in_list: bool) {
        if let Some(items) = schema.get("items") {
            self.schema(items, path, true);
        }
        let required = schema.get("required").and_then(Value::as_array);
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, member) in properties.into_iter().flatten() {
            let asked = Asked::of(member);
            let required = required.is_some_and(|list| list.iter().any(|entry| entry == name));
            let fault = asked.fault(self.api, member, required).or_else(|| {
                let below = in_list && asked.default().is_some();
                below.then(|| "sets a default within a list, which tools cannot fill in".to_owned())
            });
            self.faults.extend(fault.map(|text| format!("`{EXTENSION}` of `{name}` {text}")));
            if let Some(value) = asked.default() {
                let (path, name, value) = (path.clone(), name.clone(), value.clone());
                self.defaults.push(Default { path, name, value });
            }
            path.push(name.clone());
            self.schema(member, path, in_list);
            path.pop();
        }
    }
}
