// Generated from spec/ by the build script; see `cargo xtask regen`.

use http::Method;
use crate::operation::{Body, Location, Operation, Parameter};
/// SHA-256 of the description that this client was built from.
pub const DIGEST: &str = "b5eece742e21d71bf19166cb67d0e490f027033e29e79a58ed4024b371132a57";
/// The server that the description names.
pub const SERVER: &str = "https://api.example";
/// Every operation, in the order of the description.
pub static ALL: &[&Operation] = &[&GET_PAYMENT, &REFUND_PAYMENT, &ORDER, &NOTE, &TIP];
///get payment: `GET /payments/{payment_id}`.
pub static GET_PAYMENT: Operation = Operation {
    name: "get_payment",
    method: Method::GET,
    path: "/payments/{payment_id}",
    parameters: &[
        Parameter {
            name: "payment_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::None,
    retry_safe: true,
};
///refund payment: `POST /payments/{payment_id}/refund`.
pub static REFUND_PAYMENT: Operation = Operation {
    name: "refund_payment",
    method: Method::POST,
    path: "/payments/{payment_id}/refund",
    parameters: &[
        Parameter {
            name: "payment_id",
            location: Location::Path,
            required: true,
            explode: true,
            uuid: false,
        },
    ],
    body: Body::Optional,
    retry_safe: false,
};
///order: `POST /orders`.
pub static ORDER: Operation = Operation {
    name: "order",
    method: Method::POST,
    path: "/orders",
    parameters: &[],
    body: Body::Required,
    retry_safe: false,
};
///note: `POST /notes`.
pub static NOTE: Operation = Operation {
    name: "note",
    method: Method::POST,
    path: "/notes",
    parameters: &[],
    body: Body::None,
    retry_safe: false,
};
///tip: `POST /tips`.
pub static TIP: Operation = Operation {
    name: "tip",
    method: Method::POST,
    path: "/tips",
    parameters: &[],
    body: Body::None,
    retry_safe: false,
};
