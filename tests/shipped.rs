//! The sources that packages carry in `src/shipped`, those that this build uses, and those that the
//! generators make from `spec/` are the same, whichever way the build was configured.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{fs, path::Path};

const BUILT: [(&str, &str); 4] = [
    ("client.rs", include_str!(concat!(env!("OUT_DIR"), "/client.rs"))),
    ("enums.rs", include_str!(concat!(env!("OUT_DIR"), "/enums.rs"))),
    ("operations.rs", include_str!(concat!(env!("OUT_DIR"), "/operations.rs"))),
    ("description.json", include_str!(concat!(env!("OUT_DIR"), "/description.json"))),
];

#[test]
fn packages_and_this_build_have_what_the_generators_make_from_spec() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: String| fs::read_to_string(root.join(path)).unwrap().replace("\r\n", "\n");
    let (description, overlay) =
        (read("spec/openapi.json".into()), read("spec/overlay.yaml".into()));
    let api = streampay_spec::load(&description, &overlay).unwrap().api;
    let source = streampay_codegen::client::generate(&api).unwrap();
    let generated = [&source.client, &source.enums, &source.operations, &source.description];
    let mut stale = Vec::new();
    for ((name, built), generated) in BUILT.into_iter().zip(generated) {
        if built.replace("\r\n", "\n") != *generated {
            stale.push(format!("{name} of this build"));
        }
        if read(format!("src/shipped/{name}")) != *generated {
            stale.push(format!("src/shipped/{name}"));
        }
    }
    assert!(stale.is_empty(), "stale: {stale:?}; run `cargo xtask regen --pinned`");
}
