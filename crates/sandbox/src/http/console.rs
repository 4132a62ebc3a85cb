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
    let key = app.api_key();
    let outcome = app.at_present(|store| html(store, &key, &said));
    match outcome {
        Ok(html) => page(200, html),
        Err(error) => page(error.status, format!("<pre>{}</pre>", escape(&error.body.to_string()))),
    }
}

fn html(store: &Store, key: &str, said: &str) -> Result<String> {
    let said = if said.is_empty() {
        String::new()
    } else {
        format!("<p role=\"status\"><strong>{}</strong></p>", escape(said))
    };
    let mut html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>Stream sandbox</title><style>{STYLE}</style></head><body>\
         <a class=\"skip\" href=\"#content\">Skip to content</a>\
         <header><h1>Stream sandbox</h1><p class=\"soft\">API at <code>{base}/api/v2</code>, \
         key <code>{key}</code></p><nav aria-label=\"Sections\"><a href=\"#clock\">Clock</a>\
         <a href=\"#links\">Links</a><a href=\"#invoices\">Invoices</a>\
         <a href=\"#payments\">Payments</a><a href=\"#subscriptions\">Subscriptions</a>\
         <a href=\"#customers\">Customers</a><a href=\"#products\">Products</a>\
         <a href=\"#webhooks\">Webhooks</a></nav></header><main id=\"content\">{said}",
        base = escape(&store.base_url),
        key = escape(key),
    );
    html += &clock(store);
    html += &table::<Link>(
        store,
        "links",
        "Payment links",
        &["Name", "Amount", "Status", "Paid", "Page"],
        |link| {
            let url = links::url(store, link);
            vec![
                escape(&link.name),
                amount(link.totals.amount, &link.currency),
                escape(&link.status),
                format!("{} × · {}", link.payments, amount(link.collected, &link.currency)),
                format!(
                    "<a href=\"{0}\">العربية</a> <a href=\"{0}?language=en\">English</a>",
                    escape(&url)
                ),
            ]
        },
    )?;
    html += &table::<Invoice>(
        store,
        "invoices",
        "Invoices",
        &["No.", "Customer", "Amount", "Status", "Due", "Page"],
        |invoice| {
            vec![
                invoice.number.to_string(),
                escape(&invoice.customer_name),
                amount(invoice.totals.amount, &invoice.currency),
                escape(&invoice.status),
                time::date(invoice.scheduled_on),
                format!("<a href=\"{}\">open</a>", escape(&invoices_url(store, invoice))),
            ]
        },
    )?;
    html += &table::<Payment>(
        store,
        "payments",
        "Payments",
        &["Id", "Amount", "Status", "Method", "Due", "Message"],
        |payment| {
            vec![
                format!("<code>{}</code>", escape(&payment.base.id)),
                amount(payment.amount, &payment.currency),
                escape(&payment.status),
                escape(payment.method.as_deref().unwrap_or("–")),
                time::date(payment.scheduled_on),
                escape(payment.gateway_message.as_deref().unwrap_or_default()),
            ]
        },
    )?;
    html += &table::<Subscription>(
        store,
        "subscriptions",
        "Subscriptions",
        &["Id", "Amount", "Every", "Status", "Cycle", "Until"],
        |sub| {
            vec![
                format!("<code>{}</code>", escape(&sub.base.id)),
                amount(sub.totals.amount, &sub.currency),
                format!("{} {}", sub.count, escape(&sub.unit)),
                escape(&sub.status),
                sub.cycle.to_string(),
                time::date(sub.period.1),
            ]
        },
    )?;
    html += &table::<Customer>(
        store,
        "customers",
        "Customers",
        &["Id", "Name", "Phone", "E-mail", "Cards"],
        |customer| {
            let cards: Vec<String> = customer
                .cards
                .iter()
                .map(|card| format!("{} …{}", card.method, card.last4))
                .collect();
            vec![
                format!("<code>{}</code>", escape(&customer.base.id)),
                escape(&customer.name),
                escape(customer.phone.as_deref().unwrap_or("–")),
                escape(customer.email.as_deref().unwrap_or("–")),
                escape(&cards.join(", ")),
            ]
        },
    )?;
    html += &table::<Product>(
        store,
        "products",
        "Products",
        &["Id", "Name", "Type", "Price", "On sale"],
        |product| {
            let price = product.default_price();
            vec![
                format!("<code>{}</code>", escape(&product.base.id)),
                escape(&product.name),
                escape(&product.kind),
                price.map_or_else(String::new, |price| amount(price.gross(), &price.currency)),
                if product.is_active { "yes" } else { "no" }.to_owned(),
            ]
        },
    )?;
    html += &deliveries(store)?;
    Ok(html + "</main></body></html>")
}

fn amount(value: rust_decimal::Decimal, currency: &str) -> String {
    format!("{} {}", money::text(value, currency), escape(currency))
}

fn clock(store: &Store) -> String {
    let frozen = store.clock.frozen.is_some();
    let mut html = format!(
        "<section id=\"clock\" aria-labelledby=\"clock-title\"><h2 id=\"clock-title\">Clock</h2>\
         <p><time>{}</time> ({})</p>",
        time::text(store.now),
        if frozen { "standing still" } else { "running" },
    );
    for (span, label) in
        [("PT1H", "1 hour"), ("P1D", "1 day"), ("P7D", "1 week"), ("P1M", "1 month")]
    {
        let _ = write!(
            html,
            "<form method=\"post\" action=\"/_sandbox/do/clock\">\
             <button name=\"advance\" value=\"{span}\">+ {label}</button></form>"
        );
    }
    html + "<form method=\"post\" action=\"/_sandbox/do/clock\"><label>Move to (UTC)\
        <input name=\"to\" placeholder=\"2030-01-31T12:00:00Z\"></label><button>Move</button></form>\
        <form method=\"post\" action=\"/_sandbox/do/seed\"><button>Fill with demo data</button></form>\
        <form method=\"post\" action=\"/_sandbox/do/reset\">\
        <label><input type=\"checkbox\" name=\"sure\" value=\"yes\" required> everything goes</label>\
        <button class=\"danger\">Reset</button></form></section>"
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
    html += "<table><thead><tr>";
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
    Ok(html + "</tbody></table></section>")
}

fn deliveries(store: &Store) -> Result<String> {
    let mut html = String::from(
        "<section id=\"webhooks\" aria-labelledby=\"webhooks-title\"><h2 id=\"webhooks-title\">\
         Webhooks</h2><form method=\"post\" action=\"/_sandbox/do/webhook\"><label>Address\
         <input name=\"url\" type=\"url\" size=\"40\" placeholder=\"http://127.0.0.1:3000/hook\" required>\
         </label><button>Register</button></form>",
    );
    for endpoint in webhooks::endpoints(store)? {
        let _ = write!(
            html,
            "<p><code>{}</code> <span class=\"soft\">secret <code>{}</code></span></p>",
            escape(&endpoint.url),
            escape(&endpoint.secret)
        );
    }
    html += "<table><thead><tr><th scope=\"col\">Event</th><th scope=\"col\">State</th>\
             <th scope=\"col\">Attempts</th><th scope=\"col\">Payload</th><th scope=\"col\"></th>\
             </tr></thead><tbody>";
    for delivery in webhooks::delivery_log(store, 50)? {
        let text = |pointer: &str| {
            let value = delivery.pointer(pointer);
            escape(value.and_then(Value::as_str).unwrap_or_default())
        };
        let attempts = delivery.get("attempts").and_then(Value::as_array).into_iter().flatten();
        let attempts: Vec<String> = attempts
            .map(|attempt| {
                let status = attempt.get("response_status").and_then(Value::as_u64);
                let problem = attempt.get("error").and_then(Value::as_str).unwrap_or("no answer");
                status.map_or_else(|| escape(problem), |status| status.to_string())
            })
            .collect();
        let payload = delivery.get("payload").cloned().unwrap_or_default();
        let payload = serde_json::to_string_pretty(&payload)?;
        let _ = write!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td><details><summary>show</summary>\
             <pre>{}</pre></details></td><td><form method=\"post\" action=\"/_sandbox/do/resend\">\
             <button name=\"id\" value=\"{}\">Send again</button></form></td></tr>",
            text("/payload/event_type"),
            text("/status"),
            attempts.join(", "),
            escape(&payload),
            text("/id"),
        );
    }
    Ok(html + "</tbody></table></section>")
}
