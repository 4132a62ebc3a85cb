//! Flattens the path, the query and the members of the body into one list of arguments.

use std::collections::BTreeMap;

use serde_json::Value;
use streampay_spec::{Api, Fault, Location, Operation, Warning, deref, schema_types};

use super::{
    Words,
    asked::{Asked, Default, Search},
};

/// Where an argument goes in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A `{parameter}` of the path.
    Path,
    /// The query.
    Query,
    /// A member of the JSON body.
    Body,
    /// The JSON body itself, if it is not an object with known members.
    WholeBody,
}

/// An argument of a tool.
#[derive(Debug, Clone)]
pub struct Argument {
    /// Its name in the tool.
    pub name: String,
    /// The API's name.
    pub api_name: String,
    /// Where it goes.
    pub place: Place,
    /// Whether it must be given.
    pub required: bool,
    /// Its schema in the description.
    pub schema: Value,
    /// What it is, for models, if the description says so.
    pub agent: Option<String>,
    /// What it is, for people.
    pub description: String,
}

impl Argument {
    /// The name by which an overlay distinguishes arguments of the same name: `body.id`, `query.id`.
    fn placed_name(&self) -> String {
        let place = match self.place {
            Place::Path => "path",
            Place::Query => "query",
            Place::Body | Place::WholeBody => "body",
        };
        format!("{place}.{}", self.api_name)
    }

    /// Whether `name` in an overlay refers to this argument.
    fn is_meant(&self, name: &str) -> bool {
        self.api_name == name || self.placed_name() == name
    }
}

/// A value that is always sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Fixed {
    /// The API's name.
    pub api_name: String,
    /// Where it goes.
    pub place: Place,
    /// The value.
    pub value: Value,
}

pub(super) struct Flat {
    pub(super) arguments: Vec<Argument>,
    pub(super) fixed: Vec<Fixed>,
    pub(super) defaults: Vec<Default>,
}

pub(super) fn flatten(
    api: &Api,
    operation: &Operation,
    words: &Words<'_>,
    faults: &mut Vec<Fault>,
    warnings: &mut Vec<Warning>,
) -> Flat {
    let mut fault = |message: String, advice: &str| {
        faults.push(Fault {
            place: operation.place.clone(),
            message: format!("tool {}: {message}", words.name),
            advice: advice.to_owned(),
        });
    };
    let mut all = parameters(operation);
    all.extend(body(api, operation));
    for name in words.renames.keys().chain(words.omit) {
        if !all.iter().any(|argument| argument.is_meant(name)) {
            warnings.push(Warning {
                place: operation.place.clone(),
                message: format!(
                    "tool {}: the overlay names `{name}`, which is not an argument",
                    words.name
                ),
            });
        }
    }
    let headers = operation.parameters.iter().filter(|p| p.location == Location::Header);
    for header in headers.filter(|header| header.required) {
        warnings.push(Warning {
            place: operation.place.clone(),
            message: format!(
                "tool {}: the header `{}` is required, but tools send no headers",
                words.name, header.name
            ),
        });
    }
    let mut fixed = Vec::new();
    for (name, value) in words.fixed.into_iter().flatten() {
        match all.iter().position(|argument| argument.is_meant(name)) {
            Some(index) => {
                let argument = all.remove(index);
                let listed = deref(&argument.schema, &api.schemas).get("enum");
                if listed.and_then(Value::as_array).is_some_and(|list| !list.contains(value)) {
                    fault(
                        format!("the fixed argument `{name}` cannot be {value}"),
                        "choose one of the values that the description lists",
                    );
                }
                fixed.push(Fixed {
                    api_name: argument.api_name,
                    place: argument.place,
                    value: value.clone(),
                });
            }
            None => fault(
                format!("the fixed argument `{name}` does not exist"),
                "without it the tool would do something else; correct `fixed` in the overlay",
            ),
        }
    }
    all.retain(|argument| {
        let omitted = words.omit.iter().any(|name| argument.is_meant(name));
        if omitted && argument.required {
            fault(
                format!("the argument `{}` is required and cannot be omitted", argument.api_name),
                "fix its value, or keep it",
            );
        }
        !omitted
    });
    let mut search = Search::new(api);
    if let Some(body) = &operation.body {
        search.schema(&body.schema, &mut Vec::new(), false);
    }
    for text in search.faults {
        fault(text, "correct it in the overlay");
    }
    all.retain(|argument| !Asked::of(&argument.schema).is_hidden());
    let mut seen: BTreeMap<String, Place> = BTreeMap::new();
    for argument in &mut all {
        let exact = words.renames.get(&argument.placed_name());
        if let Some(rename) = exact.or_else(|| words.renames.get(&argument.api_name)) {
            argument.name.clone_from(&rename.name);
        }
        if let Some(other) = seen.insert(argument.name.clone(), argument.place) {
            fault(
                format!(
                    "two arguments are called `{}` ({other:?}, {:?})",
                    argument.name, argument.place
                ),
                "rename one in the overlay: `x-tool: {arguments: {body.…: {name: …}}}`, or `query.…`",
            );
        }
    }
    // Required arguments come first, because models and people read from the top.
    all.sort_by_key(|argument| (!argument.required, argument.place != Place::Path));
    Flat { arguments: all, fixed, defaults: search.defaults }
}

/// The path and query parameters. Header parameters are settings of the client, not arguments.
fn parameters(operation: &Operation) -> Vec<Argument> {
    let place = |location| match location {
        Location::Path => Some(Place::Path),
        Location::Query => Some(Place::Query),
        Location::Header => None,
    };
    operation
        .parameters
        .iter()
        .filter_map(|parameter| {
            Some(Argument {
                name: argument_name(&parameter.name),
                api_name: parameter.name.clone(),
                place: place(parameter.location)?,
                required: parameter.required,
                schema: streampay_spec::without_null(&parameter.schema),
                agent: parameter.agent.clone(),
                description: parameter.description.clone(),
            })
        })
        .collect()
}

/// The members of the body, or the whole body as one argument if it has no known members.
fn body(api: &Api, operation: &Operation) -> Vec<Argument> {
    let Some(body) = &operation.body else { return Vec::new() };
    let schema = deref(&body.schema, &api.schemas);
    let text =
        |schema: &Value, key: &str| schema.get(key).and_then(Value::as_str).map(ToOwned::to_owned);
    let Some(members) = object_members(schema) else {
        return vec![Argument {
            name: "body".to_owned(),
            api_name: "body".to_owned(),
            place: Place::WholeBody,
            required: body.required,
            schema: body.schema.clone(),
            agent: text(schema, "x-agent"),
            description: text(schema, "description").unwrap_or_else(|| body.description.clone()),
        }];
    };
    let required = |name: &str| {
        let list = schema.get("required").and_then(Value::as_array);
        body.required && list.is_some_and(|list| list.iter().any(|entry| entry == name))
    };
    members
        .into_iter()
        .filter(|(_, schema)| schema.get("readOnly") != Some(&Value::Bool(true)))
        .map(|(name, member)| Argument {
            name: argument_name(name),
            api_name: name.clone(),
            place: Place::Body,
            required: required(name) && Asked::of(member).default().is_none(),
            agent: text(member, "x-agent"),
            description: text(member, "description").unwrap_or_default(),
            schema: member.clone(),
        })
        .collect()
}

fn object_members(schema: &Value) -> Option<Vec<(&String, &Value)>> {
    let unions = ["anyOf", "oneOf", "allOf", "not", "if"];
    if unions.iter().any(|key| schema.get(key).is_some()) || schema_types(schema).contains(&"null")
    {
        return None;
    }
    let members = schema.get("properties")?.as_object()?;
    (!members.is_empty()).then(|| members.iter().collect())
}

/// A name that every client accepts: letters, digits, `_` and `-`.
fn argument_name(api_name: &str) -> String {
    api_name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' })
        .collect()
}
