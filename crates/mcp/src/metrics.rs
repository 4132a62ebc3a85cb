//! What is counted and measured, in Prometheus's text format.
//!
//! Labels are names from this program (tools, outcomes, limits), never anything that a caller sent, so their
//! number is fixed.

use std::{sync::atomic::AtomicI64, time::Duration};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};
use rmcp::model::CallToolResult;
use serde_json::Value;
use streampay::Attempted;

use crate::outcome::{self, CallOutcome};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    tool: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ToolLabel {
    tool: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StatusLabel {
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RetryLabels {
    operation: &'static str,
    /// 0 where no answer came.
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DecisionLabel {
    decision: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabel {
    limit: &'static str,
}

/// The counters and gauges of a server.
pub struct Metrics {
    registry: Registry,
    calls: Family<CallLabels, Counter>,
    seconds: Family<ToolLabel, Histogram>,
    api_seconds: Histogram,
    api_errors: Family<StatusLabel, Counter>,
    retries: Family<RetryLabels, Counter>,
    requests: Family<StatusLabel, Counter>,
    limits: Family<LimitLabel, Counter>,
    decisions: Family<DecisionLabel, Counter>,
    sessions: Gauge<i64, AtomicI64>,
    connections: Gauge<i64, AtomicI64>,
    running: Gauge<i64, AtomicI64>,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("stream_mcp");
        // 0.1 ms to 26 s.
        let histogram = || Histogram::new(exponential_buckets(0.0001, 4.0, 10));
        let new: Self = Self {
            calls: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            api_seconds: histogram(),
            api_errors: Family::default(),
            retries: Family::default(),
            requests: Family::default(),
            limits: Family::default(),
            decisions: Family::default(),
            sessions: Gauge::default(),
            connections: Gauge::default(),
            running: Gauge::default(),
            registry: Registry::default(),
        };
        registry.register("calls", "Calls of tools by outcome", new.calls.clone());
        let words = "How long calls of tools took";
        registry.register_with_unit("call", words, Unit::Seconds, new.seconds.clone());
        let words = "How long the API took for an attempt";
        registry.register_with_unit("api", words, Unit::Seconds, new.api_seconds.clone());
        let words = "Requests sent to the API again, by the status before (0: no answer)";
        registry.register("api_retries", words, new.retries.clone());
        registry.register("api_errors", "Error answers of the API", new.api_errors.clone());
        registry.register("http_requests", "HTTP requests answered", new.requests.clone());
        registry.register("limits_hit", "Requests refused by a limit", new.limits.clone());
        let words = "Decisions of the owner's control about calls";
        registry.register("control_decisions", words, new.decisions.clone());
        registry.register("sessions", "Open sessions of older clients", new.sessions.clone());
        registry.register("connections", "Open connections", new.connections.clone());
        registry.register("calls_running", "Requests that are being answered", new.running.clone());
        Self { registry, ..new }
    }
}

impl Metrics {
    pub(crate) fn called(&self, tool: &'static str, outcome: CallOutcome, took: Duration) {
        self.calls.get_or_create(&CallLabels { tool, outcome: outcome.name() }).inc();
        self.seconds.get_or_create(&ToolLabel { tool }).observe(took.as_secs_f64());
    }

    /// Counts one request to the API.
    pub(crate) fn attempted(&self, attempt: &Attempted<'_>) {
        self.api_seconds.observe(attempt.elapsed.as_secs_f64());
        if attempt.again.is_some() {
            let (operation, status) = (attempt.operation.name, attempt.status.unwrap_or(0));
            self.retries.get_or_create(&RetryLabels { operation, status }).inc();
        }
    }

    /// Counts what the API answered, where that was an error.
    pub(crate) fn answered(&self, result: &CallToolResult) {
        let Some(status) = outcome::detail(result, "status").and_then(Value::as_u64) else {
            return;
        };
        if let Ok(status) = u16::try_from(status) {
            self.api_errors.get_or_create(&StatusLabel { status }).inc();
        }
    }

    pub(crate) fn request(&self, status: http::StatusCode) {
        self.requests.get_or_create(&StatusLabel { status: status.as_u16() }).inc();
    }

    pub(crate) fn limited(&self, limit: &'static str) {
        self.limits.get_or_create(&LimitLabel { limit }).inc();
    }

    /// Counts a decision of the owner's control.
    pub(crate) fn decided(&self, decision: &'static str) {
        self.decisions.get_or_create(&DecisionLabel { decision }).inc();
    }

    pub(crate) fn set_sessions(&self, count: usize) {
        self.sessions.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    pub(crate) fn set_running(&self, count: usize) {
        self.running.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    pub(crate) fn connection(&self, change: i64) {
        self.connections.inc_by(change);
    }

    /// Everything, as Prometheus reads it.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
