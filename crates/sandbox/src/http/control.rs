//! The control API under `/_sandbox`: JSON in, JSON out, no key. Whoever reaches it runs the
//! sandbox; pages of other sites may not use it through a browser.

use std::sync::{Arc, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, patch, post, put};
use jiff::{Span, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::pages::pairs;
use crate::app::App;
use crate::control::{self, Target};
use crate::error::{ApiError, Result};
use crate::faults::FaultRule;
use crate::model::Organization;
use crate::webhooks::{self, Order};
use crate::{demo, house, time};

type Shared = State<Arc<App>>;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/_sandbox/state", get(state))
        .route("/_sandbox/clock", get(clock).post(move_clock))
        .route("/_sandbox/reset", post(reset))
        .route("/_sandbox/seed", post(seed))
        .route("/_sandbox/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/_sandbox/requests", get(requests).delete(clear_requests))
        .route("/_sandbox/organizations", post(add_organization))
        .route("/_sandbox/organizations/{id}", patch(change_organization))
        .route("/_sandbox/keys", post(add_key))
        .route("/_sandbox/webhooks", get(list_webhooks).post(add_webhook))
        .route("/_sandbox/webhooks/{id}", patch(switch_webhook).delete(remove_webhook))
        .route("/_sandbox/webhooks/mode", put(webhook_mode))
        .route("/_sandbox/webhooks/flush", post(flush))
        .route("/_sandbox/deliveries", get(deliveries))
        .route("/_sandbox/deliveries/{id}/resend", post(resend))
        .route("/_sandbox/payment_links/{id}/pay", post(pay_link))
        .route("/_sandbox/invoices/{id}/pay", post(pay_invoice))
        .route("/_sandbox/customers/{id}/card", put(set_card).delete(remove_card))
}

/// Refuses requests that a page of another site made a browser send.
pub(super) fn own_page(headers: &HeaderMap) -> Result<()> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // Browsers say where a request comes from; other programs say nothing.
    let own = match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = origin.split_once("://").map_or(origin, |(_, host)| host);
            text("host") == Some(host)
        }
        (None, None) => true,
    };
    if !own {
        let info = "Pages of other sites may not steer the sandbox.";
        return Err(ApiError::code(403, "PERMISSION_FORBIDDEN", info));
    }
    Ok(())
}

pub(super) fn reply(outcome: Result<Value>) -> Response {
    let (status, body) = match outcome {
        Ok(body) => (200, body),
        Err(error) => (error.status, error.body),
    };
    let response = axum::http::Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()));
    response.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T> {
    own_page(headers)?;
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| ApiError::invalid(format!("The body: {error}.")))
}

async fn state(State(app): Shared) -> Response {
    reply(control::state(&app))
}

async fn clock(State(app): Shared) -> Response {
    reply(Ok(clock_json(&app)))
}

fn clock_json(app: &App) -> Value {
    app.with_store(|store| {
        json!({
            "now": time::text(store.clock.now()),
            "frozen": store.clock.frozen.is_some(),
        })
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockMove {
    /// A moment to move to.
    to: Option<String>,
    /// A span to move by, ISO 8601 (`P31D`, `PT5M`) or friendly (`31 days`).
    advance: Option<String>,
    /// Whether the clock stands still from now on.
    frozen: Option<bool>,
}

async fn move_clock(State(app): Shared, headers: HeaderMap, body: Bytes) -> Response {
    reply(move_to(&app, read(&headers, &body)).await)
}

async fn move_to(app: &Arc<App>, wanted: Result<ClockMove>) -> Result<Value> {
    let wanted = wanted?;
    if let Some(frozen) = wanted.frozen {
        app.freeze_clock(frozen)?;
    }
    let now = app.with_store(|store| store.clock.now());
    if let Some(span) = &wanted.advance {
        app.advance(later(now, span)?).await?;
    }
    if let Some(moment) = &wanted.to {
        let at = time::parse(moment)
            .ok_or_else(|| ApiError::invalid(format!("{moment:?} is no moment in ISO 8601.")))?;
        app.advance(at).await?;
    }
    Ok(clock_json(app))
}

/// A moment moved by a span in words.
pub(super) fn later(now: Timestamp, span: &str) -> Result<Timestamp> {
    let moved = span
        .parse::<Span>()
        .ok()
        .and_then(|span| now.to_zoned(jiff::tz::TimeZone::UTC).checked_add(span).ok());
    let moved =
        moved.map(|zoned| zoned.timestamp()).filter(|at| time::parse(&time::text(*at)).is_some());
    moved.ok_or_else(|| ApiError::invalid(format!("{span:?} is no span such as P31D or PT5M.")))
}

async fn reset(State(app): Shared, headers: HeaderMap) -> Response {
    reply(own_page(&headers).and_then(|()| app.reset()).map(|()| json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    name: String,
}

async fn seed(State(app): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let wanted: Result<Seed> = read(&headers, &body);
    reply(match wanted {
        Ok(seed) if seed.name == "demo" => demo::fill(&app).await.map(|()| json!({})),
        Ok(seed) => Err(ApiError::invalid(format!("{:?} is no seed; there is demo.", seed.name))),
        Err(error) => Err(error),
    })
}

async fn faults(State(app): Shared) -> Response {
    reply(Ok(json!({ "data": app.faults.lock().unwrap_or_else(PoisonError::into_inner).json() })))
}

async fn add_fault(State(app): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let rule: Result<FaultRule> = read(&headers, &body);
    reply(rule.map(|rule| {
        app.faults.lock().unwrap_or_else(PoisonError::into_inner).add(rule);
        json!({})
    }))
}

async fn clear_faults(State(app): Shared, headers: HeaderMap) -> Response {
    reply(own_page(&headers).map(|()| {
        app.faults.lock().unwrap_or_else(PoisonError::into_inner).clear();
        json!({})
    }))
}

async fn requests(State(app): Shared, RawQuery(query): RawQuery) -> Response {
    let fields = pairs(&query.unwrap_or_default());
    let since = fields.get("since").and_then(|text| text.parse().ok()).unwrap_or(0);
    let list = app.requests.lock().unwrap_or_else(PoisonError::into_inner).since(since);
    reply(Ok(json!({ "data": list })))
}

async fn clear_requests(State(app): Shared, headers: HeaderMap) -> Response {
    reply(own_page(&headers).map(|()| {
        app.requests.lock().unwrap_or_else(PoisonError::into_inner).clear();
        json!({})
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewOrganization {
    name: String,
    enabled_currencies: Option<Vec<String>>,
}

async fn add_organization(State(app): Shared, headers: HeaderMap, body: Bytes) -> Response {
    reply(read(&headers, &body).and_then(|wanted: NewOrganization| {
        let all = || house::CURRENCIES.map(ToOwned::to_owned).to_vec();
        let currencies = wanted.enabled_currencies.unwrap_or_else(all);
        let codes: Vec<&str> = currencies.iter().map(String::as_str).collect();
        let made = app.change(|store| house::another_organization(store, &wanted.name, &codes))?;
        Ok(json!({"id": made.0, "api_key": made.1}))
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganizationChange {
    enabled_currencies: Option<Vec<String>>,
    charging_on_demand: Option<bool>,
    installments: Option<bool>,
}

async fn change_organization(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    reply(read(&headers, &body).and_then(|wanted: OrganizationChange| {
        app.change(|store| {
            let mut org: Organization = store.need(&id)?;
            if let Some(currencies) = wanted.enabled_currencies {
                org.enabled_currencies = currencies;
            }
            org.on_demand = wanted.charging_on_demand.unwrap_or(org.on_demand);
            org.installments = wanted.installments.unwrap_or(org.installments);
            store.put(&org)?;
            Ok(json!({}))
        })
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewKey {
    organization_id: Option<String>,
    #[serde(default)]
    branch_ids: Vec<String>,
}

async fn add_key(State(app): Shared, headers: HeaderMap, body: Bytes) -> Response {
    reply(read(&headers, &body).and_then(|wanted: NewKey| {
        app.change(|store| {
            let id = match wanted.organization_id {
                Some(id) => id,
                None => house::first_organization(store)?,
            };
            let org: Organization = store.need(&id)?;
            let key = house::another_key(store, &org, &wanted.branch_ids)?;
            Ok(json!({"api_key": key}))
        })
    }))
}

async fn list_webhooks(State(app): Shared) -> Response {
    let list = app.with_store(|store| webhooks::endpoints(store));
    let (order, copies) = app.courier.modes();
    reply(list.map(|list| {
        let data: Vec<Value> = list.iter().map(webhooks::Endpoint::json).collect();
        json!({"data": data, "mode": {"order": order, "copies": copies}})
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewWebhook {
    url: String,
    secret_key: Option<String>,
    #[serde(default)]
    events: Vec<String>,
    organization_id: Option<String>,
}

async fn add_webhook(State(app): Shared, headers: HeaderMap, body: Bytes) -> Response {
    reply(read(&headers, &body).and_then(|wanted: NewWebhook| {
        let endpoint = app.change(|store| {
            let org = match &wanted.organization_id {
                Some(id) => store.need::<Organization>(id)?.base.id,
                None => house::first_organization(store)?,
            };
            webhooks::register(store, &org, &wanted.url, wanted.secret_key, &wanted.events)
        })?;
        Ok(endpoint.json())
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    enabled: bool,
}

fn found(what: &str, id: &str, done: bool) -> Result<Value> {
    if done { Ok(json!({})) } else { Err(ApiError::not_found(what, id)) }
}

async fn switch_webhook(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    reply(read(&headers, &body).and_then(|wanted: Switch| {
        let done = app.change(|store| webhooks::set_enabled(store, &id, wanted.enabled))?;
        found("Webhook", &id, done)
    }))
}

async fn remove_webhook(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    reply(own_page(&headers).and_then(|()| {
        let done = app.change(|store| webhooks::remove_endpoint(store, &id))?;
        found("Webhook", &id, done)
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mode {
    #[serde(default)]
    order: Order,
    #[serde(default)]
    copies: u32,
}

async fn webhook_mode(State(app): Shared, headers: HeaderMap, body: Bytes) -> Response {
    reply(read(&headers, &body).map(|mode: Mode| {
        app.courier.set_modes(mode.order, mode.copies.min(10));
        json!({})
    }))
}

async fn flush(State(app): Shared, headers: HeaderMap) -> Response {
    let outcome = match own_page(&headers) {
        Ok(()) => app.tick().await.map(|()| json!({})),
        Err(error) => Err(error),
    };
    reply(outcome)
}

async fn deliveries(State(app): Shared, RawQuery(query): RawQuery) -> Response {
    let fields = pairs(&query.unwrap_or_default());
    let limit = fields.get("limit").and_then(|text| text.parse().ok()).unwrap_or(100);
    let list = app.with_store(|store| webhooks::delivery_log(store, limit));
    reply(list.map(|list| json!({ "data": list })))
}

async fn resend(State(app): Shared, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let outcome = own_page(&headers).and_then(|()| {
        let done = app.change(|store| webhooks::resend(store, &id))?;
        found("Delivery", &id, done)
    });
    let outcome = match outcome {
        Ok(value) => app.tick().await.map(|()| value),
        Err(error) => Err(error),
    };
    reply(outcome)
}

async fn pay_link(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    reply(read(&headers, &body).and_then(|body| control::pay(&app, Target::Link, &id, &body)))
}

async fn pay_invoice(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    reply(read(&headers, &body).and_then(|body| control::pay(&app, Target::Invoice, &id, &body)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCard {
    number: String,
}

async fn set_card(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    reply(read(&headers, &body).and_then(|card: NewCard| {
        control::set_card(&app, &id, Some(&card.number)).map(|()| json!({}))
    }))
}

async fn remove_card(State(app): Shared, Path(id): Path<String>, headers: HeaderMap) -> Response {
    reply(own_page(&headers).and_then(|()| control::set_card(&app, &id, None)).map(|()| json!({})))
}
