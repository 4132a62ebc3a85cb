//! The form of the checkout: its fields with what was typed and what was wrong, the choice of
//! installments, the card and Apple Pay.

use std::collections::HashMap;
use std::fmt::Write as _;

use rust_decimal::Decimal;
use serde_json::Value;

use super::attempt::{FieldFault, Receipt, takes};
use super::counts;
use super::page::amount;
use super::words::Language;
use crate::billing::cards;
use crate::http::escape;
use crate::money;

/// What a page shows beside the offer: what was typed, what was wrong, what was declined.
#[derive(Default)]
pub(crate) struct Shown<'a> {
    pub(crate) typed: HashMap<String, String>,
    pub(crate) faults: &'a [FieldFault],
    pub(crate) declined: Option<&'a Receipt>,
    /// Whether the amount is not the one that the payer saw before.
    pub(crate) changed: bool,
}

/// A field of the form with its label, its value and what is wrong with it.
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) label: &'a str,
    pub(super) kind: &'a str,
    pub(super) complete: &'a str,
    /// Whether its content is written from left to right in every language.
    pub(super) ltr: bool,
    pub(super) required: bool,
}

impl Shown<'_> {
    pub(super) fn value(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn fault(&self, name: &str) -> Option<&FieldFault> {
        self.faults.iter().find(|fault| fault.field == name)
    }

    pub(super) fn field(&self, language: Language, field: &Field<'_>) -> String {
        let Field { name, label, kind, complete, ltr, required } = field;
        let optional = if *required {
            String::new()
        } else {
            format!(" <span class=\"soft\">({})</span>", language.text("optional"))
        };
        let (invalid, note) = self.note(language, name);
        // Card data is never sent back to the page.
        let secret = name.starts_with("card_") && *name != "card_holder";
        let value = if secret { "" } else { self.value(name) };
        format!(
            "<label for=\"{name}\">{label}{optional}</label>\
             <input id=\"{name}\" name=\"{name}\" type=\"{kind}\" value=\"{value}\" \
             autocomplete=\"{complete}\" class=\"{class}\"{mode}{req}{invalid}>{note}",
            name = escape(name),
            label = escape(label),
            value = escape(value),
            class = if *ltr { "ltr" } else { "" },
            mode = match *name {
                "phone" => " placeholder=\"+966501234567\"",
                "card_month" => " inputmode=\"numeric\" placeholder=\"12\"",
                "card_year" => " inputmode=\"numeric\" placeholder=\"2030\"",
                _ if secret => " inputmode=\"numeric\"",
                _ => "",
            },
            req = if *required { " required" } else { "" },
        )
    }

    pub(super) fn note(&self, language: Language, name: &str) -> (String, String) {
        let Some(fault) = self.fault(name) else {
            return (String::new(), String::new());
        };
        let safe = escape(name);
        (
            format!(" aria-invalid=\"true\" aria-describedby=\"{safe}-fault\""),
            format!(
                "<p class=\"fault\" id=\"{safe}-fault\">{}</p>",
                escape(language.text(fault.problem))
            ),
        )
    }

    /// What went wrong, at the top where it is read first.
    pub(super) fn alert(&self, language: Language) -> String {
        if let Some(receipt) = self.declined {
            return format!(
                "<div class=\"alert\" role=\"alert\"><p><strong>{}</strong></p>\
                 <p><bdi dir=\"ltr\">{}{}</bdi></p><p>{}</p></div>",
                language.text("declined"),
                escape(&receipt.message),
                if receipt.response_code.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", escape(&receipt.response_code))
                },
                language.text("try_again"),
            );
        }
        if self.changed {
            let text = language.text("amount_changed");
            return format!(
                "<div class=\"alert\" role=\"alert\"><p><strong>{text}</strong></p></div>"
            );
        }
        if self.faults.is_empty() {
            return String::new();
        }
        let list = self.faults.iter().fold(String::new(), |mut list, fault| {
            let field = if fault.field == "card_expiry" { "card_month" } else { &fault.field };
            let label = match field.split_once('_') {
                Some(("quantity", _)) => language.text("quantity"),
                Some(("custom", name)) => name,
                _ => language.text(field),
            };
            let _ = write!(
                list,
                "<li><a href=\"#{}\">{}: {}</a></li>",
                escape(field),
                escape(label),
                escape(language.text(fault.problem))
            );
            list
        });
        let title = language.text("errors");
        format!(
            "<div class=\"alert\" role=\"alert\"><p><strong>{title}</strong></p><ul>{list}</ul></div>"
        )
    }

    /// The amount that is shown, which comes back with the form.
    pub(super) fn amount(amount: Decimal, currency: &str) -> String {
        let amount = money::text(amount, currency);
        format!("<input type=\"hidden\" name=\"shown_amount\" value=\"{amount}\">")
    }

    /// The choice of installments. `whole` is what paying at once comes to, `total` what the
    /// installments sum to.
    pub(super) fn installments(
        &self,
        language: Language,
        counts: &[u32],
        whole: Decimal,
        total: Decimal,
        currency: &str,
    ) -> String {
        if counts.is_empty() {
            return String::new();
        }
        let chosen = self.value("installments").parse().unwrap_or(1_u32);
        let check = |count: u32| if count == chosen { " checked" } else { "" };
        let mut html = format!(
            "<section><fieldset><legend><h2>{}</h2></legend><label class=\"choice\">\
             <input type=\"radio\" name=\"installments\" value=\"1\"{}><span>{} · {}</span></label>",
            language.text("installments"),
            check(1),
            language.text("pay_once"),
            amount(whole, currency),
        );
        for count in counts {
            let parts = money::installments(total, *count, currency);
            let first = parts.first().copied().unwrap_or(total);
            let _ = write!(
                html,
                "<label class=\"choice\"><input type=\"radio\" name=\"installments\" \
                 value=\"{count}\"{}><span>{} · {} {}</span></label>",
                check(*count),
                counts::payments(language, *count),
                amount(first, currency),
                language.text("now"),
            );
        }
        html + "</fieldset></section>"
    }

    /// Card form and Apple Pay button.
    pub(super) fn instruments(&self, language: Language, methods: &Value, pay: &str) -> String {
        let text = |key: &'static str| language.text(key);
        let field = |name: &'static str, complete: &str, ltr: bool| {
            // Required by the server rather than the browser: Apple Pay needs none of them.
            let field =
                Field { name, label: text(name), kind: "text", complete, ltr, required: true };
            self.field(language, &field).replace(" required", "")
        };
        let expiry = self.fault("card_expiry").map_or_else(String::new, |fault| {
            format!(
                "<p class=\"fault\" id=\"card_expiry-fault\">{}</p>",
                escape(text(fault.problem))
            )
        });
        let schemes: Vec<&str> = [
            ("MADA", "mada"),
            ("VISA", "Visa"),
            ("MASTERCARD", "Mastercard"),
            ("AMEX", "American Express"),
        ]
        .into_iter()
        .filter(|(scheme, _)| takes(methods, scheme))
        .map(|(_, name)| name)
        .collect();
        format!(
            "<section><h2>{card}</h2><p class=\"soft\"><bdi>{schemes}</bdi></p>\
             {number}{holder}<div class=\"trio\"><div>{month}</div><div>{year}</div>\
             <div>{cvc}</div></div>{expiry}\
             <button name=\"method\" value=\"card\">{pay}</button>\
             <p class=\"or\">{or}</p>\
             <button class=\"dark\" name=\"method\" value=\"apple_pay\">{apple}</button></section>{help}",
            card = text("card"),
            schemes = schemes.join(" · "),
            number = field("card_number", "cc-number", true),
            holder = field("card_holder", "cc-name", false),
            month = field("card_month", "cc-exp-month", true),
            year = field("card_year", "cc-exp-year", true),
            cvc = field("card_cvc", "cc-csc", true),
            or = text("or"),
            apple = text("apple_pay"),
            help = test_cards(language),
        )
    }
}

/// The published test cards, for whoever tries the page out.
fn test_cards(language: Language) -> String {
    let mut rows = String::new();
    for (number, scheme, (message, code)) in cards::CARDS {
        let _ = write!(
            rows,
            "<tr><td><code>{number}</code> <span class=\"soft\">{scheme}</span></td>\
             <td><bdi dir=\"ltr\">{} {code}</bdi></td></tr>",
            escape(message)
        );
    }
    format!(
        "<section><details><summary>{}</summary><div class=\"scroll\"><table><thead><tr>\
         <th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead>\
         <tbody>{rows}</tbody></table></div></details></section>",
        language.text("test_cards"),
        language.text("card_number"),
        language.text("outcome"),
    )
}
