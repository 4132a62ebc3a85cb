//! Faults on request: what goes wrong, for which requests, and how often. This module chooses the
//! fault, by the seed; `http::api` injects it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::contract::{Contract, branches};
use crate::ids::Ids;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FaultKind {
    /// No response comes, and the change was not made.
    TimeoutBefore,
    /// No response comes, but the change was made.
    TimeoutAfter,
    /// The connection closes at once, and the change was not made.
    CutBefore,
    /// The connection closes without a response, but the change was made.
    CutAfter,
    /// 429 with `Retry-After`.
    RateLimit,
    /// The given status, 500 by default; the change was not made.
    Status,
    /// The given status, 500 by default, but the change was made.
    StatusAfter,
    /// The connection breaks in the middle of the response body.
    Truncated,
    /// The body is not valid JSON.
    InvalidJson,
    /// A value that the description does not have replaces one that it has.
    UnknownEnum,
    /// The response has a field that the description does not have.
    ExtraField,
    /// The response comes late.
    Slow,
}

/// A fault and its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// The HTTP status of `status` and `status-after`.
    #[serde(default)]
    pub status: Option<u16>,
    /// The error code of `status` and `status-after`, `STREAM_UNKNOWN_ERROR` by default.
    #[serde(default)]
    pub code: Option<String>,
    /// Seconds that `rate-limit` asks to wait, 1 by default.
    #[serde(default)]
    pub retry_after: Option<u64>,
    /// Milliseconds that `slow` waits (1000 by default), or after which a timeout closes the connection
    /// (60,000 by default).
    #[serde(default)]
    pub delay: Option<u64>,
}

impl Fault {
    /// A fault with default parameters.
    #[must_use]
    pub const fn new(kind: FaultKind) -> Self {
        Self { kind, status: None, code: None, retry_after: None, delay: None }
    }

    /// Reads the header form: `status; status=503; code=STREAM_ERROR`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        let mut object = json!({ "kind": parts.next().unwrap_or_default() });
        for part in parts {
            let Some((name, value)) = part.split_once('=') else {
                return Err(format!("{part:?} is not name=value"));
            };
            let (name, value) = (name.trim(), value.trim());
            let value = value.parse::<u64>().map_or_else(|_| json!(value), |number| json!(number));
            if let Some(map) = object.as_object_mut() {
                map.insert(name.to_owned(), value);
            }
        }
        serde_json::from_value(object).map_err(|error| error.to_string())
    }

    /// Whether it replaces the requested work.
    pub(crate) const fn prevents(&self) -> bool {
        use FaultKind as K;
        matches!(self.kind, K::TimeoutBefore | K::CutBefore | K::RateLimit | K::Status)
    }
}

/// A fault and the requests that it applies to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// The fault.
    pub fault: Fault,
    /// The method that it applies to; all if absent.
    #[serde(default)]
    pub method: Option<String>,
    /// The path that it applies to, where `*` matches anything; all if absent.
    #[serde(default)]
    pub path: Option<String>,
    /// How many matching requests pass before the first fault.
    #[serde(default)]
    pub skip: u32,
    /// How often it happens; without limit if absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// The share of matching requests that it happens to, from 0 to 1; all if absent.
    #[serde(default)]
    pub probability: Option<f64>,
}

impl FaultRule {
    /// A fault for the next request.
    #[must_use]
    pub const fn once(fault: Fault) -> Self {
        Self { fault, method: None, path: None, skip: 0, times: Some(1), probability: None }
    }

    fn fits(&self, method: &str, path: &str) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path.as_ref().is_none_or(|wanted| glob(wanted, path))
    }
}

/// Whether a text matches a pattern in which `*` matches anything.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    let mut rest = rest;
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// The active rules, and how often each has matched.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<(FaultRule, u32, u32)>,
}

impl Faults {
    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.rules.push((rule, 0, 0));
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// The fault for a request, if one is due.
    pub(crate) fn choose(&mut self, method: &str, path: &str, ids: &Ids) -> Option<Fault> {
        for (place, (rule, met, played)) in self.rules.iter_mut().enumerate() {
            if !rule.fits(method, path) || rule.times.is_some_and(|times| *played >= times) {
                continue;
            }
            *met += 1;
            if *met <= rule.skip {
                continue;
            }
            let lot = ids.number(&format!("fault {place} {met}")) % 1_000_000;
            #[allow(clippy::cast_precision_loss)]
            let lot = lot as f64 / 1_000_000.0;
            if rule.probability.is_some_and(|share| lot >= share) {
                continue;
            }
            *played += 1;
            return Some(rule.fault.clone());
        }
        None
    }

    pub(crate) fn json(&self) -> Value {
        let rules = self
            .rules
            .iter()
            .map(|(rule, met, played)| json!({ "rule": rule, "met": met, "played": played }));
        Value::Array(rules.collect())
    }
}

/// Puts a value that the description does not know in the place of the first enumerated one.
/// Returns false if the response has none.
pub(crate) fn unknown_enum(value: &mut Value, schema: &Value, contract: &Contract) -> bool {
    let (_, branches) = branches(schema, &contract.schemas);
    let Some(schema) = branches.first() else { return false };
    if schema.get("enum").is_some() && value.is_string() {
        *value = json!("SANDBOX_UNKNOWN_VALUE");
        return true;
    }
    match value {
        Value::Array(list) => schema
            .get("items")
            .is_some_and(|items| list.iter_mut().any(|item| unknown_enum(item, items, contract))),
        Value::Object(map) => {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
                return false;
            };
            // Try the members that hold a status first, so that the fault changes it and not a currency.
            let mut names: Vec<&String> = properties.keys().collect();
            names.sort_by_key(|name| !name.ends_with("status"));
            names.into_iter().any(|name| {
                let inner = properties.get(name).zip(map.get_mut(name));
                inner.is_some_and(|(schema, value)| unknown_enum(value, schema, contract))
            })
        }
        _ => false,
    }
}

/// Adds a field that the description does not know, to the response and to the entries of a list.
pub(crate) fn extra_field(value: &mut Value) {
    if let Some(list) = value.get_mut("data").and_then(Value::as_array_mut) {
        list.iter_mut().for_each(extra_field);
    }
    if let Some(map) = value.as_object_mut() {
        map.insert("sandbox_extra_field".to_owned(), json!({"added_by": "sandbox"}));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_form_is_parsed() {
        let fault = Fault::parse("status; status=503; code=FEATURE_DISABLED").unwrap();
        assert_eq!(fault.status, Some(503));
        assert_eq!(fault.code.as_deref(), Some("FEATURE_DISABLED"));
        assert_eq!(Fault::parse("timeout-after;delay=10").unwrap().delay, Some(10));
        assert!(Fault::parse("nonsense").is_err());
        assert!(Fault::parse("slow; what").is_err());
    }

    #[test]
    fn patterns_match_whole_paths() {
        assert!(glob("/api/v2/payments/*/refund", "/api/v2/payments/1/refund"));
        assert!(glob("*refund", "/x/refund"));
        assert!(!glob("/api/v2/payments", "/api/v2/payments/1"));
        assert!(!glob("*/refund", "/refund/x"));
    }

    #[test]
    fn rules_skip_requests_and_expire() {
        let mut faults = Faults::default();
        let mut rule = FaultRule::once(Fault::new(FaultKind::Slow));
        rule.skip = 1;
        faults.add(rule);
        let ids = Ids::seeded("x");
        let met: Vec<bool> = (0..4).map(|_| faults.choose("GET", "/a", &ids).is_some()).collect();
        assert_eq!(met, [false, true, false, false]);
    }

    #[test]
    fn probabilities_follow_the_seed() {
        let run = || {
            let mut faults = Faults::default();
            let mut rule = FaultRule::once(Fault::new(FaultKind::Slow));
            (rule.times, rule.probability) = (None, Some(0.3));
            faults.add(rule);
            let ids = Ids::seeded("y");
            (0..200).filter(|_| faults.choose("GET", "/", &ids).is_some()).count()
        };
        assert_eq!(run(), run());
        assert!((30..90).contains(&run()));
    }
}
