//! The emitters: from [`streampay_spec::Api`] to source text.
//!
//! - [`client`] gives the source of the typed client, made by progenitor, and the table of
//!   operations beside it;
//! - [`contract`] gives what the simulator checks requests by;
//! - [`tools`] gives the wrappers of the MCP server, one file for each toolset, and the views that
//!   people review: a catalogue and one JSON file for each tool.
//!
//! Pure: text in, text out; no network, no files, the same output for the same input. What cannot be
//! generated is a list of faults, and progenitor's own assertions are among them.

pub mod client;
pub mod contract;
mod json;
mod source;
pub mod tools;

use std::collections::BTreeMap;

/// Files to be written, by their path from the root of the repository.
pub type Files = BTreeMap<String, String>;

/// The command that makes all generated files; their first line names it.
pub const COMMAND: &str = "cargo xtask regen";
