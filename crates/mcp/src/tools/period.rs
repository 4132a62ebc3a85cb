//! Periods and calendar days in the shop's time zone.

use serde_json::Value;
use streampay::jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime},
    tz::{Offset, TimeZone},
};

/// The zone where the arguments name none: Asia/Riyadh, which has no daylight saving time. The API does not
/// say in which zone an account is.
const RIYADH: i8 = 3;

/// The time zone in which days begin and end.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    zone: TimeZone,
    name: String,
}

impl Default for Zone {
    fn default() -> Self {
        let zone = TimeZone::fixed(Offset::constant(RIYADH));
        Self { zone, name: "Asia/Riyadh (UTC+03:00)".to_owned() }
    }
}

impl Zone {
    /// A zone by its offset from UTC, such as `+04:00`.
    pub(super) fn parse(offset: Option<&str>) -> Result<Self, String> {
        let Some(text) = offset.map(str::trim).filter(|text| *text != "+03:00") else {
            return Ok(Self::default());
        };
        let fault = || "`utc_offset` must be an offset like +04:00.".to_owned();
        let sign = match text.get(..1) {
            Some("+") => 1,
            Some("-") => -1,
            _ => return Err(fault()),
        };
        let (hours, minutes) =
            text.get(1..).and_then(|rest| rest.split_once(':')).ok_or_else(fault)?;
        let number = |text: &str, most: i32| {
            let plain = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<i32>().ok().filter(|number| plain && *number <= most)
        };
        let hours = number(hours, 14).ok_or_else(fault)?;
        let minutes = number(minutes, 59).ok_or_else(fault)?;
        let offset = Offset::from_seconds(sign * (hours * 3600 + minutes * 60));
        let zone = TimeZone::fixed(offset.map_err(|_| fault())?);
        Ok(Self { zone, name: format!("UTC{text}") })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The day of a moment.
    pub(super) fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// The first moment of a day.
    fn start(&self, day: Date) -> Option<Timestamp> {
        day.to_zoned(self.zone.clone()).ok().map(|zoned| zoned.timestamp())
    }
}

/// A period, from its first moment up to, but not including, the moment after it.
#[derive(Debug, Clone)]
pub(super) struct Period {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    pub(super) zone: Zone,
    words: String,
}

impl Period {
    /// Reads `from_date` and `to_date`. A day counts as a whole; a time without an offset is in the zone.
    pub(super) fn parse(
        from: Option<&str>,
        to: Option<&str>,
        zone: Zone,
    ) -> Result<Self, Vec<String>> {
        let read = |name: &str, text: Option<&str>, last: bool| {
            let fault = || {
                format!(
                    "`{name}` must be a day like 2026-11-01, or a time like 2026-11-01T09:30:00."
                )
            };
            text.map(|text| moment(text.trim(), &zone, last).ok_or_else(fault)).transpose()
        };
        let (start, end) = (read("from_date", from, false), read("to_date", to, true));
        let (start, end) = match (start, end) {
            (Ok(start), Ok(end)) => (start, end),
            (start, end) => return Err([start.err(), end.err()].into_iter().flatten().collect()),
        };
        if let (Some(start), Some(end)) = (start, end)
            && start >= end
        {
            return Err(vec!["`from_date` must not be later than `to_date`.".to_owned()]);
        }
        let words = match (from, to) {
            (None, None) => "all time".to_owned(),
            (Some(from), None) => format!("since {}", from.trim()),
            (None, Some(to)) => format!("up to {}", to.trim()),
            (Some(from), Some(to)) if from.trim() == to.trim() => from.trim().to_owned(),
            (Some(from), Some(to)) => format!("{} to {}", from.trim(), to.trim()),
        };
        Ok(Self { from: start, until: end, zone, words })
    }

    pub(super) fn contains(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    pub(super) const fn is_bounded(&self) -> bool {
        self.from.is_some() || self.until.is_some()
    }

    /// The moment that lies this many days before the period, as the API takes it.
    pub(super) fn days_before(&self, days: i64) -> Option<Timestamp> {
        let hours = days.checked_mul(24)?.hours();
        self.from.map(|from| from.checked_sub(hours).unwrap_or(Timestamp::MIN))
    }

    /// How the arguments wrote it.
    pub(super) fn words(&self) -> &str {
        &self.words
    }

    /// Its bounds as JSON: the first moment, and the moment after it.
    pub(super) fn bounds(&self) -> (Value, Value) {
        let text = |at: Option<Timestamp>| at.map_or(Value::Null, |at| at.to_string().into());
        (text(self.from), text(self.until))
    }
}

/// Reads a moment. A whole day begins at midnight; as the last of a period, it ends at the next one.
fn moment(text: &str, zone: &Zone, last: bool) -> Option<Timestamp> {
    let at = if text.len() <= 10 {
        let day: Date = text.parse().ok()?;
        let day = if last { day.tomorrow().ok()? } else { day };
        return zone.start(day);
    } else if let Ok(at) = text.parse::<Timestamp>() {
        at
    } else {
        let civil: DateTime = text.parse().ok()?;
        civil.to_zoned(zone.zone.clone()).ok()?.timestamp()
    };
    // The API keeps microseconds.
    if last { at.checked_add(1.microsecond()).ok() } else { Some(at) }
}

#[cfg(test)]
mod tests {
    use streampay::jiff::Timestamp;

    use super::{Period, Zone};

    fn period(from: Option<&str>, to: Option<&str>, offset: Option<&str>) -> Period {
        Period::parse(from, to, Zone::parse(offset).unwrap()).unwrap()
    }

    #[test]
    fn days_begin_and_end_in_the_shops_zone() {
        let november = period(Some("2026-11-01"), Some("2026-11-30"), None);
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for (moment, inside) in [
            ("2026-10-31T20:59:59.999999Z", false),
            ("2026-10-31T21:00:00Z", true),
            ("2026-11-30T20:59:59.999999Z", true),
            ("2026-11-30T21:00:00Z", false),
        ] {
            assert_eq!(november.contains(at(moment)), inside, "{moment}");
        }
        assert_eq!(november.zone.day(at("2026-11-30T21:00:00Z")).to_string(), "2026-12-01");
        let dubai = period(Some("2026-11-01"), None, Some("+04:00"));
        assert!(dubai.contains(at("2026-10-31T20:00:00Z")));
        assert!(!dubai.contains(at("2026-10-31T19:59:59Z")));
    }

    #[test]
    fn times_without_an_offset_are_in_the_zone_and_both_ends_count() {
        let hour = period(Some("2026-11-01T09:00:00"), Some("2026-11-01T10:00:00"), None);
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert!(hour.contains(at("2026-11-01T06:00:00Z")));
        assert!(hour.contains(at("2026-11-01T07:00:00Z")));
        assert!(!hour.contains(at("2026-11-01T07:00:00.000001Z")));
        let exact = period(Some("2026-11-01T06:00:00Z"), None, None);
        assert!(exact.contains(at("2026-11-01T06:00:00Z")));
    }

    #[test]
    fn what_is_no_period_is_rejected() {
        for (from, to) in [
            (Some("yesterday"), None),
            (Some("2026-13-01"), None),
            (None, Some("2026-02-30")),
            (Some("2026-11-02"), Some("2026-11-01")),
            (Some(""), None),
        ] {
            assert!(Period::parse(from, to, Zone::default()).is_err(), "{from:?} {to:?}");
        }
        let faults = Period::parse(Some("x"), Some("y"), Zone::default()).unwrap_err();
        assert_eq!(faults.len(), 2);
        for offset in ["Riyadh", "3", "+3:00", "+15:00", "+04:60", "+0400", ""] {
            assert!(Zone::parse(Some(offset)).is_err(), "{offset:?}");
        }
    }
}
