//! What the generated client calls in its own crate. Nothing is sent: it is enough that the golden
//! files compile against the same signatures.

use std::marker::PhantomData;

use crate::Operation;

/// In the client its settings and connections.
#[derive(Debug, Clone)]
pub struct Client;

/// In the client one enumeration of all that can go wrong.
#[derive(Debug)]
pub struct Error(pub String);

impl Error {
    /// A body that its builder could not finish.
    pub fn body(fault: impl std::fmt::Display) -> Self {
        Self(fault.to_string())
    }
}

/// In the client an answer with its status.
#[derive(Debug)]
pub struct Response<T>(T);

impl<T> Response<T> {
    /// The body.
    pub fn into_inner(self) -> T {
        self.0
    }
}

/// In the client what makes the request.
#[derive(Debug)]
pub struct Typed<'a>(PhantomData<&'a ()>);

impl Client {
    /// Begins a request.
    pub fn typed(&self, _: &'static Operation) -> Typed<'_> {
        Typed(PhantomData)
    }
}

impl Typed<'_> {
    /// A value of the path.
    pub fn path<T: serde::Serialize>(self, _: &str, _: Result<T, String>) -> Self {
        self
    }

    /// A value of the query.
    pub fn query<T: serde::Serialize>(self, _: &str, _: Result<T, String>) -> Self {
        self
    }

    /// A header.
    pub fn header<T: serde::Serialize>(self, _: &str, _: Result<T, String>) -> Self {
        self
    }

    /// The body.
    pub fn body<T: serde::Serialize>(self, _: Result<T, String>) -> Self {
        self
    }

    /// Sends, and reads the answer.
    pub async fn send<T: serde::de::DeserializeOwned>(self) -> Result<Response<T>, Error> {
        Err(Error("nothing is sent here".to_owned()))
    }

    /// Sends where no content is promised.
    pub async fn done(self) -> Result<Response<()>, Error> {
        Ok(Response(()))
    }
}
