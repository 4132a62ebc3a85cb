//! Why a webhook is rejected.

/// Why a webhook is rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// There is no secret to verify with.
    #[error("the webhook secret is missing or empty: set STREAM_WEBHOOK_SECRET")]
    NoSecret,
    /// The request has no signature.
    #[error("the header X-Webhook-Signature is missing")]
    Missing,
    /// The signature does not have the documented form.
    #[error("the header X-Webhook-Signature does not have the form t=<seconds>,v1=<hex>")]
    Form,
    /// The signature is too old or lies in the future, usually because of a replay or a wrong clock.
    #[error("the signature is {0} seconds {1}; is the clock right?", .seconds.unsigned_abs(), if *.seconds < 0 { "in the future" } else { "old" })]
    Time {
        /// How old it is; negative if it lies in the future.
        seconds: i64,
    },
    /// It was not signed with any of the secrets, or the body was changed.
    #[error("the signature matches none of the secrets; it covers the raw body, byte for byte")]
    Signature,
    /// The signature is valid, but the body is not an event.
    #[error("the webhook is genuine, but its body is not an event: {0}")]
    Body(String),
    /// The body is too large.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// The body did not arrive completely.
    #[error("the body could not be read")]
    Unread,
}

impl WebhookError {
    /// The status to answer with: 401 if the sender is not authenticated, 413 if the body is too large,
    /// 500 without a secret, 400 otherwise.
    #[must_use]
    pub const fn status(&self) -> http::StatusCode {
        match self {
            Self::NoSecret => http::StatusCode::INTERNAL_SERVER_ERROR,
            Self::Missing | Self::Time { .. } | Self::Signature => http::StatusCode::UNAUTHORIZED,
            Self::TooLarge(_) => http::StatusCode::PAYLOAD_TOO_LARGE,
            Self::Form | Self::Body(_) | Self::Unread => http::StatusCode::BAD_REQUEST,
        }
    }
}
