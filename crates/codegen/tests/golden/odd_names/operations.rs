// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "7f89da707b61383c3670166b24f79eea34ab8c55788449b3d9d6a200286442f3";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&GET_FILE, &LIST_FILES];
///Get | one file: `GET /files/{file-name}.{ext}`.
pub static GET_FILE: Operation = Operation {
    name: "get_file",
    method: Method::GET,
    path: "/files/{file-name}.{ext}",
    parameters: &[
        Parameter {
            name: "file-name",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "ext",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
        Parameter {
            name: "@type",
            location: Location::Query,
            required: false,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///list files: `GET /الملفات`.
pub static LIST_FILES: Operation = Operation {
    name: "list_files",
    method: Method::GET,
    path: "/الملفات",
    parameters: &[],
    body: Body::None,
    retry_safe: true,
};
