//! What packages carry in `src/shipped` is what the build script generates from `spec/`. To bring it up
//! to date after a change of `spec/` or of the generators:
//!
//! ```sh
//! STREAMPAY_SHIP=1 cargo test -p streampay --test shipped
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests"
)]

use std::{env, fs, path::Path};

const FILES: [(&str, &str); 5] = [
    ("client.rs", include_str!(concat!(env!("OUT_DIR"), "/client.rs"))),
    ("enums.rs", include_str!(concat!(env!("OUT_DIR"), "/enums.rs"))),
    ("operations.rs", include_str!(concat!(env!("OUT_DIR"), "/operations.rs"))),
    ("description.json", include_str!(concat!(env!("OUT_DIR"), "/description.json"))),
    ("fingerprint", env!("STREAMPAY_FINGERPRINT")),
];

#[test]
fn packages_carry_what_the_build_script_generates() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/shipped");
    if env::var_os("STREAMPAY_SHIP").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in FILES {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let stale: Vec<&str> = FILES
        .into_iter()
        .filter(|(name, text)| {
            let shipped = fs::read_to_string(folder.join(name)).unwrap_or_default();
            shipped.replace("\r\n", "\n") != *text
        })
        .map(|(name, _)| name)
        .collect();
    assert!(
        stale.is_empty(),
        "{stale:?} in src/shipped are not what spec/ gives. Mend it with:\n\n    \
         STREAMPAY_SHIP=1 cargo test -p streampay --test shipped\n"
    );
}
