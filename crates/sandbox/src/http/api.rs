//! The API over HTTP: reads the request, logs it, and injects the requested fault.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::Request as HttpRequest;
use axum::response::{IntoResponse as _, Response};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Frame;
use serde_json::{Value, json};

use super::server::Cut;
use crate::api::{Incoming, respond, text_header};
use crate::app::App;
use crate::contract::Found;
use crate::error::{ApiError, Code, Result};
use crate::faults::{Fault, FaultKind, extra_field, unknown_enum};
use crate::requests::Request;
use crate::tenants;
use crate::time;

/// Responds to every request that no other route matches.
pub(super) async fn handle(State(app): State<Arc<App>>, request: HttpRequest<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = match Limited::new(body, super::BODY_LIMIT).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) => {
            let info = format!("The body could not be read: {error}.");
            return json_response(&app, 413, &Code::StreamError.error(info).body);
        }
    };
    let incoming = Incoming { method: parts.method, uri: parts.uri, headers: parts.headers, bytes };
    let number = log(&app, &incoming);
    let fault = match choose(&app, &incoming) {
        Ok(fault) => fault,
        Err(error) => {
            finish(&app, number, Some(error.status), None);
            return json_response(&app, error.status, &error.body);
        }
    };
    let Some(fault) = fault else {
        let allowed = match app.contract.find(&incoming.method, incoming.uri.path()) {
            Found::WrongMethod(methods) => methods.join(", ").parse().ok(),
            _ => None,
        };
        let (status, value) = answer(&app, incoming).await;
        finish(&app, number, Some(status), None);
        let mut response = json_response(&app, status, &value);
        if let Some(allowed) = allowed {
            response.headers_mut().insert("allow", allowed);
        }
        return response;
    };
    let response = play(&app, incoming, &fault).await;
    let cut = response.extensions().get::<Cut>().is_some();
    finish(&app, number, (!cut).then(|| response.status().as_u16()), Some(&fault));
    response
}

fn log(app: &App, incoming: &Incoming) -> u64 {
    let body = if incoming.bytes.is_empty() {
        Value::Null
    } else if incoming.bytes.len() > 64 * 1024 {
        json!(format!("({} bytes)", incoming.bytes.len()))
    } else {
        serde_json::from_slice(&incoming.bytes)
            .unwrap_or_else(|_| json!(String::from_utf8_lossy(&incoming.bytes).into_owned()))
    };
    let header = |name: &str| text_header(&incoming.headers, name);
    app.requests.lock().add(Request {
        number: 0,
        at: time::text(app.db.now()),
        method: incoming.method.to_string(),
        path: incoming.uri.path().to_owned(),
        query: incoming.uri.query().unwrap_or_default().to_owned(),
        key: header("x-api-key").and_then(|key| tenants::key_id(&key)),
        branch: header("x-branch-id"),
        user_agent: header("user-agent"),
        body,
        status: None,
        fault: None,
    })
}

fn finish(app: &App, number: u64, status: Option<u16>, fault: Option<&Fault>) {
    let word = fault.map(|fault| json!(fault.kind).as_str().unwrap_or_default().to_owned());
    app.requests.lock().finish(number, status, word);
}

/// The fault that the header or a rule requests.
fn choose(app: &App, incoming: &Incoming) -> Result<Option<Fault>> {
    if let Some(text) = text_header(&incoming.headers, "x-sandbox-fault") {
        let fault = Fault::parse(&text).map_err(|problem| {
            ApiError::invalid(format!("x-sandbox-fault: {problem}.")).with_status(400)
        })?;
        return Ok(Some(fault));
    }
    let mut faults = app.faults.lock();
    Ok(faults.choose(incoming.method.as_str(), incoming.uri.path(), app.db.names()))
}

async fn answer(app: &Arc<App>, incoming: Incoming) -> (u16, Value) {
    let answer = app.run(move |app| Ok(respond(app, &incoming))).await;
    answer.unwrap_or_else(|error| (error.status, error.body))
}

fn json_response(app: &App, status: u16, value: &Value) -> Response {
    text_response(app, status, value.to_string())
}

fn text_response(app: &App, status: u16, text: String) -> Response {
    let number = app.next_request();
    let id = app.db.names().named(&format!("request {number}"));
    let response = axum::http::Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("x-request-id", id)
        .body(Body::from(text));
    response.unwrap_or_else(|_| axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn cut() -> Response {
    let mut response = axum::http::StatusCode::OK.into_response();
    response.extensions_mut().insert(Cut);
    response
}

async fn play(app: &Arc<App>, incoming: Incoming, fault: &Fault) -> Response {
    let wait =
        |default: u64| tokio::time::sleep(Duration::from_millis(fault.delay.unwrap_or(default)));
    let made = format!("fault {:?} on request", fault.kind);
    let failure = || {
        let code = fault.code.as_deref().unwrap_or("STREAM_UNKNOWN_ERROR");
        let status = fault.status.filter(|s| (200..600).contains(s)).unwrap_or(500);
        json_response(app, status, &ApiError::named(status, code, made.clone()).body)
    };
    let schema = match app.contract.find(&incoming.method, incoming.uri.path()) {
        Found::Route(route, _) => route.operation.response.clone(),
        _ => None,
    };
    if fault.prevents() {
        return match fault.kind {
            FaultKind::TimeoutBefore => {
                wait(60_000).await;
                cut()
            }
            FaultKind::CutBefore => cut(),
            FaultKind::RateLimit => {
                let body = Code::StreamError.error(made).body;
                let mut response = json_response(app, 429, &body);
                let seconds = fault.retry_after.unwrap_or(1);
                response.headers_mut().insert("retry-after", seconds.into());
                response
            }
            _ => failure(),
        };
    }
    let (status, mut value) = answer(app, incoming).await;
    match fault.kind {
        FaultKind::TimeoutAfter => {
            wait(60_000).await;
            cut()
        }
        FaultKind::CutAfter => cut(),
        FaultKind::StatusAfter => failure(),
        FaultKind::Truncated => truncated(app, status, &value),
        FaultKind::InvalidJson => {
            let text = value.to_string();
            let half = text.chars().take(text.chars().count() / 2).collect::<String>();
            text_response(app, status, format!("{half}<html>"))
        }
        FaultKind::UnknownEnum => {
            if let Some(schema) = schema {
                unknown_enum(&mut value, &schema, &app.contract);
            }
            json_response(app, status, &value)
        }
        FaultKind::ExtraField => {
            extra_field(&mut value);
            json_response(app, status, &value)
        }
        _ => {
            wait(1000).await;
            json_response(app, status, &value)
        }
    }
}

/// Promises a whole body, sends half of it and breaks off.
fn truncated(app: &App, status: u16, value: &Value) -> Response {
    let text = value.to_string();
    let length = text.len();
    let half = Bytes::copy_from_slice(text.as_bytes().get(..length / 2).unwrap_or_default());
    let mut response = text_response(app, status, String::new());
    response.headers_mut().insert("content-length", length.into());
    let pause = Box::pin(tokio::time::sleep(Duration::from_millis(20)));
    *response.body_mut() = Body::new(BreaksOff { piece: Some(half), pause });
    response
}

/// A body that breaks off after its first piece, once that has had the time to leave.
struct BreaksOff {
    piece: Option<Bytes>,
    pause: Pin<Box<tokio::time::Sleep>>,
}

impl hyper::body::Body for BreaksOff {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
        if let Some(piece) = self.piece.take() {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        self.pause
            .as_mut()
            .poll(context)
            .map(|()| Some(Err(std::io::Error::other("broken off on request"))))
    }
}
