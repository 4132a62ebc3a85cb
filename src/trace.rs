//! Logs through `tracing` if the feature is enabled. Keys, bodies and arguments are never logged.
//!
//! Each call has a span, and within it each attempt has one. Their fields follow OpenTelemetry's
//! conventions for HTTP clients.

#[cfg(feature = "tracing")]
pub(crate) use self::on::{AttemptSpan, in_span};
#[cfg(feature = "tracing")]
pub(crate) use tracing::{debug, warn};

#[cfg(feature = "tracing")]
mod on {
    use tracing::{Instrument as _, Span, debug_span, field::Empty};

    use crate::operation::Operation;

    pub(crate) async fn in_span<T>(
        operation: &'static str,
        request_id: &str,
        work: impl Future<Output = T>,
    ) -> T {
        work.instrument(debug_span!("stream_api", operation, request_id)).await
    }

    /// One attempt.
    pub(crate) struct AttemptSpan(Span);

    impl AttemptSpan {
        pub(crate) fn new(operation: &Operation, attempt: u32) -> Self {
            let method = operation.method.as_str();
            Self(debug_span!(
                "attempt",
                "otel.name" = format_args!("{method} {}", operation.path),
                "otel.kind" = "client",
                "http.request.method" = method,
                "http.request.resend_count" = i64::from(attempt) - 1,
                "http.response.status_code" = Empty,
                "url.template" = operation.path,
            ))
        }

        pub(crate) async fn run<T>(&self, work: impl Future<Output = T>) -> T {
            work.instrument(self.0.clone()).await
        }

        /// Records the status; `None` if no answer arrived.
        pub(crate) fn ended(&self, status: Option<u16>) {
            if let Some(status) = status {
                self.0.record("http.response.status_code", i64::from(status));
            }
        }
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) use self::off::{AttemptSpan, in_span, silent as debug, silent as warn};

#[cfg(not(feature = "tracing"))]
mod off {
    use crate::operation::Operation;

    pub(crate) async fn in_span<T>(_: &'static str, _: &str, work: impl Future<Output = T>) -> T {
        work.await
    }

    pub(crate) struct AttemptSpan;

    impl AttemptSpan {
        pub(crate) fn new(_: &Operation, _: u32) -> Self {
            Self
        }

        pub(crate) async fn run<T>(&self, work: impl Future<Output = T>) -> T {
            work.await
        }

        pub(crate) fn ended(&self, _: Option<u16>) {}
    }

    macro_rules! silent {
        ($($_:tt)*) => {};
    }

    pub(crate) use silent;
}
