//! The chores as a library, so that tests and benchmarks can run them on a copy of the repository.

pub mod bench;
pub mod download;
pub mod files;
pub mod package;
pub mod regen;
pub mod suite;
pub mod surface;

use std::path::{Path, PathBuf};

/// The root of the repository that this program was built from.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}
