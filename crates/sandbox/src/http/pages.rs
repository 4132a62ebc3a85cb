//! The pages for payers: the checkout of a link at `/s/{id}`, an invoice at `/i/{id}`.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::get;

use super::{error_page, page, see_other};
use crate::app::App;
use crate::checkout::{
    Ended, Receipt, Reply, Shown, from_form, invoice_page, link_page, missing_page, pay_invoice,
    pay_link, result_page,
};
use crate::control::Target;
use crate::error::Result;
use crate::model::{Invoice, Language, Link};
use crate::store::Store;

pub(super) fn routes() -> Router<Arc<App>> {
    let both = |target: Target, path: &str| {
        let show = move |State(app): State<Arc<App>>, Path(id), RawQuery(query)| {
            show(app, target, id, query.unwrap_or_default())
        };
        let submit = move |State(app): State<Arc<App>>, Path(id), RawQuery(query), body: Bytes| {
            submit(app, target, id, query.unwrap_or_default(), body)
        };
        let done = move |State(app): State<Arc<App>>, Path(id), RawQuery(query)| {
            done(app, target, id, query.unwrap_or_default())
        };
        Router::new()
            .route(&format!("/{path}/{{id}}"), get(show).post(submit))
            .route(&format!("/{path}/{{id}}/done"), get(done))
    };
    both(Target::Link, "s").merge(both(Target::Invoice, "i"))
}

/// Reads pairs of the form `a=b&c=d`.
pub(super) fn pairs(text: &str) -> HashMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn language(fields: &HashMap<String, String>) -> Language {
    Language::of(fields.get("language").map(String::as_str))
}

/// The page, or an error page.
fn finish(language: Language, outcome: Result<(u16, String)>) -> Response {
    match outcome {
        Ok((status, html)) => page(status, html),
        Err(error) if error.status == 404 => page(404, missing_page(language)),
        Err(error) => error_page(&error),
    }
}

fn payment_page(
    store: &mut Store,
    target: Target,
    id: &str,
    language: Language,
    shown: &Shown<'_>,
) -> Result<(u16, String)> {
    match target {
        Target::Link => {
            let link: Link = store.need(id)?;
            link_page(store, &link, language, shown)
        }
        Target::Invoice => {
            let invoice: Invoice = store.need(id)?;
            invoice_page(store, &invoice, language, shown)
        }
    }
}

async fn show(app: Arc<App>, target: Target, id: String, query: String) -> Response {
    let language = language(&pairs(&query));
    let outcome = app.run(move |app| {
        app.read(|store| payment_page(store, target, &id, language, &Shown::default()))
    });
    finish(language, outcome.await)
}

/// What a submitted form leads to.
enum Next {
    Elsewhere(String),
    Page(u16, String),
}

async fn submit(app: Arc<App>, target: Target, id: String, query: String, body: Bytes) -> Response {
    let language = language(&pairs(&query));
    let typed = pairs(&String::from_utf8_lossy(&body));
    match app.run(move |app| pay(app, target, &id, language, typed)).await {
        Ok(Next::Elsewhere(place)) => see_other(&place),
        Ok(Next::Page(status, html)) => page(status, html),
        Err(error) => finish(language, Err(error)),
    }
}

fn pay(
    app: &App,
    target: Target,
    id: &str,
    language: Language,
    typed: HashMap<String, String>,
) -> Result<Next> {
    let attempt = from_form(&typed);
    let reply = app.change(|store| match target {
        Target::Link => pay_link(store, id, &attempt),
        Target::Invoice => pay_invoice(store, id, &attempt),
    })?;
    let mut shown = Shown { typed, ..Shown::default() };
    match &reply {
        Reply::Tried(receipt) => {
            if let Some(address) = &receipt.redirect_url {
                return Ok(Next::Elsewhere(address.clone()));
            }
            if receipt.status != "failed" {
                return Ok(Next::Elsewhere(result_address(target, id, language, receipt)));
            }
            shown.declined = Some(receipt);
        }
        Reply::Correct(errors) => shown.errors = errors,
        Reply::Changed => shown.changed = true,
        Reply::Closed(_) => shown = Shown::default(),
    }
    let (status, html) = app.read(|store| payment_page(store, target, id, language, &shown))?;
    Ok(Next::Page(status, html))
}

/// The address of the result page. Reloading it does not pay again.
fn result_address(target: Target, id: &str, language: Language, receipt: &Receipt) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("language", language.code())
        .append_pair("status", receipt.status)
        .append_pair("message", &receipt.message)
        .append_pair("amount", &receipt.amount)
        .append_pair("id", &receipt.id)
        .finish();
    let kind = match target {
        Target::Link => "s",
        Target::Invoice => "i",
    };
    format!("/{kind}/{id}/done?{query}")
}

async fn done(app: Arc<App>, target: Target, id: String, query: String) -> Response {
    let fields = pairs(&query);
    let language = language(&fields);
    let outcome = app.run(move |app| {
        app.read(|store| {
            let (org, link) = match target {
                Target::Link => {
                    let link: Link = store.need(&id)?;
                    (link.base.organization_id.clone(), Some(link))
                }
                Target::Invoice => (store.need::<Invoice>(&id)?.base.organization_id, None),
            };
            ended(store, &fields, language, &org, link.as_ref())
        })
    });
    finish(language, outcome.await)
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
    others.insert("language".to_owned(), language.other().code().to_owned());
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
