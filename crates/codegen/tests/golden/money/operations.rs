// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "4518dd379c0342d82ab97d014d103d88f26c502f68450541987509f26991cf3e";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&MAKE_BILL];
///make bill: `POST /bills`.
pub static MAKE_BILL: Operation = Operation {
    name: "make_bill",
    method: Method::POST,
    path: "/bills",
    parameters: &[],
    body: Body::Required,
    retry_safe: false,
};
