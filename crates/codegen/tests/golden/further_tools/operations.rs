// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "97e0d9ed395b4477ef5e3804a388a70a90051fbb0f554dab6527ef8d279a367c";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&GET_DOOR, &SET_DOOR];
///get door: `GET /doors/{door}`.
pub static GET_DOOR: Operation = Operation {
    name: "get_door",
    method: Method::GET,
    path: "/doors/{door}",
    parameters: &[
        Parameter {
            name: "door",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///set door: `PUT /doors/{door}`.
pub static SET_DOOR: Operation = Operation {
    name: "set_door",
    method: Method::PUT,
    path: "/doors/{door}",
    parameters: &[
        Parameter {
            name: "door",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "loud",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::Required,
    retry_safe: true,
};
