// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "c24f1668df97ee0510c25ad348a2a846f90b0345ccd0b646010eefcf2cf61d83";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&ADD_PERSON];
///add person: `POST /people`.
pub static ADD_PERSON: Operation = Operation {
    name: "add_person",
    method: Method::POST,
    path: "/people",
    parameters: &[],
    body: Body::Required,
    retry_safe: false,
};
