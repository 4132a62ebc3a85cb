//! An MCP server for [Stream](https://streampay.sa): a tool for every operation of the API, and the
//! documentation as resources.
//!
//! A request flows one way:
//!
//! ```text
//! MCP message → arguments checked → client call → HTTP → answer → result
//!   server        check, arguments    call                answer
//! ```
//!
//! `generated` holds the tools that `cargo xtask regen` writes from the API description; nothing there
//! is edited by hand, and no tool that calls an operation is written elsewhere.

mod answer;
mod arguments;
mod budget;
mod call;
mod caller;
mod changes;
mod check;
pub mod cli;
pub mod demo;
mod description;
mod docs;
mod env_file;
mod exact;
#[rustfmt::skip]
mod generated;
pub mod http;
mod metrics;
mod registry;
mod resources;
mod run;
mod server;
pub mod settings;
pub mod sources;
pub mod telemetry;
pub mod terminal;
mod tool;
mod tools;
mod untrusted;
mod view;
mod watch;

pub use changes::Changes;
pub use exact::ExactNumbers;
pub use metrics::Metrics;
pub use server::{Defect, Server};
pub use view::View;
