// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "5b750c3dc528fc9c3f3df54d6edebfe58727f32b10f54bf2e1f3a336fa488b09";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&CHANGE_ORDER];
///change order: `PUT /orders/{order_id}`.
pub static CHANGE_ORDER: Operation = Operation {
    name: "change_order",
    method: Method::PUT,
    path: "/orders/{order_id}",
    parameters: &[
        Parameter {
            name: "order_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
