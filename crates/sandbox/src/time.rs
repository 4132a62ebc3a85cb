//! Moments and periods: reading what callers send, writing what the API returns, stepping by
//! billing intervals. The store holds the current time.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _};

use crate::states::Interval;

/// Reads ISO 8601. Without an offset the time is in UTC.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // A date or time without offset would otherwise be taken as local time.
    if let Ok(at) = text.parse::<Timestamp>() {
        return usable(at);
    }
    let has_offset = text.len() > 10 && text.get(10..).is_some_and(|t| t.contains(['+', 'Z']));
    if has_offset {
        return None;
    }
    let civil = text.parse::<DateTime>().ok()?;
    usable(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// Keeps to years that leave room to add periods to.
fn usable(at: Timestamp) -> Option<Timestamp> {
    let year = at.to_zoned(TimeZone::UTC).year();
    (1..=9000).contains(&year).then_some(at)
}

/// Writes as the API does: UTC with a `Z`.
pub(crate) fn text(at: Timestamp) -> String {
    at.to_string()
}

/// Cuts to microseconds, the precision of the API.
pub(crate) fn micros(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

/// Steps `times` intervals of `count` units from `start`. Counting from the start keeps the day of
/// the month: 31 January, 28 February, 31 March.
pub(crate) fn step(start: Timestamp, unit: Interval, count: i64, times: i64) -> Timestamp {
    let amount = count.saturating_mul(times);
    let amount = i32::try_from(amount).unwrap_or(i32::MAX).min(12 * 500);
    let span = match unit {
        Interval::Week => Span::new().try_weeks(amount),
        Interval::Quarter => Span::new().try_months(amount.saturating_mul(3)),
        Interval::Semester => Span::new().try_months(amount.saturating_mul(6)),
        Interval::Year => Span::new().try_years(amount),
        Interval::Month => Span::new().try_months(amount),
    };
    span.ok()
        .and_then(|span| start.to_zoned(TimeZone::UTC).checked_add(span).ok())
        .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// Adds days.
pub(crate) fn days(start: Timestamp, count: i64) -> Timestamp {
    minutes(start, count.saturating_mul(24 * 60))
}

/// Adds minutes.
pub(crate) fn minutes(start: Timestamp, count: i64) -> Timestamp {
    start.checked_add(count.minutes()).unwrap_or(Timestamp::MAX)
}

/// Whole days from `from` to `to`, counted up, never below zero.
pub(crate) fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    let seconds = to.as_second().saturating_sub(from.as_second());
    seconds.max(0).saturating_add(86_399) / 86_400
}

/// The calendar date in UTC, for pages.
pub(crate) fn date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).date().to_string()
}

/// Year and month, to compare with the expiry of a card.
pub(crate) fn year_month(at: Timestamp) -> (i16, i8) {
    let date = at.to_zoned(TimeZone::UTC).date();
    (date.year(), date.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_offset_is_utc() {
        let with = parse("2026-01-31T10:00:00Z").unwrap();
        assert_eq!(parse("2026-01-31T10:00:00").unwrap(), with);
        assert_eq!(parse("2026-01-31T13:00:00+03:00").unwrap(), with);
        assert_eq!(text(parse("2026-01-31").unwrap()), "2026-01-31T00:00:00Z");
        assert!(parse("soon").is_none());
        assert!(parse("9999-12-31T00:00:00Z").is_none());
    }

    #[test]
    fn monthly_steps_keep_the_day_of_the_month() {
        let start = parse("2026-01-31T00:00:00Z").unwrap();
        assert_eq!(text(step(start, Interval::Month, 1, 1)), "2026-02-28T00:00:00Z");
        assert_eq!(text(step(start, Interval::Month, 1, 2)), "2026-03-31T00:00:00Z");
        assert_eq!(text(step(start, Interval::Quarter, 1, 1)), "2026-04-30T00:00:00Z");
        assert_eq!(text(step(start, Interval::Year, 1, 2)), "2028-01-31T00:00:00Z");
    }

    #[test]
    fn days_between_rounds_up() {
        let start = parse("2026-01-01T00:00:00Z").unwrap();
        assert_eq!(days_between(start, parse("2026-01-02T00:00:01Z").unwrap()), 2);
        assert_eq!(days_between(parse("2026-01-02T00:00:00Z").unwrap(), start), 0);
    }
}
