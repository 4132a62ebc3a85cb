// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "a3126c062e32b64c7bac4a258651af775ce8f2a699de33b0e52ea98e0af496b5";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&SEARCH_GROUPS];
///search groups: `GET /search/{groups}`.
pub static SEARCH_GROUPS: Operation = Operation {
    name: "search_groups",
    method: Method::GET,
    path: "/search/{groups}",
    parameters: &[
        Parameter {
            name: "groups",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "ids",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "sizes",
            location: Location::Query,
            required: true,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "joined",
            location: Location::Query,
            required: false,
            explode: false,
            uuid: false,
        },
        Parameter {
            name: "kinds",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
