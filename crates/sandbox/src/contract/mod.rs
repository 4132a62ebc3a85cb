//! What the API description promises: which operations there are, whether a request fits one, and
//! what its response shows. What an operation does is in `resources`.

mod schema;

use std::collections::HashMap;

use ::http::{HeaderMap, Method};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{ApiError, Detail, Result};
use schema::Checker;
pub(crate) use schema::{branches, shape};

/// What `cargo xtask regen` keeps of the description.
const CONTRACT: &str = include_str!("contract.json");

/// The schemas of the description, by name.
pub(crate) type Schemas = IndexMap<String, Value>;

/// The description, ready for requests.
#[derive(Debug)]
pub(crate) struct Contract {
    pub(crate) schemas: Schemas,
    routes: Vec<Route>,
}

/// An operation and its place.
#[derive(Debug)]
pub(crate) struct Route {
    /// Method and path, `GET /api/v2/me`: what the operations are called here.
    pub(crate) key: String,
    pub(crate) operation: Operation,
    segments: Vec<String>,
}

/// An operation: what it takes and returns.
#[derive(Debug, Deserialize)]
pub(crate) struct Operation {
    #[serde(deserialize_with = "method")]
    pub(crate) method: Method,
    path: String,
    parameters: Vec<Parameter>,
    body: Option<Body>,
    /// The schema of its response.
    #[serde(rename = "answer")]
    pub(crate) response: Option<Value>,
}

fn method<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Method, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

#[derive(Debug, Deserialize)]
struct Parameter {
    name: String,
    place: Place,
    required: bool,
    schema: Value,
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Place {
    Path,
    Query,
    Header,
}

#[derive(Debug, Deserialize)]
struct Body {
    required: bool,
    schema: Value,
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
    pub(crate) fn load() -> std::result::Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Kept {
            schemas: Schemas,
            operations: Vec<Operation>,
        }
        let Kept { schemas, mut operations } = serde_json::from_str(CONTRACT)?;
        for operation in &mut operations {
            // The description does not say what these two return. It is the invoice.
            if operation.path.ends_with("/send") || operation.path.ends_with("/void") {
                operation.response = Some(json!({"$ref": "#/components/schemas/InvoiceDetailed"}));
            }
        }
        let routes = operations.into_iter().map(|operation| Route {
            key: format!("{} {}", operation.method, operation.path),
            segments: operation.path.split('/').map(ToOwned::to_owned).collect(),
            operation,
        });
        Ok(Self { routes: routes.collect(), schemas })
    }

    /// Finds the operation of a request.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let parts: Vec<&str> = path.split('/').collect();
        let mut others = Vec::new();
        for route in &self.routes {
            let Some(values) = route.matches(&parts) else { continue };
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

/// The parameters of a checked request, by name.
pub(crate) type Parameters = HashMap<String, Value>;

impl Operation {
    /// Reads and checks the parameters in path, query and headers.
    pub(crate) fn read_parameters(
        &self,
        schemas: &Schemas,
        path: &HashMap<String, String>,
        query: &str,
        headers: &HeaderMap,
    ) -> (Parameters, Vec<Detail>) {
        let mut given: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            given.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        let mut checker = Checker { schemas, details: Vec::new() };
        let mut values = Parameters::new();
        for Parameter { name, place, required, schema } in &self.parameters {
            let (place, texts) = match place {
                Place::Path => ("path", path.get(name).cloned().into_iter().collect()),
                Place::Query => ("query", given.remove(name).unwrap_or_default()),
                Place::Header => {
                    let value = headers.get(name.as_str()).and_then(|value| value.to_str().ok());
                    ("header", value.map(ToOwned::to_owned).into_iter().collect::<Vec<String>>())
                }
            };
            let at = [json!(place), json!(name)];
            if texts.is_empty() {
                if *required {
                    checker.reject(&at, &Value::Null, "missing", "Field required");
                }
            } else if let Some(mut value) = typed(&texts, schema, &mut checker, &at) {
                checker.check(&mut value, schema, &at);
                values.insert(name.clone(), value);
            }
        }
        (values, checker.details)
    }

    /// Reads and checks the body. Invalid parameters are reported together with it.
    pub(crate) fn read_body(
        &self,
        schemas: &Schemas,
        content_type: &str,
        bytes: &[u8],
        details: Vec<Detail>,
    ) -> Result<Value> {
        let mut checker = Checker { schemas, details };
        let mut value = Value::Null;
        if let Some(body) = &self.body {
            let at = [json!("body")];
            let kind = content_type.split(';').next().unwrap_or_default().trim();
            let kind = kind.to_ascii_lowercase();
            if bytes.is_empty() {
                if body.required {
                    checker.reject(&at, &Value::Null, "missing", "Field required");
                }
            } else if kind != "application/json" && !kind.ends_with("+json") {
                let msg = "Input should be a valid dictionary or object to extract fields from";
                let text: String = String::from_utf8_lossy(bytes).chars().take(200).collect();
                checker.reject(&at, &json!(text), "model_attributes_type", msg);
            } else {
                match serde_json::from_slice(bytes) {
                    Ok(read) => {
                        value = read;
                        checker.check(&mut value, &body.schema, &at);
                    }
                    Err(error) => {
                        let at = [json!("body"), json!(error.column())];
                        let msg = format!("JSON decode error: {error}");
                        checker.reject(&at, &json!({}), "json_invalid", msg);
                    }
                }
            }
        }
        if checker.details.is_empty() { Ok(value) } else { Err(ApiError::details(checker.details)) }
    }
}

/// Converts text to the type of the schema. Records a fault and returns `None` if it cannot.
fn typed(
    texts: &[String],
    schema: &Value,
    checker: &mut Checker<'_>,
    at: &[Value],
) -> Option<Value> {
    let (_, branches) = branches(schema, checker.schemas);
    let takes = |name: &str| {
        branches.iter().any(|branch| streampay_spec::schema_types(branch).contains(&name))
    };
    if takes("array") {
        return Some(json!(texts));
    }
    // If a parameter occurs several times, the last one wins, as in other frameworks.
    let text = texts.last()?;
    let (value, kind, msg) = if takes("integer") {
        let msg = "Input should be a valid integer, unable to parse string as an integer";
        (text.trim().parse::<i64>().ok().map(Value::from), "int_parsing", msg)
    } else if takes("boolean") {
        let value = match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" | "t" | "y" => Some(json!(true)),
            "false" | "0" | "no" | "off" | "f" | "n" => Some(json!(false)),
            _ => None,
        };
        (value, "bool_parsing", "Input should be a valid boolean, unable to interpret input")
    } else {
        return Some(json!(text));
    };
    if value.is_none() {
        checker.reject(at, &json!(text), kind, msg);
    }
    value
}
