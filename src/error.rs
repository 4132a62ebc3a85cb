//! What can go wrong, and above all: whether it may have happened all the same.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use crate::enums::StreamErrorCodes as ErrorCode;

/// What is known of a change whose call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It did not happen: nothing was sent, or the API refused it.
    NotDone,
    /// It may or may not have happened. Look before sending it again.
    Unknown,
    /// It happened: the API reported success, but its answer could not be read.
    Done,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Arguments that the operation cannot be called with. Nothing was sent.
    #[error("{}", list(.0))]
    Arguments(Vec<ArgumentFault>),
    /// There is no key. Nothing was sent.
    #[error("no API key: set STREAM_API_KEY, or give the client a key")]
    MissingKey,
    /// The API answered with an error.
    #[error("{0}")]
    Api(Box<ApiError>),
    /// The request or its answer was lost on the way.
    #[error("{}", describe_transport(.source, *.outcome))]
    Transport {
        /// What the connection reported, without the URL.
        source: reqwest::Error,
        /// Whether the request may have been processed.
        outcome: Outcome,
        /// How often it was sent.
        attempts: u32,
    },
    /// The API reported success with an answer that is not what it should be.
    #[error("the API reported success ({status}), but its answer cannot be read: {message}")]
    Answer {
        /// The HTTP status.
        status: u16,
        /// What is wrong with the answer.
        message: String,
        /// The API's `x-request-id`.
        request_id: Option<String>,
    },
    /// What [`crate::Client::wait_for`] waited for did not come before its deadline.
    #[error("{waited:?} passed and {what} has not come; last seen: {last}")]
    NotReached {
        /// What was waited for.
        what: &'static str,
        /// How long.
        waited: Duration,
        /// The last state that was seen, or `nothing`.
        last: String,
    },
    /// The request could not be built. Nothing was sent.
    #[error("the request could not be built: {0}")]
    Request(String),
}

impl Error {
    /// Whether the operation took effect. Of a read it says whether the API processed it.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Arguments(_) | Self::MissingKey | Self::Request(_) => Outcome::NotDone,
            Self::Api(error) => error.outcome,
            Self::Transport { outcome, .. } => *outcome,
            Self::Answer { .. } => Outcome::Done,
            Self::NotReached { .. } => Outcome::NotDone,
        }
    }

    /// The HTTP status, where there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Api(error) => Some(error.status),
            Self::Answer { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The API's error, where it gave one.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }
}

impl Error {
    /// The API's error code, of an open set: compare it with the variants of [`ErrorCode`], or as
    /// text for one that the description lacks.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        self.api()?.code().map(ErrorCode::from)
    }

    /// How long the API asked to wait before the request is sent again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.api()?.retry_after
    }

    /// The API's `x-request-id`, for its support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.request_id.as_deref(),
            Self::Answer { request_id, .. } => request_id.as_deref(),
            _ => None,
        }
    }

    /// What is wrong with which part of the request, as the API says it (status 422).
    #[must_use]
    pub fn faults(&self) -> &[ValidationFault] {
        self.api().map_or(&[], |error| &error.body.faults)
    }

    /// What was asked for is not there (404), or is no longer (410).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.status(), Some(404 | 410))
            || matches!(self.code(), Some(ErrorCode::BranchNotFound | ErrorCode::CompanyNotFound))
    }

    /// The same thing is there already. Decided by the code, since the status of a duplicate varies.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        matches!(
            self.code(),
            Some(
                ErrorCode::DuplicateConsumer
                    | ErrorCode::DuplicatePayment
                    | ErrorCode::DuplicateCardToken
                    | ErrorCode::ResourceAlreadyExists
                    | ErrorCode::PhoneAlreadyRegistered
                    | ErrorCode::UserAlreadyRegistered
            )
        )
    }

    /// The key is missing, wrong, or may not do this (401, 403).
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        matches!(self, Self::MissingKey) || matches!(self.status(), Some(401 | 403))
    }

    /// The request is not valid: found before it was sent, or by the API (422 with faults,
    /// `INVALID_PARAMETERS`).
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(self, Self::Arguments(_))
            || !self.faults().is_empty()
            || self.code() == Some(ErrorCode::InvalidParameters)
    }

    /// The API turned the request away for now (429); see [`Error::retry_after`].
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(429)
    }

    /// No answer came in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Transport { source, .. } => source.is_timeout(),
            Self::NotReached { .. } => true,
            _ => false,
        }
    }

    /// Whether nobody knows if the change took effect: look before sending it again.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.outcome() == Outcome::Unknown
    }

    /// A body that its builder could not finish.
    pub(crate) fn body(fault: impl fmt::Display) -> Self {
        Self::Arguments(vec![ArgumentFault::new("body", fault.to_string())])
    }
}

/// An argument that the operation cannot be called with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentFault {
    /// The argument, under the API's name.
    pub argument: String,
    /// What is wrong with it. The given value is not repeated: it may be a secret.
    pub message: String,
}

impl ArgumentFault {
    pub(crate) fn new(argument: impl Into<String>, message: impl Into<String>) -> Self {
        Self { argument: argument.into(), message: message.into() }
    }
}

impl fmt::Display for ArgumentFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.argument, self.message)
    }
}

/// An error that the API answered with.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// What the body said.
    pub body: ErrorBody,
    /// The API's `x-request-id`, for its support.
    pub request_id: Option<String>,
    /// How long the API asked to wait.
    pub retry_after: Option<Duration>,
    /// Whether the operation took effect all the same.
    pub outcome: Outcome,
    /// How often the request was sent.
    pub attempts: u32,
}

impl ApiError {
    /// The API's error code, such as `DUPLICATE_CONSUMER`. An open set.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.body.code.as_deref()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the API answered {}", self.status)?;
        if let Some(code) = &self.body.code {
            write!(f, " {code}")?;
        }
        if let Some(message) = &self.body.message {
            write!(f, ": {message}")?;
        }
        for fault in &self.body.faults {
            write!(f, "; {}: {}", fault.path(), fault.message)?;
        }
        if self.outcome == Outcome::Unknown {
            write!(f, "; whether it took effect is unknown")?;
        }
        Ok(())
    }
}

/// The body of an error answer, in either of the API's two forms, or in none.
///
/// Published: `{"error": {"code", "message", "additional_info"}}` and, for validation,
/// `{"detail": [{"loc", "msg", "type"}]}`. Anything else is kept in `raw`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ErrorBody {
    /// The error code.
    pub code: Option<String>,
    /// What it says.
    pub message: Option<String>,
    /// More about it. May hold personal data of another customer: do not log it.
    pub additional_info: Option<Value>,
    /// What is wrong with which part of the request.
    pub faults: Vec<ValidationFault>,
    /// The whole body; a text where it was no JSON.
    pub raw: Value,
}

/// What is wrong with one part of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationFault {
    /// The way to it: `["body", "items", "0", "quantity"]`.
    pub location: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// The kind of fault, such as `missing`.
    pub kind: String,
}

impl ValidationFault {
    /// The way to it in one text, without the first step that names the part of the request:
    /// `items.0.quantity`.
    #[must_use]
    pub fn path(&self) -> String {
        let skip = match self.location.first().map(String::as_str) {
            Some("body" | "query" | "path" | "header") if self.location.len() > 1 => 1,
            _ => 0,
        };
        self.location.get(skip..).unwrap_or_default().join(".")
    }
}

impl ErrorBody {
    /// Reads an error answer; never fails.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        match serde_json::from_slice(bytes) {
            Ok(raw) => Self::from_json(raw),
            Err(_) => Self {
                raw: Value::String(String::from_utf8_lossy(bytes).into_owned()),
                ..Self::default()
            },
        }
    }

    fn from_json(raw: Value) -> Self {
        let text = |value: Option<&Value>| {
            value.and_then(|value| match value {
                Value::Null => None,
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            })
        };
        let error = raw.get("error");
        let detail = raw.get("detail");
        let plain = error.filter(|error| error.is_string()).or_else(|| raw.get("message"));
        let plain = plain.or_else(|| detail.filter(|detail| detail.is_string()));
        Self {
            code: text(error.and_then(|error| error.get("code"))),
            message: text(error.and_then(|error| error.get("message"))).or_else(|| text(plain)),
            additional_info: error
                .and_then(|error| error.get("additional_info"))
                .filter(|info| !info.is_null())
                .cloned(),
            faults: detail
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .map(|fault| ValidationFault {
                    location: fault
                        .get("loc")
                        .and_then(Value::as_array)
                        .into_iter()
                        .flatten()
                        .filter_map(|step| text(Some(step)))
                        .collect(),
                    message: text(fault.get("msg")).unwrap_or_default(),
                    kind: text(fault.get("type")).unwrap_or_default(),
                })
                .collect(),
            raw,
        }
    }
}

impl<'de> Deserialize<'de> for ErrorBody {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from_json)
    }
}

impl Serialize for ErrorBody {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {message} (example: {example})")]
pub struct ConfigError {
    /// The setting, `STREAM_TIMEOUT`.
    pub setting: &'static str,
    /// What is wrong with its value.
    pub message: String,
    /// A value that would do.
    pub example: &'static str,
}

fn list(faults: &[ArgumentFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn describe_transport(source: &reqwest::Error, outcome: Outcome) -> String {
    let what = if source.is_connect() {
        "no connection to the API could be made"
    } else if source.is_timeout() {
        "the API did not answer in time"
    } else {
        "the connection to the API broke"
    };
    match outcome {
        Outcome::Unknown => format!("{what}; whether the request took effect is unknown"),
        _ => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorBody;
    use serde_json::json;

    #[test]
    fn both_published_forms_are_read() {
        let envelope = ErrorBody::from_json(json!({"error": {"code": "X", "message": "m",
            "additional_info": {"a": 1}}}));
        assert_eq!(envelope.code.as_deref(), Some("X"));
        assert_eq!(envelope.additional_info, Some(json!({"a": 1})));
        let validation = ErrorBody::from_json(json!({"detail": [
            {"loc": ["body", "items", 0, "quantity"], "msg": "too small", "type": "value_error"}]}));
        assert_eq!(validation.faults[0].path(), "items.0.quantity");
    }

    #[test]
    fn any_other_body_is_kept() {
        for bytes in
            [&b"<html>"[..], b"", b"[]", b"{\"error\": 7}", b"\xff\xfe", b"{\"detail\": [1]}"]
        {
            let body = ErrorBody::from_bytes(bytes);
            assert_eq!(body.code, None);
        }
        assert_eq!(ErrorBody::from_bytes(b"<html>").raw, json!("<html>"));
        assert_eq!(
            ErrorBody::from_bytes(b"{\"detail\": \"Not Found\"}").message.unwrap(),
            "Not Found"
        );
    }
}
