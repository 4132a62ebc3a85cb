//! Which crate of the repository may use which. The code map in `ARCHITECTURE.md` holds the rules; the
//! manifests are compared with it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::Context as _;

const TABLE: &str = "ARCHITECTURE.md";

/// The packages in the table: their names there, and their folders.
const PLACES: [(&str, &str); 7] = [
    ("client", "."),
    ("spec", "crates/spec"),
    ("codegen", "crates/codegen"),
    ("guard", "crates/guard"),
    ("mcp", "crates/mcp"),
    ("sandbox", "crates/sandbox"),
    ("xtask", "xtask"),
];

/// The dependencies that the table does not allow, one sentence each. Tests may use everything.
pub(super) fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let table = fs::read_to_string(root.join(TABLE)).context(TABLE)?;
    let allowed = allowed(&table);
    let mut packages = BTreeMap::new();
    for (name, place) in PLACES {
        if root.join(place).join("Cargo.toml").is_file() {
            packages.insert(package(&root.join(place))?, name);
        }
    }
    let mut complaints = Vec::new();
    for (name, place) in PLACES {
        let file = root.join(place).join("Cargo.toml");
        let Ok(manifest) = fs::read_to_string(&file) else { continue };
        let Some(may_use) = allowed.get(name) else {
            complaints.push(format!("{TABLE} does not say what `{name}` may use"));
            continue;
        };
        for used in used(&manifest).iter().filter_map(|package| packages.get(package.as_str())) {
            if !may_use.contains(*used) {
                complaints.push(format!(
                    "{}: `{name}` uses `{used}`, which {TABLE} does not allow",
                    file.strip_prefix(root).unwrap_or(&file).display()
                ));
            }
        }
    }
    Ok(complaints)
}

/// The name of the package in a folder.
pub(super) fn package(folder: &Path) -> anyhow::Result<String> {
    let file = folder.join("Cargo.toml");
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let after = text.split_once("[package]").map(|(_, after)| after).unwrap_or_default();
    let name = after.lines().find_map(|line| line.strip_prefix("name = "));
    let name = name.with_context(|| format!("{} names no package", file.display()))?;
    Ok(name.trim_matches('"').to_owned())
}

/// What the table's last column names in backticks, by the place in its first. What follows "never" is not
/// a permission.
fn allowed(table: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut allowed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in table.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
        let ([place, .., uses], true) = (cells.as_slice(), cells.len() == 3) else { continue };
        let uses = uses.split("never").next().unwrap_or_default();
        for place in quoted(place) {
            let place = if place == "src/" { "." } else { place };
            if let Some((name, _)) = PLACES.iter().find(|(_, folder)| *folder == place) {
                let known = allowed.entry((*name).to_owned()).or_default();
                known.extend(quoted(uses).map(ToOwned::to_owned));
            }
        }
    }
    allowed
}

/// The words in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The packages that a manifest uses, except for tests.
fn used(manifest: &str) -> BTreeSet<String> {
    let mut section = "";
    let mut used = BTreeSet::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']');
            if let Some((kind, name)) = section.rsplit_once('.')
                && kind.ends_with("dependencies")
                && !kind.ends_with("dev-dependencies")
            {
                used.insert(name.to_owned());
            }
        } else if section.ends_with("dependencies")
            && !section.ends_with("dev-dependencies")
            && !section.starts_with("workspace")
            && let Some((name, _)) = line.split_once(['.', ' ', '='])
        {
            used.insert(name.to_owned());
        }
    }
    used
}

#[cfg(test)]
mod tests {
    use super::{allowed, used};

    #[test]
    fn the_table_permits_what_it_names_and_not_what_it_forbids() {
        let table = "| place | holds | may use |\n| --- | --- | --- |\n\
                     | `crates/mcp` | `server` | `client`, `sandbox` |\n\
                     | `build.rs`, `src/` | the client | build: `codegen`, `spec` |\n\
                     | `xtask` | chores | `spec`; never the `client` |\n";
        let allowed = allowed(table);
        let of = |name: &str| allowed[name].iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(of("mcp"), ["client", "sandbox"]);
        assert_eq!(of("client"), ["codegen", "spec"]);
        assert_eq!(of("xtask"), ["spec"]);
    }

    #[test]
    fn dependencies_of_tests_do_not_count() {
        let manifest = "[dependencies]\na = \"1\"\nb.workspace = true\n\n[dev-dependencies]\nc = \"1\"\n\n\
                        [target.'cfg(x)'.build-dependencies]\nd.workspace = true\n\n\
                        [dependencies.e]\nversion = \"1\"\n\n[dev-dependencies.f]\nversion = \"1\"\n";
        assert_eq!(used(manifest).into_iter().collect::<Vec<_>>(), ["a", "b", "d", "e"]);
    }
}
