//! Searches the API description that the tools were generated from.

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::{Map, Value};

use crate::{generated, tool::OperationTool};

/// The description, parsed at its first use.
static DOCUMENT: LazyLock<Description> = LazyLock::new(|| {
    // The build script wrote the text as JSON.
    Description::read(serde_json::from_str(streampay::DESCRIPTION).unwrap_or_default())
});

/// How many schemas are returned with an endpoint.
const MAX_SCHEMAS: usize = 40;

/// How many words of a search are considered.
const MAX_WORDS: usize = 40;

/// The endpoints of the API.
pub(crate) struct Description {
    document: Value,
    pub(crate) endpoints: Vec<Endpoint>,
}

/// An endpoint.
pub(crate) struct Endpoint {
    /// `GET`.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) tag: String,
    pub(crate) summary: String,
    /// The tools that call it.
    pub(crate) tools: Vec<&'static str>,
    operation: Value,
    /// All its text in lower case, for searching.
    words: String,
}

impl Description {
    pub(crate) fn get() -> &'static Self {
        &DOCUMENT
    }

    fn read(document: Value) -> Self {
        let mut endpoints = Vec::new();
        let paths = document.get("paths").and_then(Value::as_object);
        for (path, item) in paths.into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if operation.get("responses").is_some() {
                    endpoints.push(Endpoint::read(&document, path, method, operation));
                }
            }
        }
        Self { document, endpoints }
    }

    /// Finds an endpoint by a tool, by `GET /path`, by a path with a single method, or by operationId.
    pub(crate) fn find(&self, text: &str) -> Option<&Endpoint> {
        let text = text.trim();
        let by_name = self.endpoints.iter().find(|endpoint| {
            endpoint.tools.contains(&text)
                || endpoint.operation.get("operationId") == Some(&text.into())
        });
        let (method, path) = match text.split_once(char::is_whitespace) {
            Some((method, path)) => (Some(method), path.trim()),
            None => (None, text),
        };
        by_name.or_else(|| {
            let mut on_path =
                self.endpoints.iter().filter(|endpoint| same_path(&endpoint.path, path));
            match method {
                Some(method) => {
                    on_path.find(|endpoint| endpoint.method.eq_ignore_ascii_case(method))
                }
                None => on_path.next().filter(|_| on_path.next().is_none()),
            }
        })
    }

    /// A schema by its name.
    pub(crate) fn schema(&self, name: &str) -> Option<Value> {
        let schemas = self.document.pointer("/components/schemas")?;
        let schema = schemas.get(name)?;
        Some(without_extensions(schema))
    }

    /// The endpoints that match the words of `query` best, the best one first.
    pub(crate) fn search(&self, query: &str, limit: usize) -> Vec<&Endpoint> {
        let words: Vec<String> = query
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() > 1)
            .take(MAX_WORDS)
            .map(|word| singular(&word.to_lowercase()).to_owned())
            .collect();
        let mut rated: Vec<(usize, &Endpoint)> = self
            .endpoints
            .iter()
            .map(|endpoint| (words.iter().map(|word| endpoint.rate(word)).sum(), endpoint))
            .filter(|(rating, _)| *rating > 0)
            .collect();
        rated.sort_by_key(|(rating, _)| std::cmp::Reverse(*rating));
        rated.into_iter().take(limit).map(|(_, endpoint)| endpoint).collect()
    }

    /// An endpoint with all schemas of its request, and the outermost ones of its responses.
    pub(crate) fn details(&self, endpoint: &Endpoint) -> (Value, Map<String, Value>) {
        let mut names = BTreeSet::new();
        if let Some(body) = endpoint.operation.get("requestBody") {
            self.reach(body, usize::MAX, &mut names);
        }
        if let Some(parameters) = endpoint.operation.get("parameters") {
            self.reach(parameters, usize::MAX, &mut names);
        }
        let answers = endpoint.operation.get("responses").and_then(Value::as_object);
        for (status, answer) in answers.into_iter().flatten() {
            if status.starts_with('2') {
                self.reach(answer, 2, &mut names);
            }
        }
        let schemas = names
            .into_iter()
            .take(MAX_SCHEMAS)
            .filter_map(|name| Some((name.clone(), self.schema(&name)?)))
            .collect();
        (without_extensions(&endpoint.operation), schemas)
    }

    /// Collects the names of the schemas that `value` refers to, through up to `depth` references.
    fn reach(&self, value: &Value, depth: usize, names: &mut BTreeSet<String>) {
        if depth == 0 {
            return;
        }
        match value {
            Value::Object(map) => {
                if let Some(name) = map.get("$ref").and_then(Value::as_str).and_then(schema_name)
                    && names.insert(name.to_owned())
                    && let Some(schema) =
                        self.document.pointer("/components/schemas").and_then(|s| s.get(name))
                {
                    self.reach(schema, depth.saturating_sub(1), names);
                }
                map.values().for_each(|value| self.reach(value, depth, names));
            }
            Value::Array(list) => list.iter().for_each(|value| self.reach(value, depth, names)),
            _ => {}
        }
    }
}

impl Endpoint {
    fn read(document: &Value, path: &str, method: &str, operation: &Value) -> Self {
        let text =
            |key: &str| operation.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let method = method.to_uppercase();
        let calls = |tool: &OperationTool| {
            tool.operation.path == path && tool.operation.method == method.as_str()
        };
        let tools: Vec<&'static str> = generated::TOOLS
            .iter()
            .copied()
            .flatten()
            .filter(|tool| calls(tool))
            .map(|tool| tool.name)
            .collect();
        let tag =
            operation.pointer("/tags/0").and_then(Value::as_str).unwrap_or_default().to_owned();
        let body = operation.pointer("/requestBody/content/application~1json/schema");
        let body = body.map(|schema| {
            match schema.get("$ref").and_then(Value::as_str).and_then(schema_name) {
                Some(name) => document
                    .pointer("/components/schemas")
                    .and_then(|s| s.get(name))
                    .unwrap_or(schema),
                None => schema,
            }
        });
        let fields = body.and_then(|schema| schema.get("properties")).and_then(Value::as_object);
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let mut words = format!("{path} {tag} {} {} ", text("summary"), text("description"));
        for name in fields.into_iter().flat_map(Map::keys) {
            words.push_str(name);
            words.push(' ');
        }
        for name in parameters.into_iter().flatten().filter_map(|p| p.get("name")?.as_str()) {
            words.push_str(name);
            words.push(' ');
        }
        Self {
            path: path.to_owned(),
            summary: text("summary"),
            operation: operation.clone(),
            words: words.to_lowercase(),
            method,
            tag,
            tools,
        }
    }

    /// How well a word matches: best in the names of the tools, least in descriptions.
    fn rate(&self, word: &str) -> usize {
        let in_tools = self.tools.iter().any(|tool| tool.contains(word));
        let in_summary = self.summary.to_lowercase().contains(word);
        5 * usize::from(in_tools)
            + 3 * usize::from(in_summary)
            + 2 * usize::from(self.path.contains(word))
            + usize::from(self.words.contains(word))
    }
}

fn schema_name(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

/// Compares paths without the names of their parameters.
fn same_path(a: &str, b: &str) -> bool {
    let plain =
        |segment: &str| if segment.starts_with('{') { "{}".to_owned() } else { segment.to_owned() };
    a.trim_matches('/').split('/').map(plain).eq(b.trim_matches('/').split('/').map(plain))
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').filter(|word| word.len() > 3).unwrap_or(word)
}

/// Leaves out `x-` extensions, which only the generators use.
fn without_extensions(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(key, _)| !key.starts_with("x-"))
            .map(|(key, value)| (key.clone(), without_extensions(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(list) => list.iter().map(without_extensions).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::Description;

    #[test]
    fn every_tool_finds_its_endpoint() {
        let description = Description::get();
        for tool in crate::generated::TOOLS.iter().copied().flatten() {
            let endpoint = description.find(tool.name).unwrap();
            assert_eq!(endpoint.path, tool.operation.path);
            let by_line = format!("{} {}", endpoint.method.to_lowercase(), endpoint.path);
            assert_eq!(description.find(&by_line).unwrap().path, endpoint.path);
        }
        assert!(description.find("GET /api/v2/nothing").is_none());
        assert!(description.find("").is_none());
    }

    #[test]
    fn searching_finds_what_is_meant() {
        let description = Description::get();
        for (query, tool) in [
            ("refund a payment", "refund_payment"),
            ("create checkout payment link", "create_payment_link"),
            ("cancel subscriptions", "cancel_subscription"),
        ] {
            let found = description.search(query, 3);
            assert!(found.iter().any(|endpoint| endpoint.tools.contains(&tool)), "{query}");
        }
        assert!(description.search("", 3).is_empty());
        assert!(description.search("zzzz", 3).is_empty());
    }

    #[test]
    fn details_bring_the_schemas_of_the_request() {
        let description = Description::get();
        let (operation, schemas) =
            description.details(description.find("create_payment_link").unwrap());
        assert!(operation.get("x-tool").is_none());
        assert!(schemas.contains_key("CreatePaymentLinkItemDto"));
    }
}
