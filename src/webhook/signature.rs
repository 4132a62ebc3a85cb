//! The signature of a webhook: `X-Webhook-Signature: t=<unix seconds>,v1=<hex>`, HMAC-SHA256 over
//! `{t}.{raw body}` with the webhook's secret (published guide).

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use super::Event;

/// The header that holds the signature.
pub const SIGNATURE: &str = "x-webhook-signature";

/// How far a signature's time may lie from the present, in either direction, where nothing else is
/// wanted: five minutes. Each delivery is signed anew, so repeated ones are not too old.
pub const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// The longest header that is looked at, in bytes.
const LONGEST_HEADER: usize = 4096;

/// The secrets of one's webhooks. Several may hold at once, as while one is being replaced.
///
/// They do not print, and are wiped from memory when dropped.
#[derive(Clone)]
pub struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Takes the secrets as the dashboard shows them.
    ///
    /// # Errors
    /// No secret, or an empty one: anybody could sign with that.
    pub fn new<S: Into<String>>(
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, WebhookError> {
        let secrets: Vec<String> =
            secrets.into_iter().map(|secret| secret.into().trim().to_owned()).collect();
        if secrets.is_empty() || secrets.iter().any(String::is_empty) {
            return Err(WebhookError::NoSecret);
        }
        Ok(Self(secrets.into_iter().map(SecretString::from).collect()))
    }

    /// Reads `STREAM_WEBHOOK_SECRET`; several are separated by commas.
    ///
    /// # Errors
    /// As [`Secrets::new`].
    pub fn from_env() -> Result<Self, WebhookError> {
        let text = std::env::var("STREAM_WEBHOOK_SECRET").unwrap_or_default();
        Self::new(text.split(','))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({} hidden)", self.0.len())
    }
}

/// Why a webhook is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// There is no secret to verify with.
    #[error("there is no webhook secret, or an empty one: set STREAM_WEBHOOK_SECRET")]
    NoSecret,
    /// The request has no signature.
    #[error("the header X-Webhook-Signature is missing")]
    Missing,
    /// The signature is not of the published form.
    #[error("the header X-Webhook-Signature is not t=<seconds>,v1=<hex>")]
    Form,
    /// The time of the signature is too far from the present. Usually a replay, or a wrong clock.
    #[error("the signature is {0} seconds {1}; is the clock right?", .seconds.unsigned_abs(), if *.seconds < 0 { "in the future" } else { "old" })]
    Time {
        /// How old it is; negative where it lies in the future.
        seconds: i64,
    },
    /// It was not signed with any of the secrets, or the body was changed.
    #[error("the signature fits none of the secrets; it covers the raw body, byte for byte")]
    Signature,
    /// The signature is right, but the body is no event.
    #[error("the webhook is genuine, but its body is no event: {0}")]
    Body(String),
    /// The body is larger than is read.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// The body broke off.
    #[error("the body could not be read")]
    Unread,
}

impl WebhookError {
    /// The status to answer with: 401 where the sender did not prove itself, 413 where the body is too
    /// large, 500 without a secret, 400 otherwise.
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

/// Verifies a webhook and reads its event. `body` is the raw body, byte for byte; a signature whose
/// time is further than `tolerance` from the present is refused, be it old or in the future.
///
/// Signatures are compared in constant time, and all secrets are tried whichever fits.
///
/// # Errors
/// See [`WebhookError`].
pub fn verify(
    secrets: &Secrets,
    headers: &HeaderMap,
    body: &[u8],
    tolerance: Duration,
) -> Result<Event, WebhookError> {
    verify_at(secrets, headers, body, tolerance, SystemTime::now())
}

/// As [`verify`], at a given present.
///
/// # Errors
/// See [`WebhookError`].
pub fn verify_at(
    secrets: &Secrets,
    headers: &HeaderMap,
    body: &[u8],
    tolerance: Duration,
    now: SystemTime,
) -> Result<Event, WebhookError> {
    let mut values = headers.get_all(SIGNATURE).iter();
    let header = values.next().ok_or(WebhookError::Missing)?;
    // Two headers could be read differently by whoever stands in front.
    if values.next().is_some() || header.len() > LONGEST_HEADER {
        return Err(WebhookError::Form);
    }
    let header = header.to_str().map_err(|_| WebhookError::Form)?;
    let signature = Signature::parse(header).ok_or(WebhookError::Form)?;
    let mut genuine = false;
    for secret in &secrets.0 {
        let mac = mac(secret.expose_secret(), signature.time_text, body)?;
        for given in &signature.digests {
            // `|`, not `||`: the time taken must not tell which secret fits.
            genuine |= mac.clone().verify_slice(given).is_ok();
        }
    }
    if !genuine {
        return Err(WebhookError::Signature);
    }
    let age = unix_seconds(now).saturating_sub(signature.time);
    if age.unsigned_abs() > tolerance.as_secs() {
        return Err(WebhookError::Time { seconds: age });
    }
    Event::from_body(body)
}

/// Signs a body as Stream does: the value of the header [`SIGNATURE`]. For tests of one's own
/// endpoint.
#[must_use]
pub fn sign(secret: &str, body: &[u8], at: SystemTime) -> String {
    let time = unix_seconds(at).to_string();
    let digest = mac(secret, &time, body).map(|mac| mac.finalize().into_bytes());
    let hex: String = digest.into_iter().flatten().map(|byte| format!("{byte:02x}")).collect();
    format!("t={time},v1={hex}")
}

/// All headers of a webhook as Stream sends them, signed. For tests of one's own endpoint.
#[must_use]
pub fn sign_headers(secret: &str, body: &[u8], at: SystemTime) -> HeaderMap {
    let event: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| event.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("content-type", "application/json".to_owned()),
        ("user-agent", "StreamApp-Webhook/1.0".to_owned()),
        ("x-webhook-event", text("event_type").to_owned()),
        ("x-webhook-entity-type", text("entity_type").to_owned()),
        ("x-webhook-entity-id", text("entity_id").to_owned()),
        ("x-webhook-timestamp", unix_seconds(at).to_string()),
        (SIGNATURE, sign(secret, body, at)),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(http::HeaderName::from_static(name), value);
        }
    }
    headers
}

/// What the header holds. Parts other than `t` and `v1` are for versions to come, and ignored.
struct Signature<'a> {
    time: i64,
    /// As it was written, since that is what was signed.
    time_text: &'a str,
    digests: Vec<[u8; 32]>,
}

impl<'a> Signature<'a> {
    fn parse(header: &'a str) -> Option<Self> {
        let mut time = None;
        let mut digests = Vec::new();
        for part in header.split(',') {
            let (name, value) = part.trim().split_once('=')?;
            match name {
                "t" if time.is_some() => return None,
                "t" => time = Some(value),
                "v1" => digests.push(hex32(value)?),
                _ => {}
            }
        }
        let time_text =
            time.filter(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))?;
        let digests = Some(digests).filter(|digests| !digests.is_empty() && digests.len() <= 16)?;
        Some(Self { time: time_text.parse().ok()?, time_text, digests })
    }
}

fn hex32(text: &str) -> Option<[u8; 32]> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let mut bytes = [0; 32];
    if pairs.len() != bytes.len() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        let digit = |c: &u8| char::from(*c).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        *byte = digit(high)? << 4 | digit(low)?;
    }
    Some(bytes)
}

fn mac(secret: &str, time: &str, body: &[u8]) -> Result<Hmac<Sha256>, WebhookError> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| WebhookError::NoSecret)?;
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    Ok(mac)
}

fn unix_seconds(time: SystemTime) -> i64 {
    let seconds = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
    time.duration_since(UNIX_EPOCH).map_or_else(|before| -seconds(before.duration()), seconds)
}
