//! `cargo xtask test`: all tests of the project, the quick ones first.

use std::{
    ffi::OsString,
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};

use crate::{package, regen, target};

/// The document that Stream published in March 2026, if it is beside the repository.
const MARCH: &str = "../shared/upstream/openapi-2026-03.json";

/// The client's tests that hold for any description. Its other tests call operations that an old
/// description lacks.
const CLIENT_TESTS: [&str; 1] = ["retries.rs"];

/// Which tests run.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// Only unit, integration and documentation tests, which need nothing but Rust
    #[arg(long, conflicts_with = "release")]
    pub quick: bool,
    /// Drive an optimized server from outside: its bounds are stricter, and its build takes minutes
    #[arg(long)]
    pub release: bool,
    /// Only the parts whose name contains this; the first part builds the programs for the others
    #[arg(long, value_name = "TEXT")]
    pub only: Option<String>,
}

/// Runs the tests of the repository at `root`, and prints how long each part took.
///
/// # Errors
/// The first part that fails.
pub fn run(options: &Options, root: &Path) -> anyhow::Result<bool> {
    let mut parts = parts(options, &target(root));
    if let Some(text) = &options.only {
        let names = parts.iter().map(|part| part.name).collect::<Vec<_>>().join("\n  ");
        parts.retain(|part| part.name.contains(text.as_str()));
        ensure!(!parts.is_empty(), "no part has {text:?} in its name; the parts are\n  {names}");
    }
    let mut suite = Suite { parts, done: Vec::new() };
    let result = suite.run(root);
    suite.print_summary();
    result.map(|()| true)
}

/// A part of the tests.
struct Part {
    name: &'static str,
    work: Work,
    /// Programs without which it is skipped.
    programs: &'static [&'static str],
    /// A file without which it is skipped.
    file: Option<&'static str>,
}

enum Work {
    Command(Vec<String>),
    Function(fn(&Path) -> anyhow::Result<()>),
}

impl Part {
    fn command<const N: usize>(name: &'static str, command: [&str; N]) -> Self {
        let command = command.map(ToOwned::to_owned).to_vec();
        Self { name, work: Work::Command(command), programs: &[], file: None }
    }

    fn function(name: &'static str, work: fn(&Path) -> anyhow::Result<()>) -> Self {
        Self { name, work: Work::Function(work), programs: &[], file: None }
    }

    /// Why it cannot run on this machine.
    fn missing(&self, root: &Path) -> Option<String> {
        let programs: Vec<&str> =
            self.programs.iter().copied().filter(|program| !is_installed(program)).collect();
        if !programs.is_empty() {
            return Some(format!("{} not installed", programs.join(" and ")));
        }
        let file = self.file.filter(|file| !root.join(file).is_file())?;
        Some(format!("{file} does not exist"))
    }

    fn run(&self, root: &Path) -> anyhow::Result<()> {
        match &self.work {
            Work::Command(command) => execute(root, command, &[]),
            Work::Function(work) => work(root),
        }
    }
}

/// All parts in the order in which they run. The first one also builds the programs and examples that
/// later parts start.
fn parts(options: &Options, target: &Path) -> Vec<Part> {
    let quick = Part::command(
        "unit, integration and documentation tests",
        ["cargo", "test", "--workspace", "--locked"],
    );
    if options.quick {
        return vec![quick];
    }
    let profile = if options.release { "release" } else { "debug" };
    let server = target.join(profile).join("stream-mcp").display().to_string();
    let sandbox = target.join("debug/stream-sandbox").display().to_string();
    let build = ["cargo", "build", "--release", "--locked", "--package", "streampay-mcp"];
    let release = options.release.then(|| Part::command("optimized build", build));
    let rest = [
        Part::command("end-to-end tests", ["python3", "tests/e2e/run", "--binary", &server]),
        Part::command("MCP conformance", ["tests/conformance/run"]),
        Part::command(
            "attacks",
            ["python3", "tests/attacks/run", "--binary", &server, "--sandbox", &sandbox],
        ),
        Part::command(
            "merchant tasks",
            ["python3", "tests/gym/run", "--binary", &server, "--sandbox", &sandbox],
        ),
        Part::command(
            "Schemathesis on the simulator",
            ["python3", "tests/schemathesis/run", "--binary", &sandbox],
        ),
        Part {
            programs: &["redis-server", "haproxy"],
            ..Part::command(
                "replicas behind a proxy",
                ["python3", "tests/replicas/run", "--binary", &server],
            )
        },
        Part::command("files for deployment", ["deploy/check"]),
        Part::function("packages", |root| package::run(root).map(|_| ())),
        Part {
            file: Some(MARCH),
            ..Part::function("the description of March 2026", another_description)
        },
    ];
    [quick].into_iter().chain(release).chain(rest).collect()
}

/// The parts, and what became of those that have run.
struct Suite {
    parts: Vec<Part>,
    done: Vec<(Duration, Outcome)>,
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Passed,
    Failed,
    Skipped(String),
}

impl Suite {
    /// Runs the parts until one fails.
    fn run(&mut self, root: &Path) -> anyhow::Result<()> {
        let total = self.parts.len();
        for (number, part) in self.parts.iter().enumerate() {
            let title = format!("== {}/{total} {}", number + 1, part.name);
            if let Some(reason) = part.missing(root) {
                println!("\n{title}: skipped, {reason}");
                self.done.push((Duration::ZERO, Outcome::Skipped(reason)));
                continue;
            }
            println!("\n{title}");
            let start = Instant::now();
            let result = part.run(root);
            let outcome = if result.is_ok() { Outcome::Passed } else { Outcome::Failed };
            self.done.push((start.elapsed(), outcome));
            result.with_context(|| format!("{} failed", part.name))?;
        }
        Ok(())
    }

    fn print_summary(&self) {
        println!("\n== summary");
        for (Part { name, .. }, (time, outcome)) in self.parts.iter().zip(&self.done) {
            let seconds = time.as_secs();
            match outcome {
                Outcome::Passed => println!("passed   {seconds:>5} s  {name}"),
                Outcome::Failed => println!("FAILED   {seconds:>5} s  {name}"),
                Outcome::Skipped(reason) => println!("skipped           {name}: {reason}"),
            }
        }
        for Part { name, .. } in self.parts.iter().skip(self.done.len()) {
            println!("not run           {name}");
        }
        let time: Duration = self.done.iter().map(|(time, _)| *time).sum();
        println!("total    {:>5} s", time.as_secs());
    }
}

/// Tries another description on a copy of the repository: it is regenerated and compiled, and passes the
/// tests that read the description. Tests of transports and programs would show nothing new.
fn another_description(root: &Path) -> anyhow::Result<()> {
    let (fresh, copy) = (target(root).join("march.new"), target(root).join("march"));
    copy_repository(root, &fresh)?;
    rename_version(&fresh)?;
    for entry in fs::read_dir(fresh.join("tests"))? {
        let entry = entry?;
        let is_test = entry.path().extension().is_some_and(|extension| extension == "rs");
        if is_test && !CLIENT_TESTS.iter().any(|test| entry.file_name() == *test) {
            fs::remove_file(entry.path())?;
        }
    }
    let document = Some(root.join(MARCH));
    regen::run(&regen::Options { file: document, ..regen::Options::default() }, &fresh)?;
    synchronize(&fresh, &copy)?;
    // Dependencies are shared with the repository, programs are not. For that the flags must be the same,
    // but cargo would add those of the repository to those of a copy below it. Also it must be the whole
    // workspace, because fewer packages ask for fewer features of dependencies.
    let variables = [
        ("CARGO_BUILD_BUILD_DIR", target(root).into_os_string()),
        ("CARGO_TARGET_DIR", target(root).join("march-target").into_os_string()),
        ("RUSTFLAGS", "--cfg streampay_generate".into()),
    ];
    let command = "cargo test --workspace --lib --test retries --test calls --test documentation \
                   --test surface";
    let command: Vec<String> = command.split(' ').map(ToOwned::to_owned).collect();
    execute(&copy, &command, &variables)
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

fn execute(
    folder: &Path,
    command: &[String],
    variables: &[(&str, OsString)],
) -> anyhow::Result<()> {
    let shown = command.join(" ");
    println!("$ {shown}");
    let (program, arguments) = command.split_first().context("the command is empty")?;
    let status = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target(&crate::root()))
        .envs(variables.iter().cloned())
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("starting {program}"))?;
    ensure!(status.success(), "`{shown}` ended with {status}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, time::Duration};

    use super::{Options, Outcome, Part, Suite, Work, parts, synchronize};

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

    fn suite(parts: Vec<Part>) -> Suite {
        Suite { parts, done: Vec::new() }
    }

    fn outcomes(suite: Suite) -> Vec<Outcome> {
        suite.done.into_iter().map(|(_, outcome)| outcome).collect()
    }

    #[test]
    fn a_failure_is_kept_for_the_summary_and_ends_the_run() {
        let mut suite = suite(vec![
            Part::function("first", |_| Ok(())),
            Part::function("second", |_| anyhow::bail!("why")),
            Part::function("third", |_| Ok(())),
        ]);
        let error = suite.run(Path::new(".")).unwrap_err();
        assert_eq!(format!("{error:#}"), "second failed: why");
        assert_eq!(outcomes(suite), [Outcome::Passed, Outcome::Failed]);
    }

    #[test]
    fn what_this_machine_lacks_skips_a_part_with_the_reason() {
        let fails = || Part::function("a part", |_| anyhow::bail!("it ran"));
        let mut suite = suite(vec![
            Part { programs: &["sh", "no-such-program"], ..fails() },
            Part { file: Some("no/such/file"), ..fails() },
        ]);
        suite.run(Path::new(".")).unwrap();
        let reasons = ["no-such-program not installed", "no/such/file does not exist"];
        assert_eq!(outcomes(suite), reasons.map(|reason| Outcome::Skipped(reason.to_owned())));
    }

    #[test]
    fn only_the_release_option_builds_an_optimized_server() {
        let optimized = |release| {
            let options = Options { release, ..Options::default() };
            let parts = parts(&options, Path::new("target"));
            let command = |part: &Part| match &part.work {
                Work::Command(command) => command.join(" "),
                Work::Function(_) => String::new(),
            };
            parts.iter().filter(|part| command(part).contains("release")).count()
        };
        assert_eq!((optimized(false), optimized(true)), (0, 5));
    }
}
