//! The checkout page of a link, and the frame of all pages for payers. They work without scripts:
//! whatever is chosen is sent with the form, and the page comes back with what is to be corrected.

use std::fmt::Write as _;

use rust_decimal::Decimal;
use serde_json::Value;

use super::attempt::{Attempt, western};
use super::counts;
use super::fields::{Field, Shown};
use super::link;
use super::words::Language;
use crate::error::Result;
use crate::http::escape;
use crate::model::{Customer, Link, Organization, Product};
use crate::money;
use crate::pricing::Totals;
use crate::store::Store;

const STYLE: &str = include_str!("page.css");

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

pub(super) fn amount(value: Decimal, currency: &str) -> String {
    format!("<bdi class=\"num\">{} {}</bdi>", money::text(value, currency), escape(currency))
}

/// A text of the merchant's; nothing where there is none.
pub(super) fn paragraph(text: Option<&str>) -> String {
    let text = text.filter(|text| !text.is_empty());
    text.map_or_else(String::new, |text| format!("<p class=\"soft\">{}</p>", escape(text)))
}

pub(super) fn row(label: &str, value: &str, class: &str) -> String {
    format!("<div class=\"row {class}\"><span>{label}</span>{value}</div>")
}

pub(super) fn sums(language: Language, totals: &Totals, currency: &str) -> String {
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
        let body = format!(
            "<section class=\"end\"><h1>{}</h1><p>{}</p></section>",
            escape(&link.name),
            escape(words)
        );
        return Ok((410, frame(language, &link.name, &shop, &other, &body)));
    }
    // Chosen quantities that are in order price the page; others are shown beside their fault.
    let mut attempt = Attempt::default();
    for (name, value) in &shown.typed {
        let quantity = western(value.trim()).parse().ok().filter(|q| (1..=1_000_000).contains(q));
        if let (Some(item), Some(quantity)) = (name.strip_prefix("quantity_"), quantity) {
            attempt.quantities.insert(item.to_owned(), quantity);
        }
    }
    let basket = link::basket(store, link, &attempt)?;
    let currency = link.currency.as_str();
    let total = basket.totals.amount;
    let mut html = format!(
        "{alert}<form method=\"post\" action=\"/s/{id}?language={code}\" novalidate>\
         <section><h1>{name}</h1>{description}<h2>{order}</h2><ul class=\"items\">",
        alert = shown.alert(language),
        id = link.base.id,
        code = language.code(),
        name = escape(&link.name),
        description = paragraph(link.description.as_deref()),
        order = language.text("order"),
    );
    for ((item, line), product) in link.items.iter().zip(&basket.totals.lines).zip(&basket.products)
    {
        html += &item_html(language, shown, item, product, amount(line.discounted, currency));
    }
    html += "</ul>";
    html += &sums(language, &basket.totals, currency);
    if let Some((unit, count)) = &link.interval {
        let words = counts::every(language, unit, *count);
        html += &row(language.text("renews"), &format!("<span>{words}</span>"), "soft");
    }
    if let Some(days) = link.trial_days {
        let _ = write!(html, "<p class=\"note\">{}</p>", counts::trial(language, days));
    }
    html += "</section>";
    html += &customer_html(store, language, link, shown)?;
    html += &custom_fields(language, link, shown);
    let counts = link::splits(store, link, total)?;
    html += &shown.installments(language, &counts, total, total, currency);
    html += &Shown::amount(total, currency);
    if total.is_zero() {
        let word = language.text("confirm");
        let _ = write!(html, "<button name=\"method\" value=\"free\">{word}</button>");
    } else {
        let pay = if link.trial_days.is_some() {
            language.text("start_trial").to_owned()
        } else if !counts.is_empty() {
            // The amount depends on the choice and stands beside it.
            language.text("pay").to_owned()
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

/// The page for an address that leads nowhere.
pub(crate) fn missing_page(language: Language) -> String {
    let title = language.text("missing");
    let other = format!("?language={}", language.other().code());
    frame(
        language,
        title,
        "Stream",
        &other,
        &format!("<section class=\"end\"><h1>{title}</h1></section>"),
    )
}
