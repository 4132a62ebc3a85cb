//! Reading the checkout form.

use std::collections::HashMap;

use serde_json::Value;

use super::attempt::{Attempt, Instrument, western};

/// Reads the form's fields as they came.
pub(crate) fn read(fields: &HashMap<String, String>) -> Attempt {
    let text = |name: &str| fields.get(name).map(|text| text.trim().to_owned());
    let given = |name: &str| text(name).unwrap_or_default();
    let instrument = match given("method").as_str() {
        "apple_pay" => Instrument::ApplePay,
        "free" => Instrument::Nothing,
        _ => Instrument::Card {
            number: given("card_number"),
            holder: given("card_holder"),
            month: given("card_month"),
            year: given("card_year"),
            cvc: given("card_cvc"),
        },
    };
    let mut quantities = HashMap::new();
    let mut answers = serde_json::Map::new();
    for (name, value) in fields {
        if let Some(item) = name.strip_prefix("quantity_") {
            // What is no number is refused like a quantity out of bounds.
            let number = western(value.trim()).parse().unwrap_or(0);
            quantities.insert(item.to_owned(), number);
        }
        if let Some(field) = name.strip_prefix("custom_") {
            answers.insert(field.to_owned(), Value::String(value.clone()));
        }
    }
    Attempt {
        name: text("name"),
        phone: text("phone").map(|phone| western(&phone).replace([' ', '-'], "")),
        email: text("email"),
        quantities,
        instrument,
        installments: given("installments").parse().ok(),
        all: given("pay") == "all",
        shown: text("shown_amount"),
        answers: if answers.is_empty() { Value::Null } else { Value::Object(answers) },
    }
}
