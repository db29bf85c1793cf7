//! The check of the proxy's access log.

use super::super::finding::{Finding, not_checked, ok, problem};

/// What the access log holds of a stream that was opened with a token in its URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoggedStream {
    WithToken,
    WithoutToken,
    NotLogged,
}

impl LoggedStream {
    pub fn find(path: &str, token: &str, log: &str) -> Self {
        if log.contains(token) {
            Self::WithToken
        } else if log.contains(path) {
            Self::WithoutToken
        } else {
            Self::NotLogged
        }
    }
}

/// Whether the access log is free of tokens.
pub fn access_log(logged: LoggedStream) -> Finding {
    match logged {
        LoggedStream::WithoutToken => ok("it shows the path of the stream without the token"),
        LoggedStream::WithToken => problem(
            "it shows the token of a stream",
            "Log the path without the query (nginx: a log_format with $uri instead of $request or \
             $request_uri), and delete the logged tokens.",
        ),
        LoggedStream::NotLogged => {
            not_checked("it does not show the stream: is it the right file, and written at once?")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::finding::Grade;
    use super::*;

    #[test]
    fn logged_token_is_a_problem() {
        for (log, grade) in [
            ("GET /stream/?token=s3cr3t 200", Grade::Problem),
            ("GET /stream/ 200", Grade::Ok),
            ("GET /health/ 200", Grade::NotChecked),
        ] {
            let logged = LoggedStream::find("/stream/", "s3cr3t", log);
            assert_eq!(access_log(logged).grade, grade, "{log}");
        }
    }
}
