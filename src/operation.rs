//! Operations of the API, and how a request is built from JSON arguments.
//!
//! An argument never changes which operation is called: identifiers are checked and percent-encoded
//! before they enter a path.

use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};
use url::Url;

use crate::{call::Arguments, error::ArgumentFault};

/// An operation of the API.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// Its short name, `refund_payment`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path with its `{parameters}`.
    pub path: &'static str,
    /// The parameters.
    pub parameters: &'static [Parameter],
    /// Whether it takes a JSON body.
    pub body: Body,
    /// Whether sending the same request twice has the same effect as sending it once.
    pub retry_safe: bool,
}

/// Whether an operation takes a JSON body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Body {
    None,
    Optional,
    Required,
}

/// The part of a request that holds a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Location {
    Path,
    Query,
    Header,
}

/// A parameter of an operation.
#[derive(Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The API's name.
    pub name: &'static str,
    /// The part of the request that holds it.
    pub location: Location,
    /// Whether it is required.
    pub required: bool,
    /// Whether a list repeats the name (`a=1&a=2`) or joins its values with commas (`a=1,2`).
    pub explode: bool,
    /// Whether the value must be a UUID.
    pub uuid: bool,
}

/// The parts of a request that an operation and its arguments determine.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
}

/// Everything except the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Operation {
    /// Builds the parts of a request, or reports every argument that is wrong.
    pub(crate) fn parts(
        &self,
        base: &Url,
        arguments: &Arguments,
    ) -> Result<Parts, Vec<ArgumentFault>> {
        let mut faults = self.unknown(arguments);
        let path = self.fill_path(&arguments.path, &mut faults);
        let pairs = self.query(&arguments.query, &mut faults);
        let headers = self.headers(&arguments.headers, &mut faults);
        let body = self.body(arguments.body.as_ref(), &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut url = base.clone();
        url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
        if !pairs.is_empty() {
            url.query_pairs_mut().extend_pairs(pairs);
        }
        Ok(Parts { url, headers, body })
    }

    fn unknown(&self, arguments: &Arguments) -> Vec<ArgumentFault> {
        let groups = [
            (Location::Path, &arguments.path),
            (Location::Query, &arguments.query),
            (Location::Header, &arguments.headers),
        ];
        let known = |location, name: &str| {
            self.parameters.iter().any(|p| p.location == location && p.name == name)
        };
        groups
            .into_iter()
            .flat_map(|(location, map)| map.keys().map(move |name| (location, name)))
            .filter(|(location, name)| !known(*location, name))
            .map(|(location, name)| {
                let place = format!("{location:?}").to_lowercase();
                ArgumentFault::new(name, format!("{} has no such {place} parameter", self.name))
            })
            .collect()
    }

    fn fill_path(&self, values: &Map<String, Value>, faults: &mut Vec<ArgumentFault>) -> String {
        let mut path = String::with_capacity(self.path.len() + 40);
        let mut rest = self.path;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, tail)) = after.split_once('}') else { break };
            path.push_str(before);
            let uuid = self.parameters.iter().any(|p| p.name == name && p.uuid);
            match path_value(values.get(name), uuid) {
                Ok(value) => path.extend(utf8_percent_encode(&value, SEGMENT)),
                Err(message) => faults.push(ArgumentFault::new(name, message)),
            }
            rest = tail;
        }
        path.push_str(rest);
        path
    }

    fn query(
        &self,
        values: &Map<String, Value>,
        faults: &mut Vec<ArgumentFault>,
    ) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        for parameter in self.parameters.iter().filter(|p| p.location == Location::Query) {
            let name = parameter.name;
            match values.get(name) {
                // A query cannot express null; leaving the parameter out comes closest.
                None | Some(Value::Null) if parameter.required => {
                    faults.push(ArgumentFault::new(name, "is required"));
                }
                None | Some(Value::Null) => {}
                Some(Value::Array(list)) => {
                    let texts: Option<Vec<String>> = list.iter().map(scalar).collect();
                    match texts {
                        None => {
                            faults.push(ArgumentFault::new(name, "must contain only plain values"))
                        }
                        Some(texts) if parameter.explode => {
                            pairs.extend(texts.into_iter().map(|text| (name, text)));
                        }
                        Some(texts) => pairs.push((name, texts.join(","))),
                    }
                }
                Some(value) => match scalar(value) {
                    Some(text) => pairs.push((name, text)),
                    None => {
                        faults.push(ArgumentFault::new(name, "must be a plain value or a list"))
                    }
                },
            }
        }
        pairs
    }

    fn headers(&self, values: &Map<String, Value>, faults: &mut Vec<ArgumentFault>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for parameter in self.parameters.iter().filter(|p| p.location == Location::Header) {
            let name = parameter.name;
            let Some(value) = values.get(name).filter(|value| !value.is_null()) else {
                if parameter.required {
                    faults.push(ArgumentFault::new(name, "is required"));
                }
                continue;
            };
            let text = scalar(value).unwrap_or_default();
            if parameter.uuid && uuid::Uuid::try_parse(&text).is_err() {
                faults.push(ArgumentFault::new(name, "must be a UUID"));
                continue;
            }
            match (HeaderName::try_from(name), HeaderValue::try_from(text)) {
                (Ok(name), Ok(value)) => {
                    headers.insert(name, value);
                }
                _ => faults.push(ArgumentFault::new(
                    name,
                    "contains characters that are not allowed in a header",
                )),
            }
        }
        headers
    }

    fn body(&self, body: Option<&Value>, faults: &mut Vec<ArgumentFault>) -> Option<Vec<u8>> {
        match (self.body, body) {
            (Body::None, None) | (Body::Optional, None) => None,
            (Body::None, Some(_)) => {
                let message = format!("{} takes no body", self.name);
                faults.push(ArgumentFault::new("body", message));
                None
            }
            (Body::Required, None) => {
                faults.push(ArgumentFault::new("body", "is required"));
                None
            }
            (_, Some(body)) => serde_json::to_vec(body).ok(),
        }
    }
}

/// Checks the value of a path parameter. A value that could be read as several segments, or as none, is
/// rejected although it would be encoded: servers and proxies differ in when they decode.
fn path_value(value: Option<&Value>, uuid: bool) -> Result<String, &'static str> {
    let text = match value {
        None | Some(Value::Null) => return Err("is required"),
        Some(value) => scalar(value).ok_or("must be a string")?,
    };
    if uuid {
        return match uuid::Uuid::try_parse(&text) {
            Ok(id) if text.len() == 36 => Ok(id.hyphenated().to_string()),
            _ => Err("must be a UUID, like 3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c"),
        };
    }
    let dangerous = |c: char| c.is_control() || matches!(c, '/' | '\\' | '?' | '#' | '%');
    if text.is_empty() || text.trim_matches('.').is_empty() || text.contains(dangerous) {
        return Err("must be one path segment without `/`, `\\`, `?`, `#`, `%` or line breaks");
    }
    Ok(text)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, Location, Operation, Parameter};
    use crate::call::Arguments;
    use http::Method;
    use serde_json::json;

    const fn parameter(name: &'static str, location: Location, uuid: bool) -> Parameter {
        Parameter { name, location, required: true, explode: false, uuid }
    }

    static OPERATION: Operation = Operation {
        name: "test",
        method: Method::GET,
        path: "/a/{name}/b",
        parameters: &[
            parameter("name", Location::Path, false),
            parameter("list", Location::Query, false),
            parameter("x-branch-id", Location::Header, true),
            parameter("x-note", Location::Header, false),
        ],
        body: Body::None,
        retry_safe: true,
    };

    fn parts(name: &str, branch: &str, note: &str) -> Result<super::Parts, Vec<String>> {
        let mut arguments = Arguments::default();
        arguments.path.insert("name".into(), json!(name));
        arguments.query.insert("list".into(), json!([1, "b c"]));
        arguments.headers.insert("x-branch-id".into(), json!(branch));
        arguments.headers.insert("x-note".into(), json!(note));
        let base = "https://api.example/base/".parse().unwrap();
        let faults =
            |faults: Vec<crate::ArgumentFault>| faults.into_iter().map(|f| f.argument).collect();
        OPERATION.parts(&base, &arguments).map_err(faults)
    }

    const BRANCH: &str = "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c";

    #[test]
    fn values_are_encoded_for_their_part_of_the_request() {
        let parts = parts("é &+:@", BRANCH, "n").unwrap();
        assert_eq!(
            parts.url.as_str(),
            "https://api.example/base/a/%C3%A9%20%26%2B%3A%40/b?list=1%2Cb+c"
        );
        assert_eq!(parts.headers["x-branch-id"], BRANCH);
    }

    #[test]
    fn values_that_could_form_another_segment_or_header_are_rejected() {
        for name in ["", ".", "..", "a/b", "a\\b", "a?b", "a#b", "%2e", "a\nb", "a\0"] {
            assert_eq!(parts(name, BRANCH, "n").unwrap_err(), ["name"], "{name:?}");
        }
        assert_eq!(
            parts("a", "main\r\nevil: 1", "x\r\ny: 1").unwrap_err(),
            ["x-branch-id", "x-note"]
        );
    }
}
