//! The pages for payers: the checkout of a link, an invoice, how a payment ended. They work without
//! scripts: the form sends the payer's choices, and the page comes back showing what must be
//! corrected.

use std::collections::HashMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use rust_decimal::Decimal;
use serde_json::Value;

use super::attempt::{Attempt, FieldError, Receipt, takes, western};
use super::words::Text;
use super::{counts, invoice, link};
use crate::billing::cards::{self, Scheme};
use crate::error::Result;
use crate::model::{
    Contact, Currency, Customer, Invoice, Item, Language, Link, Organization, Product,
};
use crate::money;
use crate::pricing::Totals;
use crate::store::Store;
use crate::time;

const STYLE: &str = include_str!("page.css");

/// What a page shows beside the offer: what the payer typed, what is wrong with it, what was
/// declined.
#[derive(Default)]
pub(crate) struct Shown<'a> {
    pub(crate) typed: HashMap<String, String>,
    pub(crate) errors: &'a [FieldError],
    pub(crate) declined: Option<&'a Receipt>,
    /// Whether the amount is not the one that the payer saw before.
    pub(crate) changed: bool,
}

/// What the result page shows of a payment.
pub(crate) struct Ended<'a> {
    /// `paid` or `failed_internal_error`; a plain failure goes back to the checkout.
    pub(crate) status: &'a str,
    pub(crate) message: &'a str,
    /// The amount paid with its currency; empty if nothing was paid.
    pub(crate) amount: &'a str,
    pub(crate) reference: &'a str,
    pub(crate) org: &'a str,
    /// The address of the page in the other language.
    pub(crate) other: &'a str,
    pub(crate) link: Option<&'a Link>,
}

/// A page in one language.
#[derive(Clone, Copy)]
struct Page<'a> {
    language: Language,
    shown: &'a Shown<'a>,
}

/// A field of the form.
struct Field<'a> {
    name: &'a str,
    label: &'a str,
    kind: &'a str,
    complete: &'a str,
    /// Whether its content is written from left to right in every language.
    ltr: bool,
    optional: bool,
}

fn frame(language: Language, title: &str, shop: &str, other: &str, body: &Markup) -> String {
    let there = language.other();
    html! {
        (DOCTYPE)
        html lang=(language.code()) dir=(language.direction()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    strong { (shop) }
                    a href=(other) lang=(there.code()) hreflang=(there.code()) {
                        (there.text(Text::LanguageName))
                    }
                }
                main {
                    p.mode { (language.text(Text::TestMode)) }
                    (body)
                }
            }
        }
    }
    .into_string()
}

/// The name of an organization in a language.
fn shop_name(store: &Store, org: &str, language: Language) -> Result<String> {
    let org: Organization = store.need(org)?;
    let english = org.name_en.filter(|_| language == Language::English);
    Ok(english.unwrap_or(org.name))
}

fn amount(value: Decimal, currency: Currency) -> Markup {
    html! { bdi.num { (money::text(value, currency)) " " (currency.word()) } }
}

/// A text of the merchant, if there is one.
fn paragraph(text: Option<&str>) -> Markup {
    html! { @if let Some(text) = text.filter(|text| !text.is_empty()) { p.soft { (text) } } }
}

fn row(label: &str, value: &Markup, class: &str) -> Markup {
    html! { div class={ "row " (class) } { span { (label) } (value) } }
}

/// The checkout page of a link that takes payments, or the page that says why it does not.
pub(crate) fn link_page(
    store: &mut Store,
    link: &Link,
    language: Language,
    shown: &Shown<'_>,
) -> Result<(u16, String)> {
    let shop = shop_name(store, &link.base.organization_id, language)?;
    let other = format!("/s/{}?language={}", link.base.id, language.other().code());
    if let Some(reason) = link::closed(store, link) {
        let words = link.deactivate_message.as_deref().unwrap_or_else(|| language.text(reason));
        let body = html! { section.end { h1 { (link.name) } p { (words) } } };
        return Ok((410, frame(language, &link.name, &shop, &other, &body)));
    }
    // The page shows the price for the quantities that are valid.
    let mut attempt = Attempt::default();
    for (name, value) in &shown.typed {
        let quantity = western(value.trim()).parse().ok().filter(|q| (1..=1_000_000).contains(q));
        if let (Some(item), Some(quantity)) = (name.strip_prefix("quantity_"), quantity) {
            attempt.quantities.insert(item.to_owned(), quantity);
        }
    }
    let page = Page { language, shown };
    let basket = link::basket(store, link, &attempt)?;
    let currency = link.currency;
    let total = basket.totals.amount;
    let counts = link::splits(store, link, total)?;
    let items = link.items.iter().zip(&basket.totals.lines).zip(&basket.products);
    let body = html! {
        (page.alert())
        form method="post" action={ "/s/" (link.base.id) "?language=" (language.code()) } novalidate {
            section {
                h1 { (link.name) }
                (paragraph(link.description.as_deref()))
                h2 { (language.text(Text::Order)) }
                ul.items {
                    @for ((item, line), product) in items {
                        (page.item(item, product, &amount(line.discounted, currency)))
                    }
                }
                (page.sums(&basket.totals, currency, &html! {}))
                @if let Some(cycle) = link.cycle {
                    @let words = counts::every(language, cycle.unit, cycle.count);
                    (row(language.text(Text::Renews), &html! { span { (words) } }, "soft"))
                }
                @if let Some(days) = link.trial_period_days {
                    p.note { (counts::trial(language, days)) }
                }
            }
            (page.customer(store, link)?)
            (page.custom_fields(link))
            (page.installments(&counts, total, total, currency))
            (page.shown_amount(total, currency))
            @if total.is_zero() {
                (page.free())
            } @else if link.trial_period_days.is_some() {
                (page.instruments(&link.payment_methods, &html! { (language.text(Text::StartTrial)) }))
            } @else {
                (page.instruments(&link.payment_methods, &page.pay(total, currency, counts.is_empty())))
            }
        }
    };
    Ok((page.status(), frame(language, &link.name, &shop, &other, &body)))
}

/// The page of an invoice, to pay it at once, in installments, or its open payments.
pub(crate) fn invoice_page(
    store: &Store,
    invoice: &Invoice,
    language: Language,
    shown: &Shown<'_>,
) -> Result<(u16, String)> {
    let shop = shop_name(store, &invoice.base.organization_id, language)?;
    let page = Page { language, shown };
    let other = format!("/i/{}?language={}", invoice.base.id, language.other().code());
    let currency = invoice.currency;
    let title = format!("{} {}", language.text(Text::Invoice), invoice.org_invoice_number);
    let open = invoice::open_payments(store, invoice)?;
    let closed = invoice::closed(invoice, &open);
    let split_total = invoice::split_total(store, invoice)?;
    let counts = invoice::splits(invoice, split_total);
    let next = open.first().map(|payment| payment.amount).unwrap_or_default();
    let all = open.iter().map(|payment| payment.amount).sum();
    let mut items = Vec::new();
    for (item, line) in invoice.items.iter().zip(&invoice.totals.lines) {
        items.push((store.need::<Product>(&item.product_id)?.name, item.quantity, line.discounted));
    }
    let paid = html! {
        @if !invoice.paid_amount.is_zero() {
            (row(language.text(Text::Paid), &amount(invoice.paid_amount, currency), ""))
            @let left = invoice.totals.amount - invoice.paid_amount;
            (row(language.text(Text::Remaining), &amount(left, currency), ""))
        }
    };
    let choice = |value: &str, checked: bool, text: Text, sum: Decimal| {
        html! {
            label.choice {
                input type="radio" name="pay" value=(value) checked[checked];
                span { (language.text(text)) " · " (amount(sum, currency)) }
            }
        }
    };
    let body = html! {
        (page.alert())
        form method="post" action={ "/i/" (invoice.base.id) "?language=" (language.code()) } novalidate {
            section {
                h1 { (title) }
                (paragraph(invoice.description.as_deref()))
                p.soft {
                    (language.text(Text::Due)) ": "
                    bdi.num { (time::date(invoice.scheduled_on)) }
                }
                ul.items {
                    @for (name, quantity, price) in &items {
                        li {
                            span { (name) span.soft { " × " bdi.num { (quantity) } } }
                            (amount(*price, currency))
                        }
                    }
                }
                (page.sums(&invoice.totals, currency, &paid))
            }
            @if let Some(reason) = closed {
                section { p { (language.text(reason)) } }
            } @else {
                (page.installments(&counts, next, split_total, currency))
                (page.shown_amount(all, currency))
                @if open.len() > 1 {
                    section {
                        fieldset {
                            legend { h2 { (language.text(Text::WhatToPay)) } }
                            (choice("next", true, Text::PayNext, next))
                            (choice("all", false, Text::PayAll, all))
                        }
                    }
                }
                @if next.is_zero() {
                    (page.free())
                } @else {
                    @let one_way = open.len() == 1 && counts.is_empty();
                    (page.instruments(&invoice.payment_methods, &page.pay(next, currency, one_way)))
                }
            }
        }
    };
    Ok((page.status(), frame(language, &title, &shop, &other, &body)))
}

/// The page after a payment, if the merchant gave no redirect URL.
pub(crate) fn result_page(store: &Store, language: Language, ended: &Ended<'_>) -> Result<String> {
    let shop = shop_name(store, ended.org, language)?;
    let paid = ended.status == "paid";
    let trial = ended.link.is_some_and(|link| link.trial_period_days.is_some());
    let title = language.text(match (paid, trial) {
        (true, true) => Text::TrialBegun,
        (true, false) => Text::Thanks,
        (false, _) => Text::Unclear,
    });
    let thanks = ended.link.and_then(|link| link.confirmation_message.as_deref());
    let words = if paid { thanks } else { Some(language.text(Text::UnclearAdvice)) };
    let number = |text: &str| html! { bdi.num { (text) } };
    let body = html! {
        section.end {
            p class={ "mark " (if paid { "good" } else { "open" }) } aria-hidden="true" {
                (if paid { "✓" } else { "?" })
            }
            h1 { (title) }
            (paragraph(words))
            div.sum {
                @if paid && !ended.amount.is_empty() {
                    (row(language.text(Text::AmountPaid), &number(ended.amount), "total"))
                }
                @if let Some(link) = ended.link {
                    (row(language.text(Text::OrderFor), &html! { bdi { (link.name) } }, ""))
                }
                @if !ended.message.is_empty() {
                    (row(language.text(Text::Answer), &number(ended.message), "soft"))
                }
                (row(language.text(Text::Reference), &number(ended.reference), "soft"))
            }
        }
    };
    Ok(frame(language, title, &shop, ended.other, &body))
}

/// The page for an address that leads nowhere.
pub(crate) fn missing_page(language: Language) -> String {
    let title = language.text(Text::Missing);
    let other = format!("?language={}", language.other().code());
    frame(language, title, "Stream", &other, &html! { section.end { h1 { (title) } } })
}

impl Page<'_> {
    fn status(&self) -> u16 {
        if self.shown.errors.is_empty() { 200 } else { 422 }
    }

    fn typed(&self, name: &str) -> &str {
        self.shown.typed.get(name).map_or("", String::as_str)
    }

    fn error(&self, name: &str) -> Option<&str> {
        let error = self.shown.errors.iter().find(|error| error.field == name);
        error.map(|error| self.language.text(error.problem))
    }

    /// The error of a field, shown next to it.
    fn note(&self, name: &str) -> Markup {
        html! {
            @if let Some(text) = self.error(name) {
                p.fault id={ (name) "-fault" } { (text) }
            }
        }
    }

    /// What went wrong, at the top of the page.
    fn alert(&self) -> Markup {
        let Self { language, shown } = self;
        html! {
            @if let Some(receipt) = shown.declined {
                div.alert role="alert" {
                    p { strong { (language.text(Text::Declined)) } }
                    p {
                        bdi dir="ltr" {
                            (receipt.message)
                            @if !receipt.response_code.is_empty() { " (" (receipt.response_code) ")" }
                        }
                    }
                    p { (language.text(Text::TryAgain)) }
                }
            } @else if shown.changed {
                div.alert role="alert" { p { strong { (language.text(Text::AmountChanged)) } } }
            } @else if !shown.errors.is_empty() {
                div.alert role="alert" {
                    p { strong { (language.text(Text::Errors)) } }
                    ul {
                        @for error in shown.errors {
                            @let (place, label) = self.place(error);
                            li {
                                a href={ "#" (place) } {
                                    (label) ": " (language.text(error.problem))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The id and the label of the field that has a error.
    fn place<'a>(&self, error: &'a FieldError) -> (&'a str, &'a str) {
        let field = error.field.as_str();
        let text = |text: Text| self.language.text(text);
        match field {
            "name" => (field, text(Text::Name)),
            "phone" => (field, text(Text::Phone)),
            "email" => (field, text(Text::Email)),
            "card_number" => (field, text(Text::CardNumber)),
            "card_holder" => (field, text(Text::CardHolder)),
            "card_expiry" => ("card_month", text(Text::CardMonth)),
            "card_cvc" => (field, text(Text::CardCvc)),
            "installments" => (field, text(Text::Installments)),
            _ => match field.split_once('_') {
                Some(("quantity", _)) => (field, text(Text::Quantity)),
                Some((_, name)) => (field, name),
                None => (field, field),
            },
        }
    }

    fn sums(&self, totals: &Totals, currency: Currency, paid: &Markup) -> Markup {
        let language = self.language;
        let discount = totals.original - totals.amount;
        html! {
            div.sum {
                @if !discount.is_zero() {
                    (row(language.text(Text::Subtotal), &amount(totals.original, currency), ""))
                    (row(language.text(Text::Discount), &amount(-discount, currency), ""))
                }
                (row(language.text(Text::Total), &amount(totals.amount, currency), "total"))
                (row(language.text(Text::Vat), &amount(totals.vat, currency), "soft"))
            }
            (paid)
        }
    }

    fn item(&self, item: &Item, product: &Product, price: &Markup) -> Markup {
        let name = format!("quantity_{}", item.id);
        let typed = self.typed(&name);
        let value = if typed.is_empty() { item.quantity.to_string() } else { typed.to_owned() };
        html! {
            li {
                span {
                    (product.name)
                    @if item.allow_custom_quantity {
                        label for=(name) { (self.language.text(Text::Quantity)) }
                        input id=(name) name=(name) type="number" inputmode="numeric" value=(value)
                            min=(item.min_quantity.unwrap_or(1).max(1)) max=[item.max_quantity]
                            aria-invalid=[self.error(&name).map(|_| "true")]
                            aria-describedby=[self.error(&name).map(|_| format!("{name}-fault"))];
                        (self.note(&name))
                    } @else {
                        span.soft { " × " bdi.num { (item.quantity) } }
                    }
                }
                (price)
            }
        }
    }

    /// A field of the form with its label, value and error.
    fn field(&self, field: &Field<'_>) -> Markup {
        let Field { name, label, kind, complete, ltr, optional } = *field;
        // Card data is never sent back to the page.
        let secret = name.starts_with("card_") && name != "card_holder";
        let value = if secret { "" } else { self.typed(name) };
        let example = match name {
            "phone" => Some("+966501234567"),
            "card_month" => Some("12"),
            "card_year" => Some("2030"),
            _ => None,
        };
        // The server requires card data rather than the browser: Apple Pay needs none of it.
        let required = !optional && !name.starts_with("card_");
        html! {
            label for=(name) {
                (label)
                @if optional { " " span.soft { "(" (self.language.text(Text::Optional)) ")" } }
            }
            input id=(name) name=(name) type=(kind) value=(value) autocomplete=(complete)
                class=[ltr.then_some("ltr")] inputmode=[secret.then_some("numeric")]
                placeholder=[example] required[required]
                aria-invalid=[self.error(name).map(|_| "true")]
                aria-describedby=[self.error(name).map(|_| format!("{name}-fault"))];
            (self.note(name))
        }
    }

    fn customer(&self, store: &Store, link: &Link) -> Result<Markup> {
        let language = self.language;
        if let Some(id) = &link.organization_consumer_id {
            let customer: Customer = store.need(id)?;
            return Ok(html! {
                section {
                    h2 { (language.text(Text::ForCustomer)) }
                    p { (customer.name) }
                }
            });
        }
        let by_email = link.contact_information_type == Contact::Email;
        let field = |name: &'static str, text: Text, kind: &str, complete: &str, optional: bool| {
            let (label, ltr) = (language.text(text), name != "name");
            self.field(&Field { name, label, kind, complete, ltr, optional })
        };
        let phone = field("phone", Text::Phone, "tel", "tel", by_email);
        let email = field("email", Text::Email, "email", "email", !by_email);
        Ok(html! {
            section {
                h2 { (language.text(Text::Customer)) }
                (field("name", Text::Name, "text", "name", false))
                @if by_email { (email) (phone) } @else { (phone) (email) }
            }
        })
    }

    fn custom_fields(&self, link: &Link) -> Markup {
        let properties = link.custom_fields.get("properties").and_then(Value::as_object);
        let required = link.custom_fields.get("required").and_then(Value::as_array);
        let is_required = |name: &str| {
            required.is_some_and(|list| list.iter().any(|one| one.as_str() == Some(name)))
        };
        html! {
            @if let Some(properties) = properties {
                section {
                    h2 { (self.language.text(Text::More)) }
                    @for (name, schema) in properties {
                        (self.field(&Field {
                            name: &format!("custom_{name}"),
                            label: schema.get("title").and_then(Value::as_str).unwrap_or(name),
                            kind: "text",
                            complete: "off",
                            ltr: false,
                            optional: !is_required(name),
                        }))
                    }
                }
            }
        }
    }

    /// The choice of installments. `whole` is what paying at once comes to, `total` what the
    /// installments sum to.
    fn installments(
        &self,
        counts: &[u32],
        whole: Decimal,
        total: Decimal,
        currency: Currency,
    ) -> Markup {
        let language = self.language;
        let chosen = self.typed("installments").parse().unwrap_or(1_u32);
        html! {
            @if !counts.is_empty() {
                section {
                    fieldset id="installments" {
                        legend { h2 { (language.text(Text::Installments)) } }
                        label.choice {
                            input type="radio" name="installments" value="1" checked[chosen == 1];
                            span { (language.text(Text::PayOnce)) " · " (amount(whole, currency)) }
                        }
                        @for count in counts {
                            @let parts = money::installments(total, *count, currency);
                            @let first = parts.first().copied().unwrap_or(total);
                            label.choice {
                                input type="radio" name="installments" value=(count)
                                    checked[*count == chosen];
                                span {
                                    (counts::payments(language, *count)) " · "
                                    (amount(first, currency)) " " (language.text(Text::Now))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The amount that the page shows, which comes back with the form.
    fn shown_amount(&self, amount: Decimal, currency: Currency) -> Markup {
        html! { input type="hidden" name="shown_amount" value=(money::text(amount, currency)); }
    }

    /// What the button says. It names the amount only where there is one way to pay; otherwise the
    /// amount is shown beside each choice.
    fn pay(&self, sum: Decimal, currency: Currency, one_way: bool) -> Markup {
        html! {
            (self.language.text(Text::Pay))
            @if one_way { " " (amount(sum, currency)) }
        }
    }

    fn free(&self) -> Markup {
        html! { button name="method" value="free" { (self.language.text(Text::Confirm)) } }
    }

    /// The card form and the Apple Pay button.
    fn instruments(&self, methods: &Value, pay: &Markup) -> Markup {
        let language = self.language;
        let field = |name: &'static str, text: Text, complete: &str, ltr: bool| {
            let (label, kind, optional) = (language.text(text), "text", false);
            self.field(&Field { name, label, kind, complete, ltr, optional })
        };
        let schemes = [
            (Scheme::Mada, "mada"),
            (Scheme::Visa, "Visa"),
            (Scheme::Mastercard, "Mastercard"),
            (Scheme::Amex, "American Express"),
        ];
        let schemes = schemes.into_iter().filter(|(scheme, _)| takes(methods, *scheme));
        let schemes: Vec<&str> = schemes.map(|(_, name)| name).collect();
        html! {
            section {
                h2 { (language.text(Text::Card)) }
                p.soft { bdi { (schemes.join(" · ")) } }
                (field("card_number", Text::CardNumber, "cc-number", true))
                (field("card_holder", Text::CardHolder, "cc-name", false))
                div.trio {
                    div { (field("card_month", Text::CardMonth, "cc-exp-month", true)) }
                    div { (field("card_year", Text::CardYear, "cc-exp-year", true)) }
                    div { (field("card_cvc", Text::CardCvc, "cc-csc", true)) }
                }
                (self.note("card_expiry"))
                button name="method" value="card" { (pay) }
                p.or { (language.text(Text::Or)) }
                button.dark name="method" value="apple_pay" { (language.text(Text::ApplePay)) }
            }
            section {
                details {
                    summary { (language.text(Text::TestCards)) }
                    div.scroll {
                        table {
                            thead {
                                tr {
                                    th scope="col" { (language.text(Text::CardNumber)) }
                                    th scope="col" { (language.text(Text::Outcome)) }
                                }
                            }
                            tbody {
                                @for (number, scheme, (message, code)) in cards::CARDS {
                                    tr {
                                        td { code { (number) } " " span.soft { (scheme.word()) } }
                                        td { bdi dir="ltr" { (message) " " (code) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
