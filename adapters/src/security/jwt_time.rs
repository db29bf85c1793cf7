use std::fmt;

use chrono::{DateTime, Utc};
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A `NumericDate` (RFC 7519, section 2): seconds since 1970, possibly with a fraction, within the calendar.
#[derive(Debug, Clone, Copy)]
pub(super) struct NumericDate {
    /// The whole second at or before it.
    pub(super) floor: DateTime<Utc>,
    /// The whole second at or after it.
    pub(super) ceil: DateTime<Utc>,
}

impl NumericDate {
    fn of_whole(seconds: i64) -> Option<Self> {
        let time = DateTime::from_timestamp(seconds, 0)?;
        Some(Self { floor: time, ceil: time })
    }

    fn of_fraction(seconds: f64) -> Option<Self> {
        Some(Self {
            floor: Self::of_whole(whole(seconds.floor())?)?.floor,
            ceil: Self::of_whole(whole(seconds.ceil())?)?.ceil,
        })
    }
}

/// A number without a fraction as an integer, within the range of exact integers.
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "exact within the bounds")]
    (number.abs() < EXACT).then_some(number as i64)
}

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = NumericDate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seconds since 1970")
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<NumericDate, E> {
        NumericDate::of_whole(seconds).ok_or_else(|| E::custom("out of range"))
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<NumericDate, E> {
        self.visit_i64(i64::try_from(seconds).map_err(E::custom)?)
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<NumericDate, E> {
        NumericDate::of_fraction(seconds).ok_or_else(|| E::custom("out of range"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<(i64, i64)> {
        let date: NumericDate = serde_json::from_str(json).ok()?;
        Some((date.floor.timestamp(), date.ceil.timestamp()))
    }

    #[test]
    fn whole_and_fractional_seconds_are_read() {
        assert_eq!(read("1700000000"), Some((1_700_000_000, 1_700_000_000)));
        assert_eq!(read("1700000000.0"), Some((1_700_000_000, 1_700_000_000)));
        assert_eq!(read("1700000000.25"), Some((1_700_000_000, 1_700_000_001)));
        assert_eq!(read("1.7e9"), Some((1_700_000_000, 1_700_000_000)));
        assert_eq!(read("-1.5"), Some((-2, -1)));
    }

    #[test]
    fn other_types_and_dates_outside_the_calendar_are_refused() {
        let bad = [
            "\"1700000000\"",
            "null",
            "true",
            "[1]",
            "{}",
            "9223372036854775807",
            "18446744073709551615",
            "-9223372036854775808",
            "1e18",
            "1e300",
            "-1e300",
            "1e400",
        ];
        for json in bad {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
