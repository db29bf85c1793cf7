//! Whether those between know what a stream is.

use http::Version;

use crate::cli::doctor::answer::Head;
use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "headers of the stream";

/// Judges the head of a stream.
pub fn judge(head: &Head) -> Finding {
    let mut wrong = vec![];
    if !head.header("content-type").starts_with("text/event-stream") {
        wrong.push(fault(head, "Content-Type", "text/event-stream"));
    }
    if !head.header("cache-control").contains("no-store") {
        wrong.push(fault(head, "Cache-Control", "no-store"));
    }
    // A proxy that obeys it may take it away.
    if !matches!(head.header("x-accel-buffering"), "" | "no") {
        wrong.push(fault(head, "X-Accel-Buffering", "no"));
    }
    if wrong.is_empty() {
        return framing(head);
    }
    let remedy = "Let what stands before Leopard pass on the headers of its answers.";
    Finding::problem(CHECK, wrong.join("; "), remedy)
}

/// Judges how clients of HTTP/1.1 learn where an event and the stream end; HTTP/2 has frames.
fn framing(head: &Head) -> Finding {
    let is_framed = head.version > Version::HTTP_11
        || head
            .header("transfer-encoding")
            .eq_ignore_ascii_case("chunked");
    if is_framed {
        return Finding::ok(CHECK, "they are those of Leopard");
    }
    let detail = "the stream is not chunked: some clients show each event one event late, and none can \
                  tell a crash from an end";
    let remedy = "Let what stands before Leopard speak HTTP/1.1 to it (nginx: proxy_http_version 1.1, \
                  and no chunked_transfer_encoding off).";
    Finding::warning(CHECK, detail, remedy)
}

fn fault(head: &Head, name: &str, wanted: &str) -> String {
    let found = head.header(name);
    format!("{name} is \"{found}\", not {wanted}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::answer::tests::answer;
    use crate::cli::doctor::finding::Grade;

    const GOOD: [(&str, &str); 3] = [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache, no-store, must-revalidate"),
        ("transfer-encoding", "chunked"),
    ];

    #[test]
    fn http_1_1_stream_without_chunks_is_a_warning() {
        let [kind, cache, chunked] = GOOD;
        let mut head = answer(200, &[kind, cache], "").head;
        assert_eq!(judge(&head).grade, Grade::Warning);
        head.version = Version::HTTP_2;
        assert_eq!(judge(&head).grade, Grade::Ok);
        let head = answer(200, &[kind, cache, chunked], "").head;
        assert_eq!(judge(&head).grade, Grade::Ok);
    }

    #[test]
    fn each_of_them_is_looked_at() {
        let judge = |headers: &[(&'static str, &str)]| judge(&answer(200, headers, "").head);
        assert_eq!(judge(&GOOD).grade, Grade::Ok);
        let [kind, cache, chunked] = GOOD;
        let passed_on = [kind, cache, chunked, ("x-accel-buffering", "no")];
        assert_eq!(judge(&passed_on).grade, Grade::Ok);
        for (headers, named) in [
            (vec![("content-type", "text/html"), cache], "Content-Type"),
            (vec![kind, ("cache-control", "max-age=60")], "Cache-Control"),
            (
                vec![kind, cache, ("x-accel-buffering", "yes")],
                "X-Accel-Buffering",
            ),
        ] {
            let found = judge(&headers);
            assert_eq!(found.grade, Grade::Problem);
            assert!(found.detail.starts_with(named), "{}", found.detail);
        }
    }
}
