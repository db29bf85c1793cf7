//! Whether a user may watch on two screens.

use http::StatusCode;

use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "second stream";

/// What became of a stream that was asked for while another one was open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Second {
    Opened,
    /// It was answered, but not by a stream.
    Refused(StatusCode),
    /// Nothing came.
    Silent,
}

/// Judges what became of it.
pub fn judge(second: Second) -> Finding {
    match second {
        Second::Opened => Finding::ok(CHECK, "it opens beside the first"),
        Second::Refused(StatusCode::TOO_MANY_REQUESTS) => Finding::problem(
            CHECK,
            "it is refused with 429",
            "Close streams that are left over, raise LEOPARD_STREAMS_PER_USER, or raise the limit \
             of connections in what stands before Leopard (nginx: limit_conn).",
        ),
        Second::Refused(status) => Finding::problem(
            CHECK,
            format!("it is answered {status}"),
            "Look at the log of the server and of what stands before it.",
        ),
        Second::Silent => Finding::problem(
            CHECK,
            "it gets no event while the first is open",
            "Let what stands before Leopard hold several connections of one client.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Grade;

    #[test]
    fn it_is_to_open() {
        assert_eq!(judge(Second::Opened).grade, Grade::Ok);
        for wrong in [
            Second::Refused(StatusCode::TOO_MANY_REQUESTS),
            Second::Refused(StatusCode::BAD_GATEWAY),
            Second::Silent,
        ] {
            assert_eq!(judge(wrong).grade, Grade::Problem, "{wrong:?}");
        }
    }
}
