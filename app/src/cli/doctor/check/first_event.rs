//! Whether a stream begins at once.

use std::time::Duration;

use http::StatusCode;

use crate::cli::doctor::finding::Finding;
use crate::cli::doctor::sse::Event;

pub const CHECK: &str = "first event";

/// Later than this, something holds it back.
const AT_ONCE: Duration = Duration::from_secs(2);

/// How to let a stream through.
pub const REMEDY: &str = "Switch off buffering for /api/v1/notifications/stream/ in what stands \
                          before Leopard (nginx: proxy_buffering off, and no proxy_ignore_headers).";

/// Judges the first event, which came after that time. None came before the stream ended or was
/// waited for no longer.
pub fn judge(first: Option<(&Event, Duration)>, waited: Duration, has_ended: bool) -> Finding {
    let Some((event, after)) = first else {
        let detail = if has_ended {
            "the stream ends before it".to_owned()
        } else {
            format!("none within {} seconds", waited.as_secs())
        };
        return Finding::problem(CHECK, detail, REMEDY);
    };
    match event.kind() {
        "connection_established" if after <= AT_ONCE => {
            Finding::ok(CHECK, format!("after {} ms", after.as_millis()))
        }
        "connection_established" => {
            let seconds = after.as_secs_f64();
            let detail = format!("it is held back: it came after {seconds:.1} seconds");
            Finding::problem(CHECK, detail, REMEDY)
        }
        kind => {
            let detail = format!("it says {kind}");
            let remedy = "Look at the database and at the log of the server.";
            Finding::problem(CHECK, detail, remedy)
        }
    }
}

/// What it means that the stream did not open.
pub fn refused(status: StatusCode) -> Finding {
    let remedy = if status == StatusCode::TOO_MANY_REQUESTS {
        "This user has as many streams open as LEOPARD_STREAMS_PER_USER allows: close some."
    } else {
        "Look at the log of the server and of what stands before it."
    };
    Finding::problem(CHECK, format!("the stream is answered {status}"), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Grade;

    #[test]
    fn it_is_to_come_at_once() {
        let grade = |kind: &str, milliseconds| {
            let event = Event::of_kind(kind);
            let after = Duration::from_millis(milliseconds);
            judge(Some((&event, after)), after, false).grade
        };
        assert_eq!(grade("connection_established", 2_000), Grade::Ok);
        assert_eq!(grade("connection_established", 2_001), Grade::Problem);
        assert_eq!(grade("unavailable", 1), Grade::Problem);
        let none = |has_ended| judge(None, Duration::from_secs(10), has_ended).detail;
        assert_eq!(none(false), "none within 10 seconds");
        assert_eq!(none(true), "the stream ends before it");
    }
}
