//! Generates a tool for every operation, and what people review.
//!
//! [`plan`] decides what each tool is: its arguments, hints and schemas. [`emit`] writes the tools as Rust
//! for the server and as text for people. No tool has code of its own: wording, grouping, fixed arguments
//! and hints are data in the overlay.

mod answers;
mod asked;
mod flatten;
mod input;
mod list;
mod output;
mod rust;
mod stake;
mod views;

use std::collections::BTreeSet;

use http::Method;
use serde_json::Value;
use streampay_spec::{
    Api, ArgumentRename, Fault, Faults, Hints, Operation, Stability, VerifyWith, Warning,
};

use crate::Files;
pub use asked::Default;
pub use flatten::{Argument, Fixed, Place};
pub use list::List;
pub use stake::Stake;

/// A tool, ready to be written.
#[derive(Debug, Clone)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// A short title for people.
    pub title: String,
    /// The title in Arabic, for people who approve.
    pub title_ar: Option<String>,
    /// What it does, for models.
    pub description: String,
    /// The group that it belongs to.
    pub toolset: String,
    /// The name of the operation that it calls.
    pub operation: String,
    /// Whether the operation is stable.
    pub stability: Stability,
    /// Its effects.
    pub effects: Effects,
    /// The read that resolves an unknown outcome.
    pub verify_with: Option<VerifyWith>,
    /// What it puts at stake.
    pub stake: Stake,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// The arguments that are always sent with fixed values.
    pub fixed: Vec<Fixed>,
    /// The members of the body that are sent with a default if they are not given.
    pub defaults: Vec<Default>,
    /// The schema of the arguments, in JSON Schema 2020-12.
    pub input_schema: Value,
    /// The schema of the result, in JSON Schema 2020-12.
    pub output_schema: Value,
    /// Whether the answer is wrapped as `{"result": …}`, because it is not an object.
    pub wrapped: bool,
    /// How it answers with a list, if it does.
    pub list: Option<List>,
}

/// The effects of a tool: the annotations of MCP, all set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effects {
    /// Changes nothing.
    pub read_only: bool,
    /// May take away or overwrite.
    pub destructive: bool,
    /// The same call again has no further effect.
    pub idempotent: bool,
    /// Reaches beyond the server itself.
    pub open_world: bool,
}

impl Effects {
    fn decide(method: &Method, hints: Hints) -> Self {
        let read_only = hints.read_only.unwrap_or(method.is_safe());
        Self {
            read_only,
            destructive: hints.destructive.unwrap_or(!read_only),
            idempotent: hints.idempotent.unwrap_or(method != Method::POST),
            open_world: hints.open_world.unwrap_or(true),
        }
    }
}

/// What the overlay says about one tool, whether it is the operation's own or an additional one.
struct Words<'a> {
    name: &'a str,
    title: Option<&'a str>,
    title_ar: Option<&'a str>,
    description: Option<&'a str>,
    toolset: Option<&'a str>,
    hints: Hints,
    renames: &'a indexmap::IndexMap<String, ArgumentRename>,
    fixed: Option<&'a serde_json::Map<String, Value>>,
    omit: &'a [String],
}

/// Decides what the tools of an API are, in the order of the document.
///
/// # Errors
/// Arguments that share a name, fixed arguments that do not exist, required ones that are left out.
pub fn plan(api: &Api) -> Result<(Vec<Tool>, Vec<Warning>), Faults> {
    let mut faults = Vec::new();
    let mut warnings = Vec::new();
    let mut tools = Vec::new();
    let shared = input::shared_definitions(api);
    for operation in &api.operations {
        let own = Words {
            name: &operation.name,
            title: operation.tool.title.as_deref(),
            title_ar: operation.tool.title_ar.as_deref(),
            description: operation.tool.description.as_deref(),
            toolset: operation.tool.toolset.as_deref(),
            hints: operation.tool.hints,
            renames: &operation.tool.arguments,
            fixed: None,
            omit: &[],
        };
        let extra = operation.extra_tools.iter().map(|extra| Words {
            name: &extra.name,
            title: extra.title.as_deref(),
            title_ar: extra.title_ar.as_deref(),
            description: extra.description.as_deref(),
            toolset: extra.toolset.as_deref().or(operation.tool.toolset.as_deref()),
            hints: extra.hints,
            renames: if extra.arguments.is_empty() {
                &operation.tool.arguments
            } else {
                &extra.arguments
            },
            fixed: Some(&extra.fixed),
            omit: &extra.omit,
        });
        for words in std::iter::once(own).chain(extra) {
            let flat = flatten::flatten(api, operation, &words, &mut faults, &mut warnings);
            let list = list::list(api, operation, &words, &flat.arguments, &mut faults);
            tools.push(tool(api, operation, &words, flat, list, &shared));
        }
    }
    check(api, &mut tools, &mut faults, &mut warnings);
    stake::resolve(api, &mut tools, &mut faults, &mut warnings);
    if faults.is_empty() { Ok((tools, warnings)) } else { Err(Faults(faults)) }
}

fn tool(
    api: &Api,
    operation: &Operation,
    words: &Words<'_>,
    flat: flatten::Flat,
    list: Option<List>,
    shared: &BTreeSet<String>,
) -> Tool {
    let plain =
        if operation.description.is_empty() { &operation.summary } else { &operation.description };
    let toolset = words.toolset.or(operation.tag.as_deref()).unwrap_or("general");
    let (mut output_schema, wrapped) = output::schema(api, operation.success.schema.as_ref());
    let mut input_schema = input::schema(api, &flat.arguments, shared);
    if let Some(list) = &list {
        list.offer(&mut input_schema, &mut output_schema);
    }
    Tool {
        name: words.name.to_owned(),
        title: words.title.unwrap_or(&operation.summary).to_owned(),
        title_ar: words.title_ar.map(ToOwned::to_owned),
        description: words.description.unwrap_or(plain).trim().to_owned(),
        toolset: area(toolset),
        operation: operation.name.clone(),
        stability: operation.stability,
        effects: Effects::decide(&operation.method, words.hints),
        verify_with: operation.verify_with.clone(),
        stake: Stake::default(),
        input_schema,
        arguments: flat.arguments,
        fixed: flat.fixed,
        defaults: flat.defaults,
        output_schema,
        wrapped,
        list,
    }
}

/// The name of a group of tools, which is the name of a file too.
fn area(toolset: &str) -> String {
    let ascii = toolset.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    match heck::AsSnakeCase(ascii).to_string() {
        name if name.is_empty() => "general".to_owned(),
        // Generated code refers to a crate of this name.
        name if name == "streampay" => "streampay_api".to_owned(),
        // The tables of members have this name.
        name if name == "answers" => "answers_".to_owned(),
        name => name,
    }
}

/// Checks what involves several tools.
fn check(api: &Api, tools: &mut [Tool], faults: &mut Vec<Fault>, warnings: &mut Vec<Warning>) {
    let names: BTreeSet<String> = tools.iter().map(|tool| tool.name.clone()).collect();
    for tool in tools {
        let place = || format!("tool {}", tool.name);
        if let Some(read) = &tool.verify_with
            && !names.contains(&read.tool)
        {
            warnings.push(Warning {
                place: place(),
                message: format!("x-verify-with names `{}`, which is not a tool", read.tool),
            });
            tool.verify_with = None;
        }
        if !api.toolsets.is_empty() && !api.toolsets.contains_key(&tool.toolset) {
            warnings.push(Warning {
                place: place(),
                message: format!("its toolset `{}` is not listed in x-toolsets", tool.toolset),
            });
        }
        if tool.effects.read_only && tool.effects.destructive {
            faults.push(Fault {
                place: place(),
                message: "its hints are both read-only and destructive".to_owned(),
                advice: "correct the hints in the overlay".to_owned(),
            });
        }
    }
}

/// Generates the server's source and the views for people.
///
/// # Errors
/// Like [`plan`].
pub fn emit(api: &Api) -> Result<(Files, Vec<Warning>), Faults> {
    let (tools, warnings) = plan(api)?;
    let mut files = rust::emit(api, &tools)?;
    files.extend(views::emit(api, &tools));
    Ok((files, warnings))
}
