//! Whether the token that was given counts.

use http::StatusCode;

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "token";

const PASS_ON: &str = "Let what stands before Leopard pass on /api/.";

/// Judges the answer to who the caller is.
pub fn judge(me: &Answer) -> Result<Finding, Finding> {
    let told = me.json();
    if let (StatusCode::OK, Some(name)) = (me.status(), told["username"].as_str()) {
        return Ok(Finding::ok(CHECK, format!("it is one of {name}")));
    }
    let status = me.status();
    Err(match (status, me.error_code().as_deref()) {
        (StatusCode::UNAUTHORIZED, Some(_)) => Finding::problem(
            CHECK,
            "it is refused",
            "Give an access token that has not expired: leopard token NAME prints one. All nodes \
             must have the same LEOPARD_JWT_SECRET.",
        ),
        (_, Some(code)) => {
            let remedy = "Ask again later; the log of the server says more.";
            Finding::problem(CHECK, format!("it is answered {status}, {code}"), remedy)
        }
        (_, None) => Finding::problem(
            CHECK,
            format!("it is answered {status}, not by Leopard"),
            PASS_ON,
        ),
    })
}

/// Judges the answer to a log in that gave no tokens.
pub fn refused_login(answer: &Answer) -> Finding {
    let status = answer.status();
    match answer.error_code().as_deref() {
        Some("no_active_account") => {
            let remedy = "Give the name and the password of a user who is active.";
            Finding::problem(CHECK, "the log in is refused", remedy)
        }
        Some(code) => {
            let remedy = "Ask again later; the log of the server says more.";
            Finding::problem(
                CHECK,
                format!("the log in is answered {status}, {code}"),
                remedy,
            )
        }
        None => Finding::problem(
            CHECK,
            format!("the log in is answered {status}, not by Leopard"),
            PASS_ON,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::answer::tests::{answer, problem};

    #[test]
    fn its_owner_is_named_or_why_it_does_not_count() {
        let me = answer(200, &[], r#"{"username":"ann"}"#);
        assert_eq!(judge(&me).unwrap().detail, "it is one of ann");
        for (refusal, said) in [
            (problem(401, "token_not_valid"), "it is refused"),
            (problem(429, "throttled"), "throttled"),
            (answer(200, &[], "<html>"), "not by Leopard"),
        ] {
            let found = judge(&refusal).unwrap_err();
            assert!(found.detail.contains(said), "{}", found.detail);
        }
    }

    #[test]
    fn a_log_in_that_is_refused_says_why() {
        for (refusal, said) in [
            (problem(401, "no_active_account"), "the log in is refused"),
            (problem(429, "throttled"), "throttled"),
            (answer(405, &[], "<html>"), "not by Leopard"),
        ] {
            let detail = refused_login(&refusal).detail;
            assert!(detail.contains(said), "{detail}");
        }
    }
}
