//! The check of the clocks.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::report::{Finding, not_checked, ok, problem};
use super::super::site::{Response, header};

/// The network alone does not explain a larger difference.
const TOLERANCE: TimeDelta = TimeDelta::seconds(2);
/// How long an event may travel.
const EVENT_DELAY: TimeDelta = TimeDelta::seconds(1);

/// Two intervals that hold the same moment: by the server's clock, and by the clock of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    server: (DateTime<Utc>, DateTime<Utc>),
    here: (DateTime<Utc>, DateTime<Utc>),
}

impl Sample {
    /// By the `Date` of a response, which has whole seconds.
    pub fn of_response(response: &Response) -> Option<Self> {
        let date = DateTime::parse_from_rfc2822(header(&response.head, "date")).ok()?;
        let date = date.to_utc();
        Some(Self {
            server: (date, date + TimeDelta::seconds(1)),
            here: (response.sent, response.received),
        })
    }

    /// By the timestamp of a heartbeat.
    pub fn of_heartbeat(timestamp: &str, received: DateTime<Utc>) -> Option<Self> {
        let timestamp = DateTime::parse_from_rfc3339(timestamp).ok()?.to_utc();
        Some(Self { server: (timestamp, timestamp), here: (received - EVENT_DELAY, received) })
    }

    /// How far the server's clock is ahead at least; zero if both may agree.
    fn offset(&self) -> TimeDelta {
        if self.server.0 > self.here.1 {
            self.server.0 - self.here.1
        } else if self.server.1 < self.here.0 {
            self.server.1 - self.here.0
        } else {
            TimeDelta::zero()
        }
    }
}

/// Whether the clocks agree, by the worst sample.
pub fn clock(samples: &[Sample]) -> Finding {
    let offsets = samples.iter().map(Sample::offset);
    let Some(offset) = offsets.max_by_key(TimeDelta::abs) else {
        return not_checked("no response has a Date");
    };
    if offset.abs() <= TOLERANCE {
        return ok("the clocks of the server and of this machine agree");
    }
    let side = if offset > TimeDelta::zero() { "ahead of" } else { "behind" };
    let seconds = offset.abs().num_seconds();
    problem(
        format!("the server's clock is {seconds} seconds {side} the clock of this machine"),
        "Synchronize both with NTP: token lifetimes are exact to the second.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::super::report::Grade;
    use super::super::super::report::tests::assert_found;
    use super::super::super::site::tests::response;
    use super::*;

    #[test]
    fn clocks_may_differ_by_two_seconds() {
        let noon: DateTime<Utc> = "2026-11-24T12:00:00Z".parse().unwrap();
        let received_after = |milliseconds| {
            let headers = [("date", "Tue, 24 Nov 2026 12:00:00 GMT")];
            let mut response = response(200, &headers, "");
            response.sent = noon + TimeDelta::milliseconds(milliseconds - 100);
            response.received = noon + TimeDelta::milliseconds(milliseconds);
            clock(&[Sample::of_response(&response).unwrap()])
        };
        for milliseconds in [-2_000, 0, 900, 1_100, 3_100] {
            assert_found(&received_after(milliseconds), Grade::Ok, "agree");
        }
        assert_found(&received_after(-3_000), Grade::Problem, "3 seconds ahead of");
        assert_found(&received_after(4_200), Grade::Problem, "3 seconds behind");
    }

    #[test]
    fn heartbeat_shows_the_clock_too() {
        let received = "2026-11-24T12:00:05Z".parse().unwrap();
        for (timestamp, grade) in [
            ("2026-11-24T12:00:04.900000Z", Grade::Ok),
            ("2026-11-24T12:00:08.000000Z", Grade::Problem),
            ("2026-11-24T12:00:01.900000Z", Grade::Problem),
        ] {
            let sample = Sample::of_heartbeat(timestamp, received).unwrap();
            assert_eq!(clock(&[sample]).grade, grade, "{timestamp}");
        }
        assert_eq!(Sample::of_heartbeat("noon", received), None);
    }

    #[test]
    fn without_a_date_the_clock_is_not_checked() {
        assert_eq!(Sample::of_response(&response(200, &[], "")), None);
        assert_eq!(clock(&[]).grade, Grade::NotChecked);
    }
}
