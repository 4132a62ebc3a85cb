//! From the text of an API description to [`Api`], the intermediate form that the generators read.
//!
//! ```text
//! text ──read──▶ document ──overlay──▶ document ──normalise──▶ document ──assemble──▶ Api
//! ```
//!
//! Every step is pure: text or JSON in, JSON or [`Fault`]s out. What is wrong with a description is
//! collected, never thrown at the first find, and each fault carries the JSON pointer of its place
//! and what to do about it. Nothing here touches the network or the file system, and nothing here
//! knows what will be generated.

mod api;
mod assemble;
mod diff;
mod extensions;
mod fault;
mod names;
mod normalise;
mod overlay;
mod pointer;
mod read;
mod refs;
mod schema;

pub use api::{
    Api, ArgumentRename, Body, ExtraTool, Hints, Location, Operation, Paging, Parameter, Stability,
    Success, ToolWords, VerifyWith,
};
pub use assemble::path_item_key;
pub use diff::{Change, Report, compare};
pub use fault::{Fault, Faults, Warning};
pub use names::{operation_name, pascal, tidy_schema_names};
pub use overlay::Overlay;
pub use pointer::Pointer;
pub use read::{MAX_BYTES, read_document};
pub use schema::{
    component_of, deref, is_nullable, recursive_schemas, reference_to, referenced_component,
    schema_types, without_null,
};

use sha2::{Digest as _, Sha256};

/// An [`Api`] together with what was noticed while reading it.
#[derive(Debug)]
pub struct Loaded {
    /// The intermediate form.
    pub api: Api,
    /// What deserves a look but stops nothing, such as an overlay target that matches nothing.
    pub warnings: Vec<Warning>,
}

/// Reads a description (JSON or YAML), applies `overlay` (YAML or JSON, may be empty) and
/// normalises the outcome.
///
/// # Errors
/// All faults of the two texts that could be found, not just the first.
pub fn load(description: &str, overlay: &str) -> Result<Loaded, Faults> {
    let mut found = Found::default();
    let document = found.keep(read_document(description));
    let overlay = match overlay.trim() {
        "" => None,
        _ => found.keep(Overlay::parse(overlay)),
    };
    let Some(mut document) = document else { return Err(Faults::of(found.faults)) };
    if let Some(overlay) = overlay {
        let warnings = found.keep(overlay.apply(&mut document));
        found.warnings.extend(warnings.into_iter().flatten());
    }
    let digest = digest(&document);
    let published = document.clone();
    let warnings = found.keep(normalise::normalise(&mut document));
    found.warnings.extend(warnings.into_iter().flatten());
    let assembled = found.keep(assemble::assemble(&document));
    let Some((api, warnings)) = assembled.filter(|_| found.faults.is_empty()) else {
        return Err(Faults::of(found.faults));
    };
    found.warnings.extend(warnings);
    let api = Api { digest, document: published, ..api };
    Ok(Loaded { api, warnings: found.warnings })
}

/// What the steps of [`load`] found: a later step runs on what an earlier one complained about, so that
/// the faults of all are listed.
#[derive(Default)]
struct Found {
    faults: Vec<Fault>,
    warnings: Vec<Warning>,
}

impl Found {
    fn keep<T>(&mut self, result: Result<T, Faults>) -> Option<T> {
        result.map_err(|faults| self.faults.extend(faults.0)).ok()
    }
}

/// Normalises a document in place: one dialect of schemas, every reference local and resolvable,
/// tidy schema names. Doing it twice gives what doing it once gives.
///
/// # Errors
/// All faults of the document that stand in the way.
pub fn normalise(document: &mut serde_json::Value) -> Result<Vec<Warning>, Faults> {
    normalise::normalise(document)
}

/// The SHA-256 of the overlaid document in compact JSON, as lower-case hexadecimal: the same for
/// the same content, whatever the layout or the comments of the files it came from.
fn digest(document: &serde_json::Value) -> String {
    use std::fmt::Write as _;
    let hash = Sha256::digest(document.to_string().as_bytes());
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
