//! The operations of the description, found by method and path.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::Value;
use streampay_spec::{Faults, Operation};

const DESCRIPTION: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/openapi.json"));
const OVERLAY: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/overlay.yaml"));

/// The description, ready for requests.
#[derive(Debug)]
pub(crate) struct Contract {
    pub(crate) schemas: IndexMap<String, Value>,
    pub(crate) routes: Vec<Route>,
}

/// An operation and its place.
#[derive(Debug)]
pub(crate) struct Route {
    /// Method and path, `GET /api/v2/me`: what the operations are called here.
    pub(crate) key: String,
    pub(crate) operation: Operation,
    segments: Vec<String>,
}

/// What a method and a path lead to.
pub(crate) enum Found<'a> {
    /// An operation and the values in the path.
    Route(&'a Route, HashMap<String, String>),
    /// The path exists with other methods.
    WrongMethod(Vec<&'static str>),
    /// There is no such path.
    Nothing,
}

impl Contract {
    /// Reads the description that this program was built with.
    pub(crate) fn load() -> Result<Self, Faults> {
        let api = streampay_spec::load(DESCRIPTION, OVERLAY)?.api;
        let routes = api.operations.into_iter().map(|operation| Route {
            key: format!("{} {}", operation.method.word(), operation.path),
            segments: operation.path.split('/').map(ToOwned::to_owned).collect(),
            operation,
        });
        Ok(Self { routes: routes.collect(), schemas: api.schemas })
    }

    /// Finds the operation of a request.
    pub(crate) fn find(&self, method: &str, path: &str) -> Found<'_> {
        let parts: Vec<&str> = path.split('/').collect();
        let mut others = Vec::new();
        for route in &self.routes {
            let Some(values) = route.matches(&parts) else {
                continue;
            };
            if route.operation.method.word() == method {
                return Found::Route(route, values);
            }
            others.push(route.operation.method.word());
        }
        if others.is_empty() { Found::Nothing } else { Found::WrongMethod(others) }
    }
}

impl Route {
    fn matches(&self, parts: &[&str]) -> Option<HashMap<String, String>> {
        if parts.len() != self.segments.len() {
            return None;
        }
        let mut values = HashMap::new();
        for (segment, part) in self.segments.iter().zip(parts) {
            match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(_) if part.is_empty() => return None,
                Some(name) => {
                    let value = percent_encoding::percent_decode_str(part).decode_utf8_lossy();
                    values.insert(name.to_owned(), value.into_owned());
                }
                None if segment == part => {}
                None => return None,
            }
        }
        Some(values)
    }
}
