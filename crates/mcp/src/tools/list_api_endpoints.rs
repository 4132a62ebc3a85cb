//! `list_api_endpoints`: lists the endpoints of the API description.

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, JsonObject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{BuiltinTool, LOCAL, ToolInfo, input, not_found, read, result, schema};
use crate::{
    description::{Description, Endpoint},
    services::CallContext,
};

pub(super) struct Tool;

#[derive(Deserialize, JsonSchema)]
struct Input {
    /// Only the endpoints with this tag, e.g. Invoices
    #[schemars(with = "String", length(max = 200))]
    #[serde(default)]
    tag: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct Output {
    endpoints: Vec<Entry>,
}

#[derive(Serialize, JsonSchema)]
struct Entry {
    method: String,
    path: String,
    summary: String,
    tag: String,
    /// The tools that call the endpoint.
    tools: Vec<&'static str>,
}

/// A result that lists endpoints, one a line.
pub(super) fn listed<'a>(endpoints: impl Iterator<Item = &'a Endpoint>) -> CallToolResult {
    let entries: Vec<Entry> = endpoints
        .map(|endpoint| Entry {
            method: endpoint.method.clone(),
            path: endpoint.path.clone(),
            summary: endpoint.summary.clone(),
            tag: endpoint.tag.clone(),
            tools: endpoint.tools.clone(),
        })
        .collect();
    let line = |entry: &Entry| {
        format!(
            "- {} {}: {} (tools: {})",
            entry.method,
            entry.path,
            entry.summary,
            entry.tools.join(", ")
        )
    };
    let text: Vec<String> = entries.iter().map(line).collect();
    result(text.join("\n"), &Output { endpoints: entries })
}

impl BuiltinTool for Tool {
    fn info(&self) -> &'static ToolInfo {
        &ToolInfo {
            name: "list_api_endpoints",
            title: "List API endpoints",
            toolset: "docs",
            description: "List the endpoints of the Stream API and the tools that call them.",
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
        _: CallContext<'a>,
        arguments: Map<String, Value>,
    ) -> BoxFuture<'a, CallToolResult> {
        async move {
            let input: Input = match read(self.info().name, arguments) {
                Ok(input) => input,
                Err(result) => return *result,
            };
            let all = &Description::get().endpoints;
            let Some(tag) = input.tag else { return listed(all.iter()) };
            if all.iter().any(|endpoint| endpoint.tag.eq_ignore_ascii_case(&tag)) {
                return listed(
                    all.iter().filter(|endpoint| endpoint.tag.eq_ignore_ascii_case(&tag)),
                );
            }
            let mut tags: Vec<String> = all.iter().map(|endpoint| endpoint.tag.clone()).collect();
            tags.dedup();
            not_found("No endpoint has this tag.", &tags)
        }
        .boxed()
    }
}
