//! Takes personal data out of arguments before they are written to the audit.
//!
//! It keeps only what is certainly not personal: ids, amounts, dates, words of enumerations. All
//! other text is masked, including every new field of the API until it is reviewed.

use serde_json::{Map, Value};

/// Replaces a text that is not recorded.
const MASKED: &str = "(masked)";

/// The longest arguments that are recorded.
const MOST_BYTES: usize = 8 * 1024;

/// Members that are personal whatever they hold.
const PERSONAL: &[&str] = &[
    "address",
    "alias",
    "birth",
    "comment",
    "commercial_registration",
    "communication",
    "contact",
    "custom_",
    "email",
    "external_id",
    "iban",
    "metadata",
    "mobile",
    "name",
    "national",
    "note",
    "phone",
    "user",
    "vat_number",
];

/// Members whose numbers are amounts or counts.
const NUMERIC: &[&str] = &[
    "amount",
    "count",
    "cycle",
    "day",
    "discount",
    "interval",
    "limit",
    "maximum",
    "minimum",
    "number_of",
    "percent",
    "price",
    "quantity",
    "value",
];

/// The arguments without personal data.
pub(crate) fn masked(arguments: &Map<String, Value>) -> Value {
    let masked = Value::Object(
        arguments.iter().map(|(name, value)| (name.clone(), mask(name, value))).collect(),
    );
    if masked.to_string().len() > MOST_BYTES { Value::from("(too long)") } else { masked }
}

fn mask(name: &str, value: &Value) -> Value {
    let name = name.to_lowercase();
    if PERSONAL.iter().any(|word| name.contains(word)) && !value.is_null() && !value.is_boolean() {
        return Value::from(MASKED);
    }
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Number(number) => {
            let small = number.as_i64().is_some_and(|number| number.abs() < 1_000_000);
            if small || numeric(&name) { value.clone() } else { Value::from(MASKED) }
        }
        Value::String(text) => {
            let kept = uuid::Uuid::try_parse(text).is_ok()
                || date(text)
                || word(text)
                || (numeric(&name) && crate::money::decimal(text).is_ok());
            if kept { value.clone() } else { Value::from(MASKED) }
        }
        Value::Array(elements) => elements.iter().map(|element| mask(&name, element)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), mask(name, value))).collect()
        }
    }
}

fn numeric(name: &str) -> bool {
    NUMERIC.iter().any(|word| name.contains(word))
}

/// A word of an enumeration: capitals, at least two.
fn word(text: &str) -> bool {
    (2..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

fn date(text: &str) -> bool {
    text.len() <= 40
        && (text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::Date>().is_ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_amounts_dates_and_words_stay_and_people_do_not() {
        let given = json!({
            "payment_id": "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
            "refund_reason": "DUPLICATE", "amount": "12.50", "scheduled_on": "2026-03-01T00:00:00Z",
            "items": [{"product_id": "6f9619ff-8b86-d011-b42d-00cf4fc964ff", "quantity": 3}],
            "name": "Sara", "phone_number": "+966500000000", "mobile": 966500000000_i64,
            "refund_note": "for Omar", "anything": "0500000000", "number": 966500000001_i64,
            "contact": {"email": "a@b.sa"}, "notify_consumer": true, "description": null
        });
        let written = masked(given.as_object().unwrap());
        for name in
            ["payment_id", "refund_reason", "amount", "scheduled_on", "items", "notify_consumer"]
        {
            assert_eq!(written[name], given[name], "{name}");
        }
        for name in
            ["name", "phone_number", "mobile", "refund_note", "anything", "number", "contact"]
        {
            assert_eq!(written[name], MASKED, "{name}");
        }
    }

    #[test]
    fn long_arguments_are_left_out() {
        let given = json!({"ids": vec!["6f9619ff-8b86-d011-b42d-00cf4fc964ff"; 1000]});
        assert_eq!(masked(given.as_object().unwrap()), "(too long)");
    }
}
