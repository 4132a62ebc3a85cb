//! The handwritten tools: they read the guides and the API description, or answer a question that takes
//! many reads of the API.
//!
//! Each has a file of its own and is listed in [`ALL`]. Tools that call a single operation are generated.

pub(crate) mod call_tool;
mod confirm;
mod describe_tools;
mod find_tools;
mod get_api_endpoint;
mod get_customer_overview;
mod get_stream_doc;
mod lines;
mod list_api_endpoints;
mod list_overdue_invoices;
mod list_stream_docs;
mod pages;
mod period;
mod products;
mod reads;
mod rows;
mod search_api_endpoints;
mod summarize_invoices;
mod summarize_payments;
mod summary;
mod sums;

pub(crate) use confirm::confirm;

use futures_util::future::BoxFuture;
use rmcp::model::{CallToolResult, ContentBlock, JsonObject};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

use crate::{answer, check::Faults, services::CallContext, tool::Effects};

/// All built-in tools, in the order in which they are listed.
pub(crate) const ALL: &[&'static dyn BuiltinTool] = &[
    &summarize_payments::Tool,
    &summarize_invoices::Tool,
    &list_overdue_invoices::Tool,
    &get_customer_overview::Tool,
    &list_stream_docs::Tool,
    &get_stream_doc::Tool,
    &list_api_endpoints::Tool,
    &search_api_endpoints::Tool,
    &get_api_endpoint::Tool,
];

/// The tools that search mode lists instead of all.
pub(crate) const SEARCH: &[&'static dyn BuiltinTool] =
    &[&find_tools::Tool, &describe_tools::Tool, &call_tool::READ_TOOL, &call_tool::CHANGE_TOOL];

/// A handwritten tool.
pub(crate) trait BuiltinTool: Send + Sync {
    fn info(&self) -> &'static ToolInfo;
    fn input_schema(&self) -> JsonObject;
    fn output_schema(&self) -> JsonObject;

    /// Calls the tool with arguments that are valid by its input schema.
    fn call<'a>(
        &'a self,
        context: CallContext<'a>,
        arguments: Map<String, Value>,
    ) -> BoxFuture<'a, CallToolResult>;
}

/// How a tool presents itself.
pub(crate) struct ToolInfo {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) toolset: &'static str,
    pub(crate) description: &'static str,
    pub(crate) effects: Effects,
}

/// The effects of a tool that reads what the server carries with it.
const LOCAL: Effects =
    Effects { read_only: true, destructive: false, idempotent: true, open_world: false };

/// The effects of a tool that reads from the API or the documentation site.
const REMOTE: Effects = Effects { open_world: true, ..LOCAL };

/// The schema of a type, in the simple form that every client understands: no references, no title.
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

/// The schema of arguments: as [`schema`], and closed to unknown members.
fn input<T: JsonSchema>() -> JsonObject {
    let mut map = schema::<T>();
    map.insert("additionalProperties".to_owned(), Value::Bool(false));
    map
}

/// Deserializes arguments that are valid by the schema of the same type.
fn read<T: DeserializeOwned>(
    tool: &'static str,
    arguments: Map<String, Value>,
) -> Result<T, Box<CallToolResult>> {
    serde_json::from_value(Value::Object(arguments))
        .map_err(|error| Box::new(answer::invalid(tool, &Faults::from(format!("{error}.")))))
}

/// A success: a text, and the same as structured content.
fn result(text: String, structured: &impl Serialize) -> CallToolResult {
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = serde_json::to_value(structured).ok();
    result
}

/// An error that says that something does not exist, and names what is similar.
fn not_found(text: &str, near: &[String]) -> CallToolResult {
    let near_text =
        if near.is_empty() { String::new() } else { format!(" Similar: {}.", near.join(", ")) };
    answer::error(&format!("{text}{near_text}"), json!({"kind": "not_found", "near": near}))
}
