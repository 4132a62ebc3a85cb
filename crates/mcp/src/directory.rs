//! Looks up tools, in the form that clients receive: by exact name, by similar name, or by search terms.

use std::sync::OnceLock;

use rmcp::model::Tool;

use crate::{search::Index, view::View};

/// The longest name that is compared with the names of tools, in bytes. The comparison is quadratic.
const MAX_NAME: usize = 128;

/// The tools of a server in a fixed order.
pub(crate) struct Directory {
    tools: Vec<Tool>,
    /// Made by the first search.
    index: OnceLock<Index>,
}

impl Directory {
    pub(crate) fn new(tools: Vec<Tool>) -> Self {
        Self { tools, index: OnceLock::new() }
    }

    /// All tools.
    pub(crate) fn all(&self) -> &[Tool] {
        &self.tools
    }

    /// The tools that a view includes.
    pub(crate) fn shown(&self, view: &View) -> impl Iterator<Item = &Tool> {
        self.tools.iter().filter(|tool| view.includes(&tool.name))
    }

    /// A tool by its name, whether or not a view includes it.
    pub(crate) fn get(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.name == name)
    }

    /// The tools of a view that fit a request in English or Arabic, the best first.
    pub(crate) fn search(&self, request: &str, view: &View) -> impl Iterator<Item = &Tool> {
        let index = self.index.get_or_init(|| Index::new(&self.tools));
        let found = index.rank(request).into_iter().filter_map(|place| self.tools.get(place));
        found.filter(|tool| view.includes(&tool.name))
    }

    /// The tool of a view with the most similar name.
    pub(crate) fn nearest(&self, name: &str, view: &View) -> Option<&str> {
        nearest(name, self.shown(view).map(|tool| tool.name.as_ref()))
    }
}

/// Whether a tool changes nothing.
pub(crate) fn reads(tool: &Tool) -> bool {
    tool.annotations.as_ref().and_then(|hints| hints.read_only_hint).unwrap_or_default()
}

/// The name among `known` that is most similar to `name`, if one is similar.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > MAX_NAME {
        return None;
    }
    known
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .filter(|(likeness, _)| *likeness > 0.75)
        .map(|(_, known)| known)
}
