//! Sends the requests of the generated builders. Their arguments become those of the lossless call, so
//! that both share the checks and the HTTP core.

use std::ops::Deref;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    call::{Arguments, Context, RawAnswer},
    client::Client,
    error::{ArgumentFault, Error},
    exact,
    operation::Operation,
};

/// A successful answer: its body, to which it dereferences, and its metadata.
#[derive(Debug, Clone, PartialEq)]
pub struct Response<T> {
    /// The HTTP status, 200 to 299.
    pub status: u16,
    /// The API's `x-request-id`, for its support.
    pub request_id: Option<String>,
    /// How often the request was sent.
    pub attempts: u32,
    body: T,
}

impl<T> Response<T> {
    /// The body.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.body
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.body
    }
}

/// A request as its builder describes it. Faults are collected and reported all at once.
pub(crate) struct Typed<'a> {
    client: &'a Client,
    operation: &'static Operation,
    arguments: Arguments,
    faults: Vec<ArgumentFault>,
}

impl Client {
    pub(crate) fn typed(&self, operation: &'static Operation) -> Typed<'_> {
        Typed { client: self, operation, arguments: Arguments::default(), faults: Vec::new() }
    }
}

impl Typed<'_> {
    pub(crate) fn path<T: Serialize>(mut self, name: &str, value: Result<T, String>) -> Self {
        if let Some(value) = self.json(name, value) {
            self.arguments.path.insert(name.to_owned(), value);
        }
        self
    }

    pub(crate) fn query<T: Serialize>(mut self, name: &str, value: Result<T, String>) -> Self {
        if let Some(value) = self.json(name, value) {
            self.arguments.query.insert(name.to_owned(), value);
        }
        self
    }

    pub(crate) fn header<T: Serialize>(mut self, name: &str, value: Result<T, String>) -> Self {
        if let Some(value) = self.json(name, value) {
            self.arguments.headers.insert(name.to_owned(), value);
        }
        self
    }

    pub(crate) fn body<T: Serialize>(mut self, value: Result<T, String>) -> Self {
        self.arguments.body = self.json("body", value);
        self
    }

    fn json<T: Serialize>(&mut self, name: &str, value: Result<T, String>) -> Option<Value> {
        let value = value.and_then(|value| {
            serde_json::to_value(value)
                .map_err(|error| format!("cannot be written as JSON: {error}"))
        });
        value.map_err(|message| self.faults.push(ArgumentFault::new(name, message))).ok()
    }

    /// Sends the request and parses the answer as the type that the description promises.
    pub(crate) async fn send<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        let answer = self.fetch().await?;
        // An empty body counts as an empty object: no member of an answer is sure to be present.
        let text = match answer.text.trim() {
            "" | "null" => "{}",
            text => text,
        };
        match serde_json::from_str(&exact::quote_lossy(text)) {
            Ok(body) => Ok(Response::new(answer, body)),
            Err(error) => {
                let message = format!("it has another form: {}", brief(&error));
                let RawAnswer { status, request_id, .. } = answer;
                Err(Error::Answer { status, message, request_id })
            }
        }
    }

    /// Sends a request whose answer has no content according to the description. Content that comes
    /// nevertheless is ignored.
    #[allow(dead_code, reason = "the description decides whether such an operation exists")]
    pub(crate) async fn done(self) -> Result<Response<()>, Error> {
        Ok(Response::new(self.fetch().await?, ()))
    }

    async fn fetch(self) -> Result<RawAnswer, Error> {
        let Self { client, operation, arguments, mut faults } = self;
        if !faults.is_empty() {
            // Report what the request lacks at the same time, but nothing twice: an argument that
            // could not be converted is missing as well.
            let known: Vec<String> = faults.iter().map(|fault| fault.argument.clone()).collect();
            let more = operation.parts(&client.config().base_url, &arguments).err();
            let more = more.unwrap_or_default().into_iter();
            faults.extend(more.filter(|fault| !known.contains(&fault.argument)));
            return Err(Error::Arguments(faults));
        }
        client.inner.call(operation, &arguments, &Context::default()).await
    }
}

/// What is wrong with a text, without the values in it: they may be personal data.
fn brief(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let parts: Vec<&str> = text
        .split('"')
        .enumerate()
        .map(|(at, part)| if at % 2 == 0 { part } else { "…" })
        .collect();
    parts.join("\"")
}

impl<T> Response<T> {
    fn new(answer: RawAnswer, body: T) -> Self {
        let RawAnswer { status, request_id, attempts, .. } = answer;
        Self { status, request_id, attempts, body }
    }
}
