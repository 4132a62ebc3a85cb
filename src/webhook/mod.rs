//! Verifies webhooks and parses their events.
//!
//! The signature covers the raw body, so verify before you parse, and pass the body on unchanged.
//! Webhooks are delivered at least once and may arrive out of order: handle each [`Event::key`] once,
//! and read the entity from the API if its current state matters. Answer 2xx quickly. After any other
//! answer, Stream delivers the webhook again after 5 and 30 minutes and after 2, 6 and 12 hours.
//!
//! ```
//! use std::time::SystemTime;
//! use streampay::webhook::{self, EventType, Secrets, TOLERANCE};
//!
//! let secrets = Secrets::new(["whsec_new", "whsec_old"])?;
//! # let body = br#"{"event_type":"PAYMENT_SUCCEEDED","entity_type":"PAYMENT","entity_id":"e2182d3d-b4cf-4972-bcc0-ec6d963c066d","timestamp":"2025-07-22T14:40:31.485576"}"#;
//! # let headers = webhook::sign_headers("whsec_old", body, SystemTime::now());
//! // `headers` and `body` are those of the request, unchanged.
//! let event = webhook::verify(&secrets, &headers, body, TOLERANCE)?;
//! match event.event_type {
//!     EventType::PaymentSucceeded => println!("paid: {:?}", event.entity_id()),
//!     other => println!("ignored: {other}"),
//! }
//! # Ok::<(), streampay::webhook::WebhookError>(())
//! ```
//!
//! With the feature `axum`, a handler can extract a [`Webhook`]. With `tower`, [`VerifyLayer`] protects
//! any service.

#[cfg(feature = "axum")]
mod axum;
mod error;
mod event;
mod signature;
#[cfg(feature = "tower")]
mod tower;

#[cfg(feature = "axum")]
pub use self::axum::Webhook;
#[cfg(feature = "tower")]
pub use self::tower::{Verifier, Verify, VerifyLayer};
pub use self::{
    error::WebhookError,
    event::{EntityType, Event, EventData, EventType, Reference},
    signature::{SIGNATURE, Secrets, TOLERANCE, sign, sign_headers, verify, verify_at},
};
