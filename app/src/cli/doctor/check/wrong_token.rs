//! Whether who has no good token is told so.

use http::StatusCode;

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "wrong token";

/// Judges the answer to a stream that was asked for with a token that is none.
pub fn judge(refusal: &Answer) -> Finding {
    let code = refusal.error_code();
    match (refusal.status(), code.as_deref()) {
        (StatusCode::UNAUTHORIZED, Some("token_not_valid")) => {
            Finding::ok(CHECK, "it is refused with 401")
        }
        (StatusCode::UNAUTHORIZED, Some("not_authenticated")) => Finding::problem(
            CHECK,
            "no token arrives at Leopard",
            "Let what stands before Leopard pass on the header Authorization.",
        ),
        (status, _) => Finding::problem(
            CHECK,
            format!("it is answered {status}, not as Leopard refuses it"),
            "Let what stands before Leopard pass on its errors as they are (nginx: \
             proxy_intercept_errors off).",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::answer::tests::{answer, problem};
    use crate::cli::doctor::finding::Grade;

    #[test]
    fn the_refusal_of_leopard_itself_is_to_be_seen() {
        assert_eq!(judge(&problem(401, "token_not_valid")).grade, Grade::Ok);
        for wrong in [
            problem(401, "not_authenticated"),
            answer(401, &[("content-type", "text/html")], "<html>"),
            answer(302, &[("location", "/log_in")], ""),
            answer(200, &[], ""),
        ] {
            assert_eq!(judge(&wrong).grade, Grade::Problem, "{wrong:?}");
        }
    }
}
