//! A client for [Stream](https://streampay.sa), the Saudi payment platform.
//!
//! Two ways to call the API stand on one HTTP core (credentials, retries, time-outs, tracing):
//!
//! - **typed methods**, one for each operation, generated from the API description:
//!   `client.create_payment_link().body(…).send()`;
//! - **the lossless call** for any operation, [`Client::call`]: arguments as JSON in, the API's JSON
//!   out, nothing added, dropped or renamed.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = streampay::Client::from_env()?; // STREAM_API_KEY
//! let made = client.create_customer().name("Amal").email("amal@example.com").send().await?;
//! println!("{:?}", made.id);
//!
//! let mut customers = client.list_customers().limit(100).items();
//! while let Some(customer) = customers.next().await.transpose()? {
//!     println!("{:?}", customer.name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! | to | see |
//! |---|---|
//! | begin, and do whole tasks | [`guide`] |
//! | make a client | [`Client::builder`], [`Client::from_env`] |
//! | send what may be null, and read what may be missing | [`Field`] |
//! | handle money | [`Money`], [`Amount`] |
//! | know whether a change took effect | [`Error::outcome`] |
//! | read whole lists | [`paging`] |
//! | find, or make what is not there | [`Client::find_customer`], [`Client::create_or_find_customer`] |
//! | take a payment in one call | [`Client::create_simple_payment_link`] |
//! | wait for a status | [`Client::wait_for_payment`] |
//! | receive events | [`webhook`] |
//! | read what the payer's browser brings back | [`UnverifiedRedirect`] |
//! | watch requests | [`Hook`] |
//!
//! # Features
//! `rustls` (default) or `native-tls`; `stream`: lists as streams; `axum` and `tower`: webhooks in a
//! server; `tracing`: every attempt in the log. The server's parts are in none of them.
//!
//! # When a request is repeated
//! Only when it can do no harm: reads, and changes that merely set fields to given values, after 429,
//! 5xx and broken connections; everything else only where it certainly was not processed (no
//! connection was made, or 429). Otherwise the error says that the [`Outcome`] is unknown.
//!
//! # What survives
//! Every enumeration has a variant for unknown values, every object keeps unknown members in `extra`,
//! and amounts keep the decimals that the API wrote. Absent, null and empty are told apart.

mod amount;
mod call;
mod checkout;
mod client;
pub mod core;
mod credentials;
mod error;
#[doc(hidden)]
pub mod exact;
mod field;
mod finding;
pub mod guide;
mod hook;
mod money;
mod open_enum;
pub mod operation;
pub mod paging;
mod redirect;
mod retry;
mod timestamp;
mod trace;
mod typed;
mod waiting;
pub mod webhook;

/// Enumerations of the API, generated from its description.
#[allow(missing_docs)]
pub mod enums {
    include!(concat!(env!("OUT_DIR"), "/enums.rs"));
}

/// The typed client, generated from the API description by progenitor.
#[allow(
    clippy::all,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    unreachable_patterns,
    rustdoc::all
)]
pub mod generated {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

/// The operations of the API, for [`Client::call`].
pub mod operations {
    include!(concat!(env!("OUT_DIR"), "/operations.rs"));
}

pub use crate::{
    amount::Amount,
    call::{Answer, Arguments, Context, RawAnswer},
    checkout::{REFERENCE, SimpleLink, SimplePaymentLink},
    client::{Builder, Client},
    core::{Config, DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT},
    credentials::{ApiKey, InvalidKey},
    error::{
        ApiError, ArgumentFault, ConfigError, Error, ErrorBody, ErrorCode, Outcome, ValidationFault,
    },
    field::Field,
    finding::{CustomerKey, Found},
    generated::{builder, types},
    hook::{Attempted, Hook},
    money::{Money, MoneyError, minor_digits},
    operation::Operation,
    redirect::{RedirectStatus, UnverifiedRedirect, Verified, checkout_in_language},
    timestamp::Timestamp,
    typed::Response,
};

/// The API description that this client was built from, with the project's overlay, as JSON.
pub const DESCRIPTION: &str = include_str!(concat!(env!("OUT_DIR"), "/description.json"));

/// The server that is used unless another is given.
pub const DEFAULT_BASE_URL: &str = "https://stream-app-service.streampay.sa";

/// Stops the build when generated code elsewhere was made from another description than this client.
///
/// ```
/// const _: () = streampay::assert_same_description(streampay::operations::DIGEST);
/// ```
#[allow(clippy::panic, clippy::indexing_slicing)]
pub const fn assert_same_description(digest: &str) {
    let (ours, theirs) = (operations::DIGEST.as_bytes(), digest.as_bytes());
    let mut same = ours.len() == theirs.len();
    let mut index = 0;
    while same && index < ours.len() {
        same = ours[index] == theirs[index];
        index += 1;
    }
    assert!(
        same,
        "the generated code and the client come from different API descriptions: run `cargo xtask regen`"
    );
}

/// The example of the package's README compiles.
#[cfg(doctest)]
#[doc = include_str!("README.md")]
struct PackageReadme;

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
