//! Whether pages of other origins may call the API.

use http::StatusCode;

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "cross-origin requests";

/// What a page asks to send.
pub const ASKED_HEADERS: &str = "authorization, content-type, last-event-id";

const REMEDY: &str = "Let what stands before Leopard pass on OPTIONS as it is and add no \
                      Access-Control headers of its own: Leopard answers by LEOPARD_CORS_ORIGINS.";

/// Judges the answer of a preflight; `page` is the origin that somebody wants to call from.
pub fn judge(preflight: &Answer, page: Option<&str>) -> Finding {
    if preflight.status() != StatusCode::NO_CONTENT {
        let detail = format!("a preflight is answered {}", preflight.status());
        return Finding::problem(CHECK, detail, REMEDY);
    }
    let headers = &preflight.head.headers;
    if headers
        .get_all("access-control-allow-origin")
        .iter()
        .count()
        > 1
    {
        let detail = "an answer allows an origin twice, which browsers refuse";
        return Finding::problem(CHECK, detail, REMEDY);
    }
    let allowed = preflight.head.header("access-control-allow-origin");
    match (allowed, page) {
        ("", None) => Finding::ok(
            CHECK,
            "only the origins of LEOPARD_CORS_ORIGINS are allowed",
        ),
        ("", Some(page)) => Finding::problem(
            CHECK,
            format!("{page} is not allowed"),
            format!("Add {page} to LEOPARD_CORS_ORIGINS."),
        ),
        (allowed, Some(page)) if allowed != "*" && allowed != page => {
            let detail = format!("{page} is not allowed, but {allowed}");
            Finding::problem(CHECK, detail, REMEDY)
        }
        _ => allowed_headers(preflight),
    }
}

fn allowed_headers(preflight: &Answer) -> Finding {
    let allowed = preflight.head.header("access-control-allow-headers");
    let allowed = allowed.to_ascii_lowercase();
    let allowed: Vec<_> = allowed.split(',').map(str::trim).collect();
    let missing = ASKED_HEADERS
        .split(", ")
        .find(|name| !allowed.contains(name));
    match missing {
        Some(name) => {
            let detail = format!("the header {name} is not allowed");
            Finding::problem(CHECK, detail, REMEDY)
        }
        None => Finding::ok(CHECK, "a preflight is answered"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::answer::tests::answer;
    use crate::cli::doctor::finding::Grade;

    const PAGE: Option<&str> = Some("https://app.example.org");
    const ALLOWED: (&str, &str) = (
        "access-control-allow-headers",
        "Authorization, Content-Type, Last-Event-ID",
    );

    fn origin(allowed: &'static str) -> (&'static str, &'static str) {
        ("access-control-allow-origin", allowed)
    }

    fn grade(headers: &[(&'static str, &str)], page: Option<&str>) -> Grade {
        judge(&answer(204, headers, ""), page).grade
    }

    #[test]
    fn a_page_is_allowed_or_not() {
        for allowed in ["*", "https://app.example.org"] {
            assert_eq!(grade(&[origin(allowed), ALLOWED], PAGE), Grade::Ok);
        }
        assert_eq!(
            grade(&[origin("https://other"), ALLOWED], PAGE),
            Grade::Problem
        );
        assert_eq!(grade(&[], PAGE), Grade::Problem);
        assert_eq!(grade(&[], None), Grade::Ok);
        assert_eq!(grade(&[origin("*"), ALLOWED], None), Grade::Ok);
    }

    #[test]
    fn who_answers_in_the_place_of_leopard_is_found() {
        let refused = answer(405, &[], "");
        assert_eq!(judge(&refused, None).grade, Grade::Problem);
        let fewer = ("access-control-allow-headers", "Content-Type");
        assert_eq!(grade(&[origin("*"), fewer], None), Grade::Problem);
        let mut twice = answer(204, &[origin("*"), ALLOWED], "");
        let name = http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
        twice.head.headers.append(name, "*".parse().unwrap());
        assert_eq!(judge(&twice, None).grade, Grade::Problem);
    }
}
