//! The pages for payers: the checkout of a link at `/s/{id}`, an invoice at `/i/{id}`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::get;

use super::html::{page, see_other};
use crate::app::App;
use crate::checkout::{
    Answer, Ended, Language, Receipt, Shown, invoice_page, link_page, missing_page, pay_invoice,
    pay_link, read_form, result_page,
};
use crate::error::{ApiError, Result};
use crate::model::{Invoice, Link};
use crate::store::Store;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/s/{id}", get(show_link).post(submit_link))
        .route("/s/{id}/done", get(link_done))
        .route("/i/{id}", get(show_invoice).post(submit_invoice))
        .route("/i/{id}/done", get(invoice_done))
}

/// Reads pairs of the form `a=b&c=d`.
pub(super) fn pairs(text: &str) -> HashMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn asked(query: Option<String>) -> (HashMap<String, String>, Language) {
    let fields = pairs(&query.unwrap_or_default());
    let language = Language::of(fields.get("language").map(String::as_str));
    (fields, language)
}

/// A page, or the one that says that there is none.
fn finish(language: Language, outcome: Result<(u16, String)>) -> Response {
    match outcome {
        Ok((status, html)) => page(status, html),
        Err(error) if error.status == 404 => page(404, missing_page(language)),
        Err(error) => {
            let text = super::escape(&error.body.to_string());
            page(error.status, format!("<!doctype html><title>Error</title><pre>{text}</pre>"))
        }
    }
}

/// Looks at the state without leaving anything behind, though making a page may use up ids.
fn look<T>(app: &App, action: impl FnOnce(&mut Store) -> Result<T>) -> Result<T> {
    app.at_present(|store| {
        let counter = store.ids.counter;
        let outcome = action(store);
        store.ids.counter = counter;
        outcome
    })
}

async fn show_link(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let (_, language) = asked(query);
    let outcome = look(&app, |store| {
        let link: Link = store.need(&id)?;
        link_page(store, &link, language, &Shown::default())
    });
    finish(language, outcome)
}

async fn submit_link(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let (_, language) = asked(query);
    let typed = pairs(&String::from_utf8_lossy(&body));
    let attempt = read_form(&typed);
    let answer = app.change(|store| pay_link(store, &id, &attempt));
    match answer {
        Ok(Answer::Tried(receipt)) => {
            if let Some(address) = &receipt.redirect_url {
                return see_other(address);
            }
            if receipt.status != "failed" {
                return see_other(&done("s", &id, language, &receipt));
            }
            again(&app, &id, language, Shown { typed, faults: &[], declined: Some(&receipt) })
        }
        Ok(Answer::Correct(faults)) => {
            again(&app, &id, language, Shown { typed, faults: &faults, declined: None })
        }
        Ok(Answer::Closed(_)) => again(&app, &id, language, Shown::default()),
        Err(error) => finish(language, Err(error)),
    }
}

fn again(app: &App, id: &str, language: Language, shown: Shown<'_>) -> Response {
    let outcome = look(app, |store| {
        let link: Link = store.need(id)?;
        link_page(store, &link, language, &shown)
    });
    finish(language, outcome)
}

/// Where the result of an attempt is shown, so that reloading does not pay again.
fn done(kind: &str, id: &str, language: Language, receipt: &Receipt) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("language", language.code())
        .append_pair("status", receipt.status)
        .append_pair("message", &receipt.message)
        .append_pair("amount", &receipt.amount)
        .append_pair("id", &receipt.id)
        .finish();
    format!("/{kind}/{id}/done?{query}")
}

fn ended(
    store: &Store,
    fields: &HashMap<String, String>,
    language: Language,
    org: &str,
    link: Option<&Link>,
) -> Result<(u16, String)> {
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    let mut others = fields.clone();
    let there = if language == Language::Arabic { "en" } else { "ar" };
    others.insert("language".to_owned(), there.to_owned());
    let other: String =
        url::form_urlencoded::Serializer::new(String::from("?")).extend_pairs(others).finish();
    let ended = Ended {
        status: field("status"),
        message: field("message"),
        amount: field("amount"),
        reference: field("id"),
        org,
        other: &other,
        link,
    };
    Ok((200, result_page(store, language, &ended)?))
}

async fn link_done(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let (fields, language) = asked(query);
    let outcome = look(&app, |store| {
        let link: Link = store.need(&id)?;
        ended(store, &fields, language, &link.base.org, Some(&link))
    });
    finish(language, outcome)
}

async fn show_invoice(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let (_, language) = asked(query);
    finish(language, invoice_again(&app, &id, language, &Shown::default()))
}

fn invoice_again(
    app: &App,
    id: &str,
    language: Language,
    shown: &Shown<'_>,
) -> Result<(u16, String)> {
    look(app, |store| {
        let invoice: Invoice = store.need(id)?;
        invoice_page(store, &invoice, language, shown)
    })
}

async fn submit_invoice(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let (_, language) = asked(query);
    let typed = pairs(&String::from_utf8_lossy(&body));
    let attempt = read_form(&typed);
    let answer = app.change(|store| pay_invoice(store, &id, &attempt));
    let outcome = match answer {
        Ok(Answer::Tried(receipt)) if receipt.status != "failed" => {
            return see_other(&done("i", &id, language, &receipt));
        }
        Ok(Answer::Tried(receipt)) => {
            let shown = Shown { typed, faults: &[], declined: Some(&receipt) };
            invoice_again(&app, &id, language, &shown)
        }
        Ok(Answer::Correct(faults)) => {
            let shown = Shown { typed, faults: &faults, declined: None };
            invoice_again(&app, &id, language, &shown)
        }
        Ok(Answer::Closed(_)) => invoice_again(&app, &id, language, &Shown::default()),
        Err(error) => Err::<(u16, String), ApiError>(error),
    };
    finish(language, outcome)
}

async fn invoice_done(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let (fields, language) = asked(query);
    let outcome = look(&app, |store| {
        let invoice: Invoice = store.need(&id)?;
        ended(store, &fields, language, &invoice.base.org, None)
    });
    finish(language, outcome)
}
