//! Any text as an overlay over a small document.

#![no_main]

use libfuzzer_sys::fuzz_target;
use streampay_spec::{Overlay, read_document};

const DOCUMENT: &str = include_str!("../../tests/fixtures/petshop.yaml");

fuzz_target!(|text: &str| {
    if let (Ok(overlay), Ok(mut document)) = (Overlay::parse(text), read_document(DOCUMENT)) {
        let _ = overlay.apply(&mut document);
    }
});
