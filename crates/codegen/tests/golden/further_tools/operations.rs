// Generated from spec/ by the build script; see `cargo xtask regen`.

use crate::operation::{Body, Location, Method, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "1731c6bfd1b9c4e9e88e299b996abd7907e3be4321db8a39a2a3cca429c5e7a2";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&GET_DOOR, &SET_DOOR];
///get door: `GET /doors/{door}`.
pub static GET_DOOR: Operation = Operation {
    name: "get_door",
    method: Method::Get,
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
    repeatable: true,
};
///set door: `PUT /doors/{door}`.
pub static SET_DOOR: Operation = Operation {
    name: "set_door",
    method: Method::Put,
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
    repeatable: true,
};
