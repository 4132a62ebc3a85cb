//! The policy: what the owner of the account lets agents do.
//!
//! `file` holds what a policy can say, `read` turns text into it, `judge` applies it to a call.

mod file;
mod judge;
mod read;
mod source;

pub use file::{Action, Policy, PolicyMode, RequireMode, schema};
pub(crate) use judge::Verdict;
pub use read::Vocabulary;
pub use source::{Fault, PolicyError, Position};
