//! What the console's buttons do. Each goes back to the console with a word on what happened.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde_json::Value;

use super::control::{later, moment};
use super::html::see_other;
use super::pages::pairs;
use crate::app::App;
use crate::error::Result;
use crate::{control, demo, time, webhooks};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/_sandbox/do/clock", post(clock))
        .route("/_sandbox/do/reset", post(reset))
        .route("/_sandbox/do/seed", post(seed))
        .route("/_sandbox/do/webhook", post(webhook))
        .route("/_sandbox/do/resend", post(resend))
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

type Shared = State<Arc<App>>;

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
