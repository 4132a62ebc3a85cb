// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "73b94f823b4e9416b61c7dc6111fe3450638658e10f8c8bc7e0e35390bab89f3";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[
    &PUT_THING,
    &POST_THING,
    &DELETE_THING,
    &ASK_THING,
    &PROBE_THING,
    &PATCH_THING,
    &TRACE_THING,
];
///put thing: `PUT /thing`.
pub static PUT_THING: Operation = Operation {
    name: "put_thing",
    method: Method::PUT,
    path: "/thing",
    parameters: &[],
    body: Body::None,
    retry_safe: false,
};
///post thing: `POST /thing`.
pub static POST_THING: Operation = Operation {
    name: "post_thing",
    method: Method::POST,
    path: "/thing",
    parameters: &[],
    body: Body::None,
    retry_safe: false,
};
///delete thing: `DELETE /thing`.
pub static DELETE_THING: Operation = Operation {
    name: "delete_thing",
    method: Method::DELETE,
    path: "/thing",
    parameters: &[],
    body: Body::None,
    retry_safe: false,
};
///ask thing: `OPTIONS /thing`.
pub static ASK_THING: Operation = Operation {
    name: "ask_thing",
    method: Method::OPTIONS,
    path: "/thing",
    parameters: &[],
    body: Body::None,
    retry_safe: true,
};
///probe thing: `HEAD /thing`.
pub static PROBE_THING: Operation = Operation {
    name: "probe_thing",
    method: Method::HEAD,
    path: "/thing",
    parameters: &[],
    body: Body::None,
    retry_safe: true,
};
///patch thing: `PATCH /thing`.
pub static PATCH_THING: Operation = Operation {
    name: "patch_thing",
    method: Method::PATCH,
    path: "/thing",
    parameters: &[],
    body: Body::None,
    retry_safe: false,
};
///trace thing: `TRACE /thing`.
pub static TRACE_THING: Operation = Operation {
    name: "trace_thing",
    method: Method::TRACE,
    path: "/thing",
    parameters: &[],
    body: Body::None,
    retry_safe: true,
};
