//! Decides how much of an answer an agent gets, and in which form.
//!
//! ```text
//! a list          rows of the members that the overlay names, as a table
//!   fields        rows of the members that the caller names
//!   detail: full  everything, as the API sent it
//! anything else   everything, as compact JSON with marks
//! ```
//!
//! Every result has two forms that hold the same: a text that is marked and visible, and structured content
//! with exact values. Both have a limit, and a result that reaches it says what is missing and how to get
//! it. Results of docs/results.md are made here; the texts themselves are written by `text`.

mod fit;
mod form;
mod listing;

pub(crate) use form::ListOptions;
pub(crate) use listing::{Listing, Step};

use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Value, json};

use crate::{exact, text, tool::OperationTool};

/// An answer of the API.
pub(crate) struct Reply {
    /// The parsed body, whose numbers keep their digits (see `exact`); null if there was none.
    pub(crate) json: Value,
    /// The body as it was received. `None` if it may not be shown as it was.
    pub(crate) raw: Option<String>,
}

/// The result for an answer that is not a list.
pub(crate) fn whole(tool: &OperationTool, reply: Reply, limit: usize) -> CallToolResult {
    if reply.json.is_null() && !tool.wrapped {
        let text = format!("{} succeeded. The API returned no content.", tool.name);
        return result(text, json!({}));
    }
    let fitting = fit::fit(reply.json, limit, |value| text::json(value, tool.answer));
    let mut text = fitting.text;
    let mut structured = match exact::unmarked(fitting.value) {
        object @ Value::Object(_) => object,
        other => json!({"result": other}),
    };
    if let Some(notice) = fitting.notice {
        text.extend(["\n", notice.as_str()]);
        note(&mut structured, &notice, None);
    }
    result(text, structured)
}

/// Adds what the server says about a result to its structured content. A member of the API with the same
/// name has precedence.
fn note(structured: &mut Value, notice: &str, missing: Option<usize>) {
    let Some(map) = structured.as_object_mut() else { return };
    map.entry("notice").or_insert_with(|| json!(notice));
    if let Some(missing) = missing {
        map.entry("missing_items").or_insert_with(|| json!(missing));
    }
}

fn result(text: String, structured: Value) -> CallToolResult {
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(structured);
    result
}
