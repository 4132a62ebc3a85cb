//! `search_api_endpoints`: endpoints by words.

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, JsonObject};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Compound, LOCAL, Words, input, list_api_endpoints, not_found, read, schema};
use crate::{call::Services, description::Description};

/// How many endpoints are given.
const LIMIT: usize = 10;

pub(super) struct Tool;

#[derive(Deserialize, JsonSchema)]
struct Input {
    /// Words such as: refund payment
    #[schemars(length(max = 200))]
    query: String,
}

impl Compound for Tool {
    fn words(&self) -> &'static Words {
        &Words {
            name: "search_api_endpoints",
            title: "Search API endpoints",
            description: "Find endpoints of the Stream API by words in their names, texts, parameters \
                          and fields; the best 10.",
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
        _: &'a Services,
        given: Map<String, Value>,
    ) -> BoxFuture<'a, CallToolResult> {
        async move {
            let input: Input = match read(self.words().name, given) {
                Ok(input) => input,
                Err(result) => return *result,
            };
            let found = Description::get().search(&input.query, LIMIT);
            if found.is_empty() {
                return not_found(
                    "No endpoint has these words; list_api_endpoints lists all.",
                    &[],
                );
            }
            list_api_endpoints::listed(found.into_iter())
        }
        .boxed()
    }
}
