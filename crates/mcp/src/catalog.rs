//! What tools there are: the generated ones and the built-in ones, in the order in which they are listed.

use crate::{
    generated,
    tool::{Effects, OperationTool},
    tools::{self, BuiltinTool},
};

/// What a tool does.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// It calls an operation of the API.
    Operation(&'static OperationTool),
    /// It is handwritten.
    Builtin(&'static dyn BuiltinTool),
}

/// All tools.
pub(crate) fn all() -> impl Iterator<Item = Kind> {
    let operations = generated::TOOLS.iter().copied().flatten().map(|tool| Kind::Operation(tool));
    operations.chain(tools::ALL.iter().map(|tool| Kind::Builtin(*tool)))
}

/// The tools that search mode lists instead of all.
pub(crate) fn of_search_mode() -> impl Iterator<Item = Kind> {
    tools::SEARCH.iter().map(|tool| Kind::Builtin(*tool))
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Operation(tool) => tool.name,
            Self::Builtin(tool) => tool.info().name,
        }
    }

    pub(crate) fn effects(self) -> Effects {
        match self {
            Self::Operation(tool) => tool.effects,
            Self::Builtin(tool) => tool.info().effects,
        }
    }

    /// The operation, if it changes something.
    pub(crate) fn change(self) -> Option<&'static OperationTool> {
        match self {
            Self::Operation(tool) if !tool.effects.read_only => Some(tool),
            _ => None,
        }
    }

    pub(crate) fn toolset(self) -> &'static str {
        match self {
            Self::Operation(tool) => tool.toolset,
            Self::Builtin(tool) => tool.info().toolset,
        }
    }

    /// Whether the operation may change or disappear.
    pub(crate) fn preview(self) -> bool {
        matches!(self, Self::Operation(tool) if tool.preview)
    }
}
