use std::fmt;

use chrono::{DateTime, Datelike, Timelike, Utc};
use poem_openapi::registry::MetaSchema;
use serde::{Serialize, Serializer};

use super::inline;
use crate::framework::described;

/// A time as it is written: RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timestamp {
    at: DateTime<Utc>,
    has_fraction: bool,
}

impl Timestamp {
    /// With microseconds where there are any.
    pub(crate) fn of(at: DateTime<Utc>) -> Self {
        Self { at, has_fraction: at.nanosecond() / MICROSECOND > 0 }
    }

    /// With microseconds.
    pub(crate) fn exact(at: DateTime<Utc>) -> Self {
        Self { at, has_fraction: true }
    }

    /// Writes the text. It does without the formats of `chrono`, which are parsed each time: a page of 25
    /// tasks has 75 timestamps.
    fn write<T>(self, write: impl FnOnce(&str) -> T) -> T {
        let Self { at, has_fraction } = self;
        let (date, time) = (at.date_naive(), at.time());
        let year = date.year();
        // Only a token of another issuer has such a year, and only a leap second such a fraction.
        if !(0..=9999).contains(&year) || time.nanosecond() >= 1_000_000_000 {
            let format = if has_fraction { "%Y-%m-%dT%H:%M:%S%.6fZ" } else { "%Y-%m-%dT%H:%M:%SZ" };
            return write(&at.format(format).to_string());
        }
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        put(&mut text[..4], year.unsigned_abs());
        put(&mut text[5..7], date.month());
        put(&mut text[8..10], date.day());
        put(&mut text[11..13], time.hour());
        put(&mut text[14..16], time.minute());
        put(&mut text[17..19], time.second());
        put(&mut text[20..26], time.nanosecond() / MICROSECOND);
        let mut end = text.len();
        if !has_fraction {
            text[WHOLE] = b'Z';
            end = WHOLE + 1;
        }
        write(str::from_utf8(&text[..end]).unwrap_or_default())
    }
}

/// Nanoseconds of a microsecond.
const MICROSECOND: u32 = 1_000;
/// The length of a text without a fraction, up to the `Z`.
const WHOLE: usize = "0000-00-00T00:00:00".len();

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(|text| f.write_str(text))
    }
}

/// A timestamp in JSON.
struct Text(Timestamp);

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(|text| serializer.serialize_str(text))
    }
}

/// Writes a number into all of these digits.
fn put(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit += u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

described! {
    Timestamp, "Timestamp",
    inline(MetaSchema::new_with_format("string", "date-time")),
    json |at| Text(*at),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn timestamp_is_written_as_its_format_says(
            second in -80_000_000_000_i64..300_000_000_000,
            nanosecond in prop_oneof![0..2_000_000_000_u32, Just(0), Just(999), Just(1_000)],
        ) {
            let Some(at) = DateTime::from_timestamp(second, nanosecond) else { return Ok(()) };
            let whole = at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
            let exact = at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
            prop_assert_eq!(Timestamp::exact(at).to_string(), exact.clone());
            let expected = if nanosecond / 1_000 == 0 { whole } else { exact };
            prop_assert_eq!(Timestamp::of(at).to_string(), expected);
        }
    }
}
