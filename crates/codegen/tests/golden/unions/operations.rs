// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "4d7521257fff3a1587d2387e86cdb482479cf6306e1c79d2c1b40c81aa39aa45";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&ADD_ANY_PET];
///add any pet: `POST /pets`.
pub static ADD_ANY_PET: Operation = Operation {
    name: "add_any_pet",
    method: Method::POST,
    path: "/pets",
    parameters: &[],
    body: Body::Required,
    retry_safe: false,
};
