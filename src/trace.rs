//! Logging through `tracing` where the feature is on, and nothing where it is not. No key, no body and
//! no argument is ever logged.

#[cfg(feature = "tracing")]
pub(crate) use tracing::{debug, warn};

#[cfg(feature = "tracing")]
pub(crate) async fn in_span<T>(
    operation: &'static str,
    request_id: &str,
    work: impl Future<Output = T>,
) -> T {
    use tracing::Instrument as _;
    work.instrument(tracing::debug_span!("stream_api", operation, request_id)).await
}

#[cfg(not(feature = "tracing"))]
pub(crate) async fn in_span<T>(_: &'static str, _: &str, work: impl Future<Output = T>) -> T {
    work.await
}

#[cfg(not(feature = "tracing"))]
macro_rules! silent {
    ($($_:tt)*) => {};
}

#[cfg(not(feature = "tracing"))]
pub(crate) use {silent as debug, silent as warn};
