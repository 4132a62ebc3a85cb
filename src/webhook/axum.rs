//! An extractor for axum.

use axum_core::{
    extract::{FromRef, FromRequest, Request},
    response::{IntoResponse, Response},
};

use super::{error::WebhookError, event::Event, tower::Verifier};

/// The event of a genuine webhook. A handler with this extractor is called for no other request.
///
/// The router's state must be a [`Verifier`], or implement `FromRef` for one.
///
/// ```
/// use axum::{Router, routing::post};
/// use streampay::webhook::{EventType, Secrets, Verifier, Webhook};
///
/// async fn receive(Webhook(event): Webhook) {
///     if event.event_type == EventType::PaymentSucceeded {
///         println!("{:?} was paid", event.invoice_id());
///     }
/// }
///
/// let verifier = Verifier::new(Secrets::new(["whsec_…"])?);
/// let app: Router = Router::new().route("/webhooks/stream", post(receive)).with_state(verifier);
/// # Ok::<(), streampay::webhook::WebhookError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Webhook(
    /// The event.
    pub Event,
);

impl<S> FromRequest<S> for Webhook
where
    Verifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = WebhookError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebhookError> {
        let (parts, body) = request.into_parts();
        let (event, _) = Verifier::from_ref(state).read(&parts.headers, body).await?;
        Ok(Self(event))
    }
}

impl IntoResponse for WebhookError {
    fn into_response(self) -> Response {
        (self.status(), self.to_string()).into_response()
    }
}
