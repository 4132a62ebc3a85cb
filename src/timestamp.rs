//! Points in time as the API writes them.

use std::{convert::Infallible, fmt, str::FromStr, time::SystemTime};

use serde::{Deserialize, Serialize};

use crate::field::Field;

/// A point in time in ISO 8601, kept exactly as it was written.
///
/// The API writes times with and without a zone and with varying precision; without a zone it means
/// UTC. The text is kept, so that nothing is lost. [`Timestamp::instant`] parses it.
///
/// ```
/// use streampay::Timestamp;
///
/// let (a, b) = (Timestamp::from("2025-07-22T14:40:31.485576"), Timestamp::from("2025-07-22T17:40:31.485576+03:00"));
/// assert_eq!(a.instant(), b.instant());
/// assert_ne!(a, b);
/// assert_eq!(Timestamp::from("soon").instant(), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// The current time, in UTC.
    #[must_use]
    pub fn now() -> Self {
        Self::from(SystemTime::now())
    }

    /// The text, for example `2026-01-31T10:15:00Z`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The instant: in UTC if there is no zone, at midnight if there is only a date. `None` if the text
    /// is not a valid time.
    #[must_use]
    pub fn instant(&self) -> Option<jiff::Timestamp> {
        let text = self.0.trim();
        text.parse().ok().or_else(|| {
            let civil: jiff::civil::DateTime = text.parse().ok()?;
            civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
        })
    }

    /// The instant for the standard library; see [`Timestamp::instant`].
    #[must_use]
    pub fn system_time(&self) -> Option<SystemTime> {
        self.instant().map(SystemTime::from)
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(instant: jiff::Timestamp) -> Self {
        Self(instant.to_string())
    }
}

/// Truncates to microseconds and clamps to the years -9999 to 9999.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let instant = jiff::Timestamp::try_from(time).unwrap_or_else(|_| {
            let future = time > SystemTime::UNIX_EPOCH;
            if future { jiff::Timestamp::MAX } else { jiff::Timestamp::MIN }
        });
        Self(format!("{instant:.6}"))
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Field<Timestamp> {
    fn from(text: &str) -> Self {
        Timestamp::from(text).into()
    }
}

impl From<SystemTime> for Field<Timestamp> {
    fn from(time: SystemTime) -> Self {
        Timestamp::from(time).into()
    }
}

impl From<jiff::Timestamp> for Field<Timestamp> {
    fn from(instant: jiff::Timestamp) -> Self {
        Timestamp::from(instant).into()
    }
}

impl FromStr for Timestamp {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;
    use std::time::{Duration, SystemTime};

    #[test]
    fn every_form_that_the_api_writes_is_parsed() {
        let instant = |text: &str| Timestamp::from(text).instant();
        let wanted = instant("2025-07-15T14:41:21.705Z");
        assert!(wanted.is_some());
        for same in [
            "2025-07-15T14:41:21.705000",
            "2025-07-15 14:41:21.705+00:00",
            "2025-07-15T17:41:21.705+03:00",
        ] {
            assert_eq!(instant(same), wanted, "{same}");
        }
        assert_eq!(instant("2025-07-15"), instant("2025-07-15T00:00:00Z"));
        for none in ["", "soon", "2025-13-01", "2025-02-31", "2025-02-31T10:00:00Z", "14:41"] {
            assert_eq!(instant(none), None, "{none}");
        }
    }

    #[test]
    fn system_times_round_trip_to_the_microsecond() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_micros(1_753_195_231_485_576);
        assert_eq!(Timestamp::from(time).as_str(), "2025-07-22T14:40:31.485576Z");
        assert_eq!(Timestamp::from(time).system_time(), Some(time));
        let far = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40);
        assert!(Timestamp::from(far).as_str().starts_with("9999"));
    }
}
