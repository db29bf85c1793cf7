//! The check of the clocks.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::report::{Finding, not_checked, ok, problem};
use super::super::site::{Response, header};

/// The network alone does not explain a larger difference.
const TOLERANCE: TimeDelta = TimeDelta::seconds(2);
/// How long an event may travel.
const EVENT_DELAY: TimeDelta = TimeDelta::seconds(1);

/// An interval of time, both ends included.
type Interval = (DateTime<Utc>, DateTime<Utc>);

/// How far the server's clock is ahead at least, by the `Date` of a response, which has whole seconds.
pub fn offset_of_response(response: &Response) -> Option<TimeDelta> {
    let date = DateTime::parse_from_rfc2822(header(&response.head, "date")).ok()?.to_utc();
    Some(offset((date, date + TimeDelta::seconds(1)), (response.sent, response.received)))
}

/// How far the server's clock is ahead at least, by the timestamp of a heartbeat.
pub fn offset_of_heartbeat(timestamp: &str, received: DateTime<Utc>) -> Option<TimeDelta> {
    let timestamp = DateTime::parse_from_rfc3339(timestamp).ok()?.to_utc();
    Some(offset((timestamp, timestamp), (received - EVENT_DELAY, received)))
}

/// The offset of two intervals that hold the same moment, by the server's clock and by the clock of this
/// machine; zero if both may agree.
fn offset(server: Interval, here: Interval) -> TimeDelta {
    if server.0 > here.1 {
        server.0 - here.1
    } else if server.1 < here.0 {
        server.1 - here.0
    } else {
        TimeDelta::zero()
    }
}

/// Whether the clocks agree, by the greatest offset.
pub fn clock(offsets: &[TimeDelta]) -> Finding {
    let Some(offset) = offsets.iter().max_by_key(|offset| offset.abs()) else {
        return not_checked("no response has a Date");
    };
    if offset.abs() <= TOLERANCE {
        return ok("the clocks of the server and of this machine agree");
    }
    let side = if *offset > TimeDelta::zero() { "ahead of" } else { "behind" };
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
            clock(&[offset_of_response(&response).unwrap()])
        };
        for milliseconds in [-2_000, 0, 900, 1_100, 3_100] {
            assert_found(&received_after(milliseconds), Grade::Ok, "agree");
        }
        assert_found(&received_after(-3_000), Grade::Problem, "3 seconds ahead of");
        assert_found(&received_after(4_200), Grade::Problem, "3 seconds behind");
    }

    #[test]
    fn heartbeat_timestamp_shows_the_clock_offset() {
        let received = "2026-11-24T12:00:05Z".parse().unwrap();
        for (timestamp, grade) in [
            ("2026-11-24T12:00:04.900000Z", Grade::Ok),
            ("2026-11-24T12:00:08.000000Z", Grade::Problem),
            ("2026-11-24T12:00:01.900000Z", Grade::Problem),
        ] {
            let offset = offset_of_heartbeat(timestamp, received).unwrap();
            assert_eq!(clock(&[offset]).grade, grade, "{timestamp}");
        }
        assert_eq!(offset_of_heartbeat("noon", received), None);
    }

    #[test]
    fn clock_without_a_date_is_not_checked() {
        assert_eq!(offset_of_response(&response(200, &[], "")), None);
        assert_eq!(clock(&[]).grade, Grade::NotChecked);
    }
}
