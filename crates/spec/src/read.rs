//! Reads a document from JSON or YAML. The size is limited, and duplicate keys are faults.
//!
//! The version of OpenAPI is checked here as well, because a wrong version would make every later message
//! misleading.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::{
    fault::{Fault, Faults},
    pointer::Pointer,
};

/// The maximum size of a description in bytes (32 MiB).
pub const MAX_BYTES: usize = 32 * 1024 * 1024;

/// Reads an OpenAPI 3.0 or 3.1 description from JSON or YAML.
///
/// # Errors
/// The text is too large, neither JSON nor YAML, has duplicate keys, is not an object, or has an
/// unsupported version.
pub fn read_document(text: &str) -> Result<Value, Faults> {
    let document = read_value(text, "description")?;
    let Some(root) = document.as_object() else {
        return Err(Faults::one(
            "#",
            "the description is not an object",
            "give an OpenAPI document (JSON or YAML)",
        ));
    };
    let supported = |version: &str| {
        let minor = version.split('.').take(2).collect::<Vec<_>>();
        minor == ["3", "0"] || minor == ["3", "1"]
    };
    let version = root.get("openapi");
    match version.and_then(Value::as_str) {
        Some(version) if supported(version) => Ok(document),
        Some(version) => Err(Faults::one(
            "#/openapi",
            format!("OpenAPI {version} is not supported"),
            "give a description in OpenAPI 3.0 or 3.1",
        )),
        None if version.is_some() => Err(Faults::one(
            "#/openapi",
            "the version is not a string",
            "put it into quotes, with all its parts: `\"3.1.0\"`",
        )),
        None if root.contains_key("swagger") => Err(Faults::one(
            "#/swagger",
            "Swagger 2.0 is not supported",
            "convert the description to OpenAPI 3",
        )),
        None => Err(Faults::one(
            "#/openapi",
            "the version is missing: this is not an OpenAPI description",
            "check that the URL or file is the right one",
        )),
    }
}

/// How YAML is read. Duplicate keys, deep nesting and excessive aliases are errors of the reader by
/// default; how many values there may be follows from the limit on bytes alone.
pub(crate) fn yaml() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_nodes: MAX_BYTES, max_events: 2 * MAX_BYTES },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 100_000 },
        // As OpenAPI has it: the country code NO is a text, not a way to say false.
        strict_booleans: true,
    }
}

/// Reads JSON or YAML into a value, `what` naming the text in messages.
pub(crate) fn read_value(text: &str, what: &str) -> Result<Value, Faults> {
    if text.len() > MAX_BYTES {
        return Err(Faults::one(
            "#",
            format!("the {what} has {} bytes; the limit is {MAX_BYTES}", text.len()),
            "check that the URL or file is the right one",
        ));
    }
    // Some editors mark UTF-8 texts at their beginning.
    let text = text.trim_start_matches('\u{feff}');
    let mut duplicates = Vec::new();
    let seed = || Pointer::root();
    let value = if text.trim_start().starts_with(['{', '[']) {
        let mut reader = serde_json::Deserializer::from_str(text);
        let strict = Strict { pointer: seed(), duplicates: &mut duplicates };
        strict
            .deserialize(&mut reader)
            .and_then(|value| reader.end().map(|()| value))
            .map_err(|error| error.to_string())
    } else {
        serde_saphyr::from_str_with_options::<Value>(text, yaml())
            .map_err(|error| error.to_string())
    };
    match value {
        Ok(value) => Faults::or(duplicates, value),
        Err(error) => Err(Faults::one(
            "#",
            format!("the {what} could not be read: {error}"),
            "it must be well-formed JSON or YAML; an error page in HTML is neither",
        )),
    }
}

/// Builds a [`Value`] and notes every key that an object has twice, which `serde_json` would
/// silently resolve in favour of the last.
struct Strict<'a> {
    pointer: Pointer,
    duplicates: &'a mut Vec<Fault>,
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Deserialize::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let pointer = self.pointer.push(list.len().to_string());
            let seed = Strict { pointer, duplicates: &mut *self.duplicates };
            match items.next_element_seed(seed)? {
                Some(item) => list.push(item),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let pointer = self.pointer.push(key.as_str());
            if map.contains_key(&key) {
                self.duplicates.push(Fault::at(
                    &pointer,
                    "this key occurs twice in its object",
                    "keep one of the two",
                ));
            }
            let seed = Strict { pointer, duplicates: &mut *self.duplicates };
            let value = entries.next_value_seed(seed)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::read_document;

    fn fault(text: &str) -> String {
        read_document(text).unwrap_err().to_string()
    }

    #[test]
    fn json_and_yaml_give_the_same_document() {
        let json = r#"{"openapi": "3.1.0", "paths": {"/a": {"get": {"responses": {"200": {}}}}}}"#;
        let yaml = "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      responses:\n        200: {}\n";
        assert_eq!(read_document(json).unwrap(), read_document(yaml).unwrap());
    }

    #[test]
    fn what_is_no_description_says_what_it_is_instead() {
        assert!(fault("<html><body>404</body></html>").contains("not an object"));
        assert!(fault("{\"openapi\": ").contains("could not be read"));
        assert!(fault("{\"openapi\": \"4.0.0\"}").contains("OpenAPI 4.0.0 is not supported"));
        assert!(fault("{\"swagger\": \"2.0\"}").contains("Swagger 2.0"));
        assert!(fault("{\"paths\": {}}").contains("not an OpenAPI description"));
        assert!(fault("[]").contains("not an object"));
    }

    #[test]
    fn every_duplicate_key_is_named_with_its_place() {
        let text =
            r#"{"openapi": "3.1.0", "paths": {"/a": {}, "/a": {}}, "x": [{"b": 1, "b": 2}]}"#;
        let message = fault(text);
        assert!(message.contains("#/paths/~1a: this key occurs twice"), "{message}");
        assert!(message.contains("#/x/0/b: this key occurs twice"), "{message}");
    }

    #[test]
    fn deep_nesting_and_alias_bombs_are_refused() {
        let deep = format!("{{\"openapi\": {}", "[".repeat(100_000));
        assert!(fault(&deep).contains("could not be read"));
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for n in 1..30 {
            let p = n - 1;
            bomb += &format!("a{n}: &a{n} [*a{p}, *a{p}, *a{p}, *a{p}, *a{p}, *a{p}, *a{p}]\n");
        }
        assert!(fault(&bomb).contains("could not be read"));
    }
}
