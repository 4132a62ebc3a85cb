//! A complete, stateful simulator of the Stream payment API that runs on your machine.
//!
//! It implements every operation of the description in `spec/`, hosts the checkout pages that payment
//! links lead to, sends signed webhooks, has a clock that you can move, and injects faults on request.
//! It is written from the description and the guides, never from the client's types, so that it can
//! expose the client's mistakes.
//!
//! ```no_run
//! # async fn example() -> Result<(), streampay_sandbox::SandboxError> {
//! use streampay_sandbox::Sandbox;
//!
//! let running = Sandbox::builder().seed("my test").build().await?.start_on_free_port().await?;
//! // Point any client at `running.url()` with `running.api_key()` in `x-api-key`.
//! running.sandbox().advance(std::time::Duration::from_secs(31 * 24 * 3600)).await?;
//! assert!(running.sandbox().requests().is_empty());
//! running.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! The README lists the modules, from the outside in.

#[macro_use]
mod states;
#[macro_use]
mod error;

mod api;
mod app;
mod billing;
mod checkout;
mod contract;
mod control;
mod demo;
mod faults;
mod formats;
mod http;
mod ids;
mod model;
mod money;
mod pricing;
#[cfg(test)]
mod properties;
mod requests;
mod resources;
#[cfg(test)]
mod robustness;
mod sandbox;
mod store;
mod tenants;
mod time;
mod webhooks;

pub use faults::{Fault, FaultKind, FaultRule};
pub use requests::Request;
pub use sandbox::{Builder, Running, Sandbox, SandboxError, fingerprint};
pub use store::OpenError;
