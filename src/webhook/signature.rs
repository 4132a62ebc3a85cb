//! Signatures: `X-Webhook-Signature: t=<unix seconds>,v1=<hex>`, the HMAC-SHA256 of `{t}.{raw body}` under
//! the webhook's secret.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use super::{error::WebhookError, event::Event};

/// The header that holds the signature.
pub const SIGNATURE: &str = "x-webhook-signature";

/// How far a signature's time may lie from the current time, in either direction, by default: five
/// minutes. Each delivery has a new signature, so repeated ones are not too old.
pub const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// The longest signature header that is accepted, in bytes.
const LONGEST_HEADER: usize = 4096;

/// The secrets of your webhooks. Several can be valid at once, for example while you rotate one.
///
/// `Debug` output does not show them, and they are wiped from memory when dropped.
#[derive(Clone)]
pub struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Uses these secrets, in the form in which the dashboard shows them.
    ///
    /// # Errors
    /// If the secret is missing, or is empty, so that anyone could sign.
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

/// Verifies a webhook and parses its event. `body` must be the raw body, unchanged. A signature whose
/// time differs from the current time by more than `tolerance` is rejected.
///
/// Signatures are compared in constant time, and every secret is tried.
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

/// As [`verify`], at a given time.
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
    // A proxy could read two headers differently.
    if values.next().is_some() || header.len() > LONGEST_HEADER {
        return Err(WebhookError::Form);
    }
    let header = header.to_str().map_err(|_| WebhookError::Form)?;
    let signature = Signature::parse(header).ok_or(WebhookError::Form)?;
    let mut genuine = false;
    for secret in &secrets.0 {
        let mac = mac(secret.expose_secret(), signature.time_text, body)?;
        for given in &signature.digests {
            // `|` instead of `||`: the duration must not reveal which secret matches.
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

/// Signs a body as Stream does and returns the value of the header [`SIGNATURE`]. Use it to test your
/// endpoint.
#[must_use]
pub fn sign(secret: &str, body: &[u8], at: SystemTime) -> String {
    let time = unix_seconds(at).to_string();
    let digest = mac(secret, &time, body).map(|mac| mac.finalize().into_bytes());
    format!("t={time},v1={}", digest.map(hex::encode).unwrap_or_default())
}

/// Returns all headers with which Stream sends a webhook, signed. Use it to test your endpoint.
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

/// The content of the header. Parts other than `t` and `v1` are ignored.
struct Signature<'a> {
    time: i64,
    /// The text that was signed.
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
                "v1" => {
                    let mut digest = [0; 32];
                    hex::decode_to_slice(value, &mut digest).ok()?;
                    digests.push(digest);
                }
                _ => {}
            }
        }
        let time_text =
            time.filter(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))?;
        let digests = Some(digests).filter(|digests| !digests.is_empty() && digests.len() <= 16)?;
        Some(Self { time: time_text.parse().ok()?, time_text, digests })
    }
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
