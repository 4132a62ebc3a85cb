//! Puts each argument of a tool into its place in the request, unchanged.

use serde_json::{Map, Value};
use streampay::{Arguments, operation::Body};

use crate::{
    check::{Checker, Faults},
    shape::ListOptions,
    tool::{OperationTool, Place},
};

/// Checks arguments against the tool's schema and puts each into its place.
///
/// A null in the query means that the argument is absent, because a URL cannot express null. Everywhere
/// else null is sent. The arguments that say how the server answers with a list are not sent.
///
/// # Errors
/// The arguments are not valid.
pub(crate) fn prepare(
    tool: &'static OperationTool,
    checker: &Checker,
    mut given: Map<String, Value>,
) -> Result<(Arguments, Option<ListOptions>), Faults> {
    let query = tool.arguments.iter().filter(|argument| argument.place == Place::Query);
    let query = query.map(|argument| argument.name);
    let own = ListOptions::NAMES.into_iter().filter(|_| tool.list.is_some());
    for name in query.chain(own) {
        if given.get(name).is_some_and(Value::is_null) {
            given.shift_remove(name);
        }
    }
    let mut given = checker.check(given)?;
    let options = ListOptions::take(tool, &mut given)?;
    Ok((place(tool, given)?, options))
}

/// Puts each argument into its place, without checking any.
///
/// # Errors
/// A fixed value that is not JSON, which is a bug of the generator.
pub(crate) fn place(
    tool: &OperationTool,
    mut given: Map<String, Value>,
) -> Result<Arguments, String> {
    let mut out = Arguments::default();
    let mut body = Map::new();
    let mut put = |place: Place, api_name: &str, value: Value| match place {
        Place::Path => {
            out.path.insert(api_name.to_owned(), value);
        }
        Place::Query => {
            out.query.insert(api_name.to_owned(), value);
        }
        Place::Body => {
            body.insert(api_name.to_owned(), value);
        }
        Place::WholeBody => out.body = Some(value),
    };
    for argument in tool.arguments {
        if let Some(value) = given.shift_remove(argument.name) {
            put(argument.place, argument.api_name, value);
        }
    }
    for fixed in tool.fixed {
        let value = serde_json::from_str(fixed.json).map_err(|error| error.to_string())?;
        put(fixed.place, fixed.api_name, value);
    }
    for default in tool.defaults {
        let value = serde_json::from_str(default.json).map_err(|error| error.to_string())?;
        let mut place = Some(&mut body);
        for step in default.path {
            place = place.and_then(|object| object.get_mut(*step)).and_then(Value::as_object_mut);
        }
        if let Some(object) = place {
            object.entry(default.name).or_insert(value);
        }
    }
    let wanted = match tool.operation.body {
        Body::None => false,
        Body::Optional => !body.is_empty(),
        Body::Required => true,
    };
    if wanted && out.body.is_none() {
        out.body = Some(Value::Object(body));
    }
    Ok(out)
}
