//! The sandbox over HTTP: the API, the pages for payers, the control API and the console.

mod api;
mod console;
mod console_actions;
mod control;
mod guard;
mod html;
mod pages;
mod server;

pub(crate) use api::ask;
pub(crate) use guard::Hosts;
pub(crate) use html::escape;
pub(crate) use server::serve;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use crate::app::App;
use crate::error::ApiError;

/// The largest body that is read.
const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// Everything the sandbox answers.
pub(crate) fn router(app: Arc<App>, hosts: Hosts) -> Router {
    let steering = control::routes()
        .merge(console::routes())
        .merge(console_actions::routes())
        .merge(pages::routes())
        .layer(from_fn(guard::own_page));
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/_sandbox") }))
        .merge(steering)
        .fallback(api::handle)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(hosts, guard::host))
        .with_state(app)
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        json_response(self.status, &self.body)
    }
}

fn json_response(status: u16, body: &serde_json::Value) -> Response {
    let response = axum::http::Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()));
    response.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
