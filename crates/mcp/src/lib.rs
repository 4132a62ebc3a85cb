//! An MCP server for [Stream](https://streampay.sa): a tool for every operation of the API, and the
//! documentation as tools and resources.
//!
//! A request flows one way:
//!
//! ```text
//! MCP message → tool and caller → check → authorize → client → HTTP → answer → shape → result
//!   server        registry         check     call                      budget    call
//! ```
//!
//! `run` surrounds a call with its timeout, cancellation, logging and metrics. `generated` holds the tools
//! that `cargo xtask regen` writes from the API description. Nothing there is edited manually, and no tool
//! that calls an operation is written elsewhere.

mod answer;
mod arguments;
mod budget;
mod call;
mod caller;
mod catalog;
mod changes;
mod check;
pub mod cli;
pub mod control;
pub mod demo;
mod description;
mod directory;
mod docs;
mod env_file;
mod exact;
mod facts;
#[rustfmt::skip]
mod generated;
pub mod http;
mod mask;
mod metrics;
mod outcome;
pub mod owner;
mod prompts;
mod registry;
mod resources;
mod run;
mod search;
mod selection;
mod server;
mod services;
pub mod settings;
mod shape;
pub mod sources;
mod stakes;
pub mod telemetry;
pub mod terminal;
mod text;
mod tool;
mod tools;
mod view;
mod watch;

pub use changes::Changes;
pub use exact::ExactNumbers;
pub use metrics::Metrics;
pub use server::{Defect, Server};
pub use view::{Mode, View};
