// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "e413c14d3c9411d16663d48e473c22d1b5803a8e5733b007d12787c331f116c7";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&PUT_FOLDER];
///put folder: `PUT /folders`.
pub static PUT_FOLDER: Operation = Operation {
    name: "put_folder",
    method: Method::PUT,
    path: "/folders",
    parameters: &[],
    body: Body::Required,
    retry_safe: false,
};
