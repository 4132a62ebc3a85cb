//! Any text as a description, with and without the project's overlay.

#![no_main]

use libfuzzer_sys::fuzz_target;

const OVERLAY: &str = include_str!("../../../../spec/overlay.yaml");

fuzz_target!(|text: &str| {
    let _ = streampay_spec::load(text, "");
    let _ = streampay_spec::load(text, OVERLAY);
});
