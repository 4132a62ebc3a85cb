//! Reading a request against its operation: parameters, which arrive as text, and the body.

use std::collections::HashMap;

use http::HeaderMap;
use indexmap::IndexMap;
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use streampay_spec::{deref, schema_types};

use super::routes::{Operation, Place};
use super::schema::Checker;
use crate::error::{ApiError, Detail, Result};
use crate::formats;
use crate::time;

/// The query parameters of a checked request, by name.
#[derive(Debug, Default)]
pub(crate) struct Query(HashMap<String, Value>);

impl Query {
    /// A text, if it is present and not empty.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// The texts of a list.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let list = self.0.get(name).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(ToOwned::to_owned).collect()
    }

    /// The parts of a text that commas separate.
    pub(crate) fn commas(&self, name: &str) -> Vec<String> {
        let parts = self.text(name).unwrap_or_default().split(',');
        parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_uppercase).collect()
    }

    /// A boolean.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool)
    }

    /// A whole number.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Value::as_i64)
    }

    /// A moment.
    pub(crate) fn moment(&self, name: &str) -> Option<Timestamp> {
        self.text(name).and_then(time::parse)
    }

    /// An amount.
    pub(crate) fn amount(&self, name: &str) -> Option<Decimal> {
        self.0.get(name).and_then(formats::decimal)
    }
}

/// Reads and checks the parameters in path, query and headers.
pub(crate) fn read_parameters(
    operation: &Operation,
    schemas: &IndexMap<String, Value>,
    path: &HashMap<String, String>,
    query: &str,
    headers: &HeaderMap,
) -> (Query, Vec<Detail>) {
    let mut given: HashMap<String, Vec<String>> = HashMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        given.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    let mut checker = Checker { schemas, faults: Vec::new() };
    let mut values = HashMap::new();
    for parameter in &operation.parameters {
        let name = &parameter.name;
        let (place, texts) = match parameter.place {
            Place::Path => ("path", path.get(name).cloned().into_iter().collect()),
            Place::Query => ("query", given.remove(name).unwrap_or_default()),
            Place::Header => {
                let value = headers.get(name.as_str()).and_then(|value| value.to_str().ok());
                ("header", value.map(ToOwned::to_owned).into_iter().collect::<Vec<String>>())
            }
        };
        let at = [json!(place), json!(name)];
        if texts.is_empty() {
            if parameter.required {
                checker.fault(&at, &Value::Null, "missing", "Field required".into());
            }
            continue;
        }
        if let Some(value) = typed(&texts, &parameter.schema, &mut checker, &at) {
            checker.check(&value, &parameter.schema, &at);
            values.insert(name.clone(), value);
        }
    }
    (Query(values), checker.faults)
}

/// Converts text to the type of the schema. Records a fault and returns `None` if it cannot.
fn typed(
    texts: &[String],
    schema: &Value,
    checker: &mut Checker<'_>,
    at: &[Value],
) -> Option<Value> {
    let types = types(schema, checker.schemas);
    if types.contains(&"array".to_owned()) {
        return Some(json!(texts));
    }
    // If a parameter occurs several times, the last one wins, as in other frameworks.
    let text = texts.last()?;
    if types.contains(&"integer".to_owned()) {
        return match text.trim().parse::<i64>() {
            Ok(number) => Some(json!(number)),
            Err(_) => {
                let msg = "Input should be a valid integer, unable to parse string as an integer";
                checker.fault(at, &json!(text), "int_parsing", msg.into());
                None
            }
        };
    }
    if types.contains(&"boolean".to_owned()) {
        return match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" | "t" | "y" => Some(json!(true)),
            "false" | "0" | "no" | "off" | "f" | "n" => Some(json!(false)),
            _ => {
                let msg = "Input should be a valid boolean, unable to interpret input";
                checker.fault(at, &json!(text), "bool_parsing", msg.into());
                None
            }
        };
    }
    Some(json!(text))
}

fn types(schema: &Value, schemas: &IndexMap<String, Value>) -> Vec<String> {
    let schema = deref(schema, schemas);
    let mut types: Vec<String> = schema_types(schema).into_iter().map(ToOwned::to_owned).collect();
    for key in ["anyOf", "oneOf"] {
        for branch in schema.get(key).and_then(Value::as_array).into_iter().flatten() {
            types.extend(schema_types(deref(branch, schemas)).into_iter().map(ToOwned::to_owned));
        }
    }
    types
}

/// Reads and checks the body. Faults of the parameters are reported with those of the body.
pub(crate) fn read_body(
    operation: &Operation,
    schemas: &IndexMap<String, Value>,
    content_type: &str,
    bytes: &[u8],
    faults: Vec<Detail>,
) -> Result<Value> {
    let mut checker = Checker { schemas, faults };
    let at = [json!("body")];
    let mut value = Value::Null;
    if let Some(body) = &operation.body {
        let is_json = content_type.split(';').next().is_some_and(|kind| {
            let kind = kind.trim().to_ascii_lowercase();
            kind == "application/json" || kind.ends_with("+json")
        });
        if bytes.is_empty() {
            if body.required {
                checker.fault(&at, &Value::Null, "missing", "Field required".into());
            }
        } else if !is_json {
            let msg = "Input should be a valid dictionary or object to extract fields from";
            let text = String::from_utf8_lossy(bytes).chars().take(200).collect::<String>();
            checker.fault(&at, &json!(text), "model_attributes_type", msg.into());
        } else {
            match serde_json::from_slice(bytes) {
                Ok(read) => {
                    value = read;
                    checker.check(&value, &body.schema, &at);
                }
                Err(error) => {
                    let at = [json!("body"), json!(error.column())];
                    let msg = format!("JSON decode error: {error}");
                    checker.fault(&at, &json!({}), "json_invalid", msg);
                }
            }
        }
    }
    if checker.faults.is_empty() { Ok(value) } else { Err(ApiError::details(checker.faults)) }
}
