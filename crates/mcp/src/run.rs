//! Runs one tool call: timeout, cancellation, logging and metrics.
//!
//! A read is dropped when its client goes away. A change is not: it may already be on its way, so it runs
//! to its end, and the log records its outcome. What a call does is in `call`.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt as _;
use rmcp::model::CallToolResult;
use serde_json::{Map, Value};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, Span, error, info_span, warn};

use crate::{
    answer, call,
    caller::Caller,
    changes::{Change, Changes},
    outcome::CallOutcome,
    registry::Entry,
    services::{CallContext, Services},
    telemetry::CallSpan,
    tools::call_tool,
    view::{Mode, View},
    watch::Watch,
};

/// A limit that nobody waits for: a year.
const FAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A call that a client asked for.
pub(crate) struct Run {
    pub(crate) services: Arc<Services>,
    pub(crate) changes: Arc<Changes>,
    pub(crate) tool: Arc<Entry>,
    pub(crate) arguments: Map<String, Value>,
    /// Who calls. Over stdio there is only one caller, and none is given.
    pub(crate) caller: Option<Arc<Caller>>,
    /// The tools that the caller may use.
    pub(crate) view: View,
    pub(crate) timeout: Duration,
    /// The id of the protocol's message, if it is fit for the log.
    pub(crate) message: Option<String>,
    /// Fires when the client disconnects or cancels the call.
    pub(crate) gone: CancellationToken,
    /// The trace that the call belongs to.
    pub(crate) trace: Option<opentelemetry::Context>,
    pub(crate) watch: Watch,
}

/// Why the client no longer waits for a call.
enum End {
    Result(CallToolResult),
    TimedOut,
    /// The client went away.
    Abandoned,
    /// The server stops.
    Stopped,
}

impl Run {
    /// Runs the call.
    pub(crate) async fn run(mut self) -> CallToolResult {
        let tool = Arc::clone(&self.tool);
        let (name, change) = (tool.kind.name(), tool.kind.change());
        let start = Instant::now();
        let metrics = self.watch.metrics.clone();
        let parent = self.trace.take();
        let traced = CallSpan::new(name, self.request_id(), parent);
        let span = traced.enter(|| self.span());
        let (limit, mode) = (self.timeout, self.view.mode());
        let end = match change {
            None => self.read(&traced, &span).await,
            Some(_) => self.change(name, &traced, &span).await,
        };
        let (outcome, result) = match end {
            End::Result(result) => {
                if let Some(metrics) = &metrics {
                    metrics.answered(&result);
                }
                (CallOutcome::of(&result), result)
            }
            End::TimedOut => {
                let seconds = limit.as_secs();
                span.in_scope(|| error!(tool = name, seconds, "the call timed out"));
                let text = format!("{name} did not finish within {seconds} s.");
                (CallOutcome::TimedOut, answer::unfinished(change, "timeout", &text))
            }
            End::Abandoned => {
                let text = format!("The call of {name} was canceled.");
                (CallOutcome::Abandoned, answer::unfinished(change, "cancelled", &text))
            }
            End::Stopped => {
                let text = format!("The server stopped before {name} finished.");
                let result = answer::unfinished(change, "stopped", &text);
                (CallOutcome::of(&result), result)
            }
        };
        let result = match mode {
            Mode::Full => result,
            Mode::Search => call_tool::with_way_to_verify(result, change),
        };
        traced.ended(outcome);
        if let Some(metrics) = &metrics {
            metrics.called(name, outcome, start.elapsed());
        }
        result
    }

    /// Runs a read, and drops it when the client no longer waits for it.
    async fn read(self, traced: &CallSpan, span: &Span) -> End {
        let (gone, changes) = (self.gone.clone(), Arc::clone(&self.changes));
        let deadline = self.deadline();
        let task = traced.around(self.task(deadline).instrument(span.clone()));
        tokio::select! {
            result = task => End::Result(result),
            () = tokio::time::sleep_until(deadline) => End::TimedOut,
            () = gone.cancelled() => End::Abandoned,
            () = changes.given_up() => End::Stopped,
        }
    }

    /// Runs a change in a task of its own, which continues when the client no longer waits for it.
    async fn change(self, name: &'static str, traced: &CallSpan, span: &Span) -> End {
        let (gone, changes) = (self.gone.clone(), Arc::clone(&self.changes));
        let deadline = self.deadline();
        let operation = self.tool.kind.change();
        let request = self.request_id().map(ToOwned::to_owned).or_else(|| self.message.clone());
        let change = changes.begin(name, request, &self.arguments);
        let abandoned = Arc::new(AtomicBool::new(false));
        let task = self.followed(name, change, Arc::clone(&abandoned), deadline);
        let task = tokio::spawn(traced.around(task.instrument(span.clone())));
        let end = tokio::select! {
            result = task => {
                End::Result(result.unwrap_or_else(|_| answer::panicked(operation, name)))
            }
            () = tokio::time::sleep_until(deadline) => End::TimedOut,
            () = gone.cancelled() => {
                span.in_scope(|| warn!(tool = name, "the client has gone; its change goes on"));
                End::Abandoned
            }
            () = changes.given_up() => End::Stopped,
        };
        if !matches!(end, End::Result(_)) {
            abandoned.store(true, Ordering::Relaxed);
        }
        end
    }

    /// A change, until its end. It keeps the caller's place among the running calls.
    async fn followed(
        self,
        name: &'static str,
        change: Change,
        abandoned: Arc<AtomicBool>,
        deadline: Instant,
    ) -> CallToolResult {
        let operation = self.tool.kind.change();
        let result = AssertUnwindSafe(self.task(deadline)).catch_unwind().await;
        let result = result.unwrap_or_else(|_| {
            error!(tool = name, "the call panicked; this is a bug in the server");
            answer::panicked(operation, name)
        });
        if abandoned.load(Ordering::Relaxed) {
            let outcome = CallOutcome::of(&result).name();
            warn!(tool = name, outcome, "a change that nobody waited for has ended");
        }
        drop(change);
        result
    }

    /// When the call times out: far in the future if the limit is longer than clocks reach.
    fn deadline(&self) -> Instant {
        let now = Instant::now();
        now.checked_add(self.timeout).unwrap_or(now + FAR)
    }

    async fn task(self, deadline: Instant) -> CallToolResult {
        let Self { services, tool, arguments, caller, view, watch, .. } = self;
        let nobody = streampay::Context::default();
        let context = caller.as_ref().map_or(&nobody, |caller| &caller.context);
        // On the heap, because it is large and would be moved from one future into the next.
        let scope = CallContext { services: &services, caller: context, view: &view, deadline };
        watch.over(Box::pin(call::call(scope, &tool, arguments))).await
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
}
