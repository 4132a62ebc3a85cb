// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "a95d788dbbc0dcb0d087da91f55b1720a064ae3bb3c2969744c08e2fdd9a8071";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&SEND_EVENTS, &PUT_SETTINGS];
///send events: `POST /events`.
pub static SEND_EVENTS: Operation = Operation {
    name: "send_events",
    method: Method::POST,
    path: "/events",
    parameters: &[],
    body: Body::Required,
    retry_safe: false,
};
///put settings: `PUT /settings`.
pub static PUT_SETTINGS: Operation = Operation {
    name: "put_settings",
    method: Method::PUT,
    path: "/settings",
    parameters: &[],
    body: Body::Optional,
    retry_safe: false,
};
