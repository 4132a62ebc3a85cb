//! What goes into the lossless call and comes out of it: JSON arguments, settings of one call, a JSON
//! answer.

use serde_json::{Map, Value};

use crate::{credentials::ApiKey, error::Error, exact};

/// The arguments of an operation, under the API's names.
///
/// They are sent as they are: an explicit null, an empty list or an unknown member of the body arrives
/// at the API. A query cannot express null, so there null means absent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Arguments {
    /// Values for the `{parameters}` of the path.
    pub path: Map<String, Value>,
    /// Values for the query.
    pub query: Map<String, Value>,
    /// Values for header parameters.
    pub headers: Map<String, Value>,
    /// The JSON body.
    pub body: Option<Value>,
}

/// Settings of a single call that replace those of the client.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The key to use instead of the client's.
    pub key: Option<ApiKey>,
    /// The branch to act in (`x-branch-id`) instead of the client's.
    pub branch: Option<uuid::Uuid>,
    /// An id that is sent as `x-request-id` and logged.
    pub request_id: Option<String>,
}

/// The answer to a successful call.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// The API's `x-request-id`. Its support asks for it.
    pub request_id: Option<String>,
    /// How often the request was sent.
    pub attempts: u32,
    /// The parsed body; `null` if the body was empty. A number that a [`Value`] would round is a string
    /// here, with all its digits.
    pub json: Value,
    /// The body as it was received. If it repeats the key, `[key]` takes its place.
    pub text: String,
}

/// The answer to a successful call, not yet parsed.
#[derive(Debug, Clone)]
pub struct RawAnswer {
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// The API's `x-request-id`. Its support asks for it.
    pub request_id: Option<String>,
    /// How often the request was sent.
    pub attempts: u32,
    /// The body as it was received. If it repeats the key, `[key]` takes its place.
    pub text: String,
}

impl RawAnswer {
    /// Parses the body.
    ///
    /// # Errors
    /// [`Error::Answer`] if the body is not JSON.
    pub fn parse(self) -> Result<Answer, Error> {
        let Self { status, request_id, attempts, text } = self;
        let json = if text.trim().is_empty() {
            Value::Null
        } else {
            match serde_json::from_str(&exact::quote_lossy(&text)) {
                Ok(json) => json,
                Err(error) => {
                    let message = format!("it is not valid JSON ({error})");
                    return Err(Error::Answer { status, message, request_id });
                }
            }
        };
        Ok(Answer { status, request_id, attempts, json, text })
    }
}
