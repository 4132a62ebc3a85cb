//! The sandbox over HTTP: the API, the pages for payers, the control API and the console.

mod api;
mod console;
mod control;
mod guard;
mod pages;
mod server;

pub(crate) use guard::Hosts;
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

/// All routes of the sandbox.
pub(crate) fn router(app: Arc<App>, hosts: Hosts) -> Router {
    let steering = control::routes()
        .merge(console::routes())
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

/// A page. No scripts run on it, and it is never kept.
fn page(status: u16, html: String) -> Response {
    let response = axum::http::Response::builder()
        .status(status)
        .header("content-type", "text/html; charset=utf-8")
        .header(
            "content-security-policy",
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        )
        .header("x-content-type-options", "nosniff")
        .header("referrer-policy", "same-origin")
        .header("cache-control", "no-store")
        .body(Body::from(html));
    response.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// Sends the browser elsewhere after a form.
fn see_other(place: &str) -> Response {
    (StatusCode::SEE_OTHER, [("location", place)]).into_response()
}

/// The page that shows an error of the sandbox.
fn error_page(error: &ApiError) -> Response {
    let html = maud::html! { (maud::DOCTYPE) title { "Error" } pre { (error.body) } };
    page(error.status, html.into_string())
}

fn json_response(status: u16, body: &serde_json::Value) -> Response {
    let response = axum::http::Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()));
    response.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
