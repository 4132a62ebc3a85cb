// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "3fea5f3b43d4ea846056c315ccc3b57a0d4185b5feed26992b2b790832358c1c";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&PEEK_JOB, &TOUCH_JOB, &START_JOB, &DROP_JOB];
///peek job: `GET /jobs/{job}`.
pub static PEEK_JOB: Operation = Operation {
    name: "peek_job",
    method: Method::GET,
    path: "/jobs/{job}",
    parameters: &[
        Parameter {
            name: "job",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///touch job: `PUT /jobs/{job}`.
pub static TOUCH_JOB: Operation = Operation {
    name: "touch_job",
    method: Method::PUT,
    path: "/jobs/{job}",
    parameters: &[
        Parameter {
            name: "job",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
///start job: `POST /jobs/{job}`.
pub static START_JOB: Operation = Operation {
    name: "start_job",
    method: Method::POST,
    path: "/jobs/{job}",
    parameters: &[
        Parameter {
            name: "job",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
///drop job: `DELETE /jobs/{job}`.
pub static DROP_JOB: Operation = Operation {
    name: "drop_job",
    method: Method::DELETE,
    path: "/jobs/{job}",
    parameters: &[
        Parameter {
            name: "job",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::None,
    retry_safe: false,
};
