// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "92188cd834533e3e580c19b46b31c8fa3ec81f3524fac9f722957864960f848d";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&LIST_LIGHTS];
///list lights: `GET /lights`.
pub static LIST_LIGHTS: Operation = Operation {
    name: "list_lights",
    method: Method::GET,
    path: "/lights",
    parameters: &[
        Parameter {
            name: "colour",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "order",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
