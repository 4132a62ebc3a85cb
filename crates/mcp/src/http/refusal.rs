//! The answer to a request that is rejected: a status, and a message that says what to do.

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Response, StatusCode,
    header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
};
use http_body_util::{BodyExt as _, Full};
use serde_json::json;

use super::Answer;

/// Why a request is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) message: String,
    /// JSON-RPC's code of the error.
    code: i32,
    /// The seconds after which the client may try again.
    retry_after: Option<u64>,
    /// Whether the connection ends, because the rest of the request is not read.
    close: bool,
    /// The limit that was reached.
    pub(super) limit: Option<&'static str>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let (status, message) = (status.as_u16(), message.into());
        Self { status, message, code: -32600, retry_after: None, close: false, limit: None }
    }

    /// The key cannot be used.
    pub(super) fn key(why: &str) -> Self {
        let message = format!(
            "{why}. Send `Authorization: Bearer KEY`, where KEY is `key:secret` or its base64, from \
             Stream's dashboard"
        );
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// A header cannot be used.
    pub(super) fn header(name: &HeaderName, why: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, format!("the header {name} cannot be used: {why}"))
    }

    /// The body is not JSON, or not a message.
    pub(super) fn message(body: &[u8]) -> Self {
        let bad = |message| Self::new(StatusCode::BAD_REQUEST, message);
        let text = std::str::from_utf8(body).unwrap_or_default();
        match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Err(_) => Self { code: -32700, ..bad("the body is not valid JSON") },
            Ok(_) => bad("the body must be a single JSON-RPC message of MCP"),
        }
    }

    /// The server itself failed.
    pub(super) fn internal(status: StatusCode, message: &str) -> Self {
        Self { code: -32603, ..Self::new(status, message) }
    }

    /// A limit was reached; when to try again.
    pub(super) fn limit(status: StatusCode, limit: &'static str, wait: u64, message: &str) -> Self {
        let (retry_after, limit) = (Some(wait), Some(limit));
        Self { retry_after, limit, code: -32000, ..Self::new(status, message) }
    }

    /// Ends the connection after the answer.
    pub(super) fn closing(self) -> Self {
        Self { close: true, ..self }
    }

    pub(super) fn answer(self) -> Answer {
        let error = json!({"code": self.code, "message": self.message});
        let body = json!({"jsonrpc": "2.0", "id": null, "error": error}).to_string();
        let mut answer = Response::new(Full::new(Bytes::from(body)).boxed());
        let status = StatusCode::from_u16(self.status);
        *answer.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.status == 401 {
            let challenge = "Bearer realm=\"Stream API key\", error=\"invalid_token\"";
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.close {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }
}
