//! The console at `/_sandbox`: what exists, the webhook log, the clock, reset. Plain HTML, usable
//! by keyboard, without scripts.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::Value;

use super::html::{escape, page};
use super::pages::pairs;
use crate::app::App;
use crate::error::Result;
use crate::model::{Customer, Invoice, Link, Payment, Product, Record, Subscription};
use crate::resources::{invoices_url, links};
use crate::store::{Filter, Paging, Store};
use crate::{money, time, webhooks};

const STYLE: &str = include_str!("console.css");

/// How many of each kind are shown.
const SHOWN: i64 = 25;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/_sandbox", get(show)).route("/_sandbox/", get(show))
}

async fn show(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> Response {
    let said = pairs(&query.unwrap_or_default()).remove("said").unwrap_or_default();
    let outcome = app.run(move |app| {
        let key = app.api_key();
        app.read(|store| html(store, &key, &said))
    });
    match outcome.await {
        Ok(html) => page(200, html),
        Err(error) => page(error.status, format!("<pre>{}</pre>", escape(&error.body.to_string()))),
    }
}

fn html(store: &Store, key: &str, said: &str) -> Result<String> {
    let said = if said.is_empty() {
        String::new()
    } else {
        format!("<p class=\"said\" role=\"status\">{}</p>", escape(said))
    };
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>Stream sandbox</title><style>{STYLE}</style></head><body>\
         <a class=\"skip\" href=\"#content\">Skip to content</a>\
         <header><h1>Stream sandbox</h1><dl><dt>API</dt><dd><code>{base}/api/v2</code></dd>\
         <dt>x-api-key</dt><dd><code>{key}</code></dd></dl><nav aria-label=\"Sections\"><a href=\"#clock\">Clock</a>\
         <a href=\"#data\">Data</a>\
         <a href=\"#links\">Links</a><a href=\"#invoices\">Invoices</a>\
         <a href=\"#payments\">Payments</a><a href=\"#subscriptions\">Subscriptions</a>\
         <a href=\"#customers\">Customers</a><a href=\"#products\">Products</a>\
         <a href=\"#webhooks\">Webhooks</a></nav></header><main id=\"content\">{said}",
        base = escape(store.base_url),
        key = escape(key),
    );
    html += &clock(store);
    html += data();
    html += &table::<Link>(
        store,
        "links",
        "Payment links",
        &["Name", "Amount", "Status", "Collected", "Checkout"],
        |link| {
            let url = links::url(store, link);
            vec![
                escape(&link.name),
                amount(link.totals.amount, &link.currency),
                chip(&link.status),
                match link.payments {
                    0 => "–".to_owned(),
                    1 => format!("{} (1 payment)", amount(link.collected, &link.currency)),
                    n => format!("{} ({n} payments)", amount(link.collected, &link.currency)),
                },
                format!(
                    "<a href=\"{0}\" lang=\"ar\">العربية</a> · <a href=\"{0}?language=en\">English</a>",
                    escape(&url)
                ),
            ]
        },
    )?;
    html += &table::<Invoice>(
        store,
        "invoices",
        "Invoices",
        &["No.", "Customer", "Amount", "Status", "Due", "Pay page"],
        |invoice| {
            vec![
                invoice.number.to_string(),
                escape(&invoice.customer_name),
                amount(invoice.totals.amount, &invoice.currency),
                chip(&invoice.status),
                time::date(invoice.scheduled_on),
                format!(
                    "<a href=\"{0}\" lang=\"ar\">العربية</a> · <a href=\"{0}?language=en\">English</a>",
                    escape(&invoices_url(store, invoice))
                ),
            ]
        },
    )?;
    html += &table::<Payment>(
        store,
        "payments",
        "Payments",
        &["Amount", "Status", "Method", "Due", "Bank's answer", "Id"],
        |payment| {
            vec![
                amount(payment.amount, &payment.currency),
                chip(&payment.status),
                escape(payment.method.as_deref().unwrap_or("–")),
                time::date(payment.scheduled_on),
                escape(payment.gateway_message.as_deref().unwrap_or("–")),
                format!("<code>{}</code>", escape(&payment.base.id)),
            ]
        },
    )?;
    html += &table::<Subscription>(
        store,
        "subscriptions",
        "Subscriptions",
        &["Amount", "Renews every", "Status", "Cycle", "Paid until", "Id"],
        |sub| {
            vec![
                amount(sub.totals.amount, &sub.currency),
                every(&sub.unit, sub.count),
                chip(&sub.status),
                sub.cycle.to_string(),
                time::date(sub.period.1),
                format!("<code>{}</code>", escape(&sub.base.id)),
            ]
        },
    )?;
    html += &table::<Customer>(
        store,
        "customers",
        "Customers",
        &["Name", "Phone", "E-mail", "Stored cards", "Id"],
        |customer| {
            let cards: Vec<String> = customer
                .cards
                .iter()
                .map(|card| format!("{} …{}", card.method, card.last4))
                .collect();
            vec![
                escape(&customer.name),
                escape(customer.phone.as_deref().unwrap_or("–")),
                escape(customer.email.as_deref().unwrap_or("–")),
                if cards.is_empty() { "–".to_owned() } else { escape(&cards.join(", ")) },
                format!("<code>{}</code>", escape(&customer.base.id)),
            ]
        },
    )?;
    html += &table::<Product>(
        store,
        "products",
        "Products",
        &["Name", "Type", "Price", "On sale", "Id"],
        |product| {
            let price = product.default_price();
            vec![
                escape(&product.name),
                escape(&product.kind),
                price.map_or_else(String::new, |price| amount(price.gross(), &price.currency)),
                if product.is_active { "yes" } else { "no" }.to_owned(),
                format!("<code>{}</code>", escape(&product.base.id)),
            ]
        },
    )?;
    html += &deliveries(store)?;
    Ok(html + "</main></body></html>")
}

fn amount(value: rust_decimal::Decimal, currency: &str) -> String {
    format!("{} {}", money::text(value, currency), escape(currency))
}

/// A status, coloured by whether all is well, something is to come, or it is over.
fn chip(status: &str) -> String {
    let kind = match status {
        "ACTIVE" | "SUCCEEDED" | "COMPLETED" | "ACCEPTED" | "DELIVERED" => "good",
        "FAILED" | "FAILED_INITIATION" | "EXPIRED" | "REJECTED" => "bad",
        "PENDING" | "PROCESSING" | "CREATED" | "SENT" | "TRIALING" => "open",
        _ => "over",
    };
    format!("<span class=\"chip {kind}\">{}</span>", escape(status))
}

fn every(unit: &str, count: i64) -> String {
    let unit = unit.to_lowercase();
    if count == 1 { escape(&unit) } else { format!("{count} {}s", escape(&unit)) }
}

fn clock(store: &Store) -> String {
    let frozen = store.clock.frozen.is_some();
    let mut html = format!(
        "<section id=\"clock\" aria-labelledby=\"clock-title\"><h2 id=\"clock-title\">Clock</h2>\
         <p class=\"time\"><time>{}</time> <span class=\"soft\">{}</span></p>\
         <p class=\"soft\">Moving it makes everything happen that falls due on the way: renewals, \
         charges, expiries, webhooks.</p><div class=\"actions\">\
         <form method=\"post\" action=\"/_sandbox/do/clock\">",
        time::text(store.now),
        if frozen { "standing still" } else { "running" },
    );
    for (span, label) in
        [("PT1H", "1 hour"), ("P1D", "1 day"), ("P7D", "1 week"), ("P1M", "1 month")]
    {
        let _ = write!(html, "<button name=\"advance\" value=\"{span}\">+ {label}</button>");
    }
    html + "</form><form method=\"post\" action=\"/_sandbox/do/clock\"><label for=\"to\">Move to</label>\
        <input id=\"to\" name=\"to\" placeholder=\"2030-01-31T12:00:00Z\" required>\
        <button>Move</button></form></div></section>"
}

fn data() -> &'static str {
    "<section id=\"data\" aria-labelledby=\"data-title\"><h2 id=\"data-title\">Data</h2>\
     <div class=\"actions\"><form method=\"post\" action=\"/_sandbox/do/seed\">\
     <button>Fill with a demo shop</button></form>\
     <form method=\"post\" action=\"/_sandbox/do/reset\"><button class=\"danger\">Delete everything</button>\
     <label><input type=\"checkbox\" name=\"sure\" value=\"yes\" required> Yes, all but keys and \
     webhook addresses</label></form></div></section>"
}

fn table<R: Record>(
    store: &Store,
    id: &str,
    title: &str,
    heads: &[&str],
    cells: impl Fn(&R) -> Vec<String>,
) -> Result<String> {
    let paging = Paging { page: 1, limit: SHOWN, order: "created", descending: true };
    let filter = Filter::new().raw("deleted = 0", []);
    let (records, pagination) = store.page::<R>(&filter, &paging)?;
    let total = pagination.get("total_count").and_then(Value::as_i64).unwrap_or(0);
    let mut html = format!(
        "<section id=\"{id}\" aria-labelledby=\"{id}-title\"><h2 id=\"{id}-title\">{title} \
         <span class=\"soft\">{total}</span></h2>"
    );
    if records.is_empty() {
        return Ok(html + "<p class=\"soft\">None yet.</p></section>");
    }
    html += "<div class=\"scroll\"><table><thead><tr>";
    for head in heads {
        let _ = write!(html, "<th scope=\"col\">{head}</th>");
    }
    html += "</tr></thead><tbody>";
    for record in &records {
        html += "<tr>";
        for cell in cells(record) {
            let _ = write!(html, "<td><bdi>{cell}</bdi></td>");
        }
        html += "</tr>";
    }
    html += "</tbody></table></div>";
    if total > SHOWN {
        let _ = write!(html, "<p class=\"soft\">The latest {SHOWN} of {total}.</p>");
    }
    Ok(html + "</section>")
}

fn deliveries(store: &Store) -> Result<String> {
    let mut html = String::from(
        "<section id=\"webhooks\" aria-labelledby=\"webhooks-title\"><h2 id=\"webhooks-title\">\
         Webhooks</h2><div class=\"actions\"><form method=\"post\" action=\"/_sandbox/do/webhook\">\
         <label for=\"url\">Send events to</label><input id=\"url\" name=\"url\" type=\"url\" \
         placeholder=\"http://127.0.0.1:3000/hook\" required><button>Add</button></form></div>",
    );
    for endpoint in webhooks::endpoints(store)? {
        let _ = write!(
            html,
            "<dl><dt>Address</dt><dd><code>{}</code></dd><dt>Secret</dt><dd><code>{}</code></dd></dl>",
            escape(&endpoint.url),
            escape(&endpoint.secret)
        );
    }
    let log = webhooks::delivery_log(store, 50)?;
    if log.is_empty() {
        return Ok(html + "<p class=\"soft\">Nothing sent yet.</p></section>");
    }
    html += "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Event</th><th scope=\"col\">State</th>\
             <th scope=\"col\">Answers</th><th scope=\"col\">Payload</th><th scope=\"col\">Again</th>\
             </tr></thead><tbody>";
    for delivery in log {
        let text = |pointer: &str| {
            let value = delivery.pointer(pointer);
            escape(value.and_then(Value::as_str).unwrap_or_default())
        };
        let mut answers = Vec::new();
        let mut errors = String::new();
        for attempt in delivery.get("attempts").and_then(Value::as_array).into_iter().flatten() {
            let status = attempt.get("response_status").and_then(Value::as_u64);
            answers.push(status.map_or_else(|| "none".to_owned(), |status| status.to_string()));
            if let Some(error) = attempt.get("error").and_then(Value::as_str) {
                let _ = write!(errors, "<pre>{}</pre>", escape(error));
            }
        }
        let payload = delivery.get("payload").cloned().unwrap_or_default();
        let payload = serde_json::to_string_pretty(&payload)?;
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td><details><summary>show</summary>\
             <pre>{}</pre>{errors}</details></td><td><form method=\"post\" action=\"/_sandbox/do/resend\">\
             <button name=\"id\" value=\"{}\">Send again</button></form></td></tr>",
            text("/payload/event_type"),
            chip(&text("/status")),
            answers.join(", "),
            escape(&payload),
            text("/id"),
        );
    }
    Ok(html + "</tbody></table></div></section>")
}
