//! Whether those between know what a stream is.

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
        return Finding::ok(CHECK, "they are those of Leopard");
    }
    let remedy = "Let what stands before Leopard pass on the headers of its answers.";
    Finding::problem(CHECK, wrong.join("; "), remedy)
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

    const GOOD: [(&str, &str); 2] = [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-cache, no-store, must-revalidate"),
    ];

    #[test]
    fn each_of_them_is_looked_at() {
        let judge = |headers: &[(&'static str, &str)]| judge(&answer(200, headers, "").head);
        assert_eq!(judge(&GOOD).grade, Grade::Ok);
        let [kind, cache] = GOOD;
        assert_eq!(
            judge(&[kind, cache, ("x-accel-buffering", "no")]).grade,
            Grade::Ok
        );
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
