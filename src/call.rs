//! The lossless call: any operation, JSON in, JSON out.

use serde_json::{Map, Value};

use crate::{client::Client, credentials::ApiKey, error::Error, exact, operation::Operation};

/// The arguments of an operation, under the API's names.
///
/// What stands here is sent as it stands: an explicit null, an empty list or an unknown member of
/// the body arrives at the API. In a query, where there is no null, null means absent.
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

/// On whose behalf a call is made, where that differs from the client's own settings.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The key to use instead of the client's.
    pub key: Option<ApiKey>,
    /// The branch to act in (`x-branch-id`) instead of the client's.
    pub branch: Option<uuid::Uuid>,
    /// An id that goes upstream as `x-request-id` and into the log.
    pub request_id: Option<String>,
}

/// What the API answered to a successful call.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// The API's `x-request-id`, for its support.
    pub request_id: Option<String>,
    /// How often the request was sent.
    pub attempts: u32,
    /// The answer; `null` where the body was empty. A number that a [`Value`] would round is a string
    /// here, with all its digits.
    pub json: Value,
    /// The body, byte for byte as it came.
    pub text: String,
}

/// What the API answered to a successful call, not yet parsed.
#[derive(Debug, Clone)]
pub struct RawAnswer {
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// The API's `x-request-id`, for its support.
    pub request_id: Option<String>,
    /// How often the request was sent.
    pub attempts: u32,
    /// The body, byte for byte as it came.
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

impl Client {
    /// Calls any operation with JSON arguments.
    ///
    /// ```no_run
    /// # async fn example(client: streampay::Client) -> Result<(), streampay::Error> {
    /// use serde_json::json;
    /// use streampay::{Arguments, operations};
    ///
    /// let mut arguments = Arguments::default();
    /// arguments.path.insert("payment_id".into(), json!("3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c"));
    /// let answer = client.call(&operations::GET_PAYMENT, &arguments).await?;
    /// println!("{}", answer.json["current_status"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::Arguments`] before anything is sent; after that see [`Error::outcome`].
    pub async fn call(
        &self,
        operation: &Operation,
        arguments: &Arguments,
    ) -> Result<Answer, Error> {
        self.call_as(operation, arguments, &Context::default()).await
    }

    /// As [`Client::call`], on somebody else's behalf: one client, and so one pool of connections,
    /// can serve many keys.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn call_as(
        &self,
        operation: &Operation,
        arguments: &Arguments,
        context: &Context,
    ) -> Result<Answer, Error> {
        self.call_raw(operation, arguments, context).await?.parse()
    }

    /// As [`Client::call_as`], but leaves the answer as text. A program that serves many callers can
    /// decide by its size when to parse it.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn call_raw(
        &self,
        operation: &Operation,
        arguments: &Arguments,
        context: &Context,
    ) -> Result<RawAnswer, Error> {
        self.inner.call(operation, arguments, context).await
    }
}
