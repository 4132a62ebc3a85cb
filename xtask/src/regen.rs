//! `cargo xtask regen`: adopts a description and regenerates everything that is made from it, all or
//! nothing.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use streampay_spec::{Faults, Loaded, Warning};

use crate::{download, files, inputs, surface};

/// Where the description is published.
pub const URL: &str = "https://docs.streampay.sa/openapi.json";

const DESCRIPTION: &str = "spec/openapi.json";
const OVERLAY: &str = "spec/overlay.yaml";
const LOCK: &str = "spec/lock.json";
const SHIPPED: &str = "src/shipped";

/// Without options, the description is downloaded from where it is published.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// Download the description from another URL
    #[arg(long, conflicts_with_all = ["file", "pinned", "check"])]
    pub url: Option<String>,
    /// Read the description from a file (JSON or YAML)
    #[arg(long, conflicts_with_all = ["pinned", "check"])]
    pub file: Option<PathBuf>,
    /// Regenerate from the description in spec/, after a change of the overlay or the generators
    #[arg(long, conflicts_with = "check")]
    pub pinned: bool,
    /// Change nothing; check whether the generated files are up to date
    #[arg(long)]
    pub check: bool,
    /// Write the report of changes to a Markdown file, for a pull request
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// Where the pinned description came from. It stays the same while the description does, so that the same
/// input always gives the same files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The URL or file that it was read from.
    pub source: String,
    /// The day on which it was read, in UTC.
    pub retrieved: String,
    /// SHA-256 of `spec/openapi.json`.
    pub sha256: String,
}

/// Runs the command in the repository at `root`. Returns false if `--check` found differences.
///
/// # Errors
/// The description or the overlay has faults, or a file cannot be read or written.
pub fn run(options: &Options, root: &Path) -> anyhow::Result<bool> {
    run_to(options, root, &mut std::io::stdout())
}

/// Like [`run`], with the output written to `out`.
///
/// # Errors
/// Like [`run`].
pub fn run_to(options: &Options, root: &Path, out: &mut dyn Write) -> anyhow::Result<bool> {
    let overlay = read(root, OVERLAY)?;
    if options.check {
        return check(root, &overlay, out);
    }
    let (text, source) = obtain(options, root)?;
    let description = pretty(&text)?;
    step("reading and normalizing");
    let new = load(&description, &overlay)?;
    warn(&new.warnings);
    step("generating");
    let mut files = generate(&new)?;
    files.insert(format!("{SHIPPED}/{}", inputs::FILE), inputs::digest(&description, &overlay));
    files.insert(surface::FILE.to_owned(), surface::list(root, &files)?);
    let lock = lock(root, &description, source)?;
    files.insert(DESCRIPTION.to_owned(), description);
    files.insert(LOCK.to_owned(), serde_json::to_string_pretty(&lock)? + "\n");
    let old = before(root, &overlay);
    let changed = files::differences(root, &files)?.len();
    let markdown = match old {
        Some(old) => streampay_spec::compare(&old.api, &new.api).to_markdown(),
        None => "There was no previous description.\n".to_owned(),
    };
    // Written before anything else, so that nothing changes if the report cannot be written.
    if let Some(path) = &options.report {
        fs::write(path, &markdown).with_context(|| format!("writing {}", path.display()))?;
    }
    files::write_all(root, &files)?;
    writeln!(out, "{markdown}")?;
    writeln!(
        out,
        "{} operations, {} generated files, {changed} changed.{}",
        new.api.operations.len(),
        files.len(),
        if changed == 0 { "" } else { " Build, test and commit them." },
    )?;
    Ok(true)
}

fn check(root: &Path, overlay: &str, out: &mut dyn Write) -> anyhow::Result<bool> {
    let description = read(root, DESCRIPTION)?;
    let loaded = load(&description, overlay)?;
    let mut files = generate(&loaded)?;
    files.insert(format!("{SHIPPED}/{}", inputs::FILE), inputs::digest(&description, overlay));
    files.insert(surface::FILE.to_owned(), surface::list(root, &files)?);
    // The pinned description has one format, and the lock must match it.
    files.insert(DESCRIPTION.to_owned(), pretty(&description)?);
    let mut diffs = files::differences(root, &files)?;
    let lock: Lock = serde_json::from_str(&read(root, LOCK)?).context(LOCK)?;
    if lock.sha256 != sha256(&description) {
        diffs.push(format!("{LOCK}: the sha256 does not match {DESCRIPTION}\n"));
    }
    if diffs.is_empty() {
        writeln!(out, "{} generated files are up to date.", files.len())?;
        return Ok(true);
    }
    for diff in &diffs {
        write!(out, "{diff}")?;
    }
    writeln!(
        out,
        "\n{} files are out of date. To update them:\n\n    cargo xtask regen --pinned\n",
        diffs.len()
    )?;
    Ok(false)
}

/// Generates every file that is made from a description, by its path from the root.
///
/// # Errors
/// What cannot be generated.
pub fn generate(loaded: &Loaded) -> anyhow::Result<BTreeMap<String, String>> {
    let client = streampay_codegen::client::generate(&loaded.api);
    let tools = streampay_codegen::tools::emit(&loaded.api);
    let (client, (mut files, warnings)) = match (client, tools) {
        (Ok(client), Ok(tools)) => (client, tools),
        (Err(faults), Ok(_)) | (Ok(_), Err(faults)) => return Err(faults.into()),
        (Err(Faults(client)), Err(Faults(tools))) => {
            return Err(Faults([client, tools].concat()).into());
        }
    };
    warn(&warnings);
    // The build script generates these in the repository; packages contain them (see build.rs).
    let shipped = [
        ("client.rs", client.client),
        ("enums.rs", client.enums),
        ("operations.rs", client.operations),
        ("description.json", client.description),
    ];
    files.extend(shipped.map(|(name, text)| (format!("{SHIPPED}/{name}"), text)));
    let contract = streampay_codegen::contract::contract(&loaded.api);
    files.insert("crates/sandbox/src/contract/contract.json".to_owned(), contract);
    let formatted = files.into_iter().map(|(path, text)| (path, text.replace("\r\n", "\n")));
    Ok(formatted.collect())
}

/// What the repository was last generated from: the description with the overlay of that time, so that
/// the report covers changes of the overlay as well.
fn before(root: &Path, overlay: &str) -> Option<Loaded> {
    let read = |path: String| fs::read_to_string(root.join(path)).ok();
    let overlaid = || load(&read(format!("{SHIPPED}/description.json"))?, "").ok();
    overlaid().or_else(|| load(&read(DESCRIPTION.to_owned())?, overlay).ok())
}

fn load(description: &str, overlay: &str) -> anyhow::Result<Loaded> {
    Ok(streampay_spec::load(description, overlay)?)
}

fn obtain(options: &Options, root: &Path) -> anyhow::Result<(String, Option<String>)> {
    if options.pinned {
        return Ok((read(root, DESCRIPTION)?, None));
    }
    if let Some(path) = &options.file {
        let size = fs::metadata(path).with_context(|| format!("reading {}", path.display()))?.len();
        if size > streampay_spec::MAX_BYTES as u64 {
            bail!(
                "{} is larger than {} MiB",
                path.display(),
                streampay_spec::MAX_BYTES / 1024 / 1024
            );
        }
        let bytes = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        let text =
            String::from_utf8(bytes).with_context(|| format!("{} is not UTF-8", path.display()))?;
        // Only the file's name: its folder exists on one machine only.
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        return Ok((text, Some(name.unwrap_or_default())));
    }
    let url = options.url.as_deref().unwrap_or(URL);
    step(&format!("downloading {url}"));
    Ok((download::fetch(url)?, Some(url.to_owned())))
}

/// The description as JSON indented by two spaces, whatever its original format.
fn pretty(text: &str) -> anyhow::Result<String> {
    let document = streampay_spec::read_document(text)?;
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn lock(root: &Path, description: &str, source: Option<String>) -> anyhow::Result<Lock> {
    let sha256 = sha256(description);
    let old: Option<Lock> =
        fs::read_to_string(root.join(LOCK)).ok().and_then(|text| serde_json::from_str(&text).ok());
    match (old, source) {
        (Some(old), _) if old.sha256 == sha256 => Ok(old),
        (Some(old), None) => Ok(Lock { sha256, ..old }),
        (_, source) => Ok(Lock {
            source: source.unwrap_or_else(|| "spec/openapi.json".to_owned()),
            retrieved: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
            sha256,
        }),
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(root: &Path, path: &str) -> anyhow::Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| format!("reading {path}"))
}

fn warn(warnings: &[Warning]) {
    for warning in warnings {
        eprintln!("warning: {warning}");
    }
}

fn step(what: &str) {
    eprintln!("{what} …");
}
