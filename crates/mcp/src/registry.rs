//! All tools in one list: the generated ones and the built-in ones.
//!
//! What is the same for every caller is made once: the list as clients receive it, and the checker of each
//! tool's arguments, which is compiled at the tool's first call.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::Value;

use crate::{
    catalog::{self, Kind},
    check::Checker,
    generated,
    tool::Effects,
    view::View,
};

/// The tools of a server.
pub(crate) struct Registry {
    entries: Vec<Arc<Entry>>,
    index: HashMap<&'static str, usize>,
    list: Vec<Tool>,
}

/// A tool and the checker of its arguments.
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    schema: Arc<JsonObject>,
    checker: OnceLock<Result<Checker, String>>,
}

impl Registry {
    /// Makes the list.
    ///
    /// # Errors
    /// A schema is not a JSON object, or the toolset of a tool is not known. Either is a bug of the generator.
    pub(crate) fn new() -> Result<Self, String> {
        let mut registry = Self { entries: Vec::new(), index: HashMap::new(), list: Vec::new() };
        for kind in catalog::all() {
            if !generated::TOOLSETS.iter().any(|(name, _)| *name == kind.toolset()) {
                return Err(format!("{} belongs to no known toolset", kind.name()));
            }
            let tool = listed(kind)?;
            registry.index.insert(kind.name(), registry.entries.len());
            let schema = Arc::clone(&tool.input_schema);
            let entry = Entry { kind, schema, checker: OnceLock::new() };
            registry.entries.push(Arc::new(entry));
            registry.list.push(tool);
        }
        Ok(registry)
    }

    /// The tools as clients receive them, in a fixed order.
    pub(crate) fn list(&self) -> &[Tool] {
        &self.list
    }

    /// The tools that a view includes, as clients receive them.
    pub(crate) fn shown(&self, view: &View) -> impl Iterator<Item = &Tool> {
        let all = self.entries.iter().zip(&self.list);
        all.filter(move |(entry, _)| entry.is_in(view)).map(|(_, tool)| tool)
    }

    /// A tool as clients receive it, if the view includes it.
    pub(crate) fn listed(&self, name: &str, view: &View) -> Option<&Tool> {
        self.get(name).filter(|entry| entry.is_in(view))?;
        self.index.get(name).and_then(|index| self.list.get(*index))
    }

    /// A tool by its name.
    pub(crate) fn get(&self, name: &str) -> Option<&Arc<Entry>> {
        self.index.get(name).and_then(|index| self.entries.get(*index))
    }

    /// The toolsets: name, description, and the tools, each with whether it may change or disappear.
    pub(crate) fn toolsets(
        &self,
    ) -> impl Iterator<Item = (&'static str, &'static str, Vec<(&Tool, bool)>)> {
        generated::TOOLSETS.iter().map(|(name, words)| {
            let of_set = self
                .entries
                .iter()
                .zip(&self.list)
                .filter(|(entry, _)| entry.kind.toolset() == *name);
            (*name, *words, of_set.map(|(entry, tool)| (tool, entry.kind.preview())).collect())
        })
    }

    /// The tool with the most similar name, among those that the view includes.
    pub(crate) fn nearest(&self, name: &str, view: &View) -> Option<&'static str> {
        let names = self.entries.iter().map(|entry| entry.kind.name());
        catalog::nearest(name, names.filter(|known| view.includes(known)))
    }
}

impl Entry {
    /// Whether a view includes the tool.
    pub(crate) fn is_in(&self, view: &View) -> bool {
        view.includes(self.kind.name())
    }

    /// The checker of the tool's arguments.
    pub(crate) fn checker(&self) -> Result<&Checker, &str> {
        let compile = || Checker::new(Value::Object((*self.schema).clone()));
        self.checker.get_or_init(compile).as_ref().map_err(String::as_str)
    }
}

fn listed(kind: Kind) -> Result<Tool, String> {
    let parse =
        |text: &str| serde_json::from_str::<JsonObject>(text).map_err(|error| error.to_string());
    match kind {
        Kind::Operation(tool) => {
            let input = parse(tool.input_schema)?;
            let output = parse(tool.output_schema)?;
            Ok(assemble(tool.name, tool.title, tool.description, tool.effects, input, output))
        }
        Kind::Builtin(tool) => {
            let info = tool.info();
            let (input, output) = (tool.input_schema(), tool.output_schema());
            Ok(assemble(info.name, info.title, info.description, info.effects, input, output))
        }
    }
}

fn assemble(
    name: &'static str,
    title: &'static str,
    description: &'static str,
    effects: Effects,
    input: JsonObject,
    output: JsonObject,
) -> Tool {
    let annotations = ToolAnnotations::with_title(title)
        .read_only(effects.read_only)
        .destructive(effects.destructive)
        .idempotent(effects.idempotent)
        .open_world(effects.open_world);
    Tool::new(name, description, Arc::new(tight(input)))
        .with_title(title)
        .with_raw_output_schema(Arc::new(tight(output)))
        .with_annotations(annotations)
}

/// The same map without spare capacity. Schemas are kept as long as the server runs; a parsed map has room
/// for four members, and most schemas have one or two.
fn tight(map: JsonObject) -> JsonObject {
    let mut tight = JsonObject::with_capacity(map.len());
    tight.extend(map.into_iter().map(|(name, value)| (name, tight_value(value))));
    tight
}

fn tight_value(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(tight(map)),
        Value::Array(list) => list.into_iter().map(tight_value).collect(),
        other => other,
    }
}
