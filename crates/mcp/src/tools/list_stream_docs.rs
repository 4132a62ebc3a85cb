//! `list_stream_docs`: lists the pages of the guides.

use futures_util::{FutureExt as _, future::BoxFuture};
use rmcp::model::{CallToolResult, JsonObject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{BuiltinTool, REMOTE, ToolInfo, input, result, schema};
use crate::{resources::page_uri, services::CallContext};

pub(super) struct Tool;

#[derive(Deserialize, JsonSchema)]
struct Input {}

#[derive(Serialize, JsonSchema)]
struct Output {
    /// Whether these are the live documentation or the built-in guide.
    source: &'static str,
    pages: Vec<Entry>,
}

#[derive(Serialize, JsonSchema)]
struct Entry {
    slug: String,
    title: String,
    /// The page as an MCP resource.
    uri: String,
}

impl BuiltinTool for Tool {
    fn info(&self) -> &'static ToolInfo {
        &ToolInfo {
            name: "list_stream_docs",
            title: "List guide pages",
            toolset: "docs",
            description: "List the pages of Stream's guides, which get_stream_doc reads.",
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
        _: Map<String, Value>,
    ) -> BoxFuture<'a, CallToolResult> {
        async move {
            let library = context.services.docs.library().await;
            let pages: Vec<Entry> = library
                .pages
                .iter()
                .map(|page| Entry {
                    slug: page.slug.clone(),
                    title: page.title.clone(),
                    uri: page_uri(&page.slug),
                })
                .collect();
            let lines: Vec<String> =
                pages.iter().map(|page| format!("- {}: {}", page.slug, page.title)).collect();
            let source = library.source.words();
            result(format!("Source: {source}.\n\n{}", lines.join("\n")), &Output { source, pages })
        }
        .boxed()
    }
}
