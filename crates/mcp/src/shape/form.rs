//! The form that a caller wants a list in: rows, chosen members, or everything.

use serde_json::{Map, Value};

use crate::{
    check::{Faults, unknown},
    text::{Inside, Origin},
    tool::{List, OperationTool},
};

/// How many members a caller can choose.
const MAX_FIELDS: usize = 100;

/// What a caller wants of a list. None of it is sent to the API.
#[derive(Debug)]
pub(crate) struct ListOptions {
    pub(crate) list: &'static List,
    pub(crate) form: Form,
    /// Whether to read all pages.
    pub(crate) all_pages: bool,
}

/// The form of a list.
#[derive(Debug)]
pub(crate) enum Form {
    /// Rows of the members that the overlay names.
    Compact,
    /// Everything, as the API sent it.
    Full,
    /// Rows of these members.
    Fields(Vec<Field>),
}

/// A member that the caller chose.
#[derive(Debug)]
pub(crate) struct Field {
    /// The path from the item on, as the name of its column.
    pub(crate) name: String,
    pub(crate) path: Vec<String>,
}

impl ListOptions {
    /// The arguments that say how the server answers with a list.
    pub(crate) const NAMES: [&'static str; 3] = ["detail", "fields", "all_pages"];

    /// Takes the options out of arguments that were checked against the tool's schema. `None` if the tool
    /// does not answer with a list.
    ///
    /// # Errors
    /// Fields that the items of the list do not have.
    pub(crate) fn take(
        tool: &'static OperationTool,
        given: &mut Map<String, Value>,
    ) -> Result<Option<Self>, Faults> {
        let Some(list) = &tool.list else { return Ok(None) };
        let [detail, fields, all_pages] = Self::NAMES.map(|name| given.shift_remove(name));
        let full = detail.as_ref().and_then(Value::as_str) == Some("full");
        let form = match fields.as_ref().and_then(Value::as_array) {
            Some(_) if full => {
                let sentence = "`detail: \"full\"` gives every member; leave out `fields`.";
                return Err(Faults::from(sentence.to_owned()));
            }
            Some(fields) => Form::Fields(chosen(tool, list, fields)?),
            None if full => Form::Full,
            None => Form::Compact,
        };
        let all_pages = all_pages.and_then(|value| value.as_bool()).unwrap_or_default();
        Ok(Some(Self { list, form, all_pages }))
    }
}

/// The members that a caller chose, each once.
fn chosen(tool: &OperationTool, list: &List, given: &[Value]) -> Result<Vec<Field>, Faults> {
    let mut faults = Vec::new();
    let mut fields: Vec<Field> = Vec::new();
    for text in given.iter().filter_map(Value::as_str).take(MAX_FIELDS) {
        match field(tool, list, text) {
            Ok(Some(field)) if fields.iter().all(|other| other.name != field.name) => {
                fields.push(field);
            }
            Ok(_) => {}
            Err(fault) => faults.push(format!("fields: {fault}")),
        }
    }
    if given.len() > MAX_FIELDS {
        faults.push(format!("`fields` must have at most {MAX_FIELDS} items."));
    }
    if faults.is_empty() && fields.is_empty() {
        let example = format!("{}.{}", list.items, list.id);
        faults.push(format!("`fields` must name members of the items, such as `{example}`."));
    }
    if faults.is_empty() { Ok(fields) } else { Err(faults.into_iter().collect()) }
}

/// The member that a path names. `None` for what every result holds in any case.
fn field(tool: &OperationTool, list: &List, text: &str) -> Result<Option<Field>, String> {
    // `data[].id` and `data.0.id` mean the same as `data.id`.
    let is_index = |name: &str| name == "*" || name.bytes().all(|byte| byte.is_ascii_digit());
    let mut path: Vec<&str> = text
        .trim()
        .split('.')
        .map(|name| name.split_once('[').map_or(name, |(name, _)| name))
        .filter(|name| !is_index(name))
        .collect();
    let pagination = list.pages.as_ref().map(|pages| pages.pagination);
    match path.first() {
        Some(first) if *first == list.items => {
            path.remove(0);
        }
        Some(first) if Some(*first) == pagination => return Ok(None),
        _ => {}
    }
    if path.is_empty() {
        return Err(format!("name members, such as `{}.{}`.", list.items, list.id));
    }
    let mut origin = tool.answer.of_member(list.items);
    for (depth, name) in path.iter().enumerate() {
        let Origin::Known(members) = origin else { break };
        let Some(member) = members.get(name) else {
            let known: Vec<&str> = members.0.iter().map(|member| member.name).collect();
            return Err(unknown(name, text, &known));
        };
        match member.inside {
            Inside::Object(members) => origin = Origin::Known(members),
            Inside::Open => break,
            Inside::Plain if depth + 1 < path.len() => {
                return Err(unknown(path.get(depth + 1).unwrap_or(name), text, &[]));
            }
            Inside::Plain => {}
        }
    }
    let name = path.join(".");
    Ok(Some(Field { name, path: path.into_iter().map(ToOwned::to_owned).collect() }))
}
