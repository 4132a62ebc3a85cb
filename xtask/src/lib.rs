//! The development tasks as a library, so that tests and benchmarks can run them on a copy of the
//! repository.

pub mod bench;
pub mod download;
pub mod files;
#[path = "../../build/inputs.rs"]
mod inputs;
pub mod modules;
pub mod package;
pub mod regen;
pub mod suite;
pub mod surface;

use std::path::{Path, PathBuf};

/// Cargo's target folder: one for everything, so that nothing is built twice.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |folder| root.join(folder))
}

/// The root of the repository that this program was built from.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}
