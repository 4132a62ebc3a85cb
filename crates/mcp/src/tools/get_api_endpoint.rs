//! `get_api_endpoint`: an endpoint or a schema of the API description, whole.

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, JsonObject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Compound, LOCAL, Words, input, not_found, read, result, schema};
use crate::{call::Services, description::Description};

pub(super) struct Tool;

#[derive(Deserialize, JsonSchema)]
struct Input {
    /// A tool's name, `POST /api/v2/coupons`, or the name of a schema
    #[schemars(length(max = 200))]
    endpoint: String,
}

#[derive(Serialize, JsonSchema)]
struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    /// The operation, as OpenAPI has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<Value>,
    /// The schemas that it names.
    schemas: Map<String, Value>,
}

impl Compound for Tool {
    fn words(&self) -> &'static Words {
        &Words {
            name: "get_api_endpoint",
            title: "Read API endpoint",
            description: "Read an endpoint of the Stream API as OpenAPI describes it: parameters, body, \
                          answers, with the schemas of the request and the first of the answer. Ask for \
                          further schemas by their names.",
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
        _: &'a Services,
        given: Map<String, Value>,
    ) -> BoxFuture<'a, CallToolResult> {
        async move {
            let input: Input = match read(self.words().name, given) {
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
                        return not_found("There is no such endpoint or schema.", &near);
                    }
                },
            };
            let text = serde_json::to_string(&output).unwrap_or_default();
            result(text, &output)
        }
        .boxed()
    }
}
