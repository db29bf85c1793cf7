use chrono::{DateTime, SubsecRound, Utc};
use leopard_core::port::Clock;

/// The time that this machine believes it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the implementation of the clock port"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_comes_in_whole_microseconds() {
        let now = SystemClock.now();
        assert_eq!(
            Some(now),
            DateTime::from_timestamp_micros(now.timestamp_micros())
        );
    }

    #[test]
    fn it_is_later_than_when_this_was_written() {
        assert!(SystemClock.now() > DateTime::from_timestamp(1_760_000_000, 0).unwrap());
    }
}
