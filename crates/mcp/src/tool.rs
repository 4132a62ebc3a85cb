//! The data that describes a generated tool. `cargo xtask regen` writes it into `generated/`.
//!
//! `arguments` checks arguments by it, and `call` calls the operation.

use streampay::Operation;

use crate::text::Origin;

/// A tool that calls one operation of the API.
#[derive(Debug)]
pub(crate) struct OperationTool {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) toolset: &'static str,
    /// Whether the operation may change or disappear: it is a preview, or not in the published description.
    pub(crate) preview: bool,
    pub(crate) operation: &'static Operation,
    pub(crate) effects: Effects,
    /// The read that tells whether a change took effect when its answer was lost.
    pub(crate) verify_with: Option<VerifyWith>,
    /// What the tool does to the account and how much money is at stake, for the engine that decides
    /// whether a call may happen.
    pub(crate) stake: streampay_guard::Tool,
    pub(crate) arguments: &'static [Argument],
    pub(crate) fixed: &'static [Fixed],
    pub(crate) defaults: &'static [Default],
    /// Whether the answer is not an object, so that the result is `{"result": …}`.
    pub(crate) wrapped: bool,
    /// What is known about the members of the answer.
    pub(crate) answer: Origin,
    /// How the tool answers with a list, if it does.
    pub(crate) list: Option<List>,
    pub(crate) input_schema: &'static str,
    pub(crate) output_schema: &'static str,
}

impl OperationTool {
    /// Whether the API's description promises nothing about the answer.
    pub(crate) fn answers_nothing(&self) -> bool {
        !self.output_schema.contains("\"properties\"")
    }
}

/// The hints of MCP about what a tool does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Effects {
    pub(crate) read_only: bool,
    pub(crate) destructive: bool,
    pub(crate) idempotent: bool,
    pub(crate) open_world: bool,
}

/// The read that resolves an unknown outcome, and what to look for in its answer.
#[derive(Debug)]
pub(crate) struct VerifyWith {
    pub(crate) tool: &'static str,
    pub(crate) look_for: &'static str,
}

/// An argument: its name in the tool, and its place in the request.
#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) api_name: &'static str,
    pub(crate) place: Place,
}

/// The place of a value in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    /// A member of the JSON body.
    Body,
    /// The JSON body itself.
    WholeBody,
}

/// A list: an answer with a member that holds items, which are shown as rows.
#[derive(Debug)]
pub(crate) struct List {
    /// The member of the answer with the items.
    pub(crate) items: &'static str,
    /// The member of an item that identifies it.
    pub(crate) id: &'static str,
    /// What a row shows.
    pub(crate) row: &'static [RowMember],
    /// How the list comes in pages, if it does.
    pub(crate) pages: Option<Pages>,
}

/// A member of an item that a row shows.
#[derive(Debug)]
pub(crate) struct RowMember {
    /// The members that lead to it, from the item on.
    pub(crate) path: &'static [&'static str],
    /// The name of its column.
    pub(crate) name: &'static str,
}

/// The names of what takes part in paging: two arguments, and a member of the answer.
#[derive(Debug)]
pub(crate) struct Pages {
    pub(crate) page: &'static str,
    pub(crate) limit: &'static str,
    pub(crate) pagination: &'static str,
}

/// A value that the tool always sends, as JSON.
#[derive(Debug)]
pub(crate) struct Fixed {
    pub(crate) api_name: &'static str,
    pub(crate) place: Place,
    pub(crate) json: &'static str,
}

/// A member of the JSON body that is sent if the agent does not give it, as JSON.
#[derive(Debug)]
pub(crate) struct Default {
    /// The members that lead to the object in which it belongs. If that object is missing, nothing is sent.
    pub(crate) path: &'static [&'static str],
    pub(crate) name: &'static str,
    pub(crate) json: &'static str,
}

impl RowMember {
    pub(crate) const fn new(path: &'static [&'static str], name: &'static str) -> Self {
        Self { path, name }
    }
}

impl Argument {
    pub(crate) const fn path(api_name: &'static str) -> Self {
        Self { name: api_name, api_name, place: Place::Path }
    }

    pub(crate) const fn query(api_name: &'static str) -> Self {
        Self { name: api_name, api_name, place: Place::Query }
    }

    pub(crate) const fn body(api_name: &'static str) -> Self {
        Self { name: api_name, api_name, place: Place::Body }
    }

    #[allow(dead_code, reason = "which constructors are used depends on the description")]
    pub(crate) const fn whole_body(api_name: &'static str) -> Self {
        Self { name: api_name, api_name, place: Place::WholeBody }
    }

    /// Gives the argument a name of its own.
    #[allow(dead_code, reason = "which constructors are used depends on the description")]
    pub(crate) const fn called(self, name: &'static str) -> Self {
        Self { name, ..self }
    }
}
