//! Turns the API's errors into what an agent reads. Its answers are shaped in `shape`.
//!
//! An error has one line for each thing that an agent needs: what the API said, which argument is meant,
//! what to do next. The last line is this server's own verdict on whether the change may have been made.
//! What the API said is quoted (see `text`), so nothing in it can be taken for another line.

use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Map, Value, json};
use streampay::{ApiError, Error, Outcome};

use crate::{check::Faults, generated::ERROR_ADVICE, text, tool::OperationTool};

/// How many faults of a request that the API found are passed on.
const MAX_FAULTS: usize = 20;

/// How much of an error's body is passed on as structure, in characters and values.
const MAX_BODY: usize = 4_000;

/// What to do about a missing key, whether the server runs for one user or for many.
const NO_KEY: &str = "This tool needs a Stream API key, and none was given. Ask the user to get one from \
    Stream's dashboard and to add it to this server in the MCP client's configuration: as the environment \
    variable STREAM_API_KEY, or, if the server has a URL, as the header `Authorization: Bearer KEY`. \
    Nothing was sent.";

/// A failed call.
pub(crate) fn failure(tool: &OperationTool, error: &Error) -> CallToolResult {
    let mut lines = match error {
        Error::MissingKey => return self::error(NO_KEY, details(error)),
        Error::Arguments(faults) => {
            let faults: Faults = faults
                .iter()
                .map(|fault| {
                    let name = text::name(tool_name_of(tool, &fault.argument));
                    format!("{name} {}.", fault.message)
                })
                .collect();
            return invalid(tool.name, &faults);
        }
        Error::Api(error) => api(tool, error),
        other => vec![sentence(&text::line(&other.to_string(), text::LONG))],
    };
    lines.extend(next_step(tool, error));
    if !tool.effects.read_only {
        lines.push(verdict(tool, error.outcome()));
    }
    self::error(&lines.join("\n"), details(error))
}

/// A list whose pages were read up to one that failed: the first page, the last one before it, and the
/// argument with the number of the page.
pub(crate) fn failure_after(
    tool: &OperationTool,
    error: &Error,
    (first, last, argument): (u64, u64, &str),
) -> CallToolResult {
    let mut result = failure(tool, error);
    let read = match last.saturating_sub(first) {
        0 => format!("Page {first} was"),
        _ => format!("Pages {first} to {last} were"),
    };
    let failed = last.saturating_add(1);
    let note = format!(
        "{read} read but not shown, because page {failed} failed. Continue with `{argument}: {failed}`."
    );
    result.content.push(ContentBlock::text(note));
    let details = result.structured_content.as_mut().and_then(|content| content.get_mut("error"));
    if let Some(Value::Object(details)) = details {
        details.insert("pages_read".to_owned(), json!([first, last]));
    }
    result
}

/// Arguments that a tool cannot be called with.
pub(crate) fn invalid(tool: &str, faults: &Faults) -> CallToolResult {
    let faults = faults.sentences();
    let text = format!("{tool} was not called. {} Nothing was sent.", faults.join(" "));
    let details = json!({"kind": "invalid_arguments", "outcome": "not_done", "faults": faults});
    error(&text, details)
}

/// A tool result that is an error.
pub(crate) fn error(text: &str, details: Value) -> CallToolResult {
    let mut result = CallToolResult::error(vec![ContentBlock::text(text)]);
    result.structured_content = Some(json!({"error": details}));
    result
}

/// A call that ended without a result: it took too long, was canceled, or panicked. `change` is its
/// operation if that changes something. How far it got is unknown.
pub(crate) fn unfinished(
    change: Option<&OperationTool>,
    kind: &'static str,
    what: &str,
) -> CallToolResult {
    let (verdict, outcome) = match change {
        Some(tool) => (verdict(tool, Outcome::Unknown), "unknown"),
        None => ("Nothing was changed.".to_owned(), "not_done"),
    };
    error(&format!("{what}\n{verdict}"), json!({"kind": kind, "outcome": outcome}))
}

/// A call that panicked.
pub(crate) fn panicked(change: Option<&OperationTool>, name: &str) -> CallToolResult {
    unfinished(change, "internal", &format!("{name} failed because of a bug in the server."))
}

/// What the API said, one thing on a line.
fn api(tool: &OperationTool, error: &ApiError) -> Vec<String> {
    let body = &error.body;
    let mut first = format!("Stream answered {}", error.status);
    if let Some(code) = error.code() {
        first.extend([" ", text::name(code).as_str()]);
    }
    let raw = match &body.raw {
        Value::Null => None,
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        other => Some(text::value(other, MAX_BODY).to_string()),
    };
    let nothing_read = body.message.is_none() && body.faults.is_empty() && error.code().is_none();
    match (&body.message, raw) {
        (Some(message), _) => {
            first.extend([": ", text::quote(message, text::LONG).as_str()]);
        }
        (None, Some(raw)) if nothing_read => {
            first.extend([": ", text::quote(&raw, text::LONG).as_str()]);
        }
        _ => {}
    }
    let mut lines = vec![first + "."];
    for fault in body.faults.iter().take(MAX_FAULTS) {
        let path = fault.argument.as_str();
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let dot = if rest.is_empty() { "" } else { "." };
        let name = text::name(&format!("{}{dot}{rest}", tool_name_of(tool, first)));
        lines.push(format!("{name}: {}", text::quote(&fault.message, text::LONG)));
    }
    match body.faults.len().saturating_sub(MAX_FAULTS) {
        0 => {}
        more => lines.push(format!("And {more} more faults.")),
    }
    if let Some(info) = &body.additional_info {
        let info = match info {
            Value::String(text) => text.clone(),
            other => text::value(other, MAX_BODY).to_string(),
        };
        lines.push(format!("Details: {}", text::quote(&info, text::LONG)));
    }
    lines
}

/// The last line of a failed change: its outcome. `text` keeps these words out of other
/// people's text.
fn verdict(tool: &OperationTool, outcome: Outcome) -> String {
    let name = tool.name;
    let verify =
        tool.verify_with.as_ref().map(|read| (read.tool, read.look_for.trim_end_matches('.')));
    match (outcome, verify) {
        (Outcome::NotDone, _) => "Nothing was changed.".to_owned(),
        (Outcome::Unknown, Some((read, look_for))) => format!(
            "THE OUTCOME IS UNKNOWN: the change may have been made. Do not call {name} again yet. Call \
             {read} and look for {look_for}. Call {name} again only if the change was not made.",
        ),
        (Outcome::Unknown, None) => format!(
            "THE OUTCOME IS UNKNOWN: the change may have been made. Do not call {name} again until you \
             have checked, or the user tells you to."
        ),
        (Outcome::Done, Some((read, look_for))) => format!(
            "THE CHANGE WAS MADE: do not call {name} again. Call {read} to see it ({look_for})."
        ),
        (Outcome::Done, None) => format!("THE CHANGE WAS MADE: do not call {name} again."),
    }
}

/// What to do next: what the overlay says about the error code, or what the status suggests.
fn next_step(tool: &OperationTool, error: &Error) -> Option<String> {
    if !tool.effects.read_only && error.outcome() != Outcome::NotDone {
        return None;
    }
    let api = match error {
        Error::Api(api) => api,
        Error::Answer { .. } if tool.effects.read_only => {
            let limit = tool.arguments.iter().any(|argument| argument.name == "limit");
            return limit
                .then(|| "If it is too large, request fewer items with `limit`.".to_owned());
        }
        Error::Transport { .. } => {
            return Some("It is safe to call this tool again later.".to_owned());
        }
        _ => return None,
    };
    let advice = api.code().and_then(|code| {
        ERROR_ADVICE
            .iter()
            .find(|(known, _)| *known == code)
            .map(|(_, advice)| (*advice).to_owned())
    });
    advice.or_else(|| match api.status {
        401 => Some("The key was rejected. Ask the user to check STREAM_API_KEY.".to_owned()),
        403 => Some(
            "The key is not allowed to do this, or not in this branch. Ask the user.".to_owned(),
        ),
        404 if tool.arguments.iter().any(|argument| argument.name.ends_with("_id")) => {
            Some("Check the id. It may be wrong, deleted, or the id of something else.".to_owned())
        }
        422 if api.body.faults.is_empty() => None,
        422 => Some("Correct the arguments and call again.".to_owned()),
        429 => Some(match api.retry_after {
            Some(wait) => {
                format!("Too many requests. Wait {} s, then call again.", wait.as_secs().max(1))
            }
            None => "Too many requests. Wait a minute, then call again.".to_owned(),
        }),
        500..=599 => Some("Stream has a problem. Try again later.".to_owned()),
        _ => None,
    })
}

/// The same for programs.
fn details(error: &Error) -> Value {
    let mut map = Map::new();
    let kind = match error {
        Error::Arguments(_) => "invalid_arguments",
        Error::MissingKey => "no_key",
        Error::Api(_) => "api",
        Error::Transport { .. } => "transport",
        Error::Answer { .. } => "unreadable_answer",
        _ => "request",
    };
    map.insert("kind".to_owned(), json!(kind));
    map.insert(
        "outcome".to_owned(),
        json!(match error.outcome() {
            Outcome::NotDone => "not_done",
            Outcome::Unknown => "unknown",
            Outcome::Done => "done",
        }),
    );
    if let Some(status) = error.status() {
        map.insert("status".to_owned(), json!(status));
    }
    if let Some(api) = error.api() {
        if let Some(code) = api.code() {
            map.insert("code".to_owned(), json!(text::line(code, text::SHORT)));
        }
        if let Some(id) = &api.request_id {
            map.insert("request_id".to_owned(), json!(text::line(id, text::LONG)));
        }
        if let Some(wait) = api.retry_after {
            map.insert("retry_after_seconds".to_owned(), json!(wait.as_secs()));
        }
        map.insert("body".to_owned(), text::value(&api.body.raw, MAX_BODY));
    }
    Value::Object(map)
}

/// The tool's name for something that the API names differently.
fn tool_name_of<'a>(tool: &OperationTool, api_name: &'a str) -> &'a str {
    let argument = tool.arguments.iter().find(|argument| argument.api_name == api_name);
    argument.map_or(api_name, |argument| argument.name)
}

/// A text as a sentence: a capital first, a stop at the end.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut chars = text.chars();
    let mut out: String = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    out.push_str(chars.as_str());
    if !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}
