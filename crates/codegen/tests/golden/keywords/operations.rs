// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "6fa825754c2fd40c09445991763f113e86dd239c1ceefd009ea0e94a7cbf7031";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&ALL_, &TOOLS_, &DIGEST_];
///all: `GET /all/{type}`.
pub static ALL_: Operation = Operation {
    name: "all",
    method: Method::GET,
    path: "/all/{type}",
    parameters: &[
        Parameter {
            name: "type",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "self",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "match",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///tools: `GET /tools`.
pub static TOOLS_: Operation = Operation {
    name: "tools",
    method: Method::GET,
    path: "/tools",
    parameters: &[],
    body: Body::None,
    retry_safe: true,
};
///digest: `GET /digest`.
pub static DIGEST_: Operation = Operation {
    name: "digest",
    method: Method::GET,
    path: "/digest",
    parameters: &[],
    body: Body::None,
    retry_safe: true,
};
