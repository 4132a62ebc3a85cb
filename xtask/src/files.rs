//! Writes many files, all or none.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use similar::TextDiff;

/// Folders in which every file is generated: any other file in them is removed.
pub const OWNED: [&str; 3] = ["crates/mcp/src/generated", "spec/tools", "src/shipped"];

/// The differences between the files on disk and the generated ones, as unified diffs.
///
/// # Errors
/// A file cannot be read.
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

/// Writes all files and removes stale ones. All new files are complete on disk before the first one is
/// replaced; if replacing one fails, those before it are restored.
///
/// # Errors
/// A file cannot be read, written or replaced. Then nothing has changed.
pub fn write_all(root: &Path, files: &BTreeMap<String, String>) -> anyhow::Result<()> {
    let stale = stale(root, files)?;
    let mut staged = Vec::new();
    let result = stage(root, files, &mut staged).and_then(|()| replace(root, &staged));
    for (temporary, _) in &staged {
        let _ = fs::remove_file(temporary);
    }
    result?;
    for path in stale {
        match fs::remove_file(root.join(&path)) {
            // A temporary file of an interrupted run may have been renamed by this one.
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("removing {path}"));
            }
            _ => {}
        }
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
        let temporary = root.join(format!("{path}.regen-tmp"));
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
            // Restore every file that can be restored, and name the others.
            let stuck: Vec<String> = done
                .into_iter()
                .filter(|(target, old)| restore(target, old.as_deref()).is_err())
                .map(|(target, _)| target.display().to_string())
                .collect();
            let state = match stuck.is_empty() {
                true => "all files were restored".to_owned(),
                false => format!("could not be restored: {}", stuck.join(", ")),
            };
            return Err(error).with_context(|| format!("replacing {path}; {state}"));
        }
        done.push((target, old));
    }
    Ok(())
}

fn restore(target: &Path, old: Option<&str>) -> std::io::Result<()> {
    match old {
        Some(text) => fs::write(target, text),
        None => fs::remove_file(target),
    }
}

fn stale(root: &Path, files: &BTreeMap<String, String>) -> anyhow::Result<BTreeSet<String>> {
    let mut stale = BTreeSet::new();
    for folder in OWNED {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        for entry in entries {
            let entry = entry?;
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                bail!("{path} is a folder, but only generated files may be there; remove it");
            }
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::replace;

    #[test]
    fn when_a_file_cannot_be_replaced_those_before_it_are_restored() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (name, text) in [("old", "old text"), ("old.tmp", "new text"), ("new.tmp", "new file")]
        {
            fs::write(path(name), text).unwrap();
        }
        let staged =
            ["old", "new", "gone"].map(|name| (path(&format!("{name}.tmp")), name.to_owned()));
        let error = format!("{:#}", replace(folder.path(), &staged).unwrap_err());
        assert!(error.starts_with("replacing gone; all files were restored"), "{error}");
        assert_eq!(fs::read_to_string(path("old")).unwrap(), "old text");
        assert!(!path("new").exists());
    }
}
