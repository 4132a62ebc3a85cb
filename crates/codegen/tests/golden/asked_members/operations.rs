// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "df68d8d5279a209d8d90e4471350830c1db23ea23677e983b6e830149ca92723";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&SEND_PARCEL];
///send parcel: `POST /parcels`.
pub static SEND_PARCEL: Operation = Operation {
    name: "send_parcel",
    method: Method::POST,
    path: "/parcels",
    parameters: &[],
    body: Body::Required,
    retry_safe: false,
};
