//! Whether a secret is written down.

use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "access log";

/// What was written into the log after a stream had been opened with a token in its URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trace {
    /// The token.
    Token,
    /// The path of the stream.
    Path,
    Nothing,
}

impl Trace {
    /// What of it stands in this text.
    pub fn of(path: &str, token: &str, written: &str) -> Self {
        if written.contains(token) {
            Self::Token
        } else if written.contains(path) {
            Self::Path
        } else {
            Self::Nothing
        }
    }
}

/// Judges what was found in the log.
pub fn judge(trace: Trace) -> Finding {
    match trace {
        Trace::Path => Finding::ok(
            CHECK,
            "the path of the stream stands in it without the token",
        ),
        Trace::Token => Finding::problem(
            CHECK,
            "the token of a stream stands in it",
            "Log the path without the query (nginx: a log_format with $uri in place of $request or \
             $request_uri), and delete what was logged.",
        ),
        Trace::Nothing => Finding::not_checked(
            CHECK,
            "the stream does not stand in it: is it the right file, and written at once?",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::Grade;

    #[test]
    fn a_token_in_a_log_is_found() {
        let grade = |written| judge(Trace::of("/stream/", "s3cr3t", written)).grade;
        assert_eq!(grade("GET /stream/?token=s3cr3t 200"), Grade::Problem);
        assert_eq!(grade("GET /stream/ 200"), Grade::Ok);
        assert_eq!(grade("GET /health/ 200"), Grade::NotChecked);
    }
}
