//! What packages carry in `src/shipped`, written by `cargo xtask regen`, is what the build script
//! generates from `spec/`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::{fs, path::Path};

const FILES: [(&str, &str); 4] = [
    ("client.rs", include_str!(concat!(env!("OUT_DIR"), "/client.rs"))),
    ("enums.rs", include_str!(concat!(env!("OUT_DIR"), "/enums.rs"))),
    ("operations.rs", include_str!(concat!(env!("OUT_DIR"), "/operations.rs"))),
    ("description.json", include_str!(concat!(env!("OUT_DIR"), "/description.json"))),
];

#[test]
fn packages_carry_what_the_build_script_generates() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/shipped");
    let stale: Vec<&str> = FILES
        .into_iter()
        .filter(|(name, text)| {
            let shipped = fs::read_to_string(folder.join(name)).unwrap_or_default();
            shipped.replace("\r\n", "\n") != *text
        })
        .map(|(name, _)| name)
        .collect();
    assert!(stale.is_empty(), "{stale:?} are not what spec/ gives: cargo xtask regen --pinned");
}
