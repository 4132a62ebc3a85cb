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
//! let client = streampay::Client::from_env()?;
//! let page = client.list_customers().limit(20).send().await?;
//! for customer in page.data.iter().flatten() {
//!     println!("{:?}", customer.name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # When a request is repeated
//! Only when it can do no harm: reads, and changes that merely set fields to given values, after 429,
//! 5xx and broken connections; everything else only where it certainly was not processed (no
//! connection was made, or 429). Otherwise the error says that the [`Outcome`] is unknown.
//!
//! # What survives
//! Every enumeration has a variant for unknown values, every object keeps unknown members in `extra`,
//! and amounts keep the decimals that the API wrote.

mod amount;
mod call;
mod client;
pub mod core;
mod credentials;
mod error;
mod open_enum;
pub mod operation;
mod retry;
mod timestamp;

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
    call::{Answer, Arguments, Context},
    client::Builder,
    core::{Config, DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT},
    credentials::{ApiKey, InvalidKey},
    error::{ApiError, ArgumentFault, ConfigError, Error, ErrorBody, Outcome, ValidationFault},
    generated::{Client, ResponseValue, builder, types},
    operation::Operation,
    timestamp::Timestamp,
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

/// The README's example compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
