//! `get_api_endpoint`: reads an endpoint or a schema of the API description.

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, JsonObject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{BuiltinTool, LOCAL, ToolInfo, input, not_found, read, result, schema};
use crate::{description::Description, services::CallContext};

pub(super) struct Tool;

#[derive(Deserialize, JsonSchema)]
struct Input {
    /// A tool's name, an endpoint like `POST /api/v2/coupons`, or a schema's name
    #[schemars(length(max = 200))]
    endpoint: String,
}

#[derive(Serialize, JsonSchema)]
struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The operation as OpenAPI describes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<Value>,
    /// The schemas that it uses.
    schemas: Map<String, Value>,
}

impl BuiltinTool for Tool {
    fn info(&self) -> &'static ToolInfo {
        &ToolInfo {
            name: "get_api_endpoint",
            title: "Read API endpoint",
            toolset: "docs",
            description: "Read an endpoint or a schema of the Stream API as OpenAPI describes it.",
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
            let description = Description::get();
            let output = match description.find(&input.endpoint) {
                Some(endpoint) => {
                    let (operation, schemas) = description.details(endpoint);
                    let (method, path) = (endpoint.method.clone(), endpoint.path.clone());
                    Output {
                        method: Some(method),
                        path: Some(path),
                        operation: Some(operation),
                        schemas,
                    }
                }
                None => match description.schema(input.endpoint.trim()) {
                    Some(schema) => {
                        let schemas = Map::from_iter([(input.endpoint.trim().to_owned(), schema)]);
                        Output { method: None, path: None, operation: None, schemas }
                    }
                    None => {
                        let near: Vec<String> = description
                            .search(&input.endpoint, 3)
                            .iter()
                            .map(|endpoint| format!("{} {}", endpoint.method, endpoint.path))
                            .collect();
                        return not_found("No endpoint or schema has this name.", &near);
                    }
                },
            };
            let text = serde_json::to_string(&output).unwrap_or_default();
            result(text, &output)
        }
        .boxed()
    }
}
