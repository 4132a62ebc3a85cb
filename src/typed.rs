//! How the generated builders send: their arguments become those of the lossless call, so that both
//! ways share one check, one core and one reading of answers.

use std::ops::Deref;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    call::{Answer, Arguments, Context},
    client::Client,
    error::{ArgumentFault, Error},
    operation::Operation,
};

/// A successful answer with what came beside its body. Dereferences to the body.
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

/// What a builder tells of its request. Faults are collected, and reported all at once.
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
            serde_json::to_value(value).map_err(|error| format!("is no JSON: {error}"))
        });
        value.map_err(|message| self.faults.push(ArgumentFault::new(name, message))).ok()
    }

    /// Sends, and reads the answer as the type that the description promises.
    pub(crate) async fn send<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        let answer = self.answer().await?;
        // An empty body is as good as an empty object: no member of an answer is sure to be there.
        let text = if answer.json.is_null() { "{}" } else { answer.text.as_str() };
        let body = serde_json::from_str(text).map_err(|error| Error::Answer {
            status: answer.status,
            message: format!("it is not what the description says: {error}"),
            request_id: answer.request_id.clone(),
        })?;
        Ok(Response::new(answer, body))
    }

    /// Sends where the description promises no content; what comes all the same is not looked at.
    #[allow(dead_code, reason = "whether there is such an operation is up to the description")]
    pub(crate) async fn done(self) -> Result<Response<()>, Error> {
        Ok(Response::new(self.answer().await?, ()))
    }

    async fn answer(self) -> Result<Answer, Error> {
        let Self { client, operation, arguments, mut faults } = self;
        if !faults.is_empty() {
            // What the request itself lacks is told in the same breath; what is missing only because
            // it could not be converted was told already.
            let known: Vec<String> = faults.iter().map(|fault| fault.argument.clone()).collect();
            let more = operation.parts(&client.config().base_url, &arguments).err();
            let more = more.unwrap_or_default().into_iter();
            faults.extend(more.filter(|fault| !known.contains(&fault.argument)));
            return Err(Error::Arguments(faults));
        }
        client.call_as(operation, &arguments, &Context::default()).await
    }
}

impl<T> Response<T> {
    fn new(answer: Answer, body: T) -> Self {
        let Answer { status, request_id, attempts, .. } = answer;
        Self { status, request_id, attempts, body }
    }
}
