//! From what the API answered, or failed to, to what an agent reads.
//!
//! A failure is short and useful: what the API said, which argument it means, what to do next, and
//! above all whether the change may have happened.

use std::fmt::Write as _;

use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Map, Value, json};
use streampay::{Answer, ApiError, Error, Outcome};

use crate::{generated::ERROR_ADVICE, tool::OperationTool};

/// The longest body of an unreadable error that is passed on, in characters.
const MAX_EXCERPT: usize = 300;

/// What to tell somebody who has given no key.
pub(crate) const NO_KEY: &str = "This tool needs a Stream API key, and none is set. Ask the user to \
    set STREAM_API_KEY (`key:secret`, or its base64, from Stream's dashboard) in the MCP client's \
    configuration of this server and to start it again. Nothing was sent.";

/// A successful answer: the API's own text, and the same as structure.
pub(crate) fn success(tool: &OperationTool, answer: Answer) -> CallToolResult {
    let structured = match answer.json {
        Value::Null if !tool.wrapped => json!({}),
        object @ Value::Object(_) => object,
        other => json!({"result": other}),
    };
    let text = if answer.text.trim().is_empty() {
        format!("{} succeeded; the API answers with nothing.", tool.name)
    } else {
        answer.text
    };
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(structured);
    result
}

/// A failed call.
pub(crate) fn failure(tool: &OperationTool, error: &Error) -> CallToolResult {
    let mut text = match error {
        Error::MissingKey => return self::error(NO_KEY, details(error)),
        Error::Arguments(faults) => {
            let faults: Vec<String> = faults
                .iter()
                .map(|fault| {
                    format!("`{}` {}.", tool_name_of(tool, &fault.argument), fault.message)
                })
                .collect();
            return invalid(tool, &faults);
        }
        Error::Api(error) => api(tool, error),
        other => sentence(&other.to_string()),
    };
    match error.outcome() {
        _ if tool.effects.read_only => {}
        Outcome::Unknown => text.push_str(&unknown(tool)),
        Outcome::Done => text.push_str(&done(tool)),
        Outcome::NotDone => text.push_str(" Nothing was changed."),
    }
    if let Some(next) = next_step(tool, error) {
        text.push(' ');
        text.push_str(&next);
    }
    self::error(&text, details(error))
}

/// Arguments that the tool cannot be called with.
pub(crate) fn invalid(tool: &OperationTool, faults: &[String]) -> CallToolResult {
    invalid_arguments(tool.name, faults)
}

/// As [`invalid`], for any tool.
pub(crate) fn invalid_arguments(tool: &str, faults: &[String]) -> CallToolResult {
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

fn api(tool: &OperationTool, error: &ApiError) -> String {
    let mut text = format!("Stream answered {}", error.status);
    if let Some(code) = error.code() {
        let _ = write!(text, " {code}");
    }
    if let Some(message) = &error.body.message {
        let _ = write!(text, ": {message}");
    } else if error.body.faults.is_empty()
        && let Some(raw) = error.body.raw.as_str().map(str::trim).filter(|raw| !raw.is_empty())
    {
        let excerpt: String = raw.chars().take(MAX_EXCERPT).collect();
        let _ = write!(text, ": {excerpt}");
    }
    let mut text = sentence(&text);
    for fault in &error.body.faults {
        let path = fault.path();
        let (first, rest) = path.split_once('.').map_or((path.as_str(), ""), |(a, b)| (a, b));
        let name = tool_name_of(tool, first);
        let dot = if rest.is_empty() { "" } else { "." };
        let _ = write!(text, " `{name}{dot}{rest}`: {}", sentence(&fault.message));
    }
    if let Some(info) = &error.body.additional_info {
        let info = info.as_str().map_or_else(|| info.to_string(), ToOwned::to_owned);
        let _ = write!(text, " ({info})");
    }
    if error.code().is_none()
        && error.body.raw.is_object()
        && error.body.message.is_none()
        && error.body.faults.is_empty()
    {
        let _ = write!(text, " {}", error.body.raw);
    }
    text
}

fn unknown(tool: &OperationTool) -> String {
    let name = tool.name;
    match &tool.verify_with {
        Some(read) => format!(
            " THE OUTCOME IS UNKNOWN: the change may have been made. Do not call {name} again yet. \
             Call {} and look for {}. Call {name} again only if the change is not there.",
            read.tool,
            read.look_for.trim_end_matches('.'),
        ),
        None => format!(
            " THE OUTCOME IS UNKNOWN: the change may have been made. Do not call {name} again before \
             you have looked, or the user has said so."
        ),
    }
}

fn done(tool: &OperationTool) -> String {
    let name = tool.name;
    match &tool.verify_with {
        Some(read) => format!(
            " THE CHANGE WAS MADE; do not call {name} again. Call {} to see it ({}).",
            read.tool,
            read.look_for.trim_end_matches('.'),
        ),
        None => format!(" THE CHANGE WAS MADE; do not call {name} again."),
    }
}

/// What to do next: what the overlay says of the error code, or what the status suggests.
fn next_step(tool: &OperationTool, error: &Error) -> Option<String> {
    if !tool.effects.read_only && error.outcome() != Outcome::NotDone {
        return None;
    }
    let api = match error {
        Error::Api(api) => api,
        Error::Transport { .. } if tool.effects.read_only => {
            return Some("Reading again later does no harm.".to_owned());
        }
        Error::Transport { .. } => return Some("Calling it again later does no harm.".to_owned()),
        _ => return None,
    };
    let advice = api.code().and_then(|code| {
        ERROR_ADVICE
            .iter()
            .find(|(known, _)| *known == code)
            .map(|(_, advice)| (*advice).to_owned())
    });
    advice.or_else(|| match api.status {
        401 => Some("The key was refused: ask the user to check STREAM_API_KEY.".to_owned()),
        403 => Some("The key may not do this, or not in this branch: ask the user.".to_owned()),
        404 if tool.arguments.iter().any(|argument| argument.name.ends_with("_id")) => {
            Some("Check the id: it may be wrong, deleted, or of another kind.".to_owned())
        }
        422 if api.body.faults.is_empty() => None,
        422 => Some("Correct the arguments and call again.".to_owned()),
        429 => Some(match api.retry_after {
            Some(wait) => {
                format!("Too many requests: wait {} s, then call again.", wait.as_secs().max(1))
            }
            None => "Too many requests: wait a while, then call again.".to_owned(),
        }),
        500..=599 => Some("The API has a problem; try again later.".to_owned()),
        _ => None,
    })
}

/// What a program may want to know, beside the words.
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
            map.insert("code".to_owned(), json!(code));
        }
        if let Some(id) = &api.request_id {
            map.insert("request_id".to_owned(), json!(id));
        }
        if let Some(wait) = api.retry_after {
            map.insert("retry_after_seconds".to_owned(), json!(wait.as_secs()));
        }
        map.insert("body".to_owned(), api.body.raw.clone());
    }
    Value::Object(map)
}

/// The tool's name of what the API calls otherwise.
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
