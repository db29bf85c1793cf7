//! Whether a stream comes as it is.

use crate::cli::doctor::answer::Head;
use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "compression";

/// What a browser says that it can read.
pub const ACCEPTED: &str = "gzip, deflate, br, zstd";

/// Judges the head of a stream that was asked for as a browser does.
pub fn judge(head: &Head) -> Finding {
    if !is_compressed(head) {
        return Finding::ok(CHECK, "the stream is not compressed");
    }
    let encoding = head.header("content-encoding");
    let detail = format!("the stream is compressed ({encoding}), which holds events back");
    let remedy = "Leave text/event-stream out of what is compressed (nginx: gzip off for \
                  /api/v1/notifications/stream/).";
    Finding::problem(CHECK, detail, remedy)
}

pub fn is_compressed(head: &Head) -> bool {
    !matches!(head.header("content-encoding"), "" | "identity")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::answer::tests::answer;
    use crate::cli::doctor::finding::Grade;

    #[test]
    fn a_stream_is_not_to_be_compressed() {
        let grade = |headers| judge(&answer(200, headers, "").head).grade;
        assert_eq!(grade(&[]), Grade::Ok);
        assert_eq!(grade(&[("content-encoding", "gzip")]), Grade::Problem);
    }
}
