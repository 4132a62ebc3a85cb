//! `cargo xtask bench`: the load benchmark of the server over HTTP, in release form.
//!
//! `crates/mcp/examples/load` says what it measures and what it compares with; the figures are
//! in `docs/performance.md`.

use std::{
    path::Path,
    process::{Command, ExitStatus},
};

use anyhow::Context as _;

/// How long it measures.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Options {
    /// A tenth of the time, to see whether it runs
    #[arg(long)]
    pub quick: bool,
}

/// Builds the server and the benchmark at `root`, and runs it.
///
/// # Errors
/// A command that cannot be started.
pub fn run(options: Options, root: &Path) -> anyhow::Result<bool> {
    let build = ["build", "--profile", "dist", "--locked", "--package", "streampay-mcp"];
    let what = ["--bin", "stream-mcp", "--example", "load"];
    let built = run_in(root, "cargo", build.iter().chain(&what).copied())?;
    if !built.success() {
        return Ok(false);
    }
    let folder = crate::target(root).join("dist");
    let server = folder.join("stream-mcp").display().to_string();
    let load = folder.join("examples/load").display().to_string();
    let quick = options.quick.then_some("--quick");
    Ok(run_in(root, &load, std::iter::once(server.as_str()).chain(quick))?.success())
}

fn run_in<'a>(
    root: &Path,
    program: &str,
    arguments: impl Iterator<Item = &'a str>,
) -> anyhow::Result<ExitStatus> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root);
    command.status().with_context(|| format!("{program} cannot be started"))
}
