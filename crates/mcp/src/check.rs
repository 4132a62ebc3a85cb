//! Checks arguments against a tool's schema.
//!
//! Values that some clients encode as JSON texts are decoded. All faults are reported at once, each as a
//! sentence that says what to do.

use jsonschema::{ValidationError, Validator, error::TypeKind, error::ValidationErrorKind as Kind};
use serde_json::{Map, Value};

use crate::{exact, text};

/// A compiled schema of arguments.
#[derive(Debug)]
pub(crate) struct Checker {
    schema: Value,
    validator: Validator,
}

impl Checker {
    /// Compiles a schema.
    ///
    /// # Errors
    /// The schema is not valid. Those of this server are: a test compiles each of them.
    pub(crate) fn new(schema: Value) -> Result<Self, String> {
        let validator = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .with_format("uuid", is_uuid)
            .with_format("email", is_email)
            .with_format("date-time", is_date_time)
            .with_format("uri", is_web_address)
            .build(&schema)
            .map_err(|error| error.to_string())?;
        Ok(Self { schema, validator })
    }

    /// Decodes what clients encode as JSON texts, then checks.
    ///
    /// # Errors
    /// The arguments are not valid.
    pub(crate) fn check(&self, given: Map<String, Value>) -> Result<Map<String, Value>, Faults> {
        let mut faults = Faults::default();
        self.misnamed(&given, &mut faults);
        if faults.more > 0 {
            return Err(faults);
        }
        let mut faults = Faults::default();
        let mut value = Value::Object(given);
        decode(&mut value, &self.schema, &self.schema, 0);
        if let Err(fault) = bounded(&value) {
            faults.push(|| fault);
            return Err(faults);
        }
        inexact(&mut value, &mut Path(Vec::new()), &mut faults);
        for error in self.validator.iter_errors(&value) {
            self.sentences(&error, &mut faults);
        }
        match value {
            Value::Object(map) if faults.is_empty() => Ok(map),
            _ => Err(faults),
        }
    }

    /// Finds arguments that the tool does not have.
    fn misnamed(&self, given: &Map<String, Value>, faults: &mut Faults) {
        let closed = self.schema.get("additionalProperties") == Some(&Value::Bool(false));
        let Some(known) = self.schema.get("properties").and_then(Value::as_object) else { return };
        let names: Vec<&str> = known.keys().map(String::as_str).collect();
        for name in given.keys().filter(|name| closed && !known.contains_key(*name)) {
            faults.push(|| unknown(name, name, &names));
        }
    }

    /// Adds the sentences for a fault that the validator found.
    fn sentences(&self, error: &ValidationError<'_>, faults: &mut Faults) {
        let path = error.instance_path().to_string();
        let path = path.trim_start_matches('/').replace('/', ".");
        if let Kind::AdditionalProperties { unexpected } = error.kind() {
            let known = self.known(error);
            for name in unexpected {
                faults.push(|| unknown(name, &inside(&path, name), &known));
            }
            return;
        }
        faults.push(|| self.sentence(error, &path));
    }

    fn sentence(&self, error: &ValidationError<'_>, path: &str) -> String {
        let at = if path.is_empty() { "The arguments".to_owned() } else { text::name(path) };
        match error.kind() {
            Kind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                let place = text::name(&inside(path, name));
                format!("{place} is required{}.", self.hint(name, path.is_empty()))
            }
            Kind::Type { kind } => {
                format!("{at} must be {}, not {}.", types(kind), kind_of(error.instance()))
            }
            Kind::Enum { options } => format!("{at} must be one of {}.", list(options)),
            Kind::Format { format } => format!("{at} must be {}.", format_words(format)),
            Kind::Minimum { limit } => format!("{at} must be at least {limit}."),
            Kind::Maximum { limit } => format!("{at} must be at most {limit}."),
            Kind::ExclusiveMinimum { limit } => format!("{at} must be greater than {limit}."),
            Kind::ExclusiveMaximum { limit } => format!("{at} must be less than {limit}."),
            Kind::MinLength { limit } => format!("{at} must have at least {limit} character(s)."),
            Kind::MaxLength { limit } => format!("{at} must have at most {limit} characters."),
            Kind::MinItems { limit } => format!("{at} must have at least {limit} item(s)."),
            Kind::MaxItems { limit } => format!("{at} must have at most {limit} items."),
            _ => {
                let fault = error.masked_with("the value").to_string();
                format!("{at}: {}.", text::line(&fault, text::LONG))
            }
        }
    }

    /// How the schema describes a top-level argument, in parentheses.
    fn hint(&self, name: &str, top: bool) -> String {
        let words = self.schema.pointer(&format!("/properties/{name}/description"));
        match words.and_then(Value::as_str).filter(|_| top) {
            Some(words) => format!(" ({})", words.trim_end_matches('.')),
            None => String::new(),
        }
    }

    /// The known members of the object that has an unknown one.
    fn known(&self, error: &ValidationError<'_>) -> Vec<&str> {
        let path = error.schema_path().to_string();
        let place = path.rsplit_once('/').map_or("", |(place, _)| place);
        let properties = self.schema.pointer(&format!("{place}/properties"));
        let names = properties.and_then(Value::as_object).into_iter().flat_map(Map::keys);
        names.map(String::as_str).collect()
    }
}

/// What is wrong with arguments: a sentence for each of the first faults, and the number of the others.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    sentences: Vec<String>,
    more: usize,
}

/// How many faults are described.
const MAX_FAULTS: usize = 20;

impl Faults {
    /// Adds a fault. Its sentence is made only if there is room for it.
    pub(crate) fn push(&mut self, sentence: impl FnOnce() -> String) {
        if self.sentences.len() < MAX_FAULTS {
            self.sentences.push(sentence());
        } else {
            self.more += 1;
        }
    }

    fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// The sentences, the last of which says how many faults are not described.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let mut all = self.sentences.clone();
        if self.more > 0 {
            all.push(format!("And {} more.", thousands(self.more)));
        }
        all
    }
}

impl From<String> for Faults {
    fn from(sentence: String) -> Self {
        Self { sentences: vec![sentence], more: 0 }
    }
}

impl FromIterator<String> for Faults {
    fn from_iter<I: IntoIterator<Item = String>>(sentences: I) -> Self {
        let mut faults = Self::default();
        sentences.into_iter().for_each(|sentence| faults.push(|| sentence));
        faults
    }
}

/// `109980` → `109,980`.
fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A member's place: `items.0.quantity`.
fn inside(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The longest name that is compared with the known ones, in bytes. The comparison is quadratic.
const MAX_NAME: usize = 64;

/// Says that a name is unknown, and which one may be meant.
pub(crate) fn unknown(name: &str, path: &str, known: &[&str]) -> String {
    let path = text::name(path);
    let near = known
        .iter()
        .filter(|_| name.len() <= MAX_NAME)
        .map(|candidate| (strsim::jaro_winkler(name, candidate), *candidate))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > 0.82);
    match (near, known.is_empty()) {
        (Some((_, near)), _) => format!("{path} is unknown. Did you mean `{near}`?"),
        (None, true) => format!("{path} is unknown. Leave it out."),
        (None, false) => format!("{path} is unknown. Expected one of: {}.", known.join(", ")),
    }
}

/// How many values arguments may hold, and how deep they may be nested.
const MAX_VALUES: usize = 50_000;
const MAX_NESTING: usize = 40;

/// Arguments that are too large are refused before they are looked at more closely.
fn bounded(value: &Value) -> Result<(), String> {
    let mut count = 0_usize;
    let mut level = vec![value];
    let mut depth = 0;
    while !level.is_empty() {
        count += level.len();
        depth += 1;
        if count > MAX_VALUES {
            return Err(format!("The arguments hold more than {} values.", thousands(MAX_VALUES)));
        }
        if depth > MAX_NESTING {
            return Err(format!("The arguments are nested deeper than {MAX_NESTING} levels."));
        }
        let mut next = Vec::new();
        for value in level {
            match value {
                Value::Array(list) => next.extend(list),
                Value::Object(map) => next.extend(map.values()),
                _ => {}
            }
        }
        level = next;
    }
    Ok(())
}

/// How many digits every JSON reader carries exactly.
const EXACT_DIGITS: usize = 15;

/// The way to a value.
struct Path(Vec<String>);

/// Refuses numbers with more digits than that. They were rounded before they got here, or would be
/// somewhere on their way: a price of 0.30000000000000004 is a rounding error, and a long id is cut.
fn inexact(value: &mut Value, path: &mut Path, faults: &mut Faults) {
    let is_inexact = match value {
        Value::Number(number) if number.is_f64() => {
            let text = number.to_string();
            let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
            let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
            digits.trim_matches('0').len() > EXACT_DIGITS
        }
        Value::String(text) => {
            let marked = exact::is_marked(text);
            if marked {
                // So that the validator finds the number that was given here.
                *value = Value::from(1);
            }
            marked
        }
        Value::Array(list) => {
            for (index, item) in list.iter_mut().enumerate() {
                path.0.push(index.to_string());
                inexact(item, path, faults);
                path.0.pop();
            }
            false
        }
        Value::Object(map) => {
            for (name, member) in map.iter_mut() {
                path.0.push(name.clone());
                inexact(member, path, faults);
                path.0.pop();
            }
            false
        }
        _ => false,
    };
    if is_inexact {
        faults.push(|| {
            format!(
                "{} has more digits than a JSON number carries exactly. Use at most {EXACT_DIGITS} \
                 digits, or write the number as a string if the argument takes one.",
                text::name(&path.0.join("."))
            )
        });
    }
}

/// How deep JSON texts are decoded.
const MAX_DEPTH: usize = 32;

/// Some clients send arrays, objects, numbers and booleans as JSON texts. Where the schema does not allow a
/// string, a JSON text of an allowed type is decoded.
fn decode(value: &mut Value, schema: &Value, root: &Value, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    let schema = local(schema, root);
    if let Value::String(text) = value
        && !allows(schema, "string", root)
        && let Ok(parsed) = serde_json::from_str::<Value>(&exact::mark_all(text.trim()))
        && names_of(&parsed).iter().any(|name| allows(schema, name, root))
    {
        *value = parsed;
    }
    match value {
        Value::Object(map) => {
            for (name, member) in map {
                if let Some(schema) = schema.get("properties").and_then(|all| all.get(name)) {
                    decode(member, schema, root, depth + 1);
                }
            }
        }
        Value::Array(list) => {
            if let Some(items) = schema.get("items") {
                for item in list {
                    decode(item, items, root, depth + 1);
                }
            }
        }
        _ => {}
    }
}

fn local<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
    target.and_then(|pointer| root.pointer(pointer)).unwrap_or(schema)
}

/// Whether a schema allows values of a type. A schema that names no type allows all.
fn allows(schema: &Value, name: &str, root: &Value) -> bool {
    let schema = local(schema, root);
    for key in ["anyOf", "oneOf"] {
        if let Some(branches) = schema.get(key).and_then(Value::as_array) {
            return branches.iter().any(|branch| allows(branch, name, root));
        }
    }
    match schema.get("type") {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(several)) => several.iter().any(|one| one == name),
        _ => true,
    }
}

fn names_of(value: &Value) -> &'static [&'static str] {
    match value {
        Value::Null => &["null"],
        Value::Bool(_) => &["boolean"],
        Value::Number(number) if number.is_f64() => &["number"],
        Value::Number(_) => &["integer", "number"],
        Value::String(_) => &[],
        Value::Array(_) => &["array"],
        Value::Object(_) => &["object"],
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null (leave it out instead)",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn types(kind: &TypeKind) -> String {
    let word = |name: &str| match name {
        "string" => "a string",
        "integer" => "an integer",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "an array",
        "object" => "an object",
        _ => "null",
    };
    let names: Vec<&str> = match kind {
        TypeKind::Single(one) => vec![word(one.as_str())],
        TypeKind::Multiple(several) => several.iter().map(|one| word(one.as_str())).collect(),
    };
    names.join(" or ")
}

fn list(options: &Value) -> String {
    let texts: Vec<String> = options
        .as_array()
        .into_iter()
        .flatten()
        .map(|option| option.as_str().map_or_else(|| option.to_string(), ToOwned::to_owned))
        .collect();
    texts.join(", ")
}

fn format_words(format: &str) -> String {
    match format {
        "uuid" => "a UUID, like 3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c".to_owned(),
        "date-time" => {
            "a date and time, like 2026-01-31T10:00:00Z (UTC if there is no time zone)".to_owned()
        }
        "date" => "a date, like 2026-01-31".to_owned(),
        "email" => "an email address".to_owned(),
        "uri" => "a complete web address, like https://example.com/done".to_owned(),
        other => format!("in the format {other}"),
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

/// Whether a browser can be sent there: `javascript:`, `data:` and `file:` addresses run or read something on
/// the payer's machine.
fn is_web_address(text: &str) -> bool {
    let visible = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    visible
        && url::Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Rejects only what cannot be an address. The API checks more.
fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// RFC 3339, with or without a time zone. The API assumes UTC if there is none.
fn is_date_time(text: &str) -> bool {
    // jiff also reads a date alone, and zones in brackets.
    let plain = text.contains(['T', 't', ' ']) && !text.contains('[') && text.trim() == text;
    plain && streampay::Timestamp::from(text).instant().is_some()
}

#[cfg(test)]
mod tests {
    use super::{Checker, MAX_FAULTS, is_date_time, is_email, is_web_address};
    use crate::exact;
    use serde_json::{Map, Value, json};

    fn checker() -> Checker {
        let schema = json!({
            "type": "object",
            "properties": {
                "payment_id": {"type": "string", "format": "uuid", "description": "Of the payment"},
                "quantity": {"type": "integer", "minimum": 1},
                "price": {"type": ["number", "string"]},
                "note": {"type": ["string", "null"], "maxLength": 3},
                "items": {"type": "array", "minItems": 1, "items": {"type": "object",
                    "properties": {"n": {"type": "integer"}}, "required": ["n"],
                    "additionalProperties": false}},
                "flag": {"type": "boolean"},
                "reason": {"type": "string", "enum": ["A", "B"]},
            },
            "required": ["payment_id"],
            "additionalProperties": false,
        });
        Checker::new(schema).unwrap()
    }

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    const ID: &str = "3f2b8c1e-5d4a-4f6b-9a7c-0d1e2f3a4b5c";

    #[test]
    fn every_fault_is_told_in_words_that_say_what_to_do() {
        let given = json!({"payment": ID, "quantity": 0, "note": "long", "items": [], "flag": "x",
            "reason": "C", "price": null});
        let faults = checker().check(map(given)).unwrap_err().sentences().join("\n");
        for part in [
            "`payment_id` is required (Of the payment).",
            "`payment` is unknown. Did you mean `payment_id`?",
            "`quantity` must be at least 1.",
            "`note` must have at most 3 characters.",
            "`items` must have at least 1 item(s).",
            "`flag` must be true or false, not a string.",
            "`reason` must be one of A, B.",
            "`price` must be a number or a string, not null (leave it out instead).",
        ] {
            assert!(faults.contains(part), "{part}\nis not in\n{faults}");
        }
    }

    #[test]
    fn the_given_value_is_never_repeated() {
        let given =
            json!({"payment_id": "hush-hush", "quantity": "hush-hush", "reason": "hush-hush"});
        let faults = checker().check(map(given)).unwrap_err().sentences().join("\n");
        assert!(!faults.contains("hush"), "{faults}");
    }

    #[test]
    fn json_texts_stand_for_what_they_hold_where_no_text_is_meant() {
        let given = json!({"payment_id": ID, "quantity": "2", "flag": "true", "price": "19.90",
            "items": "[{\"n\": \"7\"}]", "note": "1"});
        let wanted = json!({"payment_id": ID, "quantity": 2, "flag": true, "price": "19.90",
            "items": [{"n": 7}], "note": "1"});
        assert_eq!(Value::Object(checker().check(map(given)).unwrap()), wanted);
    }

    #[test]
    fn nested_faults_name_their_place() {
        let given = json!({"payment_id": ID, "items": [{"n": 1}, {}, {"n": 1, "nn": 2}]});
        let faults = checker().check(map(given)).unwrap_err().sentences();
        let wanted = ["`items.1.n` is required.", "`items.2.nn` is unknown. Did you mean `n`?"];
        assert_eq!(faults, wanted);
    }

    #[test]
    fn numbers_that_were_rounded_on_the_way_are_refused() {
        let check = |text: &str| {
            let given = format!("{{\"payment_id\": \"{ID}\", \"price\": {text}}}");
            checker().check(map(serde_json::from_str(&exact::mark_all(&given)).unwrap()))
        };
        for good in
            ["19.99", "0.1", "999999999999.99", "1e22", "18446744073709551615", "0.00000001"]
        {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in [
            "0.30000000000000004",
            "12345678901234567890123",
            "1.2345678901234567",
            "100000000000000000001",
            "19.990000000000000001",
            "1e-400",
            "1e400",
        ] {
            let faults = check(bad).unwrap_err().sentences();
            assert_eq!(faults.len(), 1, "{bad}: {faults:?}");
            assert!(faults[0].contains("`price` has more digits"), "{bad}");
        }
    }

    #[test]
    fn a_number_in_a_json_text_is_refused_as_well() {
        let given = json!({"payment_id": ID, "items": "[{\"n\": 100000000000000000001}]"});
        let faults = checker().check(map(given)).unwrap_err().sentences();
        assert!(faults[0].contains("`items.0.n` has more digits"), "{faults:?}");
    }

    #[test]
    fn many_faults_are_counted_and_few_described() {
        let unknown = |count: usize| (0..count).map(|n| (format!("argument_{n}"), json!(n)));
        let faults = checker().check(unknown(110_000).collect()).unwrap_err().sentences();
        assert_eq!(faults.len(), MAX_FAULTS + 1);
        assert_eq!(faults.last().unwrap(), "And 109,980 more.");
        let items: Vec<Value> = (0..10_000).map(|n| json!({"n": n.to_string() + "x"})).collect();
        let faults = checker().check(map(json!({"payment_id": ID, "items": items}))).unwrap_err();
        assert_eq!(faults.sentences().last().unwrap(), "And 9,980 more.");
    }

    #[test]
    fn wide_and_deep_arguments_are_refused() {
        let wide = json!({"payment_id": ID, "items": vec![1; 60_000]});
        let deep = (0..60).fold(json!(1), |inner, _| json!([inner]));
        for (given, wanted) in
            [(wide, "more than 50,000 values"), (json!({"items": deep}), "deeper")]
        {
            let faults = checker().check(map(given)).unwrap_err().sentences();
            assert!(faults.len() == 1 && faults[0].contains(wanted), "{faults:?}");
        }
    }

    #[test]
    fn names_that_callers_make_up_are_cut_and_cleaned() {
        let name = format!("a`\u{202e}\n{}", "x".repeat(100_000));
        let given = map(json!({"payment_id": ID, name: 1}));
        let faults = checker().check(given).unwrap_err().sentences().join("\n");
        assert!(faults.len() < 500 && faults.contains("\"a`<U+202E>\\nxxx"), "{faults}");
    }

    #[test]
    fn a_redirect_leads_to_a_web_page() {
        for good in
            ["https://example.com/done?x=1#y", "http://localhost:3000", "HTTPS://EXAMPLE.com"]
        {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JavaScript://example.com/%0aalert(1)",
            " https://example.com",
            "java\tscript:alert(1)",
            "data:text/html,<script>",
            "file:///etc/passwd",
            "//example.com",
            "example.com",
            "mailto:a@b.sa",
            "https://",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }

    #[test]
    fn times_are_taken_with_and_without_a_zone() {
        for good in [
            "2026-01-31T10:00:00Z",
            "2026-01-31T10:00:00.123+03:00",
            "2026-01-31T10:00:00",
            "2026-01-31 10:00",
        ] {
            assert!(is_date_time(good), "{good}");
        }
        for bad in [
            "2026-01-31",
            "tomorrow",
            "2026-13-01T00:00:00Z",
            "2026-02-31T00:00:00Z",
            "2026-02-31T00:00:00",
            "2026-01-31T10:00:00+03:00[Asia/Riyadh]",
            " 2026-01-31T10:00:00Z",
            "2026-01-31T25:00:00Z",
            "2026-01-31T10:00:00Q",
            "2026-01-31T10:00:00\r\nZ",
            "",
            "T",
            "2026-01-31T10:00:00.Z",
        ] {
            assert!(!is_date_time(bad), "{bad}");
        }
        assert!(
            is_email("a@b.sa") && !is_email("a@b") && !is_email("a b@c.sa") && !is_email("@c.sa")
        );
    }
}
