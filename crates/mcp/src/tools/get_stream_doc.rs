//! `get_stream_doc`: reads a page of the guides as Markdown.

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, JsonObject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{BuiltinTool, REMOTE, ToolInfo, input, not_found, read, result, schema};
use crate::services::CallContext;

pub(super) struct Tool;

#[derive(Deserialize, JsonSchema)]
struct Input {
    /// From list_stream_docs, e.g. webhooks or testing-cards
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

impl BuiltinTool for Tool {
    fn info(&self) -> &'static ToolInfo {
        &ToolInfo {
            name: "get_stream_doc",
            title: "Read guide page",
            toolset: "docs",
            description: "Read one page of Stream's guides as Markdown.",
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
        context: CallContext<'a>,
        arguments: Map<String, Value>,
    ) -> BoxFuture<'a, CallToolResult> {
        async move {
            let slug = match read::<Input>(self.info().name, arguments) {
                Ok(input) => input.slug,
                Err(result) => return *result,
            };
            match context.services.docs.page(&slug).await {
                Ok((page, markdown, source)) => {
                    let source = source.words();
                    let text = format!("Source: {source}.\n\n{markdown}");
                    let (slug, title, url) = (page.slug, page.title, page.url);
                    result(
                        text,
                        &Output { slug, title, source, url, markdown: markdown.to_string() },
                    )
                }
                Err(missing) => not_found(
                    "No page has this slug. list_stream_docs lists all pages.",
                    &missing.near,
                ),
            }
        }
        .boxed()
    }
}
