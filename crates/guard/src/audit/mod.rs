//! The audit: one JSON line for everything that matters, each chained to the one before by a hash.
//!
//! `record` holds what a line says, `write` appends lines and rotates files, `check` rereads them
//! and finds lines that were removed, altered or reordered.

mod check;
mod record;
mod write;

pub use check::{AuditFault, AuditSummary, Verdicts, verify};
pub use record::{Entry, Record, RecordKind};
pub use write::{Audit, AuditError};
