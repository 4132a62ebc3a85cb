//! Writing many files, all or none.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use similar::TextDiff;

/// Folders in which every file is generated: what is there and was not generated is removed.
pub const OWNED: [&str; 2] = ["crates/mcp/src/generated", "spec/tools"];

/// Differences between generated files and the ones on disk, as unified diffs.
///
/// # Errors
/// Files that cannot be read.
pub fn differences(root: &Path, files: &BTreeMap<String, String>) -> anyhow::Result<Vec<String>> {
    let mut diffs = Vec::new();
    for (path, text) in files {
        let old = read(&root.join(path))?;
        if old.as_deref() != Some(text) {
            let old = old.unwrap_or_default();
            let diff = TextDiff::from_lines(&old, text);
            let header = (format!("a/{path}"), format!("b/{path}"));
            diffs.push(diff.unified_diff().header(&header.0, &header.1).to_string());
        }
    }
    for path in stale(root, files)? {
        diffs.push(format!("--- a/{path}\n+++ /dev/null\nthe file is no longer generated\n"));
    }
    Ok(diffs)
}

/// Writes all files and removes the stale ones. The new texts are complete on disk before the first
/// file is replaced; if replacing fails, what was replaced is put back.
///
/// # Errors
/// What the file system refuses. Nothing is changed then.
pub fn write_all(root: &Path, files: &BTreeMap<String, String>) -> anyhow::Result<()> {
    let mut staged = Vec::new();
    let result = stage(root, files, &mut staged).and_then(|()| replace(root, &staged));
    for (temporary, _) in &staged {
        let _ = fs::remove_file(temporary);
    }
    result?;
    for path in stale(root, files)? {
        fs::remove_file(root.join(&path)).with_context(|| format!("removing {path}"))?;
    }
    Ok(())
}

fn stage(
    root: &Path,
    files: &BTreeMap<String, String>,
    staged: &mut Vec<(PathBuf, String)>,
) -> anyhow::Result<()> {
    for (path, text) in files {
        let target = root.join(path);
        if read(&target)?.as_deref() == Some(text) {
            continue;
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        }
        let temporary = target.with_extension("regen-tmp");
        staged.push((temporary.clone(), path.clone()));
        fs::write(&temporary, text).with_context(|| format!("writing {path}"))?;
    }
    Ok(())
}

fn replace(root: &Path, staged: &[(PathBuf, String)]) -> anyhow::Result<()> {
    let mut done: Vec<(PathBuf, Option<String>)> = Vec::new();
    for (temporary, path) in staged {
        let target = root.join(path);
        let old = read(&target)?;
        if let Err(error) = fs::rename(temporary, &target) {
            for (target, old) in done {
                match old {
                    Some(text) => fs::write(&target, text)?,
                    None => fs::remove_file(&target)?,
                }
            }
            return Err(error)
                .with_context(|| format!("replacing {path}; everything is as it was"));
        }
        done.push((target, old));
    }
    Ok(())
}

fn stale(root: &Path, files: &BTreeMap<String, String>) -> anyhow::Result<BTreeSet<String>> {
    let mut stale = BTreeSet::new();
    for folder in OWNED {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        for entry in entries {
            let path = format!("{folder}/{}", entry?.file_name().to_string_lossy());
            if !files.contains_key(&path) {
                stale.insert(path);
            }
        }
    }
    Ok(stale)
}

fn read(path: &Path) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}
