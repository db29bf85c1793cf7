//! Timestamps as text.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::field::FieldError;

/// Parses `YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]`, with `T` or a space as the separator.
/// Without an offset the time is UTC.
///
/// # Errors
///
/// [`FieldError::NotADatetime`], also outside of the years 1 to 9999, which RFC 3339 cannot write.
pub fn parse(text: &str) -> Result<DateTime<Utc>, FieldError> {
    read(text).ok_or(FieldError::NotADatetime)
}

/// The time after a span.
///
/// # Errors
///
/// [`FieldError::NotADatetime`] outside of the years 1 to 9999.
pub fn later(now: DateTime<Utc>, span: TimeDelta) -> Result<DateTime<Utc>, FieldError> {
    let timestamp = now.checked_add_signed(span).filter(can_be_written);
    timestamp.ok_or(FieldError::NotADatetime)
}

fn read(text: &str) -> Option<DateTime<Utc>> {
    let mut rest = Rest(text);
    let local = date_and_time(&mut rest)?;
    let offset = offset(&mut rest)?;
    let timestamp = local.checked_sub_signed(offset)?.and_utc();
    (rest.0.is_empty() && can_be_written(&timestamp)).then_some(timestamp)
}

fn can_be_written(timestamp: &DateTime<Utc>) -> bool {
    (1..=9999).contains(&timestamp.year())
}

fn date_and_time(rest: &mut Rest<'_>) -> Option<NaiveDateTime> {
    let year = rest.number(4)?;
    rest.one_of("-")?;
    let month = rest.number(2)?;
    rest.one_of("-")?;
    let day = rest.number(2)?;
    rest.one_of("Tt ")?;
    let hour = rest.number(2)?;
    rest.one_of(":")?;
    let minute = rest.number(2)?;
    let (mut second, mut micro) = (0, 0);
    if rest.one_of(":").is_some() {
        second = rest.number(2)?;
        if rest.one_of(".").is_some() {
            micro = rest.microseconds()?;
        }
    }
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    date.and_hms_micro_opt(hour, minute, second, micro)
}

fn offset(rest: &mut Rest<'_>) -> Option<TimeDelta> {
    if rest.0.is_empty() || rest.one_of("Zz").is_some() {
        return Some(TimeDelta::zero());
    }
    let sign = if rest.one_of("+-")? == '-' { -1 } else { 1 };
    let hours = rest.number(2)?;
    let minutes = if rest.0.is_empty() {
        0
    } else {
        // The colon is optional.
        let _ = rest.one_of(":");
        rest.number(2)?
    };
    if hours > 23 || minutes > 59 {
        return None;
    }
    Some(TimeDelta::minutes(sign * i64::from(hours * 60 + minutes)))
}

/// The text that is not parsed yet.
struct Rest<'a>(&'a str);

impl Rest<'_> {
    /// Takes one character of a set.
    fn one_of(&mut self, set: &str) -> Option<char> {
        let first = self.0.chars().next()?;
        set.contains(first).then(|| {
            self.0 = &self.0[first.len_utf8()..];
            first
        })
    }

    /// Takes a number with exactly this many digits.
    fn number(&mut self, digits: usize) -> Option<u32> {
        let text = self.0.get(..digits)?;
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.0 = &self.0[digits..];
        text.parse().ok()
    }

    /// Takes a fraction of a second, and drops digits below a microsecond.
    fn microseconds(&mut self) -> Option<u32> {
        let end = self.0.find(|c: char| !c.is_ascii_digit());
        let (digits, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest;
        let kept: String = digits.chars().chain("000000".chars()).take(6).collect();
        (!digits.is_empty()).then(|| kept.parse().ok())?
    }
}

#[cfg(test)]
mod tests {
    use chrono::SecondsFormat;

    use super::*;

    fn utc(text: &str) -> Result<String, FieldError> {
        parse(text).map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }

    #[test]
    fn documented_timestamp_formats_are_parsed() {
        for (text, expected) in [
            ("2025-12-10T12:00:00Z", "2025-12-10T12:00:00Z"),
            ("2025-12-10T12:00", "2025-12-10T12:00:00Z"),
            ("2025-12-10 12:00:07", "2025-12-10T12:00:07Z"),
            ("2025-12-10T12:00:00.5", "2025-12-10T12:00:00.500Z"),
            ("2025-12-10T12:00:00.1234567Z", "2025-12-10T12:00:00.123456Z"),
            ("2025-12-10T12:00:00+02:30", "2025-12-10T09:30:00Z"),
            ("2025-12-10T12:00-0100", "2025-12-10T13:00:00Z"),
            ("2025-12-10T12:00:00+05", "2025-12-10T07:00:00Z"),
            ("2024-02-29T00:00:00z", "2024-02-29T00:00:00Z"),
        ] {
            assert_eq!(utc(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not_timestamps() {
        for text in [
            "",
            "soon",
            "2025-12-10",
            "2025-13-01T00:00:00Z",
            "2025-02-29T00:00:00Z",
            "2025-12-10T24:00:00Z",
            "2025-12-10T23:59:60Z",
            "2025-12-10T12:00:00.Z",
            "2025-12-10T12:00:00Zx",
            "2025-12-10T12:00:00+24:00",
            "2025-12-10T12:00:00 +1",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "12025-12-10T12:00:00Z",
            "٢٠٢٥-12-10T12:00:00Z",
        ] {
            assert_eq!(utc(text), Err(FieldError::NotADatetime), "{text}");
        }
    }

    #[test]
    fn time_after_the_year_9999_is_refused() {
        let now = parse("9999-12-31T23:59:58Z").unwrap();
        assert_eq!(later(now, TimeDelta::seconds(1)), parse("9999-12-31T23:59:59Z"));
        for span in [TimeDelta::seconds(2), TimeDelta::MAX] {
            assert_eq!(later(now, span), Err(FieldError::NotADatetime));
        }
    }
}
