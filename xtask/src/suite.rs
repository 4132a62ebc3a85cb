//! `cargo xtask test`: all tests of the project, in the order in which they are likely to fail.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, bail};

use crate::{regen, target};

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
    step(root, "unit and integration tests", "cargo", &["test", "--workspace", "--locked"], &[])?;
    march(root)?;
    if !options.rust_only {
        others(root)?;
        println!("\n== packages");
        crate::package::run(root)?;
    }
    println!("\nall tests passed in {} s", start.elapsed().as_secs());
    Ok(true)
}

/// What others wrote drives what is built: clients, the conformance suite, a fuzzer, a proxy.
fn others(root: &Path) -> anyhow::Result<()> {
    let build = ["build", "--release", "--locked", "--package", "streampay-mcp"];
    step(root, "release build", "cargo", &build, &[])?;
    let server = target(root).join("release/stream-mcp").display().to_string();
    step(root, "end to end", "python3", &["tests/e2e/run", "--binary", &server], &[])?;
    step(root, "the MCP conformance suite", "tests/conformance/run", &[], &[])?;
    let sandbox = target(root).join("debug/stream-sandbox").display().to_string();
    let schemathesis = ["tests/schemathesis/run", "--binary", &sandbox];
    step(root, "Schemathesis on the sandbox", "python3", &schemathesis, &[])?;
    let attacks = ["tests/attacks/run", "--binary", &server, "--sandbox", &sandbox];
    step(root, "attacks from outside", "python3", &attacks, &[])?;
    step(root, "the files for deployment", "deploy/check", &[], &[])?;
    let missing: Vec<_> =
        ["redis-server", "haproxy"].into_iter().filter(|program| !installed(program)).collect();
    if missing.is_empty() {
        let replicas = ["tests/replicas/run", "--binary", &server];
        return step(root, "replicas behind a proxy", "python3", &replicas, &[]);
    }
    println!("\nskipped: replicas behind a proxy, which need {}", missing.join(" and "));
    Ok(())
}

fn installed(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
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
    rename_version(&copy)?;
    println!("\n== the March document: regenerate");
    let options = regen::Options { file: Some(document), ..regen::Options::default() };
    regen::run(&options, &copy)?;
    // What is in between is shared, so that dependencies are not built twice; the programs are not.
    let folders = [
        ("CARGO_BUILD_BUILD_DIR", target(root)),
        ("CARGO_TARGET_DIR", target(root).join("march-target")),
    ];
    // The client's other tests call operations by name that this document lacks.
    let client = ["test", "--package", "streampay", "--lib", "--test", "retries"];
    step(&copy, "the March document: build and test the client", "cargo", &client, &folders)?;
    let tests = ["test", "--package", "streampay-mcp"];
    step(&copy, "the March document: build and test the server", "cargo", &tests, &folders)
}

/// Gives the copy's packages another version. In one target folder cargo would take them for those of
/// the repository, and mix what was built from one description with the other.
fn rename_version(copy: &Path) -> anyhow::Result<()> {
    let path = copy.join("Cargo.toml");
    let manifest = fs::read_to_string(&path)?;
    let (before, after) = manifest
        .split_once("[workspace.package]\nversion = \"")
        .context("the version is not where it was in Cargo.toml")?;
    let (version, rest) = after.split_once('"').context("the version has no end")?;
    let renamed = format!("{before}[workspace.package]\nversion = \"{version}+march\"{rest}");
    Ok(fs::write(&path, renamed)?)
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

fn step(
    folder: &Path,
    what: &str,
    program: &str,
    arguments: &[&str],
    variables: &[(&str, PathBuf)],
) -> anyhow::Result<()> {
    println!("\n== {what}: {program} {}", arguments.join(" "));
    let start = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target(&crate::root()))
        .envs(variables.iter().cloned())
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("running {program}"))?;
    if !status.success() {
        bail!("{what}: {status}");
    }
    println!("== {what}: passed in {} s", start.elapsed().as_secs());
    Ok(())
}
