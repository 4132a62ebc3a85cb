//! The intermediate form: everything that the generators know about an API.
//!
//! Schemas are plain JSON in the dialect that `normalize` makes. Order is the order of the document
//! throughout, so that the same input always gives the same output.

use http::Method;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::stake::{MoneyRule, Shown, Subject};

/// A whole API.
#[derive(Debug, Clone, Default)]
pub struct Api {
    /// The title of the description.
    pub title: String,
    /// The version of the API.
    pub version: String,
    /// What the API is, in Markdown.
    pub description: String,
    /// The first server's URL.
    pub server: Option<String>,
    /// SHA-256 of the overlaid description, as hexadecimal digits.
    pub digest: String,
    /// The overlaid description, as it is published to users.
    pub document: Value,
    /// The operations, in the order of the document.
    pub operations: Vec<Operation>,
    /// The component schemas by their tidied names.
    pub schemas: IndexMap<String, Value>,
    /// Groups of tools: name and what is in it (`x-toolsets`).
    pub toolsets: IndexMap<String, String>,
    /// What to do about an error code of the API (`x-error-advice`).
    pub error_advice: IndexMap<String, String>,
    /// How lists come in pages (`x-paging`).
    pub paging: Option<Paging>,
    /// What the components hold that people write (`x-untrusted`, `x-personal`), by their tidied names.
    pub outside: IndexMap<String, OutsideText>,
}

/// Which members of an object hold text that people write, and which are personal data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutsideText {
    /// Members with text that people write (`x-untrusted`), with all that is in them.
    pub untrusted: Vec<String>,
    /// Members with personal data (`x-personal`).
    pub personal: IndexMap<String, Personal>,
}

/// A kind of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Personal {
    Phone,
    Email,
    Iban,
    Address,
}

/// A member that the rows of a list show, written `path.of.members as name`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RowMember {
    /// The members that lead to it, from the item on. Lists on the way stand for their items.
    pub path: Vec<String>,
    /// The name of its column: the path, unless the overlay gives another.
    pub name: String,
}

impl TryFrom<String> for RowMember {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (path, name) = text.split_once(" as ").unwrap_or((&text, &text));
        let (path, name) = (path.trim(), name.trim());
        let is_name = |name: &str| {
            !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
        };
        if !is_name(name) || !path.split('.').all(is_name) {
            return Err(format!(
                "`{text}` is neither `path.of.members` nor `path.of.members as name`"
            ));
        }
        let path = path.split('.').map(ToOwned::to_owned).collect();
        Ok(Self { path, name: name.to_owned() })
    }
}

/// How the lists of an API come in pages: the names of what takes part in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// The query parameter with the number of the page.
    pub page: String,
    /// The query parameter with the size of a page.
    pub limit: String,
    /// The member of the answer that holds the items.
    pub items: String,
    /// The member of the answer that says where in the list the page is.
    pub pagination: String,
    /// The member of an item that identifies it.
    pub id: String,
}

/// One operation of the API.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its place in the document, `#/paths/~1a/get`.
    pub place: String,
    /// The `operationId`, or one made from method and path.
    pub id: String,
    /// The short name: `x-name`, or made from the id. Unique among operations and tools.
    pub name: String,
    /// The HTTP method.
    pub method: Method,
    /// The path with its `{parameters}`.
    pub path: String,
    /// The first tag.
    pub tag: Option<String>,
    /// One line.
    pub summary: String,
    /// What it does, in Markdown.
    pub description: String,
    /// Whether the description marks it as going away.
    pub deprecated: bool,
    /// How far the operation can be relied on (`x-stability`).
    pub stability: Stability,
    /// The parameters, path first, then in the order of the document.
    pub parameters: Vec<Parameter>,
    /// The JSON body, if it takes one.
    pub body: Option<Body>,
    /// What it answers on success.
    pub success: Success,
    /// Whether sending the same request twice has the same effect as sending it once: safe methods, and
    /// operations marked `x-retry-safe: true`.
    pub retry_safe: bool,
    /// The read that shows whether a change took effect when its answer was lost (`x-verify-with`).
    pub verify_with: Option<VerifyWith>,
    /// The money that it moves (`x-money`).
    pub money: MoneyRule,
    /// What it is about (`x-subjects`).
    pub subjects: Vec<Subject>,
    /// What a person who approves it is shown (`x-shown`).
    pub shown: Vec<Shown>,
    /// The wording and hints of its tool (`x-tool`).
    pub tool: ToolWords,
    /// Further tools on this operation (`x-tools`).
    pub extra_tools: Vec<ExtraTool>,
    /// What the rows of its list show (`x-row`); empty if it answers with no list.
    pub row: Vec<RowMember>,
}

/// How far an operation can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stability {
    /// Published.
    #[default]
    Stable,
    /// Published for testing; may change or be switched off.
    Preview,
    /// Seen in use, in no published description.
    Undocumented,
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Location {
    Path,
    Query,
    Header,
}

/// A parameter of an operation.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The API's name.
    pub name: String,
    /// Where it travels.
    pub location: Location,
    /// Whether it must be given. Always true in a path.
    pub required: bool,
    /// Its schema.
    pub schema: Value,
    /// Whether a list repeats the name (`a=1&a=2`) or joins with commas (`a=1,2`).
    pub explode: bool,
    /// What it is, for people.
    pub description: String,
    /// What it is, for models (`x-agent`).
    pub agent: Option<String>,
    /// Its name in the Rust client, where that is not made from the API's (`x-name`).
    pub rust_name: Option<String>,
}

impl Parameter {
    /// The name from which its name in the Rust client is made.
    #[must_use]
    pub fn name_for_rust(&self) -> &str {
        self.rust_name.as_deref().unwrap_or(&self.name)
    }
}

/// A JSON body.
#[derive(Debug, Clone)]
pub struct Body {
    /// Whether it must be given.
    pub required: bool,
    /// Its schema.
    pub schema: Value,
    /// What it is.
    pub description: String,
}

/// What an operation answers on success.
#[derive(Debug, Clone)]
pub struct Success {
    /// The status codes that mean success, `200` or `2XX`.
    pub statuses: Vec<String>,
    /// The schema of the JSON answer; `None` where the answer has no content.
    pub schema: Option<Value>,
    /// What it is.
    pub description: String,
}

/// The read that resolves an unknown outcome.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyWith {
    /// The tool to call.
    pub tool: String,
    /// What to compare in its answer.
    pub look_for: String,
}

/// Hints about a tool's effects, where they differ from what its method implies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hints {
    /// Changes nothing.
    pub read_only: Option<bool>,
    /// May take away or overwrite; false for changes that only add.
    pub destructive: Option<bool>,
    /// The same call again has no further effect.
    pub idempotent: Option<bool>,
    /// Reaches beyond the server itself.
    pub open_world: Option<bool>,
}

/// A new name for an argument.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArgumentRename {
    /// The argument's name in the tool.
    pub name: String,
}

/// The wording of an operation's tool.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ToolWords {
    /// The group that it belongs to.
    pub toolset: Option<String>,
    /// A short title for people.
    pub title: Option<String>,
    /// The title in Arabic, for people who approve.
    pub title_ar: Option<String>,
    /// What it does, for models.
    pub description: Option<String>,
    /// Hints that differ from the method's.
    pub hints: Hints,
    /// New names for arguments, by the API's names.
    pub arguments: IndexMap<String, ArgumentRename>,
}

/// A further tool on an operation, with some arguments fixed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtraTool {
    /// The tool's name.
    pub name: String,
    /// As in [`ToolWords`].
    pub toolset: Option<String>,
    /// As in [`ToolWords`].
    pub title: Option<String>,
    /// As in [`ToolWords`].
    pub title_ar: Option<String>,
    /// As in [`ToolWords`].
    pub description: Option<String>,
    /// As in [`ToolWords`].
    #[serde(default)]
    pub hints: Hints,
    /// As in [`ToolWords`].
    #[serde(default)]
    pub arguments: IndexMap<String, ArgumentRename>,
    /// Arguments that are always sent with these values, by the API's names.
    #[serde(default)]
    pub fixed: Map<String, Value>,
    /// Arguments that the tool does not offer, by the API's names.
    #[serde(default)]
    pub omit: Vec<String>,
}
