//! `search_api_endpoints`: finds endpoints of the API description by words.

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, JsonObject};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{BuiltinTool, LOCAL, ToolInfo, input, list_api_endpoints, not_found, read, schema};
use crate::{description::Description, services::CallContext};

/// How many endpoints are returned.
const LIMIT: usize = 10;

pub(super) struct Tool;

#[derive(Deserialize, JsonSchema)]
struct Input {
    /// Words to search for, e.g. refund payment
    #[schemars(length(max = 200))]
    query: String,
}

impl BuiltinTool for Tool {
    fn info(&self) -> &'static ToolInfo {
        &ToolInfo {
            name: "search_api_endpoints",
            title: "Search API endpoints",
            toolset: "docs",
            description: "Find the endpoints of the Stream API that match some words best, at most 10.",
            effects: LOCAL,
        }
    }

    fn input_schema(&self) -> JsonObject {
        input::<Input>()
    }

    fn output_schema(&self) -> JsonObject {
        schema::<list_api_endpoints::Output>()
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
            let found = Description::get().search(&input.query, LIMIT);
            if found.is_empty() {
                return not_found(
                    "No endpoint matches. list_api_endpoints lists all of them.",
                    &[],
                );
            }
            list_api_endpoints::listed(found.into_iter())
        }
        .boxed()
    }
}
