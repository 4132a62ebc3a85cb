//! All tools in one list: the generated ones and the built-in ones.
//!
//! What is the same for every caller is made once: the list as clients receive it, and the checker of each
//! tool's arguments, which is compiled at the tool's first call.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

use crate::{
    catalog::{self, Kind},
    check::Checker,
    directory::{self, Directory},
    generated,
    tool::Effects,
    tools::call_tool,
    view::{Mode, View},
};

/// The tools of a server.
pub(crate) struct Registry {
    /// All tools by their names.
    entries: HashMap<&'static str, Arc<Entry>>,
    directory: Arc<Directory>,
    /// The tools that search mode lists instead.
    search: Vec<(Arc<Entry>, Tool)>,
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
        let (mut entries, mut list) = (HashMap::new(), Vec::new());
        for kind in catalog::all() {
            if !generated::TOOLSETS.iter().any(|(name, _)| *name == kind.toolset()) {
                return Err(format!("{} belongs to no known toolset", kind.name()));
            }
            let tool = listed(kind)?;
            entries.insert(kind.name(), Arc::new(Entry::new(kind, &tool)));
            list.push(tool);
        }
        let search = catalog::of_search_mode()
            .map(|kind| listed(kind).map(|tool| (Arc::new(Entry::new(kind, &tool)), tool)));
        let search = search.collect::<Result<_, String>>()?;
        Ok(Self { entries, directory: Arc::new(Directory::new(list)), search })
    }

    /// All tools as clients receive them.
    pub(crate) fn directory(&self) -> &Arc<Directory> {
        &self.directory
    }

    /// The tools that a client with this view lists.
    pub(crate) fn shown(&self, view: &View) -> Vec<Tool> {
        match view.mode() {
            Mode::Full => self.directory.shown(view).cloned().collect(),
            Mode::Search => self.search(view).map(|(_, tool)| tool.clone()).collect(),
        }
    }

    /// A tool that a client with this view lists.
    pub(crate) fn listed(&self, name: &str, view: &View) -> Option<&Tool> {
        match view.mode() {
            Mode::Full => self.directory.shown(view).find(|tool| tool.name == name),
            Mode::Search => self.search(view).map(|(_, tool)| tool).find(|tool| tool.name == name),
        }
    }

    /// The tools of search mode. Without a tool that changes something, none is needed that calls one.
    fn search(&self, view: &View) -> impl Iterator<Item = &(Arc<Entry>, Tool)> {
        let changes = self.directory.shown(view).any(|tool| !directory::reads(tool));
        let needed = move |entry: &Entry| changes || entry.kind.effects().read_only;
        self.search.iter().filter(move |(entry, _)| needed(entry))
    }

    /// The tool that a client with this view calls by a name, and its arguments.
    ///
    /// In search mode, a call of `call_read_tool` or `call_change_tool` becomes the call that it stands for,
    /// so that it runs like any other. Where that is impossible it stays what it is, and says why.
    ///
    /// # Errors
    /// Why there is no such tool, and which one to call instead.
    pub(crate) fn resolve(
        &self,
        name: &str,
        arguments: JsonObject,
        view: &View,
    ) -> Result<(Arc<Entry>, JsonObject), String> {
        if view.mode() == Mode::Full {
            let entry = self.entries.get(name).filter(|_| view.includes(name));
            return match entry {
                Some(entry) => Ok((Arc::clone(entry), arguments)),
                None => Err(self.missing(name, view)),
            };
        }
        let Some((entry, _)) = self.search(view).find(|(entry, _)| entry.kind.name() == name)
        else {
            return Err(self.missing(name, view));
        };
        match self.called(entry, &arguments, view) {
            Some((called, arguments)) => Ok((called, arguments)),
            None => Ok((Arc::clone(entry), arguments)),
        }
    }

    /// The call that a call of `call_read_tool` or `call_change_tool` stands for.
    fn called(
        &self,
        entry: &Entry,
        arguments: &JsonObject,
        view: &View,
    ) -> Option<(Arc<Entry>, JsonObject)> {
        let reads = entry.kind.effects().read_only;
        if entry.kind.name() != call_tool::door(reads) {
            return None;
        }
        let arguments = entry.checker().ok()?.check(arguments.clone()).ok()?;
        let call: call_tool::Input = serde_json::from_value(Value::Object(arguments)).ok()?;
        let called = self.entries.get(call.name.as_str())?;
        let fits = view.includes(&call.name) && called.kind.effects().read_only == reads;
        fits.then(|| (Arc::clone(called), call.arguments))
    }

    /// Why a client with this view cannot call a tool by this name.
    fn missing(&self, name: &str, view: &View) -> String {
        match self.entries.get(name) {
            Some(entry) if view.includes(name) => {
                let (name, door) =
                    (entry.kind.name(), call_tool::door(entry.kind.effects().read_only));
                let call = json!({"name": name, "arguments": {}});
                return format!("in search mode, {name} is called through {door}, with {call}");
            }
            Some(_) => {
                return "this tool is not available here: the server, or this request, is read-only or \
                        limited to some tools"
                    .to_owned();
            }
            None => {}
        }
        let search = self.search(view).map(|(_, tool)| tool.name.as_ref());
        let near = match view.mode() {
            Mode::Full => self.directory.nearest(name, view),
            Mode::Search => directory::nearest(name, search),
        };
        match near {
            Some(near) => format!("no tool has this name; did you mean `{near}`?"),
            None => "no tool has this name".to_owned(),
        }
    }

    /// The toolsets: name, description, and the tools, each with whether it may change or disappear.
    pub(crate) fn toolsets(
        &self,
    ) -> impl Iterator<Item = (&'static str, &'static str, Vec<(&Tool, bool)>)> {
        generated::TOOLSETS.iter().map(|(name, words)| {
            let of_set = catalog::all().zip(self.directory.all());
            let of_set = of_set.filter(|(kind, _)| kind.toolset() == *name);
            (*name, *words, of_set.map(|(kind, tool)| (tool, kind.preview())).collect())
        })
    }
}

impl Entry {
    fn new(kind: Kind, tool: &Tool) -> Self {
        Self { kind, schema: Arc::clone(&tool.input_schema), checker: OnceLock::new() }
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
