//! When a request is sent again, and after how long.
//!
//! Money is never sent twice: a request that may have been processed is repeated only when repeating
//! is harmless by the operation's nature.

use std::time::{Duration, SystemTime};

use reqwest::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};

/// The longest that a retry waits, whether by its own back-off or at the API's wish.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(20);

const FIRST_WAIT: Duration = Duration::from_millis(250);

/// What one attempt tells of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// The API processed it and answered; there is nothing to repeat.
    Settled,
    /// It certainly was not processed: no connection was made, or the API said 429.
    NotProcessed,
    /// It may have been processed: an answer of 5xx, a broken connection, a time-out.
    Unclear,
}

impl Attempt {
    /// Reads an answer's status.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            429 => Self::NotProcessed,
            408 | 500..=599 => Self::Unclear,
            _ => Self::Settled,
        }
    }

    /// Reads an error that came instead of an answer.
    pub(crate) fn of_error(error: &reqwest::Error) -> Self {
        if error.is_connect() || error.is_builder() { Self::NotProcessed } else { Self::Unclear }
    }

    /// Whether the same request may be sent again.
    pub(crate) fn may_repeat(self, retry_safe: bool) -> bool {
        match self {
            Self::Settled => false,
            Self::NotProcessed => true,
            Self::Unclear => retry_safe,
        }
    }
}

/// What the API asks to wait: seconds, or a date (RFC 9110, 10.2.3).
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

/// How long to wait before attempt `next` (the first repetition is 1), or `None` where the API asks
/// for more patience than a call can have.
pub(crate) fn wait(next: u32, asked: Option<Duration>) -> Option<Duration> {
    if let Some(asked) = asked {
        // A little on top, so that many clients told the same do not come back at the same moment.
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
    fn only_what_was_certainly_not_processed_is_repeated_for_changes() {
        let cases = [
            (200, false, false),
            (400, false, false),
            (409, false, false),
            (429, true, true),
            (500, false, true),
            (503, false, true),
            (408, false, true),
        ];
        for (status, change, read) in cases {
            let attempt = Attempt::of_status(StatusCode::from_u16(status).unwrap());
            assert_eq!(attempt.may_repeat(false), change, "{status}");
            assert_eq!(attempt.may_repeat(true), read, "{status}");
        }
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
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
    fn waits_grow_and_end() {
        let first = wait(1, None).unwrap();
        assert!(first >= Duration::from_millis(125) && first <= Duration::from_millis(250));
        for next in 1..100 {
            assert!(wait(next, None).unwrap() <= LONGEST_WAIT);
        }
        assert!(wait(1, Some(Duration::from_secs(2))).unwrap() >= Duration::from_secs(2));
        assert_eq!(wait(1, Some(Duration::from_secs(3600))), None);
    }
}
