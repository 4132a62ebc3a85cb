//! `cargo xtask test`: all tests of the project, the quick ones first.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};

use crate::{package, regen, target};

/// The document that Stream published in March 2026, if it is beside the repository.
const MARCH: &str = "../shared/upstream/openapi-2026-03.json";

/// Which tests run.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Options {
    /// Only unit, integration and documentation tests, which need nothing but Rust
    #[arg(long)]
    pub quick: bool,
}

/// Runs the tests of the repository at `root`, and prints how long each part took.
///
/// # Errors
/// The first part that fails.
pub fn run(options: Options, root: &Path) -> anyhow::Result<bool> {
    let mut suite = Suite { root, total: if options.quick { 1 } else { 10 }, done: Vec::new() };
    let result = suite.run(options);
    suite.print_summary();
    result.map(|()| true)
}

/// The parts that have run so far.
struct Suite<'a> {
    root: &'a Path,
    total: usize,
    done: Vec<Part>,
}

struct Part {
    name: &'static str,
    time: Duration,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Failed,
    Skipped(String),
}

impl Suite<'_> {
    fn run(&mut self, options: Options) -> anyhow::Result<()> {
        let root = self.root;
        // The programs and examples that later parts start are built along the way.
        self.part("unit, integration and documentation tests", || {
            execute(root, "cargo", &["test", "--workspace", "--locked"])
        })?;
        if options.quick {
            return Ok(());
        }
        self.part("optimized build", || {
            execute(
                root,
                "cargo",
                &["build", "--release", "--locked", "--package", "streampay-mcp"],
            )
        })?;
        let server = target(root).join("release/stream-mcp").display().to_string();
        let sandbox = target(root).join("debug/stream-sandbox").display().to_string();
        self.python("end-to-end tests", &["tests/e2e/run", "--binary", &server], &[])?;
        self.part("MCP conformance", || execute(root, "tests/conformance/run", &[]))?;
        let attacks = ["tests/attacks/run", "--binary", &server, "--sandbox", &sandbox];
        self.python("attacks", &attacks, &[])?;
        let schemathesis = ["tests/schemathesis/run", "--binary", &sandbox];
        self.python("Schemathesis on the simulator", &schemathesis, &[])?;
        let replicas = ["tests/replicas/run", "--binary", &server];
        self.python("replicas behind a proxy", &replicas, &["redis-server", "haproxy"])?;
        self.part("files for deployment", || execute(root, "deploy/check", &[]))?;
        self.part("packages", || package::run(root))?;
        match root.join(MARCH).is_file() {
            true => self.part("the description of March 2026", || march(root)),
            false => {
                self.skip("the description of March 2026", format!("{MARCH} does not exist"));
                Ok(())
            }
        }
    }

    fn python(
        &mut self,
        name: &'static str,
        arguments: &[&str],
        programs: &[&str],
    ) -> anyhow::Result<()> {
        let missing: Vec<&str> =
            programs.iter().copied().filter(|program| !is_installed(program)).collect();
        if !missing.is_empty() {
            self.skip(name, format!("{} not installed", missing.join(" and ")));
            return Ok(());
        }
        let root = self.root;
        self.part(name, || execute(root, "python3", arguments))
    }

    fn part<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<()> {
        println!("\n== {}/{} {name}", self.done.len() + 1, self.total);
        let start = Instant::now();
        let result = work();
        let outcome = if result.is_ok() { Outcome::Passed } else { Outcome::Failed };
        self.done.push(Part { name, time: start.elapsed(), outcome });
        result.with_context(|| format!("{name} failed")).map(|_| ())
    }

    fn skip(&mut self, name: &'static str, reason: String) {
        println!("\n== {}/{} {name}: skipped, {reason}", self.done.len() + 1, self.total);
        self.done.push(Part { name, time: Duration::ZERO, outcome: Outcome::Skipped(reason) });
    }

    fn print_summary(&self) {
        println!("\n== summary");
        for Part { name, time, outcome } in &self.done {
            let seconds = time.as_secs();
            match outcome {
                Outcome::Passed => println!("passed   {seconds:>5} s  {name}"),
                Outcome::Failed => println!("FAILED   {seconds:>5} s  {name}"),
                Outcome::Skipped(reason) => println!("skipped           {name}: {reason}"),
            }
        }
        if let Some(left) = self.total.checked_sub(self.done.len()).filter(|left| *left > 0) {
            println!("not run           {left} more after the failure");
        }
        let time: Duration = self.done.iter().map(|part| part.time).sum();
        println!("total    {:>5} s", time.as_secs());
    }
}

/// Tries another description on a copy of the repository: it is regenerated and built, and passes the
/// tests that hold for any description.
fn march(root: &Path) -> anyhow::Result<()> {
    let (fresh, copy) = (target(root).join("march.new"), target(root).join("march"));
    copy_repository(root, &fresh)?;
    rename_version(&fresh)?;
    let document = Some(root.join(MARCH));
    regen::run(&regen::Options { file: document, ..regen::Options::default() }, &fresh)?;
    synchronize(&fresh, &copy)?;
    // Dependencies are shared with the repository; programs are not.
    let folders = [
        ("CARGO_BUILD_BUILD_DIR", target(root)),
        ("CARGO_TARGET_DIR", target(root).join("march-target")),
    ];
    // The client's other tests call operations that this description lacks.
    let client = ["test", "--package", "streampay", "--lib", "--test", "retries"];
    execute_with(&copy, "cargo", &client, &folders)?;
    execute_with(&copy, "cargo", &["test", "--package", "streampay-mcp"], &folders)
}

/// Gives the packages of the copy another version. In one build folder cargo would otherwise take them
/// for those of the repository.
fn rename_version(copy: &Path) -> anyhow::Result<()> {
    let path = copy.join("Cargo.toml");
    let manifest = fs::read_to_string(&path)?;
    let (before, after) = manifest
        .split_once("[workspace.package]\nversion = \"")
        .context("Cargo.toml has no version under [workspace.package]")?;
    let (version, rest) = after.split_once('"').context("the version in Cargo.toml has no end")?;
    let renamed = format!("{before}[workspace.package]\nversion = \"{version}+march\"{rest}");
    Ok(fs::write(&path, renamed)?)
}

/// Copies the files that git tracks, and new ones that it does not ignore.
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

/// Makes the folder `to` hold what `from` holds, and removes `from`. Files that are the same are left
/// alone, so that cargo builds only what changed.
fn synchronize(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        let is_folder = entry.file_type()?.is_dir();
        let source = from.join(entry.file_name());
        if source.is_dir() != is_folder || !source.exists() {
            let stale = entry.path();
            if is_folder { fs::remove_dir_all(stale)? } else { fs::remove_file(stale)? }
        }
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            synchronize(&entry.path(), &target)?;
        } else if !fs::read(&target)
            .is_ok_and(|old| fs::read(entry.path()).is_ok_and(|new| new == old))
        {
            fs::rename(entry.path(), target)?;
        }
    }
    Ok(fs::remove_dir_all(from)?)
}

fn is_installed(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

fn execute(folder: &Path, program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    execute_with(folder, program, arguments, &[])
}

fn execute_with(
    folder: &Path,
    program: &str,
    arguments: &[&str],
    variables: &[(&str, PathBuf)],
) -> anyhow::Result<()> {
    println!("$ {program} {}", arguments.join(" "));
    let status = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target(&crate::root()))
        .envs(variables.iter().cloned())
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("starting {program}"))?;
    ensure!(status.success(), "`{program} {}` ended with {status}", arguments.join(" "));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Duration};

    use super::{Outcome, Suite, synchronize};

    #[test]
    fn files_that_are_the_same_keep_their_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (name, text) in [
            ("from/same", "a"),
            ("from/in/changed", "new"),
            ("from/was-a-folder", "b"),
            ("to/same", "a"),
            ("to/in/changed", "old"),
            ("to/in/gone", "c"),
            ("to/was-a-folder/file", "d"),
        ] {
            fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            fs::write(path(name), text).unwrap();
        }
        let long_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
        fs::File::options()
            .append(true)
            .open(path("to/same"))
            .unwrap()
            .set_modified(long_ago)
            .unwrap();
        synchronize(&path("from"), &path("to")).unwrap();
        assert_eq!(fs::metadata(path("to/same")).unwrap().modified().unwrap(), long_ago);
        assert_eq!(fs::read_to_string(path("to/in/changed")).unwrap(), "new");
        assert_eq!(fs::read_to_string(path("to/was-a-folder")).unwrap(), "b");
        assert!(!path("to/in/gone").exists() && !path("from").exists());
    }

    #[test]
    fn a_failure_is_kept_for_the_summary() {
        let mut suite = Suite { root: std::path::Path::new("."), total: 2, done: Vec::new() };
        let error = suite.part("first", || anyhow::bail!("why") as anyhow::Result<()>).unwrap_err();
        assert_eq!(format!("{error:#}"), "first failed: why");
        assert!(matches!(suite.done[0].outcome, Outcome::Failed));
    }

    #[test]
    fn what_needs_a_missing_program_is_skipped_with_the_reason() {
        let mut suite = Suite { root: std::path::Path::new("."), total: 2, done: Vec::new() };
        suite.python("second", &["never.py"], &["no-such-program"]).unwrap();
        let Outcome::Skipped(reason) = &suite.done[0].outcome else { panic!("it ran") };
        assert_eq!(reason, "no-such-program not installed");
    }
}
