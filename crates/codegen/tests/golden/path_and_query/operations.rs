// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "6723b5599778a21838a0435926884f94bbb66ecea8dc648251c1a36bef9e5c5a";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&FIND_ITEM];
///Find an item: `GET /shops/{shop_id}/items/{item}`.
pub static FIND_ITEM: Operation = Operation {
    name: "find_item",
    method: Method::GET,
    path: "/shops/{shop_id}/items/{item}",
    parameters: &[
        Parameter {
            name: "shop_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: true,
        },
        Parameter {
            name: "item",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "language",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "at_least",
            location: Location::Query,
            required: true,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "X-Trace",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
