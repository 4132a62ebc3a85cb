//! The control API under `/_sandbox`: JSON in, JSON out, no key.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequest, Path, RawQuery, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post, put};
use jiff::{Span, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::json_response;
use super::pages::pairs;
use crate::app::App;
use crate::control::{self, Target};
use crate::error::{ApiError, Result};
use crate::faults::FaultRule;
use crate::model::{Currency, Endpoint, Organization};
use crate::store::Store;
use crate::webhooks::{self, Order};
use crate::{demo, tenants, time};

type Shared = State<Arc<App>>;

/// A successful response.
struct Done(Value);

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        json_response(200, &self.0)
    }
}

/// The result of an operation of the control API.
type Outcome = Result<Done>;

/// An empty response that confirms a change.
fn done<T>(_: T) -> Done {
    Done(json!({}))
}

/// A JSON body. An empty body means an empty object.
struct Json<T>(T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let invalid =
            |error: &dyn std::fmt::Display| ApiError::invalid(format!("The body: {error}."));
        let body = Bytes::from_request(request, state).await.map_err(|error| invalid(&error))?;
        let body: &[u8] = if body.is_empty() { b"{}" } else { &body };
        serde_json::from_slice(body).map(Self).map_err(|error| invalid(&error))
    }
}

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

/// Changes the state and responds with the result.
async fn change(
    app: Arc<App>,
    action: impl FnOnce(&mut Store<'_>) -> Result<Value> + Send + 'static,
) -> Outcome {
    app.run(move |app| app.change(action)).await.map(Done)
}

async fn state(State(app): Shared) -> Outcome {
    app.run(|app| control::state(app)).await.map(Done)
}

async fn clock(State(app): Shared) -> Done {
    clock_json(&app)
}

fn clock_json(app: &App) -> Done {
    let clock = app.db.clock();
    Done(json!({"now": time::text(clock.now()), "frozen": clock.frozen.is_some()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockMove {
    /// A moment to move to.
    to: Option<String>,
    /// A span to move by, ISO 8601 (`P31D`, `PT5M`) or friendly (`31 days`).
    advance: Option<String>,
    /// Whether the clock is frozen from now on.
    frozen: Option<bool>,
}

async fn move_clock(State(app): Shared, Json(wanted): Json<ClockMove>) -> Outcome {
    if let Some(frozen) = wanted.frozen {
        app.run(move |app| app.freeze_clock(frozen)).await?;
    }
    let now = app.db.now();
    if let Some(span) = &wanted.advance {
        app.advance(later(now, span)?).await?;
    }
    if let Some(text) = &wanted.to {
        app.advance(moment(text)?).await?;
    }
    Ok(clock_json(&app))
}

/// Reads a moment.
pub(super) fn moment(text: &str) -> Result<Timestamp> {
    time::parse(text)
        .ok_or_else(|| ApiError::invalid(format!("{text:?} is not a moment in ISO 8601.")))
}

/// A moment moved by a span in words.
pub(super) fn later(now: Timestamp, span: &str) -> Result<Timestamp> {
    let moved = span
        .parse::<Span>()
        .ok()
        .and_then(|span| now.to_zoned(jiff::tz::TimeZone::UTC).checked_add(span).ok());
    let moved =
        moved.map(|zoned| zoned.timestamp()).filter(|at| time::parse(&time::text(*at)).is_some());
    moved.ok_or_else(|| ApiError::invalid(format!("{span:?} is not a span such as P31D or PT5M.")))
}

async fn reset(State(app): Shared) -> Outcome {
    app.run(|app| app.reset()).await.map(done)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    name: String,
}

async fn seed(State(app): Shared, Json(Seed { name }): Json<Seed>) -> Outcome {
    if name != "demo" {
        return Err(ApiError::invalid(format!("There is no seed {name:?}, only \"demo\".")));
    }
    demo::fill(&app).await.map(done)
}

async fn faults(State(app): Shared) -> Done {
    Done(json!({ "data": app.faults.lock().json() }))
}

async fn add_fault(State(app): Shared, Json(rule): Json<FaultRule>) -> Done {
    app.faults.lock().add(rule);
    done(())
}

async fn clear_faults(State(app): Shared) -> Done {
    app.faults.lock().clear();
    done(())
}

/// A number in the query.
fn number<T: std::str::FromStr>(query: Option<String>, name: &str) -> Option<T> {
    pairs(&query.unwrap_or_default()).get(name).and_then(|text| text.parse().ok())
}

async fn requests(State(app): Shared, RawQuery(query): RawQuery) -> Done {
    let list = app.requests.lock().since(number(query, "since").unwrap_or(0));
    Done(json!({ "data": list }))
}

async fn clear_requests(State(app): Shared) -> Done {
    app.requests.lock().clear();
    done(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewOrganization {
    name: String,
    enabled_currencies: Option<Vec<Currency>>,
}

async fn add_organization(State(app): Shared, Json(wanted): Json<NewOrganization>) -> Outcome {
    change(app, move |store| {
        let currencies = wanted.enabled_currencies.unwrap_or(tenants::CURRENCIES.to_vec());
        let (id, api_key) = tenants::another_organization(store, &wanted.name, &currencies)?;
        Ok(json!({"id": id, "api_key": api_key}))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganizationChange {
    enabled_currencies: Option<Vec<Currency>>,
    charging_on_demand: Option<bool>,
    installments: Option<bool>,
}

async fn change_organization(
    State(app): Shared,
    Path(id): Path<String>,
    Json(wanted): Json<OrganizationChange>,
) -> Outcome {
    change(app, move |store| {
        let mut org: Organization = store.need(&id)?;
        if let Some(currencies) = wanted.enabled_currencies {
            org.enabled_currencies = currencies;
        }
        org.on_demand = wanted.charging_on_demand.unwrap_or(org.on_demand);
        org.installments = wanted.installments.unwrap_or(org.installments);
        store.put(&org)?;
        Ok(json!({}))
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewKey {
    organization_id: Option<String>,
    #[serde(default)]
    branch_ids: Vec<String>,
}

async fn add_key(State(app): Shared, Json(wanted): Json<NewKey>) -> Outcome {
    change(app, move |store| {
        let org = tenants::organization(store, wanted.organization_id.as_deref())?;
        let key = tenants::another_key(store, &org, &wanted.branch_ids)?;
        Ok(json!({"api_key": key}))
    })
    .await
}

async fn list_webhooks(State(app): Shared) -> Outcome {
    let list = app.run(|app| app.read(|store| webhooks::endpoints(store))).await?;
    let (order, copies) = app.dispatcher.modes();
    let data: Vec<Value> = list.iter().map(Endpoint::json).collect();
    Ok(Done(json!({"data": data, "mode": {"order": order, "copies": copies}})))
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

async fn add_webhook(State(app): Shared, Json(wanted): Json<NewWebhook>) -> Outcome {
    change(app, move |store| {
        let org = tenants::organization(store, wanted.organization_id.as_deref())?.base.id;
        let NewWebhook { url, secret_key, events, .. } = &wanted;
        Ok(webhooks::register(store, &org, url, secret_key.as_deref(), events)?.json())
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    enabled: bool,
}

async fn switch_webhook(
    State(app): Shared,
    Path(id): Path<String>,
    Json(Switch { enabled }): Json<Switch>,
) -> Outcome {
    change(app, move |store| webhooks::set_enabled(store, &id, enabled)).await
}

async fn remove_webhook(State(app): Shared, Path(id): Path<String>) -> Outcome {
    change(app, move |store| webhooks::remove_endpoint(store, &id)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mode {
    #[serde(default)]
    order: Order,
    #[serde(default)]
    copies: u32,
}

async fn webhook_mode(State(app): Shared, Json(mode): Json<Mode>) -> Done {
    app.dispatcher.set_modes(mode.order, mode.copies.min(10));
    done(())
}

async fn flush(State(app): Shared) -> Outcome {
    app.tick().await.map(done)
}

async fn deliveries(State(app): Shared, RawQuery(query): RawQuery) -> Outcome {
    let limit = number(query, "limit").unwrap_or(100);
    let list = app.run(move |app| app.read(|store| webhooks::delivery_log(store, limit))).await?;
    Ok(Done(json!({ "data": list })))
}

async fn resend(State(app): Shared, Path(id): Path<String>) -> Outcome {
    app.run(move |app| app.change(|store| webhooks::resend(store, &id))).await?;
    app.tick().await.map(done)
}

async fn pay(app: Arc<App>, target: Target, id: String, attempt: Value) -> Outcome {
    app.run(move |app| control::pay(app, target, &id, &attempt)).await.map(Done)
}

async fn pay_link(
    State(app): Shared,
    Path(id): Path<String>,
    Json(attempt): Json<Value>,
) -> Outcome {
    pay(app, Target::Link, id, attempt).await
}

async fn pay_invoice(
    State(app): Shared,
    Path(id): Path<String>,
    Json(attempt): Json<Value>,
) -> Outcome {
    pay(app, Target::Invoice, id, attempt).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCard {
    number: String,
}

async fn set_card(
    State(app): Shared,
    Path(id): Path<String>,
    Json(card): Json<NewCard>,
) -> Outcome {
    app.run(move |app| control::set_card(app, &id, Some(&card.number))).await.map(done)
}

async fn remove_card(State(app): Shared, Path(id): Path<String>) -> Outcome {
    app.run(move |app| control::set_card(app, &id, None)).await.map(done)
}
