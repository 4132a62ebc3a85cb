//! Sends requests: credentials, retries, timeouts, limits, tracing. Both the typed methods and the
//! lossless call end here, and nothing here knows an operation by name.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::{
    Request, Response, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT},
};
use url::Url;

use crate::{
    call::{Arguments, Context, RawAnswer},
    credentials::ApiKey,
    error::{ApiError, Error, ErrorBody, Outcome},
    hook::{Attempted, Hooks},
    operation::Operation,
    redact::Redactor,
    retry::{self, Attempt},
    trace::{AttemptSpan, debug, in_span, warn},
};

/// How long one attempt may take, by default.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// How often a request is retried, by default.
pub const DEFAULT_MAX_RETRIES: u32 = 2;

/// The largest answer that is read, in bytes, by default: 4 MiB.
pub const DEFAULT_MAX_ANSWER: usize = 4 * 1024 * 1024;

/// The longest `x-request-id` of an answer that is kept, in bytes.
const MAX_REQUEST_ID: usize = 128;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const BRANCH: HeaderName = HeaderName::from_static("x-branch-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A client's settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// The key. Without one, only calls whose [`Context`] has a key succeed.
    pub key: Option<ApiKey>,
    /// The address of the API.
    pub base_url: Url,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// How often a request is retried.
    pub max_retries: u32,
    /// The largest answer that is read, in bytes.
    pub max_answer: usize,
    /// The branch to act in. Without one, the API uses the key's default branch.
    pub branch: Option<uuid::Uuid>,
    /// The `User-Agent`.
    pub user_agent: String,
}

/// The shared state of a client. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Core {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    http: reqwest::Client,
    config: Config,
    hooks: Hooks,
}

/// A complete HTTP response. The key has been removed from it.
struct Received {
    status: StatusCode,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    body: Body,
}

enum Body {
    Whole(Vec<u8>),
    /// It was not read.
    TooLarge,
}

impl Body {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Whole(bytes) => bytes,
            Self::TooLarge => &[],
        }
    }
}

/// A request without a complete response.
struct Lost {
    source: reqwest::Error,
    /// What arrived before the connection broke.
    head: Option<(StatusCode, Option<String>)>,
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
    pub(crate) fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Calls an operation.
    pub(crate) async fn call(
        &self,
        operation: &Operation,
        arguments: &Arguments,
        context: &Context,
    ) -> Result<RawAnswer, Error> {
        let config = self.config();
        let parts = operation.parts(&config.base_url, arguments).map_err(Error::Arguments)?;
        let key = context.key.as_ref().or(config.key.as_ref()).ok_or(Error::MissingKey)?;
        let mut request = Request::new(operation.method.clone(), parts.url);
        *request.headers_mut() = parts.headers;
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(body) = parts.body {
            request
                .headers_mut()
                .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.into());
        }
        self.authorize(&mut request, key, context)?;
        let id = context.request_id.as_deref().unwrap_or_default();
        in_span(operation.name, id, self.attempts(request, operation, key)).await
    }

    /// Adds what the settings and the context say. A branch that the arguments set stays.
    fn authorize(
        &self,
        request: &mut Request,
        key: &ApiKey,
        context: &Context,
    ) -> Result<(), Error> {
        let config = self.config();
        // The HTTP client may have a timeout of its own.
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

    /// Sends a request, and again as long as that is safe.
    async fn attempts(
        &self,
        request: Request,
        operation: &Operation,
        key: &ApiKey,
    ) -> Result<RawAnswer, Error> {
        let mut maybe_processed = false;
        let mut attempt = 1;
        let mut request = request;
        loop {
            let again =
                if attempt <= self.config().max_retries { request.try_clone() } else { None };
            self.shared.hooks.before(operation, attempt, request.headers_mut());
            let start = Instant::now();
            let span = AttemptSpan::new(operation, attempt);
            let sent = span.run(self.once(request, key)).await;
            let (status, request_id, state, asked) = match &sent {
                Ok(it) => {
                    let state = Attempt::of_answer(it.status, it.body.bytes());
                    (Some(it.status), it.request_id.clone(), state, it.retry_after)
                }
                Err(lost) => {
                    let (status, request_id) = lost.head.clone().unzip();
                    (status, request_id.flatten(), Attempt::of_error(&lost.source), None)
                }
            };
            let status = status.map(|status| status.as_u16());
            span.ended(status);
            maybe_processed |= state.may_have_been_processed();
            let again = again.filter(|_| state.may_repeat(operation.retry_safe));
            let again = again.zip(retry::wait(attempt, asked));
            self.shared.hooks.after(&Attempted {
                operation,
                attempt,
                status,
                elapsed: start.elapsed(),
                again: again.as_ref().map(|(_, wait)| *wait),
                request_id,
            });
            let Some((again, wait)) = again else {
                return conclude(sent, operation, maybe_processed, attempt);
            };
            debug!(attempt, ?state, ?wait, "retrying");
            tokio::time::sleep(wait).await;
            request = again;
            attempt += 1;
        }
    }

    async fn once(&self, request: Request, key: &ApiKey) -> Result<Received, Lost> {
        let sent = self.shared.http.execute(request).await;
        let mut response = sent.map_err(|source| Lost { source, head: None })?;
        let (status, headers) = (response.status(), response.headers());
        let redactor = Redactor::new(key);
        let request_id = request_id(headers).map(|id| redactor.redact_str(id));
        let retry_after = retry::retry_after(headers);
        let body = match self.read(&mut response).await {
            Ok(Some(bytes)) => Body::Whole(redactor.redact(bytes)),
            Ok(None) => {
                warn!(%status, "the answer is larger than {} bytes", self.config().max_answer);
                Body::TooLarge
            }
            Err(source) => return Err(Lost { source, head: Some((status, request_id)) }),
        };
        Ok(Received { status, request_id, retry_after, body })
    }

    /// Reads a body; `None` if it is too large.
    async fn read(&self, response: &mut Response) -> Result<Option<Vec<u8>>, reqwest::Error> {
        let most = self.config().max_answer;
        let length = response.content_length().and_then(|length| usize::try_from(length).ok());
        if length.is_some_and(|length| length > most) {
            return Ok(None);
        }
        let mut body = Vec::with_capacity(length.unwrap_or_default());
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > most {
                return Ok(None);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Some(body))
    }
}

/// Ends a call. `maybe_processed` is true if any attempt may have been processed without a success
/// being reported.
fn conclude(
    sent: Result<Received, Lost>,
    operation: &Operation,
    maybe_processed: bool,
    attempts: u32,
) -> Result<RawAnswer, Error> {
    let change = !operation.method.is_safe();
    let outcome = if change && maybe_processed { Outcome::Unknown } else { Outcome::NotDone };
    match sent {
        Ok(Received { status, request_id, body, .. }) if status.is_success() => {
            debug!(status = status.as_u16(), attempts, "succeeded");
            let status = status.as_u16();
            let message = match body {
                Body::Whole(bytes) => match String::from_utf8(bytes) {
                    Ok(text) => return Ok(RawAnswer { status, request_id, attempts, text }),
                    Err(_) => "it is not UTF-8",
                },
                Body::TooLarge => "it is too large",
            };
            Err(Error::Answer { status, message: message.to_owned(), request_id })
        }
        Ok(Received { status, request_id, retry_after, body }) => {
            debug!(status = status.as_u16(), attempts, ?outcome, "failed");
            let body = match body {
                Body::Whole(bytes) => ErrorBody::from_bytes(&bytes),
                Body::TooLarge => ErrorBody::from_bytes(b"(too large)"),
            };
            let status = status.as_u16();
            let error = ApiError { status, body, request_id, retry_after, outcome, attempts };
            Err(Error::Api(Box::new(error)))
        }
        // The API reported success; only the rest of its answer was lost.
        Err(Lost { head: Some((status, request_id)), .. }) if status.is_success() && change => {
            debug!(status = status.as_u16(), attempts, "succeeded, but the answer broke off");
            let message = "it broke off".to_owned();
            Err(Error::Answer { status: status.as_u16(), message, request_id })
        }
        Err(Lost { source, .. }) if source.is_builder() && !maybe_processed => {
            Err(Error::Request(source.without_url().to_string()))
        }
        Err(Lost { source, head }) => {
            debug!(attempts, ?outcome, "no answer");
            let request_id = head.and_then(|(_, request_id)| request_id);
            Err(Error::Transport { source: source.without_url(), outcome, attempts, request_id })
        }
    }
}

/// The API's id of a request. Anything that is not a short visible text is ignored.
fn request_id(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    (!id.is_empty() && id.len() <= MAX_REQUEST_ID).then_some(id)
}
