//! Reads of the API inside a built-in tool, and what the tool answers when one fails.

use rmcp::model::CallToolResult;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use streampay::{Arguments, Error, Operation};

use crate::{answer, generated, services::CallContext, tool::OperationTool};

/// How many reads of one call run at a time.
pub(super) const CONCURRENCY: usize = 4;

/// A read that failed.
#[derive(Debug)]
pub(super) struct Failure {
    operation: &'static Operation,
    error: Error,
}

/// Calls a reading operation and deserializes its answer.
pub(super) async fn read<T: DeserializeOwned>(
    context: CallContext<'_>,
    operation: &'static Operation,
    arguments: &Arguments,
) -> Result<T, Failure> {
    let services = context.services;
    let answer = async {
        let client = services.client().await?;
        let answer = client.call_raw(operation, arguments, context.caller).await?;
        services.budget.read(answer).await
    };
    answer.await.map_err(|error| Failure { operation, error })
}

/// Reads one thing by the id in its path.
pub(super) async fn get<T: DeserializeOwned>(
    context: CallContext<'_>,
    operation: &'static Operation,
    parameter: &str,
    id: &str,
) -> Result<T, Failure> {
    let path = Map::from_iter([(parameter.to_owned(), json!(id))]);
    read(context, operation, &Arguments { path, ..Arguments::default() }).await
}

impl Failure {
    /// Whether the API said that there is no such thing.
    pub(super) fn is_not_found(&self) -> bool {
        self.error.status() == Some(404)
    }

    /// The result of a tool that cannot answer without this read. `consequence` is a sentence.
    pub(super) fn result(&self, consequence: &str) -> CallToolResult {
        let result = self.described();
        if matches!(self.error, Error::MissingKey) {
            return result;
        }
        let details = result.structured_content.as_ref().and_then(|content| content.get("error"));
        let text = format!("{}\n{consequence}", text_of(&result));
        answer::error(&text, details.cloned().unwrap_or(Value::Null))
    }

    /// What failed, on one line, for a result that lacks this part only.
    pub(super) fn line(&self) -> String {
        text_of(&self.described()).lines().collect::<Vec<_>>().join(" ")
    }

    /// As the tool that is generated for the operation would word it.
    fn described(&self) -> CallToolResult {
        let tools = generated::TOOLS.iter().copied().flatten().copied();
        let calls = |tool: &&'static OperationTool| tool.operation.name == self.operation.name;
        match tools.into_iter().find(calls) {
            Some(tool) => answer::failure(tool, &self.error),
            None => {
                let text = format!("Reading {} failed.", self.operation.name);
                answer::error(&text, json!({"kind": "request", "outcome": "not_done"}))
            }
        }
    }
}

/// The text of a result.
pub(super) fn text_of(result: &CallToolResult) -> String {
    let texts = result.content.iter().filter_map(|block| block.as_text());
    texts.map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n")
}
