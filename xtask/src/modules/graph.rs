//! Circles among the modules of a crate.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt,
};

use super::source::{ModulePath, Tree};

/// Modules side by side that depend on one another in a circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// All modules that can reach each other.
    all: BTreeSet<String>,
    /// The shortest way round, each step with what is used on it.
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    from: String,
    to: String,
    /// File and path, as the code names it.
    uses: BTreeSet<String>,
}

impl Step {
    /// The imports and full paths, where there are any: what is used through an import needs no line.
    fn shown(&self) -> impl Iterator<Item = &String> {
        let full = |used: &&String| used.contains(": crate::") || used.contains(": super::");
        let any = self.uses.iter().any(|used| full(&used));
        self.uses.iter().filter(move |used| !any || full(used))
    }
}

impl Circle {
    /// The modules that can reach each other, by their paths in the crate.
    #[must_use]
    pub fn modules(&self) -> BTreeSet<String> {
        self.all.clone()
    }
}

impl fmt::Display for Circle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<&str> = self.all.iter().map(String::as_str).collect();
        write!(f, "{}", all.join(" "))?;
        for step in &self.steps {
            write!(f, "\n  {} → {}", step.from, step.to)?;
            for used in step.shown().take(5) {
                write!(f, "\n      {used}")?;
            }
            if let Some(more) = step.shown().count().checked_sub(5).filter(|more| *more > 0) {
                write!(f, "\n      and {more} more")?;
            }
        }
        Ok(())
    }
}

/// Who depends on whom, and by what, among the modules directly below one module.
type Siblings = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// All circles of a crate.
pub(super) fn circles(tree: &Tree) -> Vec<Circle> {
    let mut levels: BTreeMap<ModulePath, Siblings> = BTreeMap::new();
    for (path, module) in tree.modules() {
        for named in &module.named {
            let Some(target) = tree.owner_of(path, named) else { continue };
            let from = &module.owner;
            let shared = from.iter().zip(target).take_while(|(one, other)| one == other).count();
            // A module and those below it are one unit.
            if shared == from.len() || shared == target.len() {
                continue;
            }
            let name = |path: &[String]| path[..=shared].join("::");
            let level = levels.entry(from[..shared].to_vec()).or_default();
            let used = format!("{}: {}", module.file.display(), named.join("::"));
            level.entry(name(from)).or_default().entry(name(target)).or_default().insert(used);
        }
    }
    levels.values().flat_map(components).collect()
}

fn components(siblings: &Siblings) -> Vec<Circle> {
    let mut found: Vec<Circle> = Vec::new();
    for start in siblings.keys() {
        if found.iter().any(|circle| circle.all.contains(start)) {
            continue;
        }
        let reached = reach(siblings, start);
        let all: BTreeSet<String> = reached
            .iter()
            .filter(|other| reach(siblings, other).contains(start))
            .cloned()
            .collect();
        if all.contains(start) {
            found.push(Circle { steps: shortest(siblings, start), all });
        }
    }
    found
}

/// The modules that `start` depends on, directly or not.
fn reach(siblings: &Siblings, start: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(next) = open.pop() {
        for to in siblings.get(next).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(to.clone()) {
                open.push(to);
            }
        }
    }
    reached
}

/// The shortest way from `start` back to it.
fn shortest(siblings: &Siblings, start: &str) -> Vec<Step> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(from) = open.pop_front() {
        for to in siblings.get(from).into_iter().flat_map(BTreeMap::keys) {
            if !before.contains_key(to.as_str()) {
                before.insert(to, from);
                open.push_back(to);
            }
        }
    }
    let mut steps = Vec::new();
    let mut to = start;
    while let Some(from) = before.get(to).copied() {
        let uses = siblings.get(from).and_then(|uses| uses.get(to)).cloned().unwrap_or_default();
        steps.push(Step { from: from.to_owned(), to: to.to_owned(), uses });
        to = from;
        if to == start {
            break;
        }
    }
    steps.reverse();
    steps
}
