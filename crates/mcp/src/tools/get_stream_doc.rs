//! `get_stream_doc`: a page of the guides as Markdown.

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, JsonObject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Compound, REMOTE, Words, input, not_found, read, result, schema};
use crate::call::Services;

pub(super) struct Tool;

#[derive(Deserialize, JsonSchema)]
struct Input {
    /// From list_stream_docs, e.g. webhooks, testing-cards
    #[schemars(length(max = 200))]
    slug: String,
}

#[derive(Serialize, JsonSchema)]
struct Output {
    slug: String,
    title: String,
    /// Whether this is the live documentation or the built-in guide.
    source: &'static str,
    url: Option<String>,
    markdown: String,
}

impl Compound for Tool {
    fn words(&self) -> &'static Words {
        &Words {
            name: "get_stream_doc",
            title: "Read guide page",
            description: "Read a page of Stream's guides as Markdown, by its slug.",
            effects: REMOTE,
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
        services: &'a Services,
        given: Map<String, Value>,
    ) -> BoxFuture<'a, CallToolResult> {
        async move {
            let slug = match read::<Input>(self.words().name, given) {
                Ok(input) => input.slug,
                Err(result) => return *result,
            };
            match services.docs.page(&slug).await {
                Ok((page, markdown, source)) => {
                    let source = source.words();
                    let text = format!("Source: {source}.\n\n{markdown}");
                    let (slug, title, url) = (page.slug, page.title, page.url);
                    result(
                        text,
                        &Output { slug, title, source, url, markdown: markdown.to_string() },
                    )
                }
                Err(missing) => {
                    not_found("There is no such page; list_stream_docs lists all.", &missing.near)
                }
            }
        }
        .boxed()
    }
}
