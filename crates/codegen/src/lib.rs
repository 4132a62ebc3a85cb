//! The emitters: from [`streampay_spec::Api`] to source text.
//!
//! - [`client`] generates the typed client with progenitor, and the table of operations;
//! - [`contract`] generates the schemas against which the simulator checks requests;
//! - [`tools`] generates the tools of the MCP server, one file for each toolset, and what people review:
//!   a catalogue and one JSON file for each tool.
//!
//! All of them are pure: no network, no files, and the same output for the same input. What cannot be
//! generated is reported as a list of faults, including the assertions inside progenitor.

pub mod client;
pub mod contract;
mod json;
mod source;
pub mod tools;

use std::collections::BTreeMap;

/// Files to write, by their path from the root of the repository.
pub type Files = BTreeMap<String, String>;

/// The command that generates all files. Their first line names it.
pub const COMMAND: &str = "cargo xtask regen";
