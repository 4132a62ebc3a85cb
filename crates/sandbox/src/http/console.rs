//! The console at `/_sandbox`: the data, the webhook log, the clock, reset. Plain HTML, usable by
//! keyboard, without scripts. Each button leads back to the console with a message about what happened.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::{get, post};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use rust_decimal::Decimal;
use serde_json::Value;

use super::control::{later, moment};
use super::pages::pairs;
use super::{error_page, page, see_other};
use crate::app::App;
use crate::error::Result;
use crate::model::{
    Currency, Customer, Delivery, DeliveryStatus, Invoice, InvoiceStatus, Link, LinkStatus,
    Payment, PaymentMethod, PaymentStatus, Price, Product, Record, Subscription,
    SubscriptionStatus,
};
use crate::resources::{invoice_url, links};
use crate::store::{Filter, Paging, Store};
use crate::{control, demo, money, time, webhooks};

const STYLE: &str = include_str!("console.css");

/// How many of each kind are shown.
const SHOWN: i64 = 25;

/// The sections in their order: id and title.
const SECTIONS: [(&str, &str); 9] = [
    ("clock", "Clock"),
    ("data", "Data"),
    ("links", "Payment links"),
    ("invoices", "Invoices"),
    ("payments", "Payments"),
    ("subscriptions", "Subscriptions"),
    ("customers", "Customers"),
    ("products", "Products"),
    ("webhooks", "Webhooks"),
];

type Shared = State<Arc<App>>;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/_sandbox", get(show))
        .route("/_sandbox/", get(show))
        .route("/_sandbox/do/clock", post(clock))
        .route("/_sandbox/do/reset", post(reset))
        .route("/_sandbox/do/seed", post(seed))
        .route("/_sandbox/do/webhook", post(webhook))
        .route("/_sandbox/do/resend", post(resend))
}

async fn show(State(app): Shared, RawQuery(query): RawQuery) -> Response {
    let said = pairs(&query.unwrap_or_default()).remove("said").unwrap_or_default();
    let outcome = app.run(move |app| {
        let key = app.api_key();
        app.read(|store| console(store, &key, &said))
    });
    match outcome.await {
        Ok(html) => page(200, html.into_string()),
        Err(error) => error_page(&error),
    }
}

fn console(store: &Store, key: &str, said: &str) -> Result<Markup> {
    Ok(html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { "Stream sandbox" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#content" { "Skip to content" }
                header {
                    h1 { "Stream sandbox" }
                    dl {
                        dt { "API" } dd { code { (store.base_url) "/api/v2" } }
                        dt { "x-api-key" } dd { code { (key) } }
                    }
                    nav aria-label="Sections" {
                        @for (id, title) in SECTIONS { a href={ "#" (id) } { (title) } }
                    }
                }
                main id="content" {
                    @if !said.is_empty() { p.said role="status" { (said) } }
                    (clock_section(store))
                    (data_section())
                    (links_table(store)?)
                    (invoices_table(store)?)
                    (payments_table(store)?)
                    (subscriptions_table(store)?)
                    (customers_table(store)?)
                    (products_table(store)?)
                    (webhooks_section(store)?)
                }
            }
        }
    })
}

fn section(id: &str, count: Option<i64>, body: &Markup) -> Markup {
    let title = SECTIONS.iter().find(|(known, _)| *known == id).map_or(id, |(_, title)| title);
    html! {
        section id=(id) aria-labelledby={ (id) "-title" } {
            h2 id={ (id) "-title" } {
                (title)
                @if let Some(count) = count { " " span.soft { (count) } }
            }
            (body)
        }
    }
}

fn clock_section(store: &Store) -> Markup {
    let state = if store.clock.frozen.is_some() { "frozen" } else { "running" };
    let spans = [("PT1H", "1 hour"), ("P1D", "1 day"), ("P7D", "1 week"), ("P1M", "1 month")];
    let body = html! {
        p.time { time { (time::text(store.now)) } " " span.soft { (state) } }
        p.soft {
            "When you move the clock, everything that falls due on the way happens at its time: \
             renewals, charges, expiries, webhooks."
        }
        div.actions {
            form method="post" action="/_sandbox/do/clock" {
                @for (span, label) in spans { button name="advance" value=(span) { "+ " (label) } }
            }
            form method="post" action="/_sandbox/do/clock" {
                label for="to" { "Move to" }
                input id="to" name="to" placeholder="2030-01-31T12:00:00Z" required;
                button { "Move" }
            }
        }
    };
    section("clock", None, &body)
}

fn data_section() -> Markup {
    let body = html! {
        div.actions {
            form method="post" action="/_sandbox/do/seed" { button { "Fill with a demo shop" } }
            form method="post" action="/_sandbox/do/reset" {
                button.danger { "Delete everything" }
                label {
                    input type="checkbox" name="sure" value="yes" required;
                    " Yes, everything except keys and webhook addresses"
                }
            }
        }
    };
    section("data", None, &body)
}

/// A table with the latest records of a kind.
fn table<R: Record>(
    store: &Store,
    id: &str,
    heads: &[&str],
    cells: impl Fn(&R) -> Vec<Markup>,
) -> Result<Markup> {
    let paging = Paging { page: 1, limit: SHOWN, order: "created".to_owned(), descending: true };
    let filter = Filter::new().raw("deleted = 0", []);
    let (records, pagination) = store.page::<R>(&filter, &paging)?;
    let total = pagination.get("total_count").and_then(Value::as_i64).unwrap_or(0);
    let rows: Vec<Vec<Markup>> = records.iter().map(cells).collect();
    let body = html! {
        @if rows.is_empty() {
            p.soft { "None yet." }
        } @else {
            div.scroll {
                table {
                    thead { tr { @for head in heads { th scope="col" { (head) } } } }
                    tbody {
                        @for row in rows {
                            tr { @for cell in row { td { bdi { (cell) } } } }
                        }
                    }
                }
            }
            @if total > SHOWN { p.soft { "The latest " (SHOWN) " of " (total) "." } }
        }
    };
    Ok(section(id, Some(total), &body))
}

fn text(value: impl std::fmt::Display) -> Markup {
    html! { (value.to_string()) }
}

fn optional(value: Option<&str>) -> Markup {
    text(value.unwrap_or("–"))
}

fn code(value: &str) -> Markup {
    html! { code { (value) } }
}

fn amount(value: Decimal, currency: Currency) -> Markup {
    html! { (money::text(value, currency)) " " (currency.word()) }
}

fn both_languages(url: &str) -> Markup {
    html! {
        a href=(url) lang="ar" { "العربية" } " · " a href={ (url) "?language=en" } { "English" }
    }
}

/// A status with a color.
trait Colored: std::fmt::Display + Copy {
    /// The class of its color.
    fn color(self) -> &'static str;

    fn chip(self) -> Markup {
        html! { span class={ "chip " (self.color()) } { (self.to_string()) } }
    }
}

impl Colored for LinkStatus {
    fn color(self) -> &'static str {
        match self {
            Self::Active | Self::Completed => "good",
            Self::Inactive => "over",
        }
    }
}

impl Colored for InvoiceStatus {
    fn color(self) -> &'static str {
        match self {
            Self::Accepted | Self::Completed => "good",
            Self::Created | Self::Sent => "open",
            Self::Canceled => "over",
        }
    }
}

impl Colored for PaymentStatus {
    fn color(self) -> &'static str {
        match self {
            Self::Succeeded => "good",
            Self::Failed => "bad",
            Self::Pending | Self::UnderReview => "open",
            Self::Refunded | Self::Canceled => "over",
        }
    }
}

impl Colored for SubscriptionStatus {
    fn color(self) -> &'static str {
        match self {
            Self::Active => "good",
            Self::Trialing => "open",
            Self::Inactive | Self::Frozen | Self::Canceled => "over",
        }
    }
}

impl Colored for DeliveryStatus {
    fn color(self) -> &'static str {
        match self {
            Self::Delivered => "good",
            Self::Failed => "bad",
            Self::Pending | Self::Retrying => "open",
        }
    }
}

fn links_table(store: &Store) -> Result<Markup> {
    let heads = ["Name", "Amount", "Status", "Collected", "Checkout"];
    table::<Link>(store, "links", &heads, |link| {
        let collected = html! {
            @match link.payments {
                0 => "–",
                1 => { (amount(link.amount_collected, link.currency)) " (1 payment)" }
                n => { (amount(link.amount_collected, link.currency)) " (" (n) " payments)" }
            }
        };
        vec![
            text(&link.name),
            amount(link.totals.amount, link.currency),
            link.status.chip(),
            collected,
            both_languages(&links::url(store, link)),
        ]
    })
}

fn invoices_table(store: &Store) -> Result<Markup> {
    let heads = ["No.", "Customer", "Amount", "Status", "Due", "Payment page"];
    table::<Invoice>(store, "invoices", &heads, |invoice| {
        vec![
            text(invoice.org_invoice_number),
            text(&invoice.customer_name),
            amount(invoice.totals.amount, invoice.currency),
            invoice.status.chip(),
            text(time::date(invoice.scheduled_on)),
            both_languages(&invoice_url(store, invoice)),
        ]
    })
}

fn payments_table(store: &Store) -> Result<Markup> {
    let heads = ["Amount", "Status", "Method", "Due", "Bank response", "Id"];
    table::<Payment>(store, "payments", &heads, |payment| {
        vec![
            amount(payment.amount, payment.currency),
            payment.status.chip(),
            optional(payment.method.map(PaymentMethod::word)),
            text(time::date(payment.scheduled_on)),
            optional(payment.gateway_message.as_deref()),
            code(&payment.base.id),
        ]
    })
}

fn subscriptions_table(store: &Store) -> Result<Markup> {
    let heads = ["Amount", "Renews every", "Status", "Cycle", "Paid until", "Id"];
    table::<Subscription>(store, "subscriptions", &heads, |sub| {
        let unit = sub.cycle.unit.word().to_lowercase();
        let every =
            if sub.cycle.count == 1 { unit } else { format!("{} {unit}s", sub.cycle.count) };
        vec![
            amount(sub.totals.amount, sub.currency),
            text(every),
            sub.status.chip(),
            text(sub.number),
            text(time::date(sub.end)),
            code(&sub.base.id),
        ]
    })
}

fn customers_table(store: &Store) -> Result<Markup> {
    let heads = ["Name", "Phone", "Email", "Stored cards", "Id"];
    table::<Customer>(store, "customers", &heads, |customer| {
        let cards = customer.cards.iter().map(|card| format!("{} …{}", card.method, card.last4));
        let cards = cards.collect::<Vec<_>>().join(", ");
        vec![
            text(&customer.name),
            optional(customer.phone_number.as_deref()),
            optional(customer.email.as_deref()),
            optional(Some(cards.as_str()).filter(|cards| !cards.is_empty())),
            code(&customer.base.id),
        ]
    })
}

fn products_table(store: &Store) -> Result<Markup> {
    let heads = ["Name", "Type", "Price", "On sale", "Id"];
    table::<Product>(store, "products", &heads, |product| {
        let show = |price: &Price| amount(price.gross(), price.currency);
        vec![
            text(&product.name),
            text(product.kind),
            product.default_price().map_or_else(Markup::default, show),
            text(if product.is_active { "yes" } else { "no" }),
            code(&product.base.id),
        ]
    })
}

fn webhooks_section(store: &Store) -> Result<Markup> {
    let endpoints = webhooks::endpoints(store)?;
    let log = webhooks::latest_deliveries(store, 50)?;
    let body = html! {
        div.actions {
            form method="post" action="/_sandbox/do/webhook" {
                label for="url" { "Send events to" }
                input id="url" name="url" type="url" placeholder="http://127.0.0.1:3000/hook" required;
                button { "Add" }
            }
        }
        @for endpoint in &endpoints {
            dl {
                dt { "Address" } dd { code { (endpoint.url) } }
                dt { "Secret" } dd { code { (endpoint.secret_key) } }
            }
        }
        @if log.is_empty() {
            p.soft { "Nothing sent yet." }
        } @else {
            div.scroll {
                table {
                    thead {
                        tr {
                            @for head in ["Event", "State", "Responses", "Payload", "Again"] {
                                th scope="col" { (head) }
                            }
                        }
                    }
                    tbody { @for delivery in &log { (delivery_row(delivery)) } }
                }
            }
        }
    };
    Ok(section("webhooks", None, &body))
}

fn delivery_row(delivery: &Delivery) -> Markup {
    let event = delivery.event.word();
    let responses: Vec<String> = delivery
        .attempts
        .iter()
        .map(|attempt| attempt.response_status.map_or("none".to_owned(), |it| it.to_string()))
        .collect();
    let errors = delivery.attempts.iter().filter_map(|attempt| attempt.error.as_ref());
    html! {
        tr {
            td { (event) }
            td { (delivery.status.chip()) }
            td { (responses.join(", ")) }
            td {
                details {
                    summary { "show" }
                    pre { (format!("{:#}", delivery.payload)) }
                    @for error in errors { pre { (error) } }
                }
            }
            td {
                form method="post" action="/_sandbox/do/resend" {
                    button name="id" value=(delivery.base.id) { "Send again" }
                }
            }
        }
    }
}

fn read(body: &[u8]) -> HashMap<String, String> {
    pairs(&String::from_utf8_lossy(body))
}

fn back(outcome: Result<String>, place: &str) -> Response {
    let said = outcome.unwrap_or_else(|error| {
        let info = error.body.pointer("/error/additional_info").and_then(Value::as_str);
        format!("Refused: {}", info.unwrap_or("see the log"))
    });
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("said", &said).finish();
    see_other(&format!("/_sandbox?{query}#{place}"))
}

async fn clock(State(app): Shared, body: Bytes) -> Response {
    let fields = read(&body);
    let outcome = async {
        let now = app.db.now();
        let target = match (fields.get("advance"), fields.get("to")) {
            (Some(span), _) => later(now, span)?,
            (None, Some(text)) => moment(text)?,
            (None, None) => now,
        };
        let now = app.advance(target).await?;
        Ok(format!("It is now {}.", time::text(now)))
    };
    back(outcome.await, "clock")
}

async fn reset(State(app): Shared, body: Bytes) -> Response {
    if read(&body).get("sure").is_none_or(|word| word != "yes") {
        return back(Ok("Nothing was reset: the box was not ticked.".to_owned()), "clock");
    }
    let outcome = app.run(|app| app.reset()).await;
    back(outcome.map(|()| "Everything was reset.".to_owned()), "clock")
}

async fn seed(State(app): Shared) -> Response {
    let outcome = demo::fill(&app).await;
    back(outcome.map(|()| "The demo shop is ready.".to_owned()), "links")
}

async fn webhook(State(app): Shared, body: Bytes) -> Response {
    let url = read(&body).remove("url").unwrap_or_default();
    let outcome = app.run(move |app| control::register_webhook(app, &url, None, &[])).await;
    back(outcome.map(|endpoint| format!("Events go to {}.", endpoint.url)), "webhooks")
}

async fn resend(State(app): Shared, body: Bytes) -> Response {
    let id = read(&body).remove("id").unwrap_or_default();
    let outcome = async {
        app.run(move |app| app.change(|store| webhooks::resend(store, &id))).await?;
        app.tick().await?;
        Ok("It was sent again.".to_owned())
    };
    back(outcome.await, "webhooks")
}
