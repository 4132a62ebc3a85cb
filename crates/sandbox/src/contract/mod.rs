//! What the API description promises: which operations there are, and whether a request fits one.
//! What an operation does is in `resources`.

mod request;
mod routes;
mod schema;

pub(crate) use request::{Query, read_body, read_parameters};
pub(crate) use routes::{Contract, Found, Route};
