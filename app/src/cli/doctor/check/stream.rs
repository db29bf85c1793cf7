//! Checks of the event stream.

use std::time::Duration;

use http::{StatusCode, Version};

use super::super::finding::{Finding, ok, problem, warning};
use super::super::response::Head;
use super::super::sse::Event;
use super::READ_THE_LOGS;

/// What a browser accepts.
pub const ENCODINGS: &str = "gzip, deflate, br, zstd";

/// A first event that arrives later is held back by something.
const AT_ONCE: Duration = Duration::from_secs(2);

pub const BUFFERING: &str = "Switch off buffering for /api/v1/notifications/stream/ in the proxy (nginx: \
                         proxy_buffering off, and no proxy_ignore_headers).";

/// Whether the headers tell proxies and clients what a stream is.
pub fn headers(head: &Head) -> Finding {
    let is_expected = |name, value: &str| match name {
        "Content-Type" => value.starts_with("text/event-stream"),
        "Cache-Control" => value.contains("no-store"),
        // A proxy that obeys it may remove it.
        _ => matches!(value, "" | "no"),
    };
    let wrong: Vec<_> = [
        ("Content-Type", "text/event-stream"),
        ("Cache-Control", "no-store"),
        ("X-Accel-Buffering", "no"),
    ]
    .into_iter()
    .map(|(name, expected)| (name, head.header(name), expected))
    .filter(|(name, value, _)| !is_expected(name, value))
    .map(|(name, value, expected)| format!("{name} is \"{value}\", not {expected}"))
    .collect();
    if !wrong.is_empty() {
        return problem(wrong.join("; "), "Let the proxy pass on the headers of responses.");
    }
    // HTTP/2 has frames; HTTP/1.1 needs chunks.
    let transfer = head.header("transfer-encoding");
    if head.version > Version::HTTP_11 || transfer.eq_ignore_ascii_case("chunked") {
        return ok("they are those of Leopard");
    }
    warning(
        "the stream is not chunked: some clients show each event one event late, and none can tell a \
         crash from an end",
        "Let the proxy use HTTP/1.1 to Leopard (nginx: proxy_http_version 1.1, and no \
         chunked_transfer_encoding off).",
    )
}

pub fn is_compressed(head: &Head) -> bool {
    !matches!(head.header("content-encoding"), "" | "identity")
}

/// Whether a stream that was requested as by a browser is uncompressed.
pub fn compression(head: &Head) -> Finding {
    if !is_compressed(head) {
        return ok("the stream is not compressed");
    }
    let encoding = head.header("content-encoding");
    problem(
        format!("the stream is compressed ({encoding}), which holds events back"),
        "Exclude text/event-stream from compression (nginx: gzip off for \
         /api/v1/notifications/stream/).",
    )
}

/// The stream did not open.
pub fn refused(status: StatusCode) -> Finding {
    let remedy = if status == StatusCode::TOO_MANY_REQUESTS {
        "This user has as many open streams as LEOPARD_STREAMS_PER_USER allows: close some."
    } else {
        READ_THE_LOGS
    };
    problem(format!("the response of the stream is {status}"), remedy)
}

/// The stream failed before its response.
pub fn unanswered(error: String) -> Finding {
    problem(error, BUFFERING)
}

/// Whether the first event, with its delay, arrives at once. Without one, the stream ended or `waited` has
/// passed.
pub fn first_event(
    first: Option<(&Event, Duration)>,
    waited: Duration,
    has_ended: bool,
) -> Finding {
    let Some((event, delay)) = first else {
        let detail = if has_ended {
            "the stream ended before it".to_owned()
        } else {
            format!("none within {} seconds", waited.as_secs())
        };
        return problem(detail, BUFFERING);
    };
    match event.kind() {
        "connection_established" if delay <= AT_ONCE => {
            ok(format!("after {} ms", delay.as_millis()))
        }
        "connection_established" => {
            let seconds = delay.as_secs_f64();
            problem(format!("it is held back: it arrived after {seconds:.1} seconds"), BUFFERING)
        }
        kind => problem(
            format!("its type is {kind}"),
            "Check the database, and read the log of the server.",
        ),
    }
}

/// The result of a stream that was requested while another one was open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondStream {
    Opened,
    /// A response that is not a stream.
    Refused(StatusCode),
    /// No event arrived.
    Silent,
}

/// Whether a user can have two streams.
pub fn second_stream(second: SecondStream) -> Finding {
    match second {
        SecondStream::Opened => ok("it opens beside the first"),
        SecondStream::Refused(StatusCode::TOO_MANY_REQUESTS) => problem(
            "it is refused with 429",
            "Close unused streams, raise LEOPARD_STREAMS_PER_USER, or raise the limit of connections in \
             the proxy (nginx: limit_conn).",
        ),
        SecondStream::Refused(status) => {
            problem(format!("the response is {status}"), READ_THE_LOGS)
        }
        SecondStream::Silent => problem(
            "it gets no event while the first is open",
            "Let the proxy hold several connections of one client.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::finding::Grade;
    use super::super::super::response::tests::response;
    use super::super::testing::assert_found;
    use super::*;

    const GOOD: [(&str, &str); 3] = [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache, no-store, must-revalidate"),
        ("transfer-encoding", "chunked"),
    ];

    #[test]
    fn each_header_of_the_stream_is_checked() {
        let [kind, cache, chunked] = GOOD;
        for (sent, grade, detail) in [
            (vec![kind, cache, chunked], Grade::Ok, ""),
            (vec![kind, cache, chunked, ("x-accel-buffering", "no")], Grade::Ok, ""),
            (vec![kind, cache], Grade::Warning, "not chunked"),
            (vec![("content-type", "text/html"), cache], Grade::Problem, "Content-Type"),
            (vec![kind, ("cache-control", "max-age=60")], Grade::Problem, "Cache-Control"),
            (vec![kind, cache, ("x-accel-buffering", "yes")], Grade::Problem, "X-Accel-Buffering"),
        ] {
            assert_found(&headers(&response(200, &sent, "").head), grade, detail);
        }
        let mut head = response(200, &[kind, cache], "").head;
        head.version = Version::HTTP_2;
        assert_eq!(headers(&head).grade, Grade::Ok);
    }

    #[test]
    fn compressed_stream_is_a_problem() {
        let grade = |headers| compression(&response(200, headers, "").head).grade;
        assert_eq!(grade(&[]), Grade::Ok);
        assert_eq!(grade(&[("content-encoding", "gzip")]), Grade::Problem);
    }

    #[test]
    fn first_event_must_arrive_at_once() {
        for (kind, milliseconds, grade) in [
            ("connection_established", 2_000, Grade::Ok),
            ("connection_established", 2_001, Grade::Problem),
            ("unavailable", 1, Grade::Problem),
        ] {
            let (event, delay) = (Event::of_kind(kind), Duration::from_millis(milliseconds));
            assert_eq!(first_event(Some((&event, delay)), delay, false).grade, grade, "{kind}");
        }
        let none = |has_ended| first_event(None, Duration::from_secs(10), has_ended);
        assert_found(&none(false), Grade::Problem, "none within 10 seconds");
        assert_found(&none(true), Grade::Problem, "the stream ended before it");
    }

    #[test]
    fn second_stream_must_open() {
        assert_eq!(second_stream(SecondStream::Opened).grade, Grade::Ok);
        for wrong in [
            SecondStream::Refused(StatusCode::TOO_MANY_REQUESTS),
            SecondStream::Refused(StatusCode::BAD_GATEWAY),
            SecondStream::Silent,
        ] {
            assert_eq!(second_stream(wrong).grade, Grade::Problem, "{wrong:?}");
        }
    }
}
