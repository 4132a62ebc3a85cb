//! The HTTP core under the typed methods and the lossless call: credentials, retries, time-outs,
//! limits, tracing. Nothing here knows an operation by name.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use reqwest::{
    Request, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT},
};
use url::Url;

use crate::{
    call::{Arguments, Context, RawAnswer},
    credentials::{ApiKey, redact},
    error::{ApiError, Error, ErrorBody, Outcome},
    hook::{Attempted, Hooks},
    operation::Operation,
    retry::{self, Attempt},
    trace::{AttemptSpan, debug, in_span, warn},
};

/// How long one attempt may take.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// How often a request is repeated at the most.
pub const DEFAULT_MAX_RETRIES: u32 = 2;

/// The largest answer that is read, in bytes (32 MiB).
const MAX_ANSWER: usize = 32 * 1024 * 1024;

/// Stands for an answer that was larger than that: no JSON, so that it is reported as unreadable.
const TOO_LARGE: &str = "(larger than 32 MiB)";

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const BRANCH: HeaderName = HeaderName::from_static("x-branch-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A client's settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// The key; calls without one fail unless their [`Context`] has one.
    pub key: Option<ApiKey>,
    /// Where the API is.
    pub base_url: Url,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// How often a request is repeated at the most.
    pub max_retries: u32,
    /// The branch to act in; without it the key's default branch.
    pub branch: Option<uuid::Uuid>,
    /// The `User-Agent`.
    pub user_agent: String,
}

/// The shared inside of a client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Core {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    http: reqwest::Client,
    config: Config,
    hooks: Hooks,
}

/// A whole answer.
struct Whole {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    outcome: Outcome,
    attempts: u32,
}

/// An answer that was lost, wholly or after its status came.
struct Lost {
    source: reqwest::Error,
    status: Option<StatusCode>,
}

impl Core {
    pub(crate) fn new(http: reqwest::Client, config: Config, hooks: Hooks) -> Self {
        Self { shared: Arc::new(Shared { http, config, hooks }) }
    }

    /// The same connections with other settings.
    pub(crate) fn with(&self, change: impl FnOnce(&mut Config)) -> Self {
        let Shared { http, config, hooks } = &*self.shared;
        let mut config = config.clone();
        change(&mut config);
        Self::new(http.clone(), config, hooks.clone())
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    pub(crate) async fn call(
        &self,
        operation: &Operation,
        arguments: &Arguments,
        context: &Context,
    ) -> Result<RawAnswer, Error> {
        let parts =
            operation.parts(&self.config().base_url, arguments).map_err(Error::Arguments)?;
        let mut request = Request::new(operation.method.clone(), parts.url);
        *request.headers_mut() = parts.headers;
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(body) = parts.body {
            request
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.into());
        }
        self.authorise(&mut request, context)?;
        let whole = self.send(request, operation, context).await?;
        answer(whole)
    }

    /// Adds what the settings and the context say. A header that the arguments set stays.
    fn authorise(&self, request: &mut Request, context: &Context) -> Result<(), Error> {
        let config = self.config();
        let key = context.key.as_ref().or(config.key.as_ref()).ok_or(Error::MissingKey)?;
        // Also where the connections are the caller's own.
        *request.timeout_mut() = Some(config.timeout);
        let headers = request.headers_mut();
        headers.insert(API_KEY, key.header().ok_or(Error::MissingKey)?);
        if let Ok(value) = HeaderValue::from_str(&config.user_agent) {
            headers.insert(USER_AGENT, value);
        }
        if let Some(branch) = context.branch.or(config.branch)
            && !headers.contains_key(BRANCH)
            && let Ok(value) = HeaderValue::try_from(branch.to_string())
        {
            headers.insert(BRANCH, value);
        }
        if let Some(id) = &context.request_id
            && let Ok(value) = HeaderValue::try_from(id.as_str())
        {
            headers.insert(REQUEST_ID, value);
        }
        Ok(())
    }

    /// Sends a request, repeating it where that is harmless, and reads the whole answer.
    async fn send(
        &self,
        request: Request,
        operation: &Operation,
        context: &Context,
    ) -> Result<Whole, Error> {
        let id = context.request_id.as_deref().unwrap_or_default();
        in_span(operation.name, id, self.attempts(request, operation)).await
    }

    async fn attempts(&self, request: Request, operation: &Operation) -> Result<Whole, Error> {
        let mut earlier_unclear = false;
        let mut attempt = 1;
        let mut request = request;
        loop {
            let again =
                if attempt <= self.config().max_retries { request.try_clone() } else { None };
            self.shared.hooks.before(operation, attempt, request.headers_mut());
            let start = Instant::now();
            let span = AttemptSpan::new(operation, attempt);
            let sent = span.run(self.once(request)).await;
            let status = match &sent {
                Ok(whole) => Some(whole.status.as_u16()),
                Err(lost) => lost.status.map(|status| status.as_u16()),
            };
            span.ended(status);
            let (state, asked) = match &sent {
                Ok(whole) => (Attempt::of_status(whole.status), retry::retry_after(&whole.headers)),
                Err(lost) => (Attempt::of_error(&lost.source), None),
            };
            let again = again.filter(|_| state.may_repeat(operation.retry_safe));
            let again = again.zip(retry::wait(attempt, asked));
            self.shared.hooks.after(&Attempted {
                operation,
                attempt,
                status,
                elapsed: start.elapsed(),
                again: again.as_ref().map(|(_, wait)| *wait),
                request_id: sent.as_ref().ok().and_then(|whole| request_id(&whole.headers)),
            });
            let Some((again, wait)) = again else {
                let unclear = earlier_unclear || state == Attempt::Unclear;
                return conclude(sent, operation, unclear, attempt);
            };
            debug!(attempt, ?state, ?wait, "sending again");
            earlier_unclear |= state == Attempt::Unclear;
            tokio::time::sleep(wait).await;
            request = again;
            attempt += 1;
        }
    }

    async fn once(&self, request: Request) -> Result<Whole, Lost> {
        let key = request.headers().get(API_KEY).cloned();
        let sent = self.shared.http.execute(request).await;
        let mut response = sent.map_err(|source| Lost { source, status: None })?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = BytesMut::new();
        let outcome = if status.is_success() { Outcome::Done } else { Outcome::NotDone };
        let lost = |source| Lost { source, status: Some(status) };
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                warn!(%status, "the answer is larger than {MAX_ANSWER} bytes; it is not read");
                body.clear();
                body.extend_from_slice(TOO_LARGE.as_bytes());
                break;
            }
            body.extend_from_slice(&chunk);
        }
        let body = match key {
            Some(key) if !status.is_success() => redact(&key, body.freeze()),
            _ => body.freeze(),
        };
        Ok(Whole { status, headers, body, outcome, attempts: 1 })
    }
}

/// The end of all attempts. `unclear` says whether any of them may have been processed.
fn conclude(
    sent: Result<Whole, Lost>,
    operation: &Operation,
    unclear: bool,
    attempts: u32,
) -> Result<Whole, Error> {
    let change = !operation.method.is_safe();
    match sent {
        Ok(mut whole) => {
            whole.attempts = attempts;
            if !whole.status.is_success() && change && (unclear || says_unclear(&whole.body)) {
                whole.outcome = Outcome::Unknown;
            }
            debug!(status = whole.status.as_u16(), attempts, "answered");
            Ok(whole)
        }
        // The API said that it was done; only its words were lost.
        Err(Lost { status: Some(status), .. }) if status.is_success() && change => {
            debug!(status = status.as_u16(), attempts, "answered, but the answer broke off");
            Err(Error::Answer {
                status: status.as_u16(),
                message: "it broke off".to_owned(),
                request_id: None,
            })
        }
        Err(Lost { source, .. }) => {
            let outcome = if change && unclear { Outcome::Unknown } else { Outcome::NotDone };
            debug!(attempts, ?outcome, "no answer");
            Err(Error::Transport { source: source.without_url(), outcome, attempts })
        }
    }
}

/// Whether an error answer names a code by which the API itself does not know what the payment gateway
/// did, whatever its status says.
fn says_unclear(body: &[u8]) -> bool {
    let codes = [
        "MOYASAR_TIMEOUT",
        "MOYASAR_INTERNAL_SERVER_ERROR",
        "MOYASAR_SERVICE_UNAVAILABLE",
        "STREAM_UNKNOWN_ERROR",
    ];
    ErrorBody::from_bytes(body).code.is_some_and(|code| codes.contains(&code.as_str()))
}

fn answer(whole: Whole) -> Result<RawAnswer, Error> {
    let Whole { status, headers, body, outcome, attempts } = whole;
    let request_id = request_id(&headers);
    if !status.is_success() {
        return Err(Error::Api(Box::new(ApiError {
            status: status.as_u16(),
            body: ErrorBody::from_bytes(&body),
            request_id,
            retry_after: retry::retry_after(&headers),
            outcome,
            attempts,
        })));
    }
    let status = status.as_u16();
    match String::from_utf8(body.into()) {
        Ok(text) => Ok(RawAnswer { status, request_id, attempts, text }),
        Err(_) => Err(Error::Answer { status, message: "it is not UTF-8".into(), request_id }),
    }
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned)
}
