// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "b6bcae988fc7cd20f559c4640d9b71e1f77d7ec16e7ccf5c7d6b387d07495892";
/// The server that the description names.
pub const SERVER: &str = "";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&LIST_VOLUMES, &LIST_RACKS];
///list volumes: `GET /volumes`.
pub static LIST_VOLUMES: Operation = Operation {
    name: "list_volumes",
    method: Method::GET,
    path: "/volumes",
    parameters: &[
        Parameter {
            name: "number",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "size",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///list racks: `GET /racks`.
pub static LIST_RACKS: Operation = Operation {
    name: "list_racks",
    method: Method::GET,
    path: "/racks",
    parameters: &[],
    body: Body::None,
    retry_safe: true,
};
