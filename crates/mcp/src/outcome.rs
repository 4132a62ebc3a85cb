//! How a call ended, for logs, metrics and traces.

use rmcp::model::CallToolResult;
use serde_json::Value;

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallOutcome {
    /// The API did it.
    Done,
    /// Nothing was changed.
    NotDone,
    /// It is unknown whether the change was made.
    Unknown,
    /// There was no key.
    NoKey,
    /// The client went away.
    Abandoned,
    /// It took too long.
    TimedOut,
}

impl CallOutcome {
    /// Reads the outcome from a result.
    pub(crate) fn of(result: &CallToolResult) -> Self {
        if result.is_error != Some(true) {
            return Self::Done;
        }
        let text = |name| detail(result, name).and_then(Value::as_str);
        match (text("kind"), text("outcome")) {
            (Some("no_key"), _) => Self::NoKey,
            (_, Some("done")) => Self::Done,
            (_, Some("unknown")) => Self::Unknown,
            _ => Self::NotDone,
        }
    }

    /// Its name in metrics and in the log.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotDone => "not_done",
            Self::Unknown => "unknown",
            Self::NoKey => "no_key",
            Self::Abandoned => "abandoned",
            Self::TimedOut => "timeout",
        }
    }
}

/// A member of the structured content of an error.
pub(crate) fn detail<'a>(result: &'a CallToolResult, name: &str) -> Option<&'a Value> {
    result.structured_content.as_ref()?.get("error")?.get(name)
}
