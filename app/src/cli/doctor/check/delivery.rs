//! Checks of an open stream over time.

use std::time::Duration;

use super::super::report::{Finding, not_checked, ok, problem};
use super::super::stream::{Received, heartbeats};
use super::stream::BUFFERING;

/// How much later than due a heartbeat may arrive: the server sends due ones four times a second.
const SLACK: Duration = Duration::from_secs(2);

/// The cursor to resume from: the one before the newest, so that one event is replayed. In an empty mailbox it
/// is ahead of all, to distinguish it from none.
pub fn cursor_before(newest: i64) -> i64 {
    if newest > 0 { newest - 1 } else { newest + 1 }
}

/// Whether a stream that resumes from the cursor before `newest` replays that event, by the ids of its first
/// events: the first one confirms the cursor.
pub fn resume(newest: i64, ids: &[Option<i64>]) -> Finding {
    let cursor = cursor_before(newest);
    let Some(first) = ids.first() else {
        return not_checked("the second stream sends no first event");
    };
    if *first != Some(cursor) {
        return problem(
            format!("the cursor {cursor} does not reach Leopard"),
            "Let the proxy pass on the header Last-Event-ID.",
        );
    }
    if newest == 0 {
        return ok("the cursor reaches Leopard; this user has no event to replay");
    }
    if ids.get(1) == Some(&Some(newest)) {
        return ok(format!("event {newest} is replayed after the cursor {cursor}"));
    }
    problem(format!("event {newest} is not replayed after the cursor {cursor}"), BUFFERING)
}

/// Whether an idle stream stays open, and whether a heartbeat arrives in time: the server announced this
/// interval, and the stream was watched at least until a heartbeat was due.
pub fn heartbeat(
    interval: Duration,
    events: &[Received],
    watched: Duration,
    has_ended: bool,
) -> Finding {
    let (seconds, watched) = (interval.as_secs(), watched.as_secs_f64());
    let delays: Vec<_> = heartbeats(events).map(|heartbeat| heartbeat.delay).collect();
    let Some(first) = delays.first() else {
        if has_ended {
            return problem(
                format!("the stream ended after {watched:.0} seconds, before any"),
                format!(
                    "Let the proxy keep an idle stream open for three times LEOPARD_HEARTBEAT_SECONDS \
                     (nginx: proxy_read_timeout {}s).",
                    seconds * 3
                ),
            );
        }
        return problem(
            format!("none within {watched:.0} seconds, although one is due every {seconds}"),
            BUFFERING,
        );
    };
    // Events that arrive together were buffered.
    let is_burst = events.first().is_some_and(|event| event.delay == *first)
        || delays.windows(2).any(|two| two[0] == two[1]);
    let after = first.as_secs_f64();
    if is_burst || *first > interval + SLACK {
        return problem(
            format!(
                "events are held back: a heartbeat due every {seconds} seconds arrived after {after:.1}"
            ),
            BUFFERING,
        );
    }
    ok(format!("one arrived after {after:.1} seconds"))
}

#[cfg(test)]
mod tests {
    use super::super::super::report::Grade;
    use super::super::super::report::tests::assert_found;
    use super::super::super::stream::tests::received;
    use super::*;

    #[test]
    fn newest_event_must_be_replayed_after_the_cursor() {
        for (newest, ids, grade) in [
            (7, [Some(6), Some(7)].as_slice(), Grade::Ok),
            (7, &[Some(6), None], Grade::Problem),
            (7, &[Some(7)], Grade::Problem),
            (7, &[None], Grade::Problem),
            (7, &[], Grade::NotChecked),
            (0, &[Some(0)], Grade::Problem),
            (0, &[Some(1), Some(0)], Grade::Ok),
        ] {
            assert_eq!(resume(newest, ids).grade, grade, "{newest} {ids:?}");
        }
    }

    #[test]
    fn heartbeat_must_arrive_when_due() {
        let found = |heartbeats: &[u64], has_ended| {
            let mut events = vec![received("connection_established", 20)];
            events.extend(heartbeats.iter().map(|after| received("heartbeat", *after)));
            let [interval, watched] = [5, 10].map(Duration::from_secs);
            heartbeat(interval, &events, watched, has_ended)
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
