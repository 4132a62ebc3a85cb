// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "f0b775f78774731600e2dda55ab96419b3ee8e6407cc245ccdaa1ba3ebe1f09f";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&ADD_MEMBER];
///add member: `POST /groups/{id}/members`.
pub static ADD_MEMBER: Operation = Operation {
    name: "add_member",
    method: Method::POST,
    path: "/groups/{id}/members",
    parameters: &[
        Parameter {
            name: "id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "filter[kind]",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::Required,
    retry_safe: false,
};
