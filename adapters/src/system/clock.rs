use chrono::{DateTime, SubsecRound, Utc};
use leopard_core::port::Clock;

/// The clock of this machine, in whole microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock port")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_has_whole_microseconds() {
        let now = SystemClock.now();
        assert_eq!(Some(now), DateTime::from_timestamp_micros(now.timestamp_micros()));
    }

    #[test]
    fn time_is_after_this_was_written() {
        assert!(SystemClock.now() > DateTime::from_timestamp(1_760_000_000, 0).unwrap());
    }
}
