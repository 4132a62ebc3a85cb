//! Hooks, which observe requests and add headers to them: metrics, logs, tracing.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::header::HeaderMap;

use crate::operation::Operation;

/// Observes every attempt. By default, both methods do nothing.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use streampay::{Attempted, Hook, operation::Operation};
///
/// #[derive(Default)]
/// struct Metrics {
///     failed: AtomicUsize,
/// }
///
/// impl Hook for Metrics {
///     fn before(&self, _: &Operation, _: u32, headers: &mut http::HeaderMap) {
///         headers.insert("traceparent", http::HeaderValue::from_static("00-…-01"));
///     }
///
///     fn after(&self, attempt: &Attempted<'_>) {
///         if attempt.status.is_none_or(|status| status >= 400) {
///             self.failed.fetch_add(1, Ordering::Relaxed);
///         }
///     }
/// }
///
/// let client = streampay::Client::builder().hook(Metrics::default()).build()?;
/// # Ok::<(), streampay::Error>(())
/// ```
pub trait Hook: Send + Sync + 'static {
    /// Called before an attempt, the first being 1. Headers that it inserts are added to the request,
    /// unless the request already has them; the key and the branch are not visible here.
    fn before(&self, operation: &Operation, attempt: u32, headers: &mut HeaderMap) {
        let _ = (operation, attempt, headers);
    }

    /// Called after an attempt.
    fn after(&self, attempt: &Attempted<'_>) {
        let _ = attempt;
    }
}

impl<H: Hook> Hook for Arc<H> {
    fn before(&self, operation: &Operation, attempt: u32, headers: &mut HeaderMap) {
        H::before(self, operation, attempt, headers);
    }

    fn after(&self, attempt: &Attempted<'_>) {
        H::after(self, attempt);
    }
}

/// A finished attempt.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attempted<'a> {
    /// The operation.
    pub operation: &'a Operation,
    /// The number of the attempt, from 1.
    pub attempt: u32,
    /// The HTTP status; `None` if no answer arrived.
    pub status: Option<u16>,
    /// How long it took.
    pub elapsed: Duration,
    /// How long the client waits before it retries; `None` if it does not retry.
    pub again: Option<Duration>,
    /// The API's `x-request-id`.
    pub request_id: Option<String>,
}

/// The hooks of a client, in the order in which they were added.
#[derive(Clone, Default)]
pub(crate) struct Hooks(Vec<Arc<dyn Hook>>);

impl Hooks {
    pub(crate) fn add(&mut self, hook: impl Hook) {
        self.0.push(Arc::new(hook));
    }

    /// Lets the hooks add headers. Headers that the request already has stay as they are.
    pub(crate) fn before(&self, operation: &Operation, attempt: u32, headers: &mut HeaderMap) {
        if self.0.is_empty() {
            return;
        }
        let mut more = HeaderMap::new();
        self.0.iter().for_each(|hook| hook.before(operation, attempt, &mut more));
        for (name, value) in &more {
            if !headers.contains_key(name) {
                headers.insert(name, value.clone());
            }
        }
    }

    pub(crate) fn after(&self, attempt: &Attempted<'_>) {
        self.0.iter().for_each(|hook| hook.after(attempt));
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} hooks", self.0.len())
    }
}
