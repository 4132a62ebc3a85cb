// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "43204efaa7a44d25522f6a24f4334eab7405f5a88ae4e6325d3f588a3cc589e9";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&ADD_NOTE];
///add note: `POST /notes`.
pub static ADD_NOTE: Operation = Operation {
    name: "add_note",
    method: Method::POST,
    path: "/notes",
    parameters: &[],
    body: Body::Required,
    retry_safe: false,
};
