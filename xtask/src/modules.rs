//! `cargo xtask modules`: modules depend on one another without circles, and crates as the table in
//! `ARCHITECTURE.md` says.
//!
//! The module graph is read from the sources. A module is a file; modules inside a file belong to it,
//! and code that only tests compile is left out. A module depends on another when its code names an
//! item that is defined there, however it names it: by `use`, by a path such as `crate::a::b`, through
//! a re-export, or inside a macro's arguments. A re-export itself is not a dependency.
//!
//! A module and the modules below it are one unit: they may use each other. Siblings may not depend on
//! one another in a circle, at any depth. What depends on a module below a sibling depends on the
//! sibling. `xtask/circles.txt` lists the circles that are still allowed.

mod dependencies;
mod graph;
mod source;

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Context as _;

pub use graph::Circle;

/// The circles that are still allowed: `package: module module …` on each line.
const ALLOWED: &str = "xtask/circles.txt";

/// Checks every crate of the repository at `root`, and prints what it finds. Returns false if a circle or a
/// dependency is not allowed, or if an allowed circle no longer exists.
///
/// # Errors
/// Sources that cannot be read or parsed.
pub fn run(root: &Path, out: &mut dyn Write) -> anyhow::Result<bool> {
    let mut allowed = Allowed::parse(&fs::read_to_string(root.join(ALLOWED)).unwrap_or_default());
    let (mut crates, mut modules, mut complaints) = (0, 0, 0);
    for (package, file) in roots(root)? {
        let tree = source::Tree::read(&file)
            .with_context(|| format!("reading the modules from {}", file.display()))?;
        crates += 1;
        modules += tree.files();
        for circle in graph::circles(&tree) {
            if !allowed.allows(&package, &circle) {
                complaints += 1;
                let circle = circle.to_string().replace(&format!("{}/", root.display()), "");
                writeln!(out, "{package} has a circle of modules: {circle}")?;
            }
        }
    }
    for line in allowed.unused() {
        complaints += 1;
        writeln!(out, "{ALLOWED} allows a circle that no longer exists; remove the line `{line}`")?;
    }
    for complaint in dependencies::check(root)? {
        complaints += 1;
        writeln!(out, "{complaint}")?;
    }
    if complaints == 0 {
        let known = match allowed.lines.len() {
            0 => "no circles".to_owned(),
            count => format!("no circles but the {count} in {ALLOWED}"),
        };
        writeln!(out, "{modules} modules in {crates} crates: {known}.")?;
    }
    Ok(complaints == 0)
}

/// The circles of the crate whose root is `file`.
///
/// # Errors
/// Sources that cannot be read or parsed.
pub fn circles(file: &Path) -> anyhow::Result<Vec<Circle>> {
    Ok(graph::circles(&source::Tree::read(file)?))
}

/// Every crate root with the name of its package. Libraries and programs are separate.
fn roots(root: &Path) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let mut folders = vec![root.to_path_buf(), root.join("xtask")];
    for entry in fs::read_dir(root.join("crates"))? {
        folders.push(entry?.path());
    }
    folders.sort();
    let mut found = Vec::new();
    for folder in folders {
        for name in ["lib.rs", "main.rs"] {
            let file = folder.join("src").join(name);
            if file.is_file() {
                found.push((dependencies::package(&folder)?, file));
            }
        }
    }
    Ok(found)
}

/// The circles that are still allowed.
struct Allowed {
    lines: Vec<Line>,
}

struct Line {
    text: String,
    package: String,
    modules: BTreeSet<String>,
    found: bool,
}

impl Allowed {
    fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        let lines = lines.filter_map(|line| {
            let (package, modules) = line.split_once(':')?;
            Some(Line {
                text: line.to_owned(),
                package: package.to_owned(),
                modules: modules.split_whitespace().map(ToOwned::to_owned).collect(),
                found: false,
            })
        });
        Self { lines: lines.collect() }
    }

    /// Whether a line allows the circle or one that it is part of.
    fn allows(&mut self, package: &str, circle: &Circle) -> bool {
        let modules = circle.modules();
        let fits = |line: &&mut Line| line.package == package && modules.is_subset(&line.modules);
        let Some(line) = self.lines.iter_mut().find(fits) else { return false };
        line.found = true;
        true
    }

    fn unused(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter(|line| !line.found).map(|line| line.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Allowed;

    #[test]
    fn comments_and_empty_lines_allow_nothing() {
        let allowed = Allowed::parse("# why: these go soon\n\na: b c\n");
        assert_eq!(allowed.unused().collect::<Vec<_>>(), ["a: b c"]);
    }
}
