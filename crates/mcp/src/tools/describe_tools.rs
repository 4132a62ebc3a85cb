//! `describe_tools`: the descriptions and input schemas of tools, in search mode.

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, JsonObject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{BuiltinTool, LOCAL, ToolInfo, call_tool, input, read, result, schema};
use crate::{directory, services::CallContext};

pub(super) struct Tool;

#[derive(Deserialize, JsonSchema)]
struct Input {
    #[schemars(length(min = 1, max = 5), inner(length(max = 128)))]
    names: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Output {
    tools: Vec<Described>,
}

#[derive(Serialize, JsonSchema)]
struct Described {
    name: String,
    read_only: bool,
    description: String,
    input_schema: Map<String, Value>,
}

impl BuiltinTool for Tool {
    fn info(&self) -> &'static ToolInfo {
        &ToolInfo {
            name: "describe_tools",
            title: "Describe tools",
            toolset: "docs",
            description: "Get the full descriptions and input schemas of tools.",
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
            let Input { names } = match read(self.info().name, arguments) {
                Ok(input) => input,
                Err(result) => return *result,
            };
            let mut tools = Vec::new();
            for name in names {
                let tool = context.services.directory.get(&name);
                match tool.filter(|tool| context.view.includes(&tool.name)) {
                    Some(tool) => tools.push(Described {
                        name: tool.name.to_string(),
                        read_only: directory::reads(tool),
                        description: tool.description.as_deref().unwrap_or_default().to_owned(),
                        input_schema: (*tool.input_schema).clone(),
                    }),
                    None => return call_tool::unknown(context, &name),
                }
            }
            let text: Vec<String> = tools
                .iter()
                .map(|tool| {
                    let effect = if tool.read_only { "reads" } else { "changes" };
                    let schema = Value::Object(tool.input_schema.clone());
                    format!(
                        "{} ({effect}): {}\nInput schema: {schema}",
                        tool.name, tool.description
                    )
                })
                .collect();
            result(text.join("\n\n"), &Output { tools })
        }
        .boxed()
    }
}
