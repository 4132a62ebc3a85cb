//! From a normalized document to [`Api`], checking on the way all that a generator relies on.

use std::collections::BTreeMap;

use http::Method;
use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::{
    answers,
    api::{Api, Body, Location, Operation, Parameter, Success},
    extensions,
    fault::{Fault, Faults, Warning},
    names::operation_name,
    pointer::Pointer,
    schema::{referenced_component, schema_types, without_null},
};

pub(crate) fn assemble(document: &Value) -> Result<(Api, Vec<Warning>), Faults> {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let mut work = Work { schemas, faults: Vec::new(), warnings: Vec::new() };
    let mut operations = work.operations(document);
    work.unique_names(&operations);
    let components: IndexMap<String, Value> = schemas
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    let paging = extensions::root(document, "x-paging", &mut work.faults);
    let Work { faults, warnings, .. } = &mut work;
    let outside = answers::outside_text(&components, faults, warnings);
    answers::check_rows(&mut operations, paging.as_ref(), &components, faults, warnings);
    let text = |pointer: &str| {
        document.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let api = Api {
        title: text("/info/title"),
        version: text("/info/version"),
        description: text("/info/description"),
        server: document.pointer("/servers/0/url").and_then(Value::as_str).map(ToOwned::to_owned),
        digest: String::new(),
        document: Value::Null,
        schemas: components,
        toolsets: extensions::texts(document, "x-toolsets", &mut work.faults),
        error_advice: extensions::texts(document, "x-error-advice", &mut work.faults),
        paging,
        outside,
        operations,
    };
    let warnings = work.warnings;
    Faults::or(work.faults, (api, warnings))
}

/// The methods that a path item can have, in the order in which OpenAPI lists them.
const METHODS: [Method; 8] = [
    Method::GET,
    Method::PUT,
    Method::POST,
    Method::DELETE,
    Method::OPTIONS,
    Method::HEAD,
    Method::PATCH,
    Method::TRACE,
];

/// The key under which a path item holds the operation with this method: `get`.
pub fn path_item_key(method: &Method) -> String {
    method.as_str().to_ascii_lowercase()
}

struct Work<'a> {
    schemas: Option<&'a Map<String, Value>>,
    faults: Vec<Fault>,
    warnings: Vec<Warning>,
}

impl Work<'_> {
    fn fault(&mut self, at: &Pointer, message: impl Into<String>, advice: &str) {
        self.faults.push(Fault::at(at, message, advice));
    }

    fn operations(&mut self, document: &Value) -> Vec<Operation> {
        let at = Pointer::root().push("paths");
        let Some(paths) = document.get("paths").and_then(Value::as_object) else {
            self.fault(&at, "`paths` is missing or not an object", "is this the right document?");
            return Vec::new();
        };
        let mut operations = Vec::new();
        for (path, item) in paths {
            let at = at.push(path.as_str());
            if path.starts_with("x-") {
                continue;
            }
            if !path.starts_with('/') {
                self.fault(&at, "a path must start with `/`", "correct the path");
            }
            let Some(item) = item.as_object() else {
                self.fault(&at, "a path item must be an object", "correct the description");
                continue;
            };
            for method in METHODS {
                let key = path_item_key(&method);
                if let Some(operation) = item.get(&key) {
                    let at = at.push(key);
                    match operation.as_object() {
                        Some(map) => operations.push(self.operation(path, method, item, map, &at)),
                        None => self.fault(&at, "an operation must be an object", "correct it"),
                    }
                }
            }
        }
        let resolved = paths.values().all(|item| item.get("$ref").is_none());
        if operations.is_empty() && self.faults.is_empty() && resolved {
            self.fault(&at, "there are no operations", "is this the right document?");
        }
        operations
    }

    fn operation(
        &mut self,
        path: &str,
        method: Method,
        item: &Map<String, Value>,
        map: &Map<String, Value>,
        at: &Pointer,
    ) -> Operation {
        let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let extensions = extensions::read(map, at, &mut self.faults);
        let id = match map.get("operationId").and_then(Value::as_str) {
            Some(id) if !id.trim().is_empty() => id.to_owned(),
            _ => {
                self.warnings.push(Warning {
                    place: at.to_string(),
                    message: "there is no operationId; the name is made from the method and path"
                        .to_owned(),
                });
                operation_name("", path, &path_item_key(&method))
            }
        };
        let name =
            extensions.name.unwrap_or_else(|| operation_name(&id, path, &path_item_key(&method)));
        let summary = text("summary");
        Operation {
            place: at.to_string(),
            description: text("description"),
            summary: if summary.is_empty() { name.replace('_', " ") } else { summary },
            tag: map
                .get("tags")
                .and_then(|tags| tags.get(0))
                .and_then(Value::as_str)
                .map(Into::into),
            deprecated: map.get("deprecated") == Some(&Value::Bool(true)),
            stability: extensions.stability,
            parameters: self.parameters(path, item, map, at),
            body: self.body(map, at),
            success: self.success(map, at),
            retry_safe: method.is_safe() || extensions.retry_safe,
            verify_with: extensions.verify_with,
            money: extensions.money,
            subjects: extensions.subjects,
            shown: extensions.shown,
            tool: extensions.tool,
            extra_tools: extensions.extra_tools,
            row: extensions.row,
            path: path.to_owned(),
            id,
            name,
            method,
        }
    }

    /// The operation's own parameters over those of its path item, path parameters first.
    fn parameters(
        &mut self,
        path: &str,
        item: &Map<String, Value>,
        operation: &Map<String, Value>,
        at: &Pointer,
    ) -> Vec<Parameter> {
        let mut found: Vec<Parameter> = Vec::new();
        let mut unresolved = false;
        let shared = Pointer::root().push("paths").push(path);
        for (holder, at) in [(operation, at), (item, &shared)] {
            let Some(list) = holder.get("parameters") else { continue };
            let at = at.push("parameters");
            let Some(list) = list.as_array() else {
                self.fault(&at, "`parameters` must be a list", "correct the description");
                continue;
            };
            let overridden = found.len();
            for (index, parameter) in list.iter().enumerate() {
                let at = at.push(index.to_string());
                let kind = parameter.get("in").and_then(Value::as_str);
                let Some(parameter) = self.parameter(parameter, &at) else {
                    unresolved |= matches!(kind, None | Some("path"));
                    continue;
                };
                let same = |other: &Parameter| {
                    other.name == parameter.name && other.location == parameter.location
                };
                match found.iter().position(same) {
                    None => found.push(parameter),
                    Some(place) if place < overridden => {}
                    Some(_) => {
                        let message = format!("the parameter `{}` occurs twice", parameter.name);
                        self.fault(&at, message, "keep one of the two");
                    }
                }
            }
        }
        let wanted = self.template_names(path, at);
        // What an unusable parameter declares is not known; it has a fault of its own.
        for name in wanted.iter().filter(|_| !unresolved) {
            if !found.iter().any(|p| p.location == Location::Path && &p.name == name) {
                let message =
                    format!("the path has `{{{name}}}`, but no path parameter declares it");
                self.fault(at, message, "declare it with `in: path` and `required: true`");
            }
        }
        for parameter in found.iter().filter(|p| p.location == Location::Path) {
            if !wanted.contains(&parameter.name) {
                let message = format!("the path parameter `{}` is not in the path", parameter.name);
                self.fault(at, message, "put it into the path, or remove it");
            }
        }
        let position = |parameter: &Parameter| {
            let place = wanted.iter().position(|name| *name == parameter.name);
            (
                parameter.location != Location::Path,
                place.filter(|_| parameter.location == Location::Path),
            )
        };
        found.sort_by_key(position);
        found
    }

    fn template_names(&mut self, path: &str, at: &Pointer) -> Vec<String> {
        let mut names = Vec::new();
        for segment in path.split('/') {
            let mut rest = segment;
            while let Some((_, after)) = rest.split_once('{') {
                let Some((name, tail)) = after.split_once('}') else {
                    self.fault(at, "a `{` in the path is not closed", "correct the path");
                    return names;
                };
                if name.is_empty() || names.iter().any(|known| known == name) {
                    let message = format!("the path has `{{{name}}}` twice, or without a name");
                    self.fault(at, message, "correct the path");
                }
                names.push(name.to_owned());
                rest = tail;
            }
            if rest.contains('}') {
                self.fault(at, "a `}` in the path was never opened", "correct the path");
            }
        }
        names
    }

    fn parameter(&mut self, parameter: &Value, at: &Pointer) -> Option<Parameter> {
        if parameter.get("$ref").is_some() {
            return None;
        }
        let Some(name) = parameter.get("name").and_then(Value::as_str) else {
            self.fault(at, "the parameter has no name", "correct the description");
            return None;
        };
        let required = parameter.get("required") == Some(&Value::Bool(true));
        let kind = parameter.get("in").and_then(Value::as_str);
        let (location, usual) = match kind {
            Some("path") => (Location::Path, "simple"),
            Some("query") => (Location::Query, "form"),
            Some("header") => (Location::Header, "simple"),
            Some("cookie") if !required => {
                self.warnings.push(Warning {
                    place: at.to_string(),
                    message: format!("the cookie parameter `{name}` is ignored"),
                });
                return None;
            }
            other => {
                let message = format!("`in: {}` is not supported", other.unwrap_or("(none)"));
                self.fault(at, message, "parameters are in path, query or header");
                return None;
            }
        };
        if location == Location::Path && !required {
            self.fault(at, "a path parameter must be `required: true`", "correct the description");
        }
        let style = parameter.get("style").and_then(Value::as_str).unwrap_or(usual);
        if style != usual {
            self.fault(
                &at.push("style"),
                format!("the style `{style}` of `{name}` is not supported"),
                "use `form` for query parameters and `simple` elsewhere",
            );
        }
        let Some(schema) = parameter.get("schema") else {
            self.fault(at, format!("the parameter `{name}` has no schema"), "give it a `schema`");
            return None;
        };
        if location != Location::Header && self.is_object(schema) {
            let message =
                format!("the parameter `{name}` is an object, which is not supported in a URL");
            self.fault(&at.push("schema"), message, "describe each member as a parameter");
        }
        let text = |holder: &Value, key: &str| {
            holder.get(key).and_then(Value::as_str).map(ToOwned::to_owned)
        };
        Some(Parameter {
            name: name.to_owned(),
            location,
            required: required || location == Location::Path,
            explode: parameter.get("explode").and_then(Value::as_bool).unwrap_or(true),
            description: text(parameter, "description")
                .or_else(|| text(schema, "description"))
                .unwrap_or_default(),
            rust_name: extensions::name(parameter, at, &mut self.faults),
            agent: text(parameter, "x-agent").or_else(|| text(schema, "x-agent")),
            schema: schema.clone(),
        })
    }

    /// Whether a schema, or the component that it names, allows nothing but objects.
    fn is_object(&self, schema: &Value) -> bool {
        let mut current = without_null(schema);
        for _ in 0..64 {
            match referenced_component(&current).and_then(|name| self.schemas?.get(name)) {
                Some(found) => current = without_null(found),
                None => break,
            }
        }
        schema_types(&current) == ["object"]
    }

    fn body(&mut self, operation: &Map<String, Value>, at: &Pointer) -> Option<Body> {
        let body = operation.get("requestBody").filter(|body| body.get("$ref").is_none())?;
        let at = at.push("requestBody");
        let (_, media_type) = json_content(body).or_else(|| {
            let message = "the request body is not `application/json`";
            self.fault(&at, message, "remove the operation with an overlay, or offer JSON");
            None
        })?;
        let Some(schema) = media_type.get("schema") else {
            self.fault(&at, "the JSON body has no schema", "give it a `schema`, `{}` for anything");
            return None;
        };
        Some(Body {
            required: body.get("required") == Some(&Value::Bool(true)),
            schema: schema.clone(),
            description: body.get("description").and_then(Value::as_str).unwrap_or_default().into(),
        })
    }

    fn success(&mut self, operation: &Map<String, Value>, at: &Pointer) -> Success {
        let at = at.push("responses");
        let mut success =
            Success { statuses: Vec::new(), schema: None, description: String::new() };
        let Some(responses) = operation.get("responses").and_then(Value::as_object) else {
            self.fault(&at, "`responses` is missing or no object", "describe at least one answer");
            return success;
        };
        let fallback = responses.keys().all(|status| !status.starts_with('2'));
        for (status, response) in responses {
            let at = at.push(status.as_str());
            let valid = status == "default"
                || status.starts_with("x-")
                || (status.len() == 3
                    && status.starts_with(|c| ('1'..='5').contains(&c))
                    && (status.ends_with("XX") || status.bytes().all(|b| b.is_ascii_digit())));
            if !valid {
                self.fault(
                    &at,
                    format!("`{status}` is not a status"),
                    "use `200`, `2XX` or `default`",
                );
            }
            if !(status.starts_with('2') || fallback && status == "default") {
                continue;
            }
            if !response.is_object() {
                self.fault(&at, "a response must be an object", "correct the description");
            }
            if response.get("$ref").is_some() {
                continue;
            }
            success.statuses.push(status.clone());
            if success.description.is_empty() {
                let text = response.get("description").and_then(Value::as_str);
                success.description = text.unwrap_or_default().to_owned();
            }
            let has_content = response.get("content").and_then(Value::as_object);
            if has_content.is_none_or(Map::is_empty) {
                continue;
            }
            match json_content(response) {
                None => self.fault(
                    &at,
                    "the response is not `application/json`",
                    "remove the operation with an overlay: answers are relayed as JSON",
                ),
                Some((_, media_type)) => {
                    let schema = media_type.get("schema").cloned().unwrap_or_else(|| true.into());
                    if success.schema.as_ref().is_some_and(|first| *first != schema) {
                        let message = "its schema differs from that of another success";
                        self.fault(&at, message, "one operation answers one schema on success");
                    }
                    success.schema = Some(schema);
                }
            }
        }
        success
    }

    /// Ids, names and tools of all operations: no two may be alike, and names must be names.
    fn unique_names(&mut self, operations: &[Operation]) {
        let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
        let mut names: BTreeMap<&str, &str> = BTreeMap::new();
        for operation in operations {
            if let Some(other) = ids.insert(&operation.id, &operation.place) {
                self.faults.push(Fault {
                    place: operation.place.clone(),
                    message: format!("the operationId `{}` is that of {other} too", operation.id),
                    advice: "every operation needs an id of its own".to_owned(),
                });
            }
            let extra = operation.extra_tools.iter().map(|tool| tool.name.as_str());
            for name in std::iter::once(operation.name.as_str()).chain(extra) {
                if let Some(other) = names.insert(name, &operation.place) {
                    self.faults.push(Fault {
                        place: operation.place.clone(),
                        message: format!("the tool name `{name}` is already taken by {other}"),
                        advice: "give one of them another `x-name` in the overlay".to_owned(),
                    });
                }
                if !is_tool_name(name) {
                    self.faults.push(Fault {
                        place: operation.place.clone(),
                        message: format!("`{name}` is not a valid tool name"),
                        advice: "give it an `x-name` in the overlay: lower-case letters, digits \
                                 and single `_` between them, a letter first, at most 40 characters"
                            .to_owned(),
                    });
                }
            }
        }
    }
}

fn is_tool_name(name: &str) -> bool {
    name.len() <= 40
        && !name.contains("__")
        && !name.ends_with('_')
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// The media type of a body that is JSON: `application/json`, with parameters, or `…+json`.
fn json_content(holder: &Value) -> Option<(&String, &Value)> {
    let content = holder.get("content")?.as_object()?;
    content.iter().find(|(name, _)| {
        let name = name.split(';').next().unwrap_or_default().trim();
        name.eq_ignore_ascii_case("application/json") || name.ends_with("+json") || name == "*/*"
    })
}
