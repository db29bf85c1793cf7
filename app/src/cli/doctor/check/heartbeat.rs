//! Whether a quiet stream lives, and whether what is sent comes at once.

use std::time::Duration;

use super::first_event;
use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "heartbeat";

/// How much later than due it may come: the server looks four times a second.
pub const SLACK: Duration = Duration::from_secs(2);

/// When the events of a stream came, counted from when it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rhythm {
    /// How often the server said that heartbeats come.
    pub every: Duration,
    pub first_event: Duration,
    pub heartbeats: Vec<Duration>,
    /// How long the stream was watched.
    pub watched: Duration,
    /// Whether the stream ended meanwhile.
    pub has_ended: bool,
}

/// Judges a stream that was watched until the first heartbeat was due, or longer.
pub fn judge(rhythm: &Rhythm) -> Finding {
    let Rhythm { every, watched, .. } = rhythm;
    let (every_seconds, watched_seconds) = (every.as_secs(), watched.as_secs_f64());
    let Some(first) = rhythm.heartbeats.first() else {
        if rhythm.has_ended {
            let detail = format!("the stream ended after {watched_seconds:.0} seconds, before any");
            let remedy = "Let a stream be quiet for longer than LEOPARD_HEARTBEAT_SECONDS in what \
                          stands before Leopard (nginx: proxy_read_timeout 1h).";
            return Finding::problem(CHECK, detail, remedy);
        }
        let detail = format!(
            "none within {watched_seconds:.0} seconds, although one is due every {every_seconds}"
        );
        return Finding::problem(CHECK, detail, first_event::REMEDY);
    };
    // What comes in one piece comes at the same time.
    let is_clump =
        *first == rhythm.first_event || rhythm.heartbeats.windows(2).any(|two| two[0] == two[1]);
    if is_clump || *first > *every + SLACK {
        let detail = format!(
            "events are held back: a heartbeat due every {every_seconds} seconds came after {:.1}",
            first.as_secs_f64()
        );
        return Finding::problem(CHECK, detail, first_event::REMEDY);
    }
    let detail = format!("one came after {:.1} seconds", first.as_secs_f64());
    Finding::ok(CHECK, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Grade;

    /// What is found where these heartbeats came, in milliseconds, one being due every 5 seconds.
    fn found(heartbeats: &[u64], has_ended: bool) -> Finding {
        judge(&Rhythm {
            every: Duration::from_secs(5),
            first_event: Duration::from_millis(20),
            heartbeats: heartbeats
                .iter()
                .copied()
                .map(Duration::from_millis)
                .collect(),
            watched: Duration::from_secs(10),
            has_ended,
        })
    }

    #[test]
    fn it_is_to_come_when_it_is_due() {
        assert_eq!(found(&[5_200], false).grade, Grade::Ok);
        assert_eq!(found(&[5_200, 10_200], false).grade, Grade::Ok);
        let late = found(&[7_100], false);
        assert!(late.detail.contains("came after 7.1"), "{}", late.detail);
        for clump in [[5_200, 5_200].as_slice(), &[20]] {
            assert_eq!(found(clump, false).grade, Grade::Problem, "{clump:?}");
        }
    }

    #[test]
    fn a_stream_that_ends_is_told_from_one_that_is_silent() {
        let silent = found(&[], false);
        assert!(
            silent.detail.starts_with("none within 10 seconds"),
            "{}",
            silent.detail
        );
        let ended = found(&[], true);
        assert!(
            ended.detail.starts_with("the stream ended"),
            "{}",
            ended.detail
        );
        assert_ne!(silent.remedy, ended.remedy);
    }
}
