//! The sandbox over HTTP: the API, the pages for payers, the control API and the console.

mod api;
mod console;
mod console_actions;
mod control;
mod html;
mod pages;
mod server;

pub(crate) use api::ask;
pub(crate) use html::escape;
pub(crate) use server::serve;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Redirect;
use axum::routing::get;

use crate::app::App;

/// The largest body that is read.
const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// Everything the sandbox answers.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/_sandbox") }))
        .merge(pages::routes())
        .merge(control::routes())
        .merge(console::routes())
        .merge(console_actions::routes())
        .fallback(api::handle)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(app)
}
