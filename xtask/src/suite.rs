//! `cargo xtask test`: all tests of the project, in the order in which they are likely to fail.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, bail};

/// The published document of March 2026, where a developer's machine has it beside the repository.
const MARCH: &str = "../shared/upstream/openapi-2026-03.json";

/// Which tests run.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Options {
    /// Only what needs nothing but Rust: no Python, Node or registries beside crates.io
    #[arg(long)]
    pub rust_only: bool,
}

/// Runs all tests of the repository at `root`.
///
/// # Errors
/// The first step that fails.
pub fn run(options: Options, root: &Path) -> anyhow::Result<bool> {
    let start = Instant::now();
    step(root, "unit and integration tests", "cargo", &["test", "--workspace", "--locked"])?;
    march(root)?;
    if !options.rust_only {
        let build = ["build", "--release", "--locked", "--package", "streampay-mcp"];
        step(root, "release build", "cargo", &build)?;
        step(root, "end to end", "python3", &["tests/e2e/run", "--binary", &binary(root)])?;
    }
    println!("\nall tests passed in {} s", start.elapsed().as_secs());
    Ok(true)
}

/// The published document goes through the same way: regenerate, build, and pass the tests that apply
/// to any description, in a copy of the repository.
fn march(root: &Path) -> anyhow::Result<()> {
    let document = root.join(MARCH);
    if !document.is_file() {
        println!("\nskipped: {MARCH} is not here, so the March document is not tried");
        return Ok(());
    }
    let copy = target(root).join("march");
    copy_repository(root, &copy)?;
    let document = fs::canonicalize(document)?.display().to_string();
    let regen = ["xtask", "regen", "--file", &document];
    step(&copy, "the March document: regenerate", "cargo", &regen)?;
    let tests = ["test", "--package", "streampay", "--package", "streampay-mcp"];
    step(&copy, "the March document: build and test", "cargo", &tests)
}

/// Copies what git knows of, and what it does not ignore.
fn copy_repository(root: &Path, copy: &Path) -> anyhow::Result<()> {
    let list = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("running git")?;
    if !list.status.success() {
        bail!("git ls-files failed: {}", String::from_utf8_lossy(&list.stderr));
    }
    let _ = fs::remove_dir_all(copy);
    for path in String::from_utf8(list.stdout)?.split('\0').filter(|path| !path.is_empty()) {
        let (from, to) = (root.join(path), copy.join(path));
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        if from.is_file() {
            fs::copy(&from, &to).with_context(|| format!("copying {path}"))?;
        }
    }
    Ok(())
}

fn step(folder: &Path, what: &str, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    println!("\n== {what}: {program} {}", arguments.join(" "));
    let start = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target(&crate::root()))
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("running {program}"))?;
    if !status.success() {
        bail!("{what}: {status}");
    }
    println!("== {what}: passed in {} s", start.elapsed().as_secs());
    Ok(())
}

/// One target folder for everything, so that nothing is built twice.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

fn binary(root: &Path) -> String {
    target(root).join("release/stream-mcp").display().to_string()
}
