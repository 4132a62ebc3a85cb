//! Tools that are written by hand: documentation, and looking into the API description.
//!
//! One file each, registered in [`ALL`]. Tools that call an operation are never written by hand.

mod get_api_endpoint;
mod get_stream_doc;
mod list_api_endpoints;
mod list_stream_docs;
mod search_api_endpoints;

use futures_util::future::BoxFuture;
use rmcp::model::{CallToolResult, ContentBlock, JsonObject};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::{answer, call::Services, check::Faults, tool::Effects};

/// All compound tools, in the order in which they are listed.
pub(crate) const ALL: &[&'static dyn Compound] = &[
    &list_stream_docs::Tool,
    &get_stream_doc::Tool,
    &list_api_endpoints::Tool,
    &search_api_endpoints::Tool,
    &get_api_endpoint::Tool,
];

/// The toolset of the tools here.
pub(crate) const TOOLSET: &str = "docs";

/// A tool that is written by hand.
pub(crate) trait Compound: Send + Sync {
    fn words(&self) -> &'static Words;
    fn input_schema(&self) -> JsonObject;
    fn output_schema(&self) -> JsonObject;
    fn call<'a>(
        &'a self,
        services: &'a Services,
        given: Map<String, Value>,
    ) -> BoxFuture<'a, CallToolResult>;
}

/// What is said of a tool.
pub(crate) struct Words {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) effects: Effects,
}

/// Reads what lies in the server itself.
const LOCAL: Effects =
    Effects { read_only: true, destructive: false, idempotent: true, open_world: false };

/// Reads from the documentation site.
const REMOTE: Effects = Effects { open_world: true, ..LOCAL };

/// The schema of a type, in the plain form that all clients take: no references, no title.
fn schema<T: JsonSchema>() -> JsonObject {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    let mut map = match schema {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    map.shift_remove("title");
    map.shift_remove("description");
    map.entry("properties").or_insert_with(|| json!({}));
    map
}

/// As [`schema`], for arguments: nothing but what is named.
fn input<T: JsonSchema>() -> JsonObject {
    let mut map = schema::<T>();
    map.insert("additionalProperties".to_owned(), Value::Bool(false));
    map
}

/// Reads arguments that were checked against the schema of the same type.
fn read<T: DeserializeOwned>(
    tool: &'static str,
    given: Map<String, Value>,
) -> Result<T, Box<CallToolResult>> {
    serde_json::from_value(Value::Object(given))
        .map_err(|error| Box::new(answer::invalid(tool, &Faults::from(format!("{error}.")))))
}

/// A result with its text and the same as structure.
fn result(text: String, structured: &impl Serialize) -> CallToolResult {
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = serde_json::to_value(structured).ok();
    result
}

/// A result that says that there is no such thing, and what comes near.
fn not_found(text: &str, near: &[String]) -> CallToolResult {
    let near_text =
        if near.is_empty() { String::new() } else { format!(" Near it: {}.", near.join(", ")) };
    answer::error(&format!("{text}{near_text}"), json!({"kind": "not_found", "near": near}))
}
