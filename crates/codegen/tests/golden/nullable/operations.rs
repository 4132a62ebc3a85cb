// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "6b5336faaff837bc9aa9860596f15001c767debe5364397aafa6b6fa5b9af7e1";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&CHANGE_PROFILE];
///change profile: `PATCH /profile`.
pub static CHANGE_PROFILE: Operation = Operation {
    name: "change_profile",
    method: Method::PATCH,
    path: "/profile",
    parameters: &[],
    body: Body::Required,
    retry_safe: false,
};
