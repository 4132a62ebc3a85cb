//! The README says what is true: its table of settings is the program's own.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::Path};

const BEGIN: &str = "<!-- settings: made from crates/mcp/src/settings.rs -->\n";
const END: &str = "<!-- /settings -->";

#[test]
fn the_table_of_settings_is_the_programs_own() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (table, after) = rest.split_once(END).unwrap();
    let wanted = format!("\n{}\n", streampay_mcp::settings::table());
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
    } else {
        assert_eq!(
            table, wanted,
            "mend it with `UPDATE_README=1 cargo test -p streampay-mcp --test readme`"
        );
    }
}
