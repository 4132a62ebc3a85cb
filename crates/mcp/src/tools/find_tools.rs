//! `find_tools`: finds tools by words, in search mode.

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, JsonObject, Tool as ListedTool};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{BuiltinTool, LOCAL, ToolInfo, input, read, result, schema};
use crate::{directory, services::CallContext};

/// How many tools are returned by default.
const LIMIT: usize = 5;

/// How many tools are named if none fits.
const MAX_NAMES: usize = 100;

pub(super) struct Tool;

#[derive(Deserialize, JsonSchema)]
struct Input {
    /// What to do, in English or Arabic
    #[schemars(length(min = 1, max = 300))]
    query: String,
    #[schemars(range(min = 1, max = 10))]
    limit: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
struct Output {
    tools: Vec<Found>,
}

#[derive(Serialize, JsonSchema)]
struct Found {
    name: String,
    read_only: bool,
    summary: String,
    required: Vec<String>,
    optional: Vec<String>,
}

impl Found {
    fn new(tool: &ListedTool) -> Self {
        let list = |key| tool.input_schema.get(key);
        let required: Vec<String> = list("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str().map(ToOwned::to_owned))
            .collect();
        let all = list("properties").and_then(Value::as_object).into_iter().flatten();
        let optional = all.map(|(name, _)| name.clone()).filter(|name| !required.contains(name));
        let description = tool.description.as_deref().unwrap_or_default();
        let summary = description.split_once(". ").map_or(description, |(first, _)| first);
        Self {
            name: tool.name.to_string(),
            read_only: directory::reads(tool),
            summary: summary.trim_end_matches('.').to_owned(),
            optional: optional.collect(),
            required,
        }
    }

    fn line(&self) -> String {
        let effect = if self.read_only { "reads" } else { "changes" };
        let required = self.required.iter().map(|name| format!("{name}*"));
        let arguments: Vec<String> = required.chain(self.optional.iter().cloned()).collect();
        let arguments = if arguments.is_empty() { "none".to_owned() } else { arguments.join(", ") };
        format!("{} ({effect}): {}. Arguments: {arguments}", self.name, self.summary)
    }
}

impl BuiltinTool for Tool {
    fn info(&self) -> &'static ToolInfo {
        &ToolInfo {
            name: "find_tools",
            title: "Find tools",
            toolset: "docs",
            description: "Find the tools for a task. Returns the best ones, each with a summary and its \
                          arguments (* is required).",
            effects: LOCAL,
        }
    }

    fn input_schema(&self) -> JsonObject {
        input::<Input>()
    }

    fn output_schema(&self) -> JsonObject {
        schema::<Output>()
    }

    fn call<'a>(
        &'a self,
        context: CallContext<'a>,
        arguments: Map<String, Value>,
    ) -> BoxFuture<'a, CallToolResult> {
        async move {
            let Input { query, limit } = match read(self.info().name, arguments) {
                Ok(input) => input,
                Err(result) => return *result,
            };
            let directory = &context.services.directory;
            let found = directory.search(&query, context.view).take(limit.unwrap_or(LIMIT));
            let tools: Vec<Found> = found.map(Found::new).collect();
            if tools.is_empty() {
                let names = directory.shown(context.view).take(MAX_NAMES);
                let names: Vec<&str> = names.map(|tool| tool.name.as_ref()).collect();
                let text = format!("No tool fits these words. All tools: {}.", names.join(", "));
                return result(text, &Output { tools });
            }
            let lines: Vec<String> = tools.iter().map(Found::line).collect();
            result(lines.join("\n"), &Output { tools })
        }
        .boxed()
    }
}
