//! What the console's buttons do. Each goes back to the console with a word on what happened.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::post;
use serde_json::Value;

use super::control::{later, own_page};
use super::html::see_other;
use super::pages::pairs;
use crate::app::App;
use crate::error::{ApiError, Result};
use crate::{control, demo, time, webhooks};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/_sandbox/do/clock", post(clock))
        .route("/_sandbox/do/reset", post(reset))
        .route("/_sandbox/do/seed", post(seed))
        .route("/_sandbox/do/webhook", post(webhook))
        .route("/_sandbox/do/resend", post(resend))
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<HashMap<String, String>> {
    own_page(headers)?;
    Ok(pairs(&String::from_utf8_lossy(body)))
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

async fn clock(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let fields = read(&headers, &body)?;
        let now = app.with_store(|store| store.clock.now());
        let target = match (fields.get("advance"), fields.get("to")) {
            (Some(span), _) => later(now, span)?,
            (None, Some(moment)) => time::parse(moment).ok_or_else(|| {
                ApiError::invalid(format!("{moment:?} is no moment in ISO 8601."))
            })?,
            (None, None) => now,
        };
        let now = app.advance(target).await?;
        Ok(format!("It is now {}.", time::text(now)))
    };
    back(outcome.await, "clock")
}

async fn reset(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = read(&headers, &body).and_then(|fields| {
        if fields.get("sure").is_none_or(|word| word != "yes") {
            return Ok("Nothing was reset: the box was not ticked.".to_owned());
        }
        app.reset().map(|()| "Everything was reset.".to_owned())
    });
    back(outcome, "clock")
}

async fn seed(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = match read(&headers, &body) {
        Ok(_) => demo::fill(&app).await.map(|()| "The demo shop is there.".to_owned()),
        Err(error) => Err(error),
    };
    back(outcome, "links")
}

async fn webhook(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = read(&headers, &body).and_then(|fields| {
        let url = fields.get("url").map_or("", String::as_str);
        let endpoint = control::register_webhook(&app, url, None, &[])?;
        Ok(format!("Events go to {}.", endpoint.url))
    });
    back(outcome, "webhooks")
}

async fn resend(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    let outcome = async {
        let fields = read(&headers, &body)?;
        let id = fields.get("id").cloned().unwrap_or_default();
        let done = app.change(|store| webhooks::resend(store, &id))?;
        app.tick().await?;
        let word = if done { "It was sent again." } else { "There is no such delivery." };
        Ok(word.to_owned())
    };
    back(outcome.await, "webhooks")
}
