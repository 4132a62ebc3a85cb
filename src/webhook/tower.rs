//! A layer that passes only genuine webhooks on.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tower_layer::Layer;
use tower_service::Service;

use super::{
    error::WebhookError,
    event::Event,
    signature::{Secrets, TOLERANCE, verify},
};

/// The largest body that is read by default, in bytes: 1 MiB.
const LIMIT: usize = 1024 * 1024;

/// Verifies webhooks with given secrets, a time tolerance and a limit on the body. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Verifier {
    secrets: Arc<Secrets>,
    tolerance: Duration,
    limit: usize,
}

impl Verifier {
    /// Verifies with these secrets, [`TOLERANCE`], and a limit of 1 MiB.
    #[must_use]
    pub fn new(secrets: Secrets) -> Self {
        Self { secrets: Arc::new(secrets), tolerance: TOLERANCE, limit: LIMIT }
    }

    /// Sets how far a signature's time may lie from the current time.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets the largest body that is read, in bytes.
    #[must_use]
    pub const fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Reads and verifies a request. Returns its event and its raw body.
    pub(crate) async fn read<B: Body>(
        &self,
        headers: &http::HeaderMap,
        body: B,
    ) -> Result<(Event, Bytes), WebhookError>
    where
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let read = Limited::new(body, self.limit).collect().await;
        let body = read.map_err(|error| match error.is::<LengthLimitError>() {
            true => WebhookError::TooLarge(self.limit),
            false => WebhookError::Unread,
        })?;
        let body = body.to_bytes();
        let event = verify(&self.secrets, headers, &body, self.tolerance)?;
        Ok((event, body))
    }
}

/// A [`Layer`] that verifies webhooks. The inner service receives only genuine ones, with the [`Event`]
/// in the request's extensions. Others are answered with [`WebhookError::status`].
#[derive(Debug, Clone)]
pub struct VerifyLayer(Verifier);

impl VerifyLayer {
    /// Creates a layer that uses this verifier.
    #[must_use]
    pub const fn new(verifier: Verifier) -> Self {
        Self(verifier)
    }
}

impl<S> Layer<S> for VerifyLayer {
    type Service = Verify<S>;

    fn layer(&self, inner: S) -> Verify<S> {
        Verify { verifier: self.0.clone(), inner }
    }
}

/// The service that [`VerifyLayer`] creates.
#[derive(Debug, Clone)]
pub struct Verify<S> {
    verifier: Verifier,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for Verify<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Body + From<Bytes> + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    R: From<String>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let verifier = self.verifier.clone();
        // The clone may not be ready, but the service that was polled is.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match verifier.read(&parts.headers, body).await {
                Ok((event, body)) => {
                    parts.extensions.insert(event);
                    inner.call(Request::from_parts(parts, B::from(body))).await
                }
                Err(error) => {
                    let mut response = Response::new(R::from(error.to_string()));
                    *response.status_mut() = error.status();
                    Ok(response)
                }
            }
        })
    }
}
