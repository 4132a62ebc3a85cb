//! What a generated tool is made of: plain data, written by `cargo xtask regen` into `generated/`.
//!
//! How arguments are checked stands in `arguments`, how a tool is called in `call`.

use streampay::Operation;

/// A tool that calls one operation of the API.
#[derive(Debug)]
pub(crate) struct OperationTool {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) description: &'static str,
    pub(crate) toolset: &'static str,
    /// Whether the operation may change or vanish: preview, or in no published description.
    pub(crate) preview: bool,
    pub(crate) operation: &'static Operation,
    pub(crate) effects: Effects,
    /// The read that tells whether a change took effect when its answer was lost.
    pub(crate) verify_with: Option<VerifyWith>,
    pub(crate) arguments: &'static [Argument],
    pub(crate) fixed: &'static [Fixed],
    /// Whether the answer is no object, and is given as `{"result": …}`.
    pub(crate) wrapped: bool,
    pub(crate) input_schema: &'static str,
    pub(crate) output_schema: &'static str,
}

/// What a tool does to the world: the hints of MCP.
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

/// An argument: its name in the tool, and where it goes in the request.
#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) name: &'static str,
    pub(crate) api_name: &'static str,
    pub(crate) place: Place,
}

/// Where a value goes in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    /// A member of the JSON body.
    Body,
    /// The JSON body itself.
    WholeBody,
}

/// A value that is always sent, as JSON.
#[derive(Debug)]
pub(crate) struct Fixed {
    pub(crate) api_name: &'static str,
    pub(crate) place: Place,
    pub(crate) json: &'static str,
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

    /// Gives the argument another name than the API's.
    #[allow(dead_code, reason = "which constructors are used depends on the description")]
    pub(crate) const fn called(self, name: &'static str) -> Self {
        Self { name, ..self }
    }
}
