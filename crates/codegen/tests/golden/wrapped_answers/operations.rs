// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "aaa62fa6608aee85ac4f6c3705789acca48eb6a8f1592638b7a3043019d14d24";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&LIST_NAMES, &COUNT_NAMES, &PAGE_NAMES];
///list names: `GET /names`.
pub static LIST_NAMES: Operation = Operation {
    name: "list_names",
    method: Method::GET,
    path: "/names",
    parameters: &[],
    body: Body::None,
    retry_safe: true,
};
///count names: `GET /count`.
pub static COUNT_NAMES: Operation = Operation {
    name: "count_names",
    method: Method::GET,
    path: "/count",
    parameters: &[],
    body: Body::None,
    retry_safe: true,
};
///page names: `GET /pages`.
pub static PAGE_NAMES: Operation = Operation {
    name: "page_names",
    method: Method::GET,
    path: "/pages",
    parameters: &[],
    body: Body::None,
    retry_safe: true,
};
