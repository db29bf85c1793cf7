//! Checks of the event stream.

use std::time::Duration;

use http::response::Parts;
use http::{StatusCode, Version};

use super::super::report::{Finding, ok, problem, warning};
use super::super::site::{READ_THE_LOGS, header};
use super::super::stream::Received;

/// What a browser accepts.
pub const ENCODINGS: &str = "gzip, deflate, br, zstd";

/// A first event that arrives later is held back by something.
const AT_ONCE: Duration = Duration::from_secs(2);

pub const BUFFERING: &str = "Switch off buffering for /api/v1/notifications/stream/ in the proxy (nginx: \
                         proxy_buffering off, and no proxy_ignore_headers).";

/// Whether the headers tell proxies and clients what a stream is.
pub fn headers(head: &Parts) -> Finding {
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
    .map(|(name, expected)| (name, header(head, name), expected))
    .filter(|(name, value, _)| !is_expected(name, value))
    .map(|(name, value, expected)| format!("{name} is \"{value}\", not {expected}"))
    .collect();
    if !wrong.is_empty() {
        return problem(wrong.join("; "), "Let the proxy pass on the headers of responses.");
    }
    // HTTP/2 has frames; HTTP/1.1 needs chunks.
    let transfer = header(head, "transfer-encoding");
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

pub fn is_compressed(head: &Parts) -> bool {
    !matches!(header(head, "content-encoding"), "" | "identity")
}

/// Whether a stream that was requested as by a browser is uncompressed.
pub fn compression(head: &Parts) -> Finding {
    if !is_compressed(head) {
        return ok("the stream is not compressed");
    }
    let encoding = header(head, "content-encoding");
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

/// Whether the first event arrives at once. Without one, the stream ended or `waited` has passed.
pub fn first_event(events: &[Received], waited: Duration, has_ended: bool) -> Finding {
    let Some(Received { event, delay, .. }) = events.first() else {
        let detail = if has_ended {
            "the stream ended before it".to_owned()
        } else {
            format!("none within {} seconds", waited.as_secs())
        };
        return problem(detail, BUFFERING);
    };
    match event.kind() {
        "connection_established" if *delay <= AT_ONCE => {
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

/// Whether a user can have two streams, by the second one: the status of its response, if there is one, and
/// whether it got an event.
pub fn second_stream(status: Option<StatusCode>, has_event: bool) -> Finding {
    match status {
        Some(StatusCode::OK) if has_event => ok("it opens beside the first"),
        Some(StatusCode::TOO_MANY_REQUESTS) => problem(
            "it is refused with 429",
            "Close unused streams, raise LEOPARD_STREAMS_PER_USER, or raise the limit of connections in \
             the proxy (nginx: limit_conn).",
        ),
        Some(status) if status != StatusCode::OK => {
            problem(format!("the response is {status}"), READ_THE_LOGS)
        }
        _ => problem(
            "it gets no event while the first is open",
            "Let the proxy hold several connections of one client.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::report::Grade;
    use super::super::super::report::tests::assert_found;
    use super::super::super::site::tests::response;
    use super::super::super::stream::tests::received;
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
            let events = [received(kind, milliseconds)];
            assert_eq!(first_event(&events, Duration::ZERO, false).grade, grade, "{kind}");
        }
        let none = |has_ended| first_event(&[], Duration::from_secs(10), has_ended);
        assert_found(&none(false), Grade::Problem, "none within 10 seconds");
        assert_found(&none(true), Grade::Problem, "the stream ended before it");
    }

    #[test]
    fn second_stream_must_open() {
        let ok = Some(StatusCode::OK);
        assert_eq!(second_stream(ok, true).grade, Grade::Ok);
        for (status, detail) in [
            (Some(StatusCode::TOO_MANY_REQUESTS), "refused with 429"),
            (Some(StatusCode::BAD_GATEWAY), "the response is 502"),
            (ok, "it gets no event"),
            (None, "it gets no event"),
        ] {
            assert_found(&second_stream(status, false), Grade::Problem, detail);
        }
    }
}
