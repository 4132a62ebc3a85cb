//! All tools in one list: the generated ones and the compound ones.
//!
//! What is the same for every caller is made once: the list as clients get it, and a checker for
//! each tool when it is first called.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::Value;

use crate::{
    check::Checker,
    generated,
    tool::{Effects, OperationTool},
    tools::{self, Compound},
    view::{self, View},
};

/// The longest name that is compared with those of the tools, in bytes. Comparing takes time with the
/// square of it.
const MAX_NAME: usize = 128;

/// The tools of a server.
pub(crate) struct Registry {
    entries: Vec<Entry>,
    index: HashMap<&'static str, usize>,
    list: Vec<Tool>,
}

/// A tool and its checker.
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    /// The bit of its toolset in a [`View`].
    toolset: u64,
    schema: Arc<JsonObject>,
    checker: OnceLock<Result<Checker, String>>,
}

/// What stands behind a tool.
pub(crate) enum Kind {
    /// An operation of the API.
    Operation(&'static OperationTool),
    /// Something written by hand.
    Compound(&'static dyn Compound),
}

impl Registry {
    /// Makes the list.
    ///
    /// # Errors
    /// A schema that is no JSON object: a defect of the generator.
    pub(crate) fn new() -> Result<Self, String> {
        let operations =
            generated::TOOLS.iter().copied().flatten().map(|tool| Kind::Operation(tool));
        let compound = tools::ALL.iter().map(|tool| Kind::Compound(*tool));
        let mut registry = Self { entries: Vec::new(), index: HashMap::new(), list: Vec::new() };
        for kind in operations.chain(compound) {
            let tool = listed(&kind)?;
            registry.index.insert(kind.name(), registry.entries.len());
            let schema = Arc::clone(&tool.input_schema);
            let toolset = view::bit(kind.toolset())
                .ok_or_else(|| format!("{} is in no known toolset", kind.name()))?;
            registry.entries.push(Entry { kind, toolset, schema, checker: OnceLock::new() });
            registry.list.push(tool);
        }
        Ok(registry)
    }

    /// The tools as clients get them, in a fixed order.
    pub(crate) fn list(&self) -> &[Tool] {
        &self.list
    }

    /// The tools that a view shows, as clients get them.
    pub(crate) fn shown(&self, view: View) -> impl Iterator<Item = &Tool> {
        let all = self.entries.iter().zip(&self.list);
        all.filter(move |(entry, _)| entry.is_in(view)).map(|(_, tool)| tool)
    }

    /// A tool as clients get it, where the view shows it.
    pub(crate) fn listed(&self, name: &str, view: View) -> Option<&Tool> {
        self.get(name).filter(|entry| entry.is_in(view))?;
        self.index.get(name).and_then(|index| self.list.get(*index))
    }

    /// A tool by its name.
    pub(crate) fn get(&self, name: &str) -> Option<&Entry> {
        self.index.get(name).and_then(|index| self.entries.get(*index))
    }

    /// The groups of tools, what is in each, and the tools with whether they may change or vanish.
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

    /// The tool whose name is most like `name`, of those that the view shows.
    pub(crate) fn nearest(&self, name: &str, view: View) -> Option<&'static str> {
        if name.len() > MAX_NAME {
            return None;
        }
        self.index
            .keys()
            .filter(|known| self.get(known).is_some_and(|entry| entry.is_in(view)))
            .map(|known| (strsim::jaro_winkler(name, known), *known))
            .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
            .filter(|(likeness, _)| *likeness > 0.75)
            .map(|(_, known)| known)
    }
}

impl Entry {
    /// Whether a view shows the tool.
    pub(crate) fn is_in(&self, view: View) -> bool {
        view.shows(self.kind.effects().read_only, self.toolset)
    }

    /// The checker of the tool's arguments.
    pub(crate) fn checker(&self) -> Result<&Checker, &str> {
        let compile = || Checker::new(Value::Object((*self.schema).clone()));
        self.checker.get_or_init(compile).as_ref().map_err(String::as_str)
    }
}

impl Kind {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Operation(tool) => tool.name,
            Self::Compound(tool) => tool.words().name,
        }
    }

    pub(crate) fn effects(&self) -> Effects {
        match self {
            Self::Operation(tool) => tool.effects,
            Self::Compound(tool) => tool.words().effects,
        }
    }

    fn toolset(&self) -> &'static str {
        match self {
            Self::Operation(tool) => tool.toolset,
            Self::Compound(_) => tools::TOOLSET,
        }
    }

    fn preview(&self) -> bool {
        matches!(self, Self::Operation(tool) if tool.preview)
    }
}

fn listed(kind: &Kind) -> Result<Tool, String> {
    let parse =
        |text: &str| serde_json::from_str::<JsonObject>(text).map_err(|error| error.to_string());
    match kind {
        Kind::Operation(tool) => {
            let input = parse(tool.input_schema)?;
            let output = parse(tool.output_schema)?;
            Ok(assemble(tool.name, tool.title, tool.description, tool.effects, input, output))
        }
        Kind::Compound(tool) => {
            let words = tool.words();
            let (input, output) = (tool.input_schema(), tool.output_schema());
            Ok(assemble(words.name, words.title, words.description, words.effects, input, output))
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

/// The same without spare room. A map that was read has room for four members and most schemas have one
/// or two; they are kept for as long as the server runs.
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
