//! Decides what one attempt says about a request, whether the request may be sent again, and after
//! how long.
//!
//! Money is never sent twice: a request that may have been processed is repeated only if the
//! operation is safe to retry by its nature.

use std::time::{Duration, SystemTime};

use reqwest::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};

use crate::error::ErrorBody;

/// The longest wait before a retry, whether it is our own back-off or the API's `Retry-After`.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(20);

const FIRST_WAIT: Duration = Duration::from_millis(250);

/// Error codes by which the API says that it does not know what the payment gateway did.
const GATEWAY_UNCLEAR: [&str; 4] = [
    "MOYASAR_TIMEOUT",
    "MOYASAR_INTERNAL_SERVER_ERROR",
    "MOYASAR_SERVICE_UNAVAILABLE",
    "STREAM_UNKNOWN_ERROR",
];

/// What one attempt says about its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// The API processed it.
    Succeeded,
    /// The API rejected it.
    Rejected,
    /// It was not processed: no connection was made, or the API answered 429.
    NotProcessed,
    /// It may have been processed, and the same request may succeed later: 5xx, 408, a broken
    /// connection, a timeout.
    Interrupted,
    /// It may have been processed, and sending it again would not help: a status that is neither
    /// success nor an error, or an error that the payment gateway caused.
    Unclear,
}

impl Attempt {
    /// Classifies an answer. This is the only place that decides what a status means for a change.
    pub(crate) fn of_answer(status: StatusCode, body: &[u8]) -> Self {
        match status.as_u16() {
            200..=299 => Self::Succeeded,
            408 | 500..=599 => Self::Interrupted,
            400..=499 if gateway_is_unclear(body) => Self::Unclear,
            429 => Self::NotProcessed,
            400..=499 => Self::Rejected,
            _ => Self::Unclear,
        }
    }

    /// Classifies an error that occurred instead of a complete answer.
    pub(crate) fn of_error(error: &reqwest::Error) -> Self {
        if error.is_builder() {
            Self::Rejected
        } else if error.is_connect() {
            Self::NotProcessed
        } else {
            Self::Interrupted
        }
    }

    /// Whether the same request may be sent again.
    pub(crate) fn may_repeat(self, retry_safe: bool) -> bool {
        match self {
            Self::Succeeded | Self::Rejected | Self::Unclear => false,
            Self::NotProcessed => true,
            Self::Interrupted => retry_safe,
        }
    }

    /// Whether the request may have been processed although no success was reported.
    pub(crate) fn may_have_been_processed(self) -> bool {
        matches!(self, Self::Interrupted | Self::Unclear)
    }
}

fn gateway_is_unclear(body: &[u8]) -> bool {
    ErrorBody::from_bytes(body).code.is_some_and(|code| GATEWAY_UNCLEAR.contains(&code.as_str()))
}

/// Reads `Retry-After`: seconds, or a date (RFC 9110, 10.2.3).
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

/// How long to wait before retry `next`, the first being 1. `None` if the API asks for a longer wait
/// than a call should take.
pub(crate) fn wait(next: u32, asked: Option<Duration>) -> Option<Duration> {
    if let Some(asked) = asked {
        // Jitter keeps clients that were asked to wait equally long from returning together.
        let wait = asked + FIRST_WAIT.mul_f64(fastrand::f64());
        return (asked <= LONGEST_WAIT).then_some(wait);
    }
    let ceiling = FIRST_WAIT.saturating_mul(1 << next.saturating_sub(1).min(10)).min(LONGEST_WAIT);
    Some(ceiling.mul_f64(0.5 + fastrand::f64() / 2.0))
}

#[cfg(test)]
mod tests {
    use super::{Attempt, LONGEST_WAIT, retry_after, wait};
    use reqwest::{
        StatusCode,
        header::{HeaderMap, RETRY_AFTER},
    };
    use std::time::{Duration, SystemTime};

    #[test]
    fn a_change_is_repeated_only_if_it_was_not_processed() {
        for status in 100..=999 {
            let attempt = Attempt::of_answer(StatusCode::from_u16(status).unwrap(), b"{}");
            assert_eq!(attempt.may_repeat(false), status == 429, "{status}");
            let passing = matches!(status, 408 | 429 | 500..=599);
            assert_eq!(attempt.may_repeat(true), passing, "{status}");
            let certain = matches!(status, 200..=299 | 400..=499) && status != 408;
            assert_eq!(attempt.may_have_been_processed(), !certain, "{status}");
        }
    }

    #[test]
    fn a_gateway_error_is_unclear_even_as_429() {
        let body = br#"{"error": {"code": "MOYASAR_TIMEOUT"}}"#;
        for status in [400, 409, 422, 429, 500] {
            let attempt = Attempt::of_answer(StatusCode::from_u16(status).unwrap(), body);
            assert!(!attempt.may_repeat(false) && attempt.may_have_been_processed(), "{status}");
        }
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(read("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        let soon = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(30));
        assert!(read(&soon).unwrap() > Duration::from_secs(27));
        assert_eq!(read("soon"), None);
        assert_eq!(read("-1"), None);
    }

    #[test]
    fn waits_grow_up_to_a_limit() {
        let first = wait(1, None).unwrap();
        assert!(first >= Duration::from_millis(125) && first <= Duration::from_millis(250));
        for next in 1..100 {
            assert!(wait(next, None).unwrap() <= LONGEST_WAIT);
        }
        assert!(wait(1, Some(Duration::from_secs(2))).unwrap() >= Duration::from_secs(2));
        assert_eq!(wait(1, Some(Duration::from_secs(3600))), None);
    }
}
