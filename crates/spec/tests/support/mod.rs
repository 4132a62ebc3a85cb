//! What the tests of bad documents share.

#![allow(clippy::unwrap_used, clippy::panic)]

use streampay_spec::load;

/// A case: its name, the document, and of each fault its place and a part of its message.
pub(crate) type Case<'a> = (&'a str, String, &'a [(&'a str, &'a str)]);

/// The least that an operation needs beside an id.
pub(crate) const OK: &str = "responses: {200: {description: ok}}";

/// Each document has the faults that it should have and no other, and each comes with advice.
pub(crate) fn check(cases: &[Case<'_>]) {
    for (name, document, wanted) in cases {
        let found = load(document, "").err().map(|faults| faults.0).unwrap_or_default();
        for (place, part) in *wanted {
            assert!(
                found.iter().any(|fault| fault.place == *place && fault.message.contains(part)),
                "{name}: no fault at {place} with {part:?} in {found:#?}"
            );
        }
        assert_eq!(found.len(), wanted.len(), "{name}: {found:#?}");
        for fault in found {
            assert!(!fault.advice.is_empty(), "{name}: {fault} has no advice");
        }
    }
}
