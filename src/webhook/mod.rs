//! Webhooks: proving that one came from Stream, and reading what it says.
//!
//! A webhook is signed over its raw body: verify before parsing, and never re-serialise in between.
//! It is delivered at least once and may come out of order: do the work once for each
//! [`Event::key`], and read the entity from the API where its present state matters. Answer 2xx
//! quickly: anything else is delivered again after 5 and 30 minutes, 2, 6 and 12 hours (published
//! guide).
//!
//! ```
//! use std::time::SystemTime;
//! use streampay::webhook::{self, EventType, Secrets, TOLERANCE};
//!
//! let secrets = Secrets::new(["whsec_new", "whsec_old"])?;
//! # let body = br#"{"event_type":"PAYMENT_SUCCEEDED","entity_type":"PAYMENT","entity_id":"e2182d3d-b4cf-4972-bcc0-ec6d963c066d","timestamp":"2025-07-22T14:40:31.485576"}"#;
//! # let headers = webhook::sign_headers("whsec_old", body, SystemTime::now());
//! // `headers` and `body` are those of the request, as they came.
//! let event = webhook::verify(&secrets, &headers, body, TOLERANCE)?;
//! match event.event_type {
//!     EventType::PaymentSucceeded => println!("paid: {:?}", event.entity_id()),
//!     other => println!("not for us: {other}"),
//! }
//! # Ok::<(), streampay::webhook::WebhookError>(())
//! ```
//!
//! With the feature `axum` a handler takes a [`Webhook`]; with `tower` a [`VerifyLayer`] stands in
//! front of any service.

#[cfg(feature = "axum")]
mod axum;
mod event;
mod signature;
#[cfg(feature = "tower")]
mod tower;

#[cfg(feature = "axum")]
pub use self::axum::Webhook;
#[cfg(feature = "tower")]
pub use self::tower::{Verifier, Verify, VerifyLayer};
pub use self::{
    event::{EntityType, Event, EventData, EventType, Reference},
    signature::{
        SIGNATURE, Secrets, TOLERANCE, WebhookError, sign, sign_headers, verify, verify_at,
    },
};
