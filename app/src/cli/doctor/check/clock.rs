//! Whether the clocks agree.

use chrono::{DateTime, TimeDelta, Utc};

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "clock";

/// More than this is no hazard of the network any more.
const TOLERATED: TimeDelta = TimeDelta::seconds(2);
/// How long an event may be on its way.
const EVENT_DELAY: TimeDelta = TimeDelta::seconds(1);

/// Between which times the server says that it was, and between which times it was here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    there: (DateTime<Utc>, DateTime<Utc>),
    here: (DateTime<Utc>, DateTime<Utc>),
}

impl Sample {
    /// By the `Date` of an answer, which knows whole seconds.
    pub fn of_answer(answer: &Answer) -> Option<Self> {
        let date = DateTime::parse_from_rfc2822(answer.head.header("date")).ok()?;
        let date = date.to_utc();
        Some(Self {
            there: (date, date + TimeDelta::seconds(1)),
            here: (answer.asked, answer.came),
        })
    }

    /// By the timestamp of a heartbeat that came at this time.
    pub fn of_heartbeat(timestamp: &str, came: DateTime<Utc>) -> Option<Self> {
        let stamped = DateTime::parse_from_rfc3339(timestamp).ok()?.to_utc();
        Some(Self {
            there: (stamped, stamped),
            here: (came - EVENT_DELAY, came),
        })
    }

    /// By how much the server's clock is ahead, at least; nothing where both may agree.
    fn ahead(&self) -> TimeDelta {
        if self.there.0 > self.here.1 {
            self.there.0 - self.here.1
        } else if self.there.1 < self.here.0 {
            self.there.1 - self.here.0
        } else {
            TimeDelta::zero()
        }
    }
}

/// Judges all samples by the worst of them.
pub fn judge(samples: &[Sample]) -> Finding {
    let differences = samples.iter().map(Sample::ahead);
    let Some(ahead) = differences.max_by_key(TimeDelta::abs) else {
        return Finding::not_checked(CHECK, "no answer has a Date");
    };
    if ahead.abs() <= TOLERATED {
        return Finding::ok(CHECK, "that of the server and that of this machine agree");
    }
    let side = if ahead > TimeDelta::zero() {
        "ahead of"
    } else {
        "behind"
    };
    let detail = format!(
        "that of the server is {} seconds {side} that of this machine",
        ahead.abs().num_seconds()
    );
    let remedy = "Set both by NTP: tokens count to the second, without leeway.";
    Finding::problem(CHECK, detail, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::answer::tests::answer;
    use crate::cli::doctor::finding::Grade;

    /// What is found of an answer that is dated 12:00:00 and came so many milliseconds later.
    fn dated(milliseconds: i64) -> Finding {
        let mut answer = answer(200, &[("date", "Tue, 24 Nov 2026 12:00:00 GMT")], "");
        let noon: DateTime<Utc> = "2026-11-24T12:00:00Z".parse().unwrap();
        answer.asked = noon + TimeDelta::milliseconds(milliseconds - 100);
        answer.came = noon + TimeDelta::milliseconds(milliseconds);
        judge(&[Sample::of_answer(&answer).unwrap()])
    }

    #[test]
    fn clocks_may_differ_by_two_seconds() {
        for agreed in [-2_000, 0, 900, 1_100, 3_100] {
            assert_eq!(dated(agreed).grade, Grade::Ok, "{agreed}");
        }
        for (wrong, said) in [(-3_000, "3 seconds ahead of"), (4_200, "3 seconds behind")] {
            let found = dated(wrong);
            assert_eq!(found.grade, Grade::Problem, "{wrong}");
            assert!(found.detail.contains(said), "{}", found.detail);
        }
    }

    #[test]
    fn a_heartbeat_tells_the_time_too() {
        let came = "2026-11-24T12:00:05Z".parse().unwrap();
        let grade = |stamp| judge(&[Sample::of_heartbeat(stamp, came).unwrap()]).grade;
        assert_eq!(grade("2026-11-24T12:00:04.900000Z"), Grade::Ok);
        assert_eq!(grade("2026-11-24T12:00:08.000000Z"), Grade::Problem);
        assert_eq!(grade("2026-11-24T12:00:01.900000Z"), Grade::Problem);
        assert_eq!(Sample::of_heartbeat("noon", came), None);
    }

    #[test]
    fn without_a_date_nothing_is_known() {
        assert_eq!(Sample::of_answer(&answer(200, &[], "")), None);
        assert_eq!(judge(&[]).grade, Grade::NotChecked);
    }
}
