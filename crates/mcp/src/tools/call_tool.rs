//! `call_read_tool` and `call_change_tool`: call another tool, in search mode.
//!
//! There are two, so that clients can still tell harmless calls from harmful ones. The server calls the other
//! tool as if the client had named it; see `registry`. The code here runs only if it cannot, and says why.

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, ContentBlock, JsonObject};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{BuiltinTool, ToolInfo, input, read};
use crate::{
    answer, directory, outcome,
    services::CallContext,
    tool::{Effects, OperationTool},
};

/// The name of the tool that calls tools that change nothing.
pub(crate) const READ: &str = "call_read_tool";

/// The name of the tool that calls tools that change something.
pub(crate) const CHANGE: &str = "call_change_tool";

/// One of the two tools.
pub(super) struct Tool {
    pub(super) info: ToolInfo,
}

pub(super) static READ_TOOL: Tool = Tool {
    info: ToolInfo {
        name: READ,
        title: "Call a read-only tool",
        toolset: "docs",
        description: "Call a tool that only reads.",
        effects: Effects {
            read_only: true,
            destructive: false,
            idempotent: true,
            open_world: true,
        },
    },
};

pub(super) static CHANGE_TOOL: Tool = Tool {
    info: ToolInfo {
        name: CHANGE,
        title: "Call a changing tool",
        toolset: "docs",
        description: "Call a tool that changes something. It may move money or delete: tell the user first \
                      what will happen and to whom.",
        effects: Effects {
            read_only: false,
            destructive: true,
            idempotent: false,
            open_world: true,
        },
    },
};

/// The call of another tool.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Input {
    #[schemars(length(max = 128))]
    pub(crate) name: String,
    /// The tool's own arguments
    #[serde(default)]
    pub(crate) arguments: Map<String, Value>,
}

/// Adds to the verdict on a failed change how to call the tool that verifies it.
pub(crate) fn with_way_to_verify(
    mut result: CallToolResult,
    change: Option<&OperationTool>,
) -> CallToolResult {
    let outcome = outcome::detail(&result, "outcome").and_then(Value::as_str);
    let verify = change.and_then(|tool| tool.verify_with.as_ref());
    let Some(verify) = verify.filter(|_| matches!(outcome, Some("unknown" | "done"))) else {
        return result;
    };
    if let Some(ContentBlock::Text(text)) = result.content.last_mut() {
        text.text.push_str(&format!(" Call {} through {READ}.", verify.tool));
    }
    result
}

/// The name of the tool through which a tool is called.
pub(crate) const fn door(read_only: bool) -> &'static str {
    if read_only { READ } else { CHANGE }
}

impl BuiltinTool for Tool {
    fn info(&self) -> &'static ToolInfo {
        // Only the two statics above exist.
        if self.info.effects.read_only { &READ_TOOL.info } else { &CHANGE_TOOL.info }
    }

    fn input_schema(&self) -> JsonObject {
        input::<Input>()
    }

    fn output_schema(&self) -> JsonObject {
        JsonObject::from_iter([
            ("type".to_owned(), json!("object")),
            ("properties".to_owned(), json!({})),
        ])
    }

    fn call<'a>(
        &'a self,
        context: CallContext<'a>,
        arguments: Map<String, Value>,
    ) -> BoxFuture<'a, CallToolResult> {
        async move {
            let Input { name, .. } = match read(self.info().name, arguments) {
                Ok(input) => input,
                Err(result) => return *result,
            };
            let tool = context.services.directory.get(&name);
            match tool.filter(|tool| context.view.includes(&tool.name)) {
                Some(tool) => {
                    let (name, reads) = (&tool.name, directory::reads(tool));
                    let effect = if reads { "only reads" } else { "changes something" };
                    let text = format!(
                        "{name} was not called, because it {effect}: call it with {}. Nothing was sent.",
                        door(reads)
                    );
                    let details = json!({"kind": "wrong_effect", "outcome": "not_done"});
                    answer::error(&text, details)
                }
                None => unknown(context, &name),
            }
        }
        .boxed()
    }
}

/// An error that says that a tool does not exist, or not for this caller.
pub(super) fn unknown(context: CallContext<'_>, name: &str) -> CallToolResult {
    let directory = &context.services.directory;
    let near = directory.nearest(name, context.view);
    let text = match (directory.get(name), near) {
        (Some(tool), _) => format!(
            "{} is not available here: the server, or this request, is read-only or limited to some \
             tools. Nothing was sent.",
            tool.name
        ),
        (None, Some(near)) => {
            format!("No tool has this name. Did you mean {near}? Nothing was sent.")
        }
        (None, None) => {
            "No tool has this name. find_tools finds tools by words. Nothing was sent.".to_owned()
        }
    };
    answer::error(&text, json!({"kind": "unknown_tool", "outcome": "not_done", "near": near}))
}
