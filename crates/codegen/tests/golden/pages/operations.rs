// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "fffd67b95e12b162f6cb4f1dc69cc56b1d66353fc92cd836ef834562978d8ef5";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&LIST_BOOKS, &LIST_AUTHORS, &LIST_SHELVES];
///list books: `GET /books`.
pub static LIST_BOOKS: Operation = Operation {
    name: "list_books",
    method: Method::GET,
    path: "/books",
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
        Parameter {
            name: "x-library-id",
            location: Location::Header,
            required: false,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///list authors: `GET /authors`.
pub static LIST_AUTHORS: Operation = Operation {
    name: "list_authors",
    method: Method::GET,
    path: "/authors",
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
///list shelves: `GET /shelves`.
pub static LIST_SHELVES: Operation = Operation {
    name: "list_shelves",
    method: Method::GET,
    path: "/shelves",
    parameters: &[
        Parameter {
            name: "number",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
