//! The operations of the description, found by method and path.

use std::collections::HashMap;

use axum::http::Method;
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

/// What `cargo xtask regen` keeps of the description.
const CONTRACT: &str = include_str!("contract.json");

/// The description, ready for requests.
#[derive(Debug)]
pub(crate) struct Contract {
    pub(crate) schemas: IndexMap<String, Value>,
    pub(crate) routes: Vec<Route>,
}

/// An operation: what it takes and answers.
#[derive(Debug, Deserialize)]
pub(crate) struct Operation {
    #[serde(deserialize_with = "method")]
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// The schema of its answer.
    pub(crate) answer: Option<Value>,
}

fn method<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Method, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

#[derive(Debug, Deserialize)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) required: bool,
    pub(crate) schema: Value,
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Body {
    pub(crate) required: bool,
    pub(crate) schema: Value,
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
    WrongMethod(Vec<&'a str>),
    /// No operation has this path.
    Nothing,
}

impl Contract {
    /// What the description promised when this program was built.
    pub(crate) fn load() -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Kept {
            schemas: IndexMap<String, Value>,
            operations: Vec<Operation>,
        }
        let Kept { schemas, operations } = serde_json::from_str(CONTRACT)?;
        let routes = operations.into_iter().map(|operation| Route {
            key: format!("{} {}", operation.method, operation.path),
            segments: operation.path.split('/').map(ToOwned::to_owned).collect(),
            operation,
        });
        Ok(Self { routes: routes.collect(), schemas })
    }

    /// Finds the operation of a request.
    pub(crate) fn find(&self, method: &str, path: &str) -> Found<'_> {
        let parts: Vec<&str> = path.split('/').collect();
        let mut others = Vec::new();
        for route in &self.routes {
            let Some(values) = route.matches(&parts) else {
                continue;
            };
            if route.operation.method == method {
                return Found::Route(route, values);
            }
            others.push(route.operation.method.as_str());
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
