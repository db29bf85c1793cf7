//! Times on the command line.

use chrono::{DateTime, TimeDelta, Utc};
use leopard_core::domain::timestamp;

use crate::cli_error::CliError;

/// Reads the time of an option: an RFC 3339 time (UTC without an offset), or a duration from now such as `+90m`,
/// with or without the sign.
pub fn parse(option: &str, text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, CliError> {
    let parsed = match duration(text.strip_prefix('+').unwrap_or(text)) {
        Some(duration) => timestamp::later(now, duration).ok(),
        None => timestamp::parse(text).ok(),
    };
    let example = "2026-12-10T12:00:00Z or +1d";
    parsed
        .ok_or_else(|| CliError(format!("--{option} \"{text}\" must be a time such as {example}")))
}

/// Parses `90m`, `12h`, `1d` or `2w`.
fn duration(text: &str) -> Option<TimeDelta> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.parse::<u32>().ok()?.into();
    match unit {
        "m" => TimeDelta::try_minutes(number),
        "h" => TimeDelta::try_hours(number),
        "d" => TimeDelta::try_days(number),
        "w" => TimeDelta::try_weeks(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_absolute_or_a_duration_from_now() {
        let now = DateTime::UNIX_EPOCH;
        let at = |text: &str| parse("due", text, now).map(|due| due.timestamp());
        assert_eq!(at("+90m"), Ok(5_400));
        assert_eq!(at("+1d"), Ok(86_400));
        assert_eq!(at("1d"), Ok(86_400));
        assert_eq!(at("1970-01-01T02:00:00+01:00"), Ok(3_600));
        assert_eq!(at("1970-01-01T01:00"), Ok(3_600));
        for wrong in [
            "+",
            "+d",
            "+1y",
            "+-1d",
            "tomorrow",
            "+1é",
            "+4294967d",
            "+4294967295w",
            "1970-01-01T23:59:60Z",
            "0000-01-01T00:00:00Z",
        ] {
            assert!(at(wrong).is_err(), "{wrong}");
        }
    }
}
