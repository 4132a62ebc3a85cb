//! Reads an API description into [`Api`], the intermediate form that the generators use.
//!
//! ```text
//! text ──read──▶ document ──overlay──▶ document ──normalize──▶ document ──assemble──▶ Api
//! ```
//!
//! Every step is pure: text or JSON in, JSON or [`Fault`]s out. All faults of a description are collected,
//! and each one names its location and what to do about it. Nothing here uses the network or the file
//! system, or knows what will be generated.

mod answers;
mod api;
mod assemble;
mod diff;
mod extensions;
mod fault;
mod names;
mod normalize;
mod overlay;
mod pointer;
mod read;
mod refs;
mod schema;
mod stake;

pub use answers::member_of;
pub use api::{
    Api, ArgumentRename, Body, ExtraTool, Hints, Location, Operation, OutsideText, Paging,
    Parameter, Personal, RowMember, Stability, Success, ToolWords, VerifyWith,
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
pub use stake::{
    ItemPrice, Money, MoneyAmount, MoneyCurrency, MoneyDirection, MoneyRule, ReadFrom, Shown,
    Subject, SubjectKind, ValueFrom,
};

use sha2::{Digest as _, Sha256};

/// An [`Api`] with the warnings from reading it.
#[derive(Debug)]
pub struct Loaded {
    /// The intermediate form.
    pub api: Api,
    /// What deserves attention but prevents nothing, such as an overlay target that matches nothing.
    pub warnings: Vec<Warning>,
}

/// Reads a description (JSON or YAML), applies `overlay` (YAML or JSON, may be empty) and
/// normalizes the outcome.
///
/// # Errors
/// All faults that were found in the two texts.
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
    let warnings = found.keep(normalize::normalize(&mut document));
    found.warnings.extend(warnings.into_iter().flatten());
    let assembled = found.keep(assemble::assemble(&document));
    let Some((api, warnings)) = assembled.filter(|_| found.faults.is_empty()) else {
        return Err(Faults::of(found.faults));
    };
    found.warnings.extend(warnings);
    let api = Api { digest, document: published, ..api };
    Ok(Loaded { api, warnings: found.warnings })
}

/// What the steps of [`load`] found. A step runs even if an earlier one had faults, so that the faults of
/// all steps are listed.
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

/// Normalizes a document in place: one dialect of schemas, every reference local and resolvable,
/// tidy schema names. Doing it twice gives what doing it once gives.
///
/// # Errors
/// All faults of the document.
pub fn normalize(document: &mut serde_json::Value) -> Result<Vec<Warning>, Faults> {
    normalize::normalize(document)
}

/// The SHA-256 of the overlaid document as compact JSON, in lower-case hexadecimal. It does not depend on
/// the formatting and comments of the files.
fn digest(document: &serde_json::Value) -> String {
    use std::fmt::Write as _;
    let hash = Sha256::digest(document.to_string().as_bytes());
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
