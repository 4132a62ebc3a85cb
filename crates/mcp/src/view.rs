//! The tools that a client can use: all of them, or fewer if the server or a request says so.
//!
//! A view can be narrowed but never widened. The same view decides what is listed and what can be called.
//! How a view is narrowed is in `selection`, which knows the tools.

use std::{collections::BTreeSet, sync::Arc};

use clap::ValueEnum;

use crate::generated;

/// How tools are offered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// Clients list all tools and call them by their names.
    #[default]
    Full,
    /// Clients list four tools, which find, describe and call the others.
    Search,
}

/// A selection of the tools. Without any narrowing it includes all of them. Clones are cheap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    hidden: Arc<BTreeSet<&'static str>>,
    mode: Mode,
}

impl View {
    /// Whether the view includes a tool.
    #[must_use]
    pub fn includes(&self, tool: &str) -> bool {
        !self.hidden.contains(tool)
    }

    /// How its tools are offered.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// The same tools in search mode.
    #[must_use]
    pub fn search(self) -> Self {
        Self { mode: Mode::Search, ..self }
    }

    /// The same view without these tools.
    pub(crate) fn without(mut self, tools: impl Iterator<Item = &'static str>) -> Self {
        Arc::make_mut(&mut self.hidden).extend(tools);
        self
    }
}

/// The toolsets with these names, which are separated by commas.
///
/// # Errors
/// A name is unknown, or there is none. The message lists the toolsets.
pub(crate) fn toolsets(names: &str) -> Result<Vec<&'static str>, String> {
    let known = || {
        let names: Vec<&str> = generated::TOOLSETS.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    };
    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    let find = |name: &str| generated::TOOLSETS.iter().find(|(known, _)| *known == name);
    let found: Option<Vec<&str>> = names.map(|name| find(name).map(|(name, _)| *name)).collect();
    match found {
        Some(found) if found.is_empty() => {
            Err(format!("names no toolset; the toolsets are: {}", known()))
        }
        Some(found) => Ok(found),
        None => Err(format!("unknown toolset; the toolsets are: {}", known())),
    }
}
