//! A call among others: its time-out, its client that may go away, its place in log and metrics.
//!
//! A read whose client has gone is dropped. A change is not: it may be on its way already, so it is
//! followed to its end, and the log says what became of it. What a call does stands in `call`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::FutureExt as _;
use rmcp::model::CallToolResult;
use serde_json::{Map, Value, json};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, Span, error, info_span, warn};

use crate::{
    answer, call, caller::Caller, changes::Change, metrics::Outcome, registry::Kind, server::Inner,
    telemetry::CallSpan, watch::Watch,
};

/// What to tell somebody who has sent no key over HTTP.
const NO_KEY: &str = "This tool needs a Stream API key, and the request has none. Ask the user to add \
    the header `Authorization: Bearer KEY` to this server in the MCP client's configuration; KEY is \
    `key:secret`, or its base64, from Stream's dashboard. Nothing was sent.";

/// One call that was asked for.
pub(crate) struct Run {
    pub(crate) inner: Arc<Inner>,
    pub(crate) tool: String,
    pub(crate) arguments: Map<String, Value>,
    /// Whose call it is; over stdio there is only one.
    pub(crate) caller: Option<Arc<Caller>>,
    pub(crate) timeout: Duration,
    /// The id of the protocol's message, where it is fit for a log.
    pub(crate) message: Option<String>,
    /// Fires when the client has gone or has cancelled the call.
    pub(crate) gone: CancellationToken,
    /// The trace that the call belongs to.
    pub(crate) trace: Option<opentelemetry::Context>,
    pub(crate) watch: Watch,
}

impl Run {
    /// Runs the call. `None` where there is no such tool.
    pub(crate) async fn run(mut self) -> Option<CallToolResult> {
        let entry = self.inner.registry.get(&self.tool)?;
        let (name, read_only) = (entry.kind.name(), entry.kind.effects().read_only);
        let start = Instant::now();
        let metrics = self.watch.metrics.clone();
        let parent = self.trace.take();
        let traced = CallSpan::new(name, self.request_id(), parent);
        let done = |outcome: Outcome| {
            traced.ended(outcome);
            if let Some(metrics) = &metrics {
                metrics.called(name, outcome, start.elapsed());
            }
        };
        if self.lacks_key(&entry.kind) {
            done(Outcome::Refused);
            let details = json!({"kind": "no_key", "outcome": "not_done"});
            return Some(answer::error(NO_KEY, details));
        }
        let span = traced.enter(|| self.span());
        let (gone, limit) = (self.gone.clone(), self.timeout);
        let changes = Arc::clone(&self.inner.changes);
        let result = if read_only {
            let task = traced.around(self.task().instrument(span.clone()));
            tokio::select! {
                result = task => Some(result),
                () = tokio::time::sleep(limit) => None,
                () = gone.cancelled() => {
                    done(Outcome::Abandoned);
                    return Some(abandoned());
                }
                () = changes.given_up() => Some(stopped(name, read_only)),
            }
        } else {
            let abandoned_flag = Arc::new(AtomicBool::new(false));
            let request = self.request_id().map(ToOwned::to_owned).or_else(|| self.message.clone());
            let change = changes.begin(name, request, &self.arguments);
            let task = self.followed(name, change, Arc::clone(&abandoned_flag));
            let task = task.instrument(span.clone());
            let task = tokio::spawn(traced.around(task));
            tokio::select! {
                result = task => Some(result.unwrap_or_else(|_| lost(name))),
                () = tokio::time::sleep(limit) => {
                    abandoned_flag.store(true, Ordering::Relaxed);
                    None
                }
                () = gone.cancelled() => {
                    abandoned_flag.store(true, Ordering::Relaxed);
                    span.in_scope(|| warn!(tool = name, "the client has gone; its change goes on"));
                    done(Outcome::Abandoned);
                    return Some(abandoned());
                }
                () = changes.given_up() => Some(stopped(name, read_only)),
            }
        };
        let Some(result) = result else {
            done(Outcome::TimedOut);
            span.in_scope(|| error!(tool = name, seconds = limit.as_secs(), "the call hung"));
            return Some(timed_out(name, limit, read_only));
        };
        if let Some(metrics) = &metrics {
            metrics.answered(&result);
        }
        done(Outcome::of(&result));
        Some(result)
    }

    fn lacks_key(&self, kind: &Kind) -> bool {
        matches!(kind, Kind::Operation(_))
            && self.caller.as_ref().is_some_and(|caller| caller.context.key.is_none())
            && !self.inner.services.settings.has_key()
    }

    fn span(&self) -> Span {
        match self.request_id() {
            Some(id) => info_span!("request", id),
            None => Span::current(),
        }
    }

    fn request_id(&self) -> Option<&str> {
        self.caller.as_ref().and_then(|caller| caller.context.request_id.as_deref())
    }

    async fn task(self) -> CallToolResult {
        let Self { inner, tool, arguments, caller, watch, .. } = self;
        let nobody = streampay::Context::default();
        let context = caller.as_ref().map_or(&nobody, |caller| &caller.context);
        match inner.registry.get(&tool) {
            // On the heap, because it is large and would be moved from one future into the next.
            Some(entry) => {
                let call = Box::pin(call::call(&inner.services, entry, arguments, context));
                watch.over(call).await
            }
            None => lost("the tool"),
        }
    }

    /// A change. It holds the caller's permit until its end, whoever still waits for it.
    async fn followed(
        self,
        name: &'static str,
        change: Change,
        abandoned: Arc<AtomicBool>,
    ) -> CallToolResult {
        let result = std::panic::AssertUnwindSafe(self.task()).catch_unwind().await;
        let result = result.unwrap_or_else(|_| lost(name));
        if abandoned.load(Ordering::Relaxed) {
            let outcome = Outcome::of(&result).word();
            warn!(tool = name, outcome, "a change that nobody waited for has ended");
        }
        drop(change);
        result
    }
}

/// The result of a call whose client will not read it.
fn abandoned() -> CallToolResult {
    let details = json!({"kind": "cancelled", "outcome": "unknown"});
    answer::error("The call was cancelled.", details)
}

fn lost(name: &str) -> CallToolResult {
    let text = format!(
        "The server failed while calling {name}. THE OUTCOME IS UNKNOWN: look before calling it again."
    );
    answer::error(&text, json!({"kind": "internal", "outcome": "unknown"}))
}

fn stopped(name: &str, read_only: bool) -> CallToolResult {
    let (text, outcome) = if read_only {
        (format!("The server stopped before {name} ended. Nothing was changed."), "not_done")
    } else {
        let text = format!(
            "The server stopped before {name} ended. THE OUTCOME IS UNKNOWN: the change may still be \
             made. Look before calling it again."
        );
        (text, "unknown")
    };
    answer::error(&text, json!({"kind": "stopped", "outcome": outcome}))
}

fn timed_out(name: &str, limit: Duration, read_only: bool) -> CallToolResult {
    let seconds = limit.as_secs();
    let (text, outcome) = if read_only {
        (format!("{name} took longer than {seconds} s and was given up."), "not_done")
    } else {
        let text = format!(
            "{name} took longer than {seconds} s. THE OUTCOME IS UNKNOWN: the change may still be \
             made. Look before calling it again."
        );
        (text, "unknown")
    };
    answer::error(&text, json!({"kind": "timeout", "outcome": outcome}))
}
