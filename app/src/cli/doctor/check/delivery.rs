//! Checks of an open stream over time.

use std::time::Duration;

use super::super::finding::{Finding, ok, problem};
use super::stream::BUFFERING;

/// How much later than due a heartbeat may arrive: the server looks four times a second.
const SLACK: Duration = Duration::from_secs(2);

/// A stream that was opened with a cursor, and how it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resumption {
    pub cursor: i64,
    /// The cursor in the first event.
    pub first: Option<i64>,
    /// The id of the event after the first.
    pub second: Option<i64>,
}

impl Resumption {
    /// The cursor to resume from: the one before the newest, so that one event is replayed. In an empty
    /// mailbox it is ahead of all, to distinguish it from none.
    pub fn cursor(newest: i64) -> i64 {
        if newest > 0 { newest - 1 } else { newest + 1 }
    }
}

/// Whether the stream replays what followed its cursor, the newest event being `newest`.
pub fn resume(resumption: &Resumption, newest: i64) -> Finding {
    let &Resumption { cursor, first, second } = resumption;
    if first != Some(cursor) {
        return problem(
            format!("the cursor {cursor} does not arrive at Leopard"),
            "Let the proxy pass on the header Last-Event-ID.",
        );
    }
    if newest == 0 {
        return ok("the cursor arrives; this user has no event to replay");
    }
    if second == Some(newest) {
        return ok(format!("event {newest} comes again after {cursor}"));
    }
    problem(format!("event {newest} does not come again after {cursor}"), BUFFERING)
}

/// When the events of a stream arrived, since the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rhythm {
    /// The interval of heartbeats that the server announced.
    pub interval: Duration,
    pub first_event: Duration,
    pub heartbeats: Vec<Duration>,
    /// How long the stream was watched, at least until a heartbeat was due.
    pub watched: Duration,
    pub has_ended: bool,
}

/// Whether an idle stream stays open, and whether a heartbeat arrives in time.
pub fn heartbeat(rhythm: &Rhythm) -> Finding {
    let (interval, watched) = (rhythm.interval.as_secs(), rhythm.watched.as_secs_f64());
    let Some(first) = rhythm.heartbeats.first() else {
        if rhythm.has_ended {
            return problem(
                format!("the stream ended after {watched:.0} seconds, before any"),
                format!(
                    "Let the proxy keep an idle stream open for three times LEOPARD_HEARTBEAT_SECONDS \
                     (nginx: proxy_read_timeout {}s).",
                    interval * 3
                ),
            );
        }
        return problem(
            format!("none within {watched:.0} seconds, although one is due every {interval}"),
            BUFFERING,
        );
    };
    // Events that arrive together were buffered.
    let is_burst =
        *first == rhythm.first_event || rhythm.heartbeats.windows(2).any(|two| two[0] == two[1]);
    let seconds = first.as_secs_f64();
    if is_burst || *first > rhythm.interval + SLACK {
        return problem(
            format!(
                "events are held back: a heartbeat due every {interval} seconds arrived after {seconds:.1}"
            ),
            BUFFERING,
        );
    }
    ok(format!("one arrived after {seconds:.1} seconds"))
}

#[cfg(test)]
mod tests {
    use super::super::super::finding::Grade;
    use super::super::testing::assert_found;
    use super::*;

    #[test]
    fn newest_event_must_be_replayed_after_the_cursor() {
        for (newest, first, second, grade) in [
            (7, Some(6), Some(7), Grade::Ok),
            (7, Some(6), None, Grade::Problem),
            (7, Some(7), None, Grade::Problem),
            (7, None, None, Grade::Problem),
            (0, Some(0), None, Grade::Problem),
            (0, Some(1), Some(0), Grade::Ok),
        ] {
            let cursor = Resumption::cursor(newest);
            let resumption = Resumption { cursor, first, second };
            assert_eq!(resume(&resumption, newest).grade, grade, "{resumption:?}");
        }
    }

    #[test]
    fn heartbeat_must_arrive_when_due() {
        let found = |heartbeats: &[u64], has_ended| {
            let heartbeats = heartbeats.iter().copied().map(Duration::from_millis);
            heartbeat(&Rhythm {
                interval: Duration::from_secs(5),
                first_event: Duration::from_millis(20),
                heartbeats: heartbeats.collect(),
                watched: Duration::from_secs(10),
                has_ended,
            })
        };
        for (heartbeats, grade, detail) in [
            ([5_200].as_slice(), Grade::Ok, "after 5.2"),
            (&[5_200, 10_200], Grade::Ok, "after 5.2"),
            (&[7_100], Grade::Problem, "arrived after 7.1"),
            (&[5_200, 5_200], Grade::Problem, "held back"),
            (&[20], Grade::Problem, "held back"),
            (&[], Grade::Problem, "none within 10 seconds"),
        ] {
            assert_found(&found(heartbeats, false), grade, detail);
        }
        let ended = found(&[], true);
        assert_found(&ended, Grade::Problem, "the stream ended");
        assert!(ended.remedy.unwrap().contains("proxy_read_timeout 15s"));
    }
}
