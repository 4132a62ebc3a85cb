//! The checkout page of a link and of an invoice. It works without scripts: whatever is chosen is
//! sent with the form, and the page comes back with what is to be corrected.

use std::collections::HashMap;
use std::fmt::Write as _;

use rust_decimal::Decimal;
use serde_json::Value;

use super::attempt::{Attempt, FieldFault, Receipt, takes};
use super::words::Language;
use super::{invoice, link};
use crate::billing::cards;
use crate::error::Result;
use crate::http::escape;
use crate::model::{Customer, Invoice, Link, Organization, Product};
use crate::pricing::Totals;
use crate::store::Store;
use crate::{money, time};

const STYLE: &str = include_str!("page.css");

/// What a page shows beside the offer: what was typed, what was wrong, what was declined.
#[derive(Default)]
pub(crate) struct Shown<'a> {
    pub(crate) typed: HashMap<String, String>,
    pub(crate) faults: &'a [FieldFault],
    pub(crate) declined: Option<&'a Receipt>,
}

/// The frame of all pages of the checkout.
pub(super) fn frame(
    language: Language,
    title: &str,
    shop: &str,
    other: &str,
    body: &str,
) -> String {
    let (code, direction) = (language.code(), language.direction());
    let there = language.other();
    format!(
        "<!doctype html><html lang=\"{code}\" dir=\"{direction}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head><body>\
         <header><strong>{shop}</strong><a href=\"{other}\" lang=\"{there_code}\" \
         hreflang=\"{there_code}\">{there_name}</a></header><main>\
         <p class=\"mode\">{mode}</p>{body}</main></body></html>",
        title = escape(title),
        shop = escape(shop),
        other = escape(other),
        there_code = there.code(),
        there_name = there.text("language_name"),
        mode = language.text("test_mode"),
    )
}

/// The name of an organization in a language.
pub(super) fn shop_name(store: &Store, org: &str, language: Language) -> Result<String> {
    let org: Organization = store.need(org)?;
    let english = org.name_en.filter(|_| language == Language::English);
    Ok(english.unwrap_or(org.name))
}

fn amount(value: Decimal, currency: &str) -> String {
    format!("<bdi class=\"num\">{} {}</bdi>", money::text(value, currency), escape(currency))
}

fn row(label: &str, value: &str, class: &str) -> String {
    format!("<div class=\"row {class}\"><span>{label}</span>{value}</div>")
}

fn sums(language: Language, totals: &Totals, currency: &str) -> String {
    let mut html = String::from("<div class=\"sum\">");
    let discount = totals.original - totals.amount;
    if !discount.is_zero() {
        html += &row(language.text("subtotal"), &amount(totals.original, currency), "");
        html += &row(language.text("discount"), &amount(-discount, currency), "");
    }
    html += &row(language.text("total"), &amount(totals.amount, currency), "total");
    html += &row(language.text("vat"), &amount(totals.vat, currency), "soft");
    html + "</div>"
}

fn rhythm(language: Language, interval: Option<&(String, i64)>) -> String {
    let Some((unit, count)) = interval else {
        return String::new();
    };
    let word = match unit.as_str() {
        "WEEK" => language.text("per_week"),
        "QUARTER" => language.text("per_quarter"),
        "YEAR" => language.text("per_year"),
        _ => language.text("per_month"),
    };
    let many = if *count > 1 {
        format!(" · {} <bdi class=\"num\">{count}</bdi>", language.text("times"))
    } else {
        String::new()
    };
    format!("<p class=\"soft\">{word}{many}</p>")
}

/// A field of the form with its label, its value and what is wrong with it.
struct Field<'a> {
    name: &'a str,
    label: &'a str,
    kind: &'a str,
    complete: &'a str,
    /// Whether its content is written from left to right in every language.
    ltr: bool,
    required: bool,
}

impl Shown<'_> {
    fn value(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn fault(&self, name: &str) -> Option<&FieldFault> {
        self.faults.iter().find(|fault| fault.field == name)
    }

    fn field(&self, language: Language, field: &Field<'_>) -> String {
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
            mode = if secret { " inputmode=\"numeric\"" } else { "" },
            req = if *required { " required" } else { "" },
        )
    }

    fn note(&self, language: Language, name: &str) -> (String, String) {
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
    fn alert(&self, language: Language) -> String {
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

    fn installments(
        &self,
        language: Language,
        counts: &[u32],
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
             <input type=\"radio\" name=\"installments\" value=\"1\"{}>{}</label>",
            language.text("installments"),
            check(1),
            language.text("pay_once"),
        );
        for count in counts {
            let parts = money::installments(total, *count, currency);
            let first = parts.first().copied().unwrap_or(total);
            let _ = write!(
                html,
                "<label class=\"choice\"><input type=\"radio\" name=\"installments\" \
                 value=\"{count}\"{}><span>{count} {} · {} {}</span></label>",
                check(*count),
                language.text("parts"),
                amount(first, currency),
                language.text("now"),
            );
        }
        html + "</fieldset></section>"
    }

    /// Card form and Apple Pay button.
    fn instruments(&self, language: Language, methods: &Value, pay: &str) -> String {
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
            "<tr><td><code>{number}</code></td><td>{scheme}</td><td><bdi dir=\"ltr\">{} {code}</bdi></td></tr>",
            escape(message)
        );
    }
    format!(
        "<section><details><summary>{}</summary><div class=\"scroll\"><table><thead><tr>\
         <th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead>\
         <tbody>{rows}</tbody></table></div></details></section>",
        language.text("test_cards"),
        language.text("card_number"),
        language.text("card"),
        language.text("outcome"),
    )
}

/// The checkout page of a link that takes payments, or the page that says why it does not.
pub(crate) fn link_page(
    store: &mut Store,
    link: &Link,
    language: Language,
    shown: &Shown<'_>,
) -> Result<(u16, String)> {
    let shop = shop_name(store, &link.base.org, language)?;
    let other = format!("/s/{}?language={}", link.base.id, language.other().code());
    if let Some(reason) = link::closed(store, link) {
        let words = link.deactivate_message.as_deref().unwrap_or_else(|| language.text(reason));
        let body =
            format!("<section><h1>{}</h1><p>{}</p></section>", escape(&link.name), escape(words));
        return Ok((410, frame(language, &link.name, &shop, &other, &body)));
    }
    // Chosen quantities that are in order price the page; others are shown beside their fault.
    let mut attempt = Attempt::default();
    for (name, value) in &shown.typed {
        let quantity = value.parse().ok().filter(|q| (1..=1_000_000).contains(q));
        if let (Some(item), Some(quantity)) = (name.strip_prefix("quantity_"), quantity) {
            attempt.quantities.insert(item.to_owned(), quantity);
        }
    }
    let basket = link::basket(store, link, &attempt)?;
    let currency = link.currency.as_str();
    let total = basket.totals.amount;
    let description = link.description.as_deref().unwrap_or_default();
    let mut html = format!(
        "{alert}<form method=\"post\" action=\"/s/{id}?language={code}\" novalidate>\
         <section><h1>{name}</h1><p class=\"soft\">{description}</p><h2>{order}</h2><ul class=\"items\">",
        alert = shown.alert(language),
        id = link.base.id,
        code = language.code(),
        name = escape(&link.name),
        description = escape(description),
        order = language.text("order"),
    );
    for ((item, line), product) in link.items.iter().zip(&basket.totals.lines).zip(&basket.products)
    {
        html += &item_html(language, shown, item, product, amount(line.discounted, currency));
    }
    html += "</ul>";
    html += &sums(language, &basket.totals, currency);
    html += &rhythm(language, link.interval.as_ref());
    if let Some(days) = link.trial_days {
        let word = language.text("trial");
        let _ = write!(html, "<p>{word}: <bdi class=\"num\">{days}</bdi></p>");
    }
    html += "</section>";
    html += &customer_html(store, language, link, shown)?;
    html += &custom_fields(language, link, shown);
    let counts = link::splits(store, link, total)?;
    html += &shown.installments(language, &counts, total, currency);
    if total.is_zero() {
        let word = language.text("confirm");
        let _ = write!(html, "<button name=\"method\" value=\"free\">{word}</button>");
    } else {
        let pay = if link.trial_days.is_some() {
            language.text("start_trial").to_owned()
        } else {
            format!("{} {}", language.text("pay"), amount(total, currency))
        };
        html += &shown.instruments(language, &link.methods, &pay);
    }
    html += "</form>";
    let status = if shown.faults.is_empty() { 200 } else { 422 };
    Ok((status, frame(language, &link.name, &shop, &other, &html)))
}

fn item_html(
    language: Language,
    shown: &Shown<'_>,
    item: &crate::model::LinkItem,
    product: &Product,
    price: String,
) -> String {
    let name = format!("quantity_{}", item.id);
    let quantity = if item.custom_quantity {
        let typed = shown.value(&name);
        let value = if typed.is_empty() { item.quantity.to_string() } else { typed.to_owned() };
        let bound =
            |word: &str, n: Option<i64>| n.map_or(String::new(), |n| format!(" {word}=\"{n}\""));
        let (invalid, note) = shown.note(language, &name);
        format!(
            "<label for=\"{name}\">{}</label><input id=\"{name}\" name=\"{name}\" type=\"number\" \
             inputmode=\"numeric\" value=\"{}\"{}{}{invalid}>{note}",
            language.text("quantity"),
            escape(&value),
            bound("min", Some(item.min.unwrap_or(1).max(1))),
            bound("max", item.max),
        )
    } else {
        format!("<span class=\"soft\"> × <bdi class=\"num\">{}</bdi></span>", item.quantity)
    };
    format!("<li><span>{}{quantity}</span>{price}</li>", escape(&product.name))
}

fn customer_html(
    store: &Store,
    language: Language,
    link: &Link,
    shown: &Shown<'_>,
) -> Result<String> {
    if let Some(id) = &link.customer {
        let customer: Customer = store.need(id)?;
        return Ok(format!(
            "<section><h2>{}</h2><p>{}</p></section>",
            language.text("for_customer"),
            escape(&customer.name)
        ));
    }
    let by_email = link.contact == "EMAIL";
    let field = |name: &'static str, kind: &str, complete: &str, required: bool| {
        let ltr = name != "name";
        let label = language.text(name);
        shown.field(language, &Field { name, label, kind, complete, ltr, required })
    };
    let phone = field("phone", "tel", "tel", !by_email);
    let email = field("email", "email", "email", by_email);
    let (first, second) = if by_email { (email, phone) } else { (phone, email) };
    Ok(format!(
        "<section><h2>{}</h2>{}{first}{second}</section>",
        language.text("customer"),
        field("name", "text", "name", true),
    ))
}

fn custom_fields(language: Language, link: &Link, shown: &Shown<'_>) -> String {
    let Some(properties) = link.custom_fields.get("properties").and_then(Value::as_object) else {
        return String::new();
    };
    let required = link.custom_fields.get("required").and_then(Value::as_array);
    let is_required =
        |name: &str| required.is_some_and(|list| list.iter().any(|one| one.as_str() == Some(name)));
    let mut html = format!("<section><h2>{}</h2>", language.text("more"));
    for (name, schema) in properties {
        let label = schema.get("title").and_then(Value::as_str).unwrap_or(name);
        let field = Field {
            name: &format!("custom_{name}"),
            label,
            kind: "text",
            complete: "off",
            ltr: false,
            required: is_required(name),
        };
        html += &shown.field(language, &field);
    }
    html + "</section>"
}

/// The page where an invoice is paid.
pub(crate) fn invoice_page(
    store: &Store,
    invoice: &Invoice,
    language: Language,
    shown: &Shown<'_>,
) -> Result<(u16, String)> {
    let shop = shop_name(store, &invoice.base.org, language)?;
    let other = format!("/i/{}?language={}", invoice.base.id, language.other().code());
    let currency = invoice.currency.as_str();
    let title = format!("{} {}", language.text("invoice"), invoice.number);
    let mut html = format!(
        "{}<form method=\"post\" action=\"/i/{}?language={}\" novalidate><section><h1>{}</h1>\
         <p class=\"soft\">{}</p><p class=\"soft\">{}: <bdi class=\"num\">{}</bdi></p><ul class=\"items\">",
        shown.alert(language),
        invoice.base.id,
        language.code(),
        escape(&title),
        escape(invoice.description.as_deref().unwrap_or_default()),
        language.text("due"),
        time::date(invoice.scheduled_on),
    );
    for (item, line) in invoice.items.iter().zip(&invoice.totals.lines) {
        let product: Product = store.need(&item.product_id)?;
        let _ = write!(
            html,
            "<li><span>{}<span class=\"soft\"> × <bdi class=\"num\">{}</bdi></span></span>{}</li>",
            escape(&product.name),
            item.quantity,
            amount(line.discounted, currency)
        );
    }
    html += "</ul>";
    html += &sums(language, &invoice.totals, currency);
    if !invoice.paid.is_zero() {
        let left = invoice.totals.amount - invoice.paid;
        html += &row(language.text("paid"), &amount(invoice.paid, currency), "");
        html += &row(language.text("remaining"), &amount(left, currency), "");
    }
    html += "</section>";
    let open = invoice::open_payments(store, invoice)?;
    if let Some(reason) = invoice::closed(invoice, &open) {
        let _ = write!(html, "<section><p>{}</p></section></form>", language.text(reason));
        return Ok((200, frame(language, &title, &shop, &other, &html)));
    }
    let split_total = invoice::split_total(store, invoice)?;
    let counts = invoice::splits(invoice, split_total);
    html += &shown.installments(language, &counts, split_total, currency);
    let next = open.first().map(|payment| payment.amount).unwrap_or_default();
    if open.len() > 1 {
        let all = open.iter().map(|payment| payment.amount).sum();
        let _ = write!(
            html,
            "<section><fieldset><label class=\"choice\"><input type=\"radio\" name=\"pay\" \
             value=\"next\" checked><span>{} · {}</span></label><label class=\"choice\">\
             <input type=\"radio\" name=\"pay\" value=\"all\"><span>{} · {}</span></label>\
             </fieldset></section>",
            language.text("pay_next"),
            amount(next, currency),
            language.text("pay_all"),
            amount(all, currency),
        );
    }
    if next.is_zero() {
        let word = language.text("confirm");
        let _ = write!(html, "<button name=\"method\" value=\"free\">{word}</button>");
    } else {
        html += &shown.instruments(language, &invoice.methods, language.text("pay"));
    }
    html += "</form>";
    let status = if shown.faults.is_empty() { 200 } else { 422 };
    Ok((status, frame(language, &title, &shop, &other, &html)))
}

/// The page for an address that leads nowhere.
pub(crate) fn missing_page(language: Language) -> String {
    let title = language.text("missing");
    let other = format!("?language={}", language.other().code());
    frame(language, title, "Stream", &other, &format!("<section><h1>{title}</h1></section>"))
}
