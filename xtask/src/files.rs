//! Writing many files, all or none.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use similar::TextDiff;

/// Folders in which every file is generated: what is there and was not generated is removed.
pub const OWNED: [&str; 3] = ["crates/mcp/src/generated", "spec/tools", "src/shipped"];

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
    let stale = stale(root, files)?;
    let mut staged = Vec::new();
    let result = stage(root, files, &mut staged).and_then(|()| replace(root, &staged));
    for (temporary, _) in &staged {
        let _ = fs::remove_file(temporary);
    }
    result?;
    for path in stale {
        match fs::remove_file(root.join(&path)) {
            // What an interrupted run left behind may have been used up by this one.
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
            // Every file is put back that can be; what cannot is named.
            let stuck: Vec<String> = done
                .into_iter()
                .filter(|(target, old)| restore(target, old.as_deref()).is_err())
                .map(|(target, _)| target.display().to_string())
                .collect();
            let state = match stuck.is_empty() {
                true => "everything is as it was".to_owned(),
                false => format!("could not be put back: {}", stuck.join(", ")),
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
                bail!("{path} is a folder, among files that are all generated; remove it");
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
    fn when_a_file_cannot_be_replaced_those_before_it_are_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (name, text) in [("old", "old text"), ("old.tmp", "new text"), ("new.tmp", "new file")]
        {
            fs::write(path(name), text).unwrap();
        }
        let staged =
            ["old", "new", "gone"].map(|name| (path(&format!("{name}.tmp")), name.to_owned()));
        let error = format!("{:#}", replace(folder.path(), &staged).unwrap_err());
        assert!(error.starts_with("replacing gone; everything is as it was"), "{error}");
        assert_eq!(fs::read_to_string(path("old")).unwrap(), "old text");
        assert!(!path("new").exists());
    }
}
