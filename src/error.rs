//! Errors, and what they say about the outcome of a change.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use crate::enums::StreamErrorCodes as ErrorCode;

/// What is known about a change whose call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was not made: nothing was sent, or the API rejected it.
    NotDone,
    /// It may or may not have been made. Look before you send it again.
    Unknown,
    /// It was made: the API reported success, but its answer could not be read.
    Done,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operation cannot be called with these arguments. Nothing was sent.
    #[error("{}", list(.0))]
    Arguments(Vec<ArgumentFault>),
    /// Neither the client nor the call has a key. Nothing was sent.
    #[error("no API key: set STREAM_API_KEY or pass a key to the client")]
    MissingKey,
    /// The API answered with an error.
    #[error("{0}")]
    Api(Box<ApiError>),
    /// No complete answer arrived.
    #[error("{}", describe_transport(.source, *.outcome))]
    Transport {
        /// The error of the HTTP client, without the URL.
        source: reqwest::Error,
        /// Whether the request may have been processed.
        outcome: Outcome,
        /// How often it was sent.
        attempts: u32,
        /// The API's `x-request-id`, if the answer broke off after its headers.
        request_id: Option<String>,
    },
    /// The API reported success, but its answer cannot be read.
    #[error("the API reported success ({status}), but its answer cannot be read: {message}")]
    Answer {
        /// The HTTP status.
        status: u16,
        /// What is wrong with the answer.
        message: String,
        /// The API's `x-request-id`.
        request_id: Option<String>,
    },
    /// [`Client::wait_for`](crate::Client::wait_for) reached its deadline.
    #[error("timed out after {waited:?} waiting for {what}; last seen: {last}")]
    WaitTimeout {
        /// What it waited for.
        what: &'static str,
        /// How long it waited.
        waited: Duration,
        /// The last state that it saw, or `nothing`.
        last: String,
    },
    /// A payment link with the same reference exists, but sells something else; see
    /// [`Client::create_simple_payment_link`](crate::Client::create_simple_payment_link).
    #[error(
        "the payment link for reference {reference:?} differs from the requested one: {}",
        .differences.join("; ")
    )]
    LinkDiffers {
        /// The reference.
        reference: String,
        /// The existing link.
        link: Option<uuid::Uuid>,
        /// In what they differ.
        differences: Vec<&'static str>,
    },
    /// Settings that a client cannot be built with.
    #[error("{}", list(.0))]
    Config(Vec<ConfigError>),
    /// The request could not be built. Nothing was sent.
    #[error("the request could not be built: {0}")]
    Request(String),
}

impl Error {
    /// Whether the change was made.
    ///
    /// For a read, it is `Done` if the API reported success and `NotDone` otherwise. A wait that timed
    /// out is `Unknown`: what it waited for may still happen.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Arguments(_) | Self::MissingKey | Self::Config(_) | Self::Request(_) => {
                Outcome::NotDone
            }
            Self::Api(error) => error.outcome,
            Self::Transport { outcome, .. } => *outcome,
            Self::Answer { .. } => Outcome::Done,
            Self::WaitTimeout { .. } => Outcome::Unknown,
            Self::LinkDiffers { .. } => Outcome::NotDone,
        }
    }

    /// The HTTP status, if there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Api(error) => Some(error.status),
            Self::Answer { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The API's error, if it answered with one.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }
}

impl Error {
    /// The API's error code. New codes can appear at any time: compare one that [`ErrorCode`] lacks as
    /// text.
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
            Self::Answer { request_id, .. } | Self::Transport { request_id, .. } => {
                request_id.as_deref()
            }
            _ => None,
        }
    }

    /// What is wrong with which argument, found before sending or by the API (status 422).
    #[must_use]
    pub fn faults(&self) -> &[ArgumentFault] {
        match self {
            Self::Arguments(faults) => faults,
            Self::Api(error) => &error.body.faults,
            _ => &[],
        }
    }

    /// Whether the thing does not exist (404), or no longer (410).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.status(), Some(404 | 410))
            || matches!(self.code(), Some(ErrorCode::BranchNotFound | ErrorCode::CompanyNotFound))
    }

    /// Whether the same thing exists already. This depends on the error code, since the API answers
    /// duplicates with several statuses.
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

    /// Whether the key is missing, wrong, or lacks a permission (401, 403).
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        matches!(self, Self::MissingKey) || matches!(self.status(), Some(401 | 403))
    }

    /// Whether the request is not valid, found before sending or by the API. [`Error::faults`] lists
    /// what is wrong, unless the API answered only with the code `INVALID_PARAMETERS`.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(self, Self::Arguments(_))
            || !self.faults().is_empty()
            || self.code() == Some(ErrorCode::InvalidParameters)
    }

    /// Whether the API limits the rate of requests (429); see [`Error::retry_after`].
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(429)
    }

    /// Whether no answer arrived in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Transport { source, .. } => source.is_timeout(),
            Self::WaitTimeout { .. } => true,
            _ => false,
        }
    }

    /// Whether the change may or may not have been made. Look before you send it again.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        self.outcome() == Outcome::Unknown
    }

    /// The error for a body whose builder failed.
    pub(crate) fn body(fault: impl fmt::Display) -> Self {
        Self::Arguments(vec![ArgumentFault::new("body", fault.to_string())])
    }
}

/// What is wrong with an argument, found before sending or by the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentFault {
    /// The argument under the API's name, or the path to a part of it: `items.0.quantity`.
    pub argument: String,
    /// What is wrong with it. This client does not repeat the value, since it may be a secret; the API
    /// may.
    pub message: String,
    /// The API's name for this kind of fault, such as `missing`. `None` if the fault was found before
    /// sending.
    pub kind: Option<String>,
}

impl ArgumentFault {
    pub(crate) fn new(argument: impl Into<String>, message: impl Into<String>) -> Self {
        Self { argument: argument.into(), message: message.into(), kind: None }
    }

    /// Reads an element of `detail`: `{"loc": ["body", "items", 0, "quantity"], "msg": "…", "type": "…"}`.
    fn from_detail(detail: &Value) -> Self {
        let steps = detail.get("loc").and_then(Value::as_array).into_iter().flatten();
        let steps: Vec<String> = steps.filter_map(text).collect();
        // The first step names the part of the request.
        let path = match steps.as_slice() {
            [part, rest @ ..]
                if !rest.is_empty()
                    && matches!(part.as_str(), "body" | "query" | "path" | "header") =>
            {
                rest
            }
            all => all,
        };
        Self {
            argument: path.join("."),
            message: detail.get("msg").and_then(text).unwrap_or_default(),
            kind: detail.get("type").and_then(text),
        }
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
    /// Whether the change was made nevertheless.
    pub outcome: Outcome,
    /// How often the request was sent.
    pub attempts: u32,
}

impl ApiError {
    /// The API's error code, such as `DUPLICATE_CONSUMER`.
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
            write!(f, "; {}: {}", fault.argument, fault.message)?;
        }
        if self.outcome == Outcome::Unknown {
            write!(f, "; whether it took effect is unknown")?;
        }
        Ok(())
    }
}

/// The body of an error answer.
///
/// The API has two forms: `{"error": {"code", "message", "additional_info"}}` and, for validation,
/// `{"detail": [{"loc", "msg", "type"}]}`. Any other body is only in `raw`.
///
/// The `Debug` output hides `additional_info` and `raw`, which may contain another customer's personal
/// data.
#[derive(Clone, Default, PartialEq)]
pub struct ErrorBody {
    /// The error code.
    pub code: Option<String>,
    /// The message.
    pub message: Option<String>,
    /// Further information. It may contain personal data of another customer: do not log it.
    pub additional_info: Option<Value>,
    /// What is wrong with which part of the request.
    pub faults: Vec<ArgumentFault>,
    /// The whole body, as a string if it was not JSON. It may contain personal data: do not log it.
    pub raw: Value,
}

impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = |present: bool| if present { "(hidden)" } else { "none" };
        f.debug_struct("ErrorBody")
            .field("code", &self.code)
            .field("message", &self.message)
            .field("faults", &self.faults)
            .field("additional_info", &format_args!("{}", hidden(self.additional_info.is_some())))
            .field("raw", &format_args!("{}", hidden(!self.raw.is_null())))
            .finish()
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
        let error = raw.get("error");
        let detail = raw.get("detail");
        let plain = error.filter(|error| error.is_string()).or_else(|| raw.get("message"));
        let plain = plain.or_else(|| detail.filter(|detail| detail.is_string()));
        Self {
            code: error.and_then(|error| error.get("code")).and_then(text),
            message: error.and_then(|error| error.get("message")).or(plain).and_then(text),
            additional_info: error
                .and_then(|error| error.get("additional_info"))
                .filter(|info| !info.is_null())
                .cloned(),
            faults: detail
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .map(ArgumentFault::from_detail)
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

/// A setting with a value that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting}: {message} (example: {example})")]
pub struct ConfigError {
    /// The setting, `STREAM_TIMEOUT`.
    pub setting: &'static str,
    /// What is wrong with its value.
    pub message: String,
    /// An example of a valid value.
    pub example: &'static str,
}

/// A member of an error as text, whatever its type.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn list(faults: &[impl ToString]) -> String {
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
        Outcome::Unknown => format!("{what}; whether it took effect is unknown"),
        _ => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{ApiError, ArgumentFault, Error, ErrorBody, Outcome};
    use serde_json::json;

    #[test]
    fn both_forms_of_the_api_are_read() {
        let envelope = ErrorBody::from_json(json!({"error": {"code": "X", "message": "m",
            "additional_info": {"a": 1}}}));
        assert_eq!(envelope.code.as_deref(), Some("X"));
        assert_eq!(envelope.additional_info, Some(json!({"a": 1})));
        let validation = ErrorBody::from_json(json!({"detail": [
            {"loc": ["body", "items", 0, "quantity"], "msg": "too small", "type": "value_error"}]}));
        assert_eq!(validation.faults[0].argument, "items.0.quantity");
        assert_eq!(validation.faults[0].kind.as_deref(), Some("value_error"));
    }

    #[test]
    fn debug_output_hides_what_may_be_personal() {
        let body = json!({"error": {"code": "DUPLICATE_CONSUMER", "message": "m",
            "additional_info": {"email": "noura@example.com"}}});
        let api = ApiError {
            status: 400,
            body: ErrorBody::from_json(body),
            request_id: None,
            retry_after: None,
            outcome: Outcome::NotDone,
            attempts: 1,
        };
        let text = format!("{:?}", Error::Api(Box::new(api)));
        assert!(text.contains("DUPLICATE_CONSUMER") && !text.contains("noura"), "{text}");
    }

    #[test]
    fn faults_are_those_found_before_sending_and_those_of_the_api() {
        let own = Error::Arguments(vec![ArgumentFault::new("name", "is required")]);
        assert_eq!(own.faults()[0].to_string(), "name is required");
        let detail = json!({"detail": [{"loc": ["body", "name"], "msg": "too long", "type": "t"}]});
        let api = ApiError {
            status: 422,
            body: ErrorBody::from_json(detail),
            request_id: None,
            retry_after: None,
            outcome: Outcome::NotDone,
            attempts: 1,
        };
        assert_eq!(Error::Api(Box::new(api)).faults()[0].to_string(), "name too long");
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
