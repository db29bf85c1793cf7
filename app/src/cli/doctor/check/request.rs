//! Checks of single requests: tokens, origins and forwarded headers.

use http::StatusCode;

use super::super::base_url::{BaseUrl, shown_origin};
use super::super::report::{Finding, not_checked, ok, problem};
use super::super::site::{Response, header};

/// Headers that a page of another origin sends.
pub const CORS_HEADERS: &str = "authorization, content-type, last-event-id";

/// The host of forged headers. No real host has such a name (RFC 6761, section 6.4).
pub const FORGED_HOST: &str = "forged.invalid";

const ASK_LATER: &str = "Try again later; the log of the server says more.";
const PASS_ON: &str = "Let the proxy pass on /api/.";

/// Whether pages of other origins may call the API, by the response to a preflight request; `page` is the
/// origin that the user asks about.
pub fn cross_origin(preflight: &Response, page: Option<&str>) -> Finding {
    let remedy = "Let the proxy pass on OPTIONS unchanged and add no Access-Control headers of its own: \
                  Leopard answers by LEOPARD_CORS_ORIGINS.";
    if preflight.status() != StatusCode::NO_CONTENT {
        return problem(format!("a preflight is answered {}", preflight.status()), remedy);
    }
    let origins = preflight.head.headers.get_all("access-control-allow-origin");
    if origins.iter().count() > 1 {
        return problem("a response allows an origin twice, which browsers refuse", remedy);
    }
    let allowed = header(&preflight.head, "access-control-allow-origin");
    match page {
        None if allowed.is_empty() => {
            return ok("only the origins of LEOPARD_CORS_ORIGINS are allowed");
        }
        Some(page) if allowed.is_empty() => {
            let remedy = format!("Add {page} to LEOPARD_CORS_ORIGINS.");
            return problem(format!("{page} is not allowed"), remedy);
        }
        Some(page) if allowed != "*" && allowed != page => {
            return problem(format!("{allowed} is allowed, and not {page}"), remedy);
        }
        _ => {}
    }
    let headers = header(&preflight.head, "access-control-allow-headers").to_ascii_lowercase();
    let headers: Vec<_> = headers.split(',').map(str::trim).collect();
    match CORS_HEADERS.split(", ").find(|name| !headers.contains(name)) {
        Some(name) => problem(format!("the header {name} is not allowed"), remedy),
        None => ok("a preflight is answered"),
    }
}

/// Whether Leopard itself refuses an invalid token.
pub fn wrong_token(refusal: &Response) -> Finding {
    match (refusal.status(), refusal.error_code().as_deref()) {
        (StatusCode::UNAUTHORIZED, Some("token_not_valid")) => ok("it is refused with 401"),
        (StatusCode::UNAUTHORIZED, Some("not_authenticated")) => {
            problem("no token reaches Leopard", "Let the proxy pass on the header Authorization.")
        }
        (status, _) => problem(
            format!("the response is {status}, not the refusal of Leopard"),
            "Let the proxy pass on error responses unchanged (nginx: proxy_intercept_errors off).",
        ),
    }
}

/// Whether the token is valid, by the response of `/users/me/`.
pub fn token(me: &Response) -> Result<Finding, Finding> {
    let (status, body) = (me.status(), me.json());
    if let (StatusCode::OK, Some(name)) = (status, body["username"].as_str()) {
        return Ok(ok(format!("it belongs to {name}")));
    }
    Err(match (status, me.error_code()) {
        (StatusCode::UNAUTHORIZED, Some(_)) => problem(
            "it is refused",
            "Use an access token that has not expired: leopard token NAME prints one. All nodes must \
             have the same LEOPARD_JWT_SECRET.",
        ),
        (_, Some(code)) => problem(format!("the response is {status}, {code}"), ASK_LATER),
        (_, None) => problem(format!("the response is {status}, not by Leopard"), PASS_ON),
    })
}

/// The login returned no tokens.
pub fn refused_login(response: &Response) -> Finding {
    let status = response.status();
    match response.error_code().as_deref() {
        Some("no_active_account") => {
            problem("the login is refused", "Use the name and the password of an active user.")
        }
        Some(code) => problem(format!("the response to the login is {status}, {code}"), ASK_LATER),
        None => problem(format!("the response to the login is {status}, not by Leopard"), PASS_ON),
    }
}

/// Whether the link to the next page has the URL that the client used.
pub fn links(base: &BaseUrl, next: &str) -> Finding {
    if base.leads_to(next) {
        return ok("they begin with this URL");
    }
    problem(
        format!("they begin with {}", shown_origin(next)),
        "Let the proxy send X-Forwarded-Proto, X-Forwarded-Host and X-Forwarded-For, and add its address \
         to LEOPARD_TRUSTED_PROXIES.",
    )
}

/// Whether Leopard trusts the forwarded headers of any client, by the link to the next page of a list that
/// was requested under the forged host.
pub fn forged_headers(base: &BaseUrl, next: &str) -> Finding {
    if !next.contains(FORGED_HOST) {
        return ok("X-Forwarded-Host of a client is ignored");
    }
    if base.is_this_machine() {
        return not_checked(
            "requests of this machine may come from a proxy: run this on another one",
        );
    }
    problem(
        "X-Forwarded-Host of a client is trusted",
        "Let the proxy overwrite X-Forwarded-For, -Host and -Proto, and name its address alone in \
         LEOPARD_TRUSTED_PROXIES.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::super::report::Grade;
    use super::super::super::report::tests::assert_found;
    use super::super::super::site::tests::{error, response};
    use super::*;

    const PAGE: Option<&str> = Some("https://app.example.org");
    const HEADERS: (&str, &str) =
        ("access-control-allow-headers", "Authorization, Content-Type, Last-Event-ID");

    fn origin(allowed: &'static str) -> (&'static str, &'static str) {
        ("access-control-allow-origin", allowed)
    }

    #[test]
    fn preflight_shows_whether_a_page_is_allowed() {
        let fewer = ("access-control-allow-headers", "Content-Type");
        for (status, headers, page, grade) in [
            (204, vec![origin("*"), HEADERS], PAGE, Grade::Ok),
            (204, vec![origin("https://app.example.org"), HEADERS], PAGE, Grade::Ok),
            (204, vec![origin("*"), HEADERS], None, Grade::Ok),
            (204, vec![], None, Grade::Ok),
            (204, vec![], PAGE, Grade::Problem),
            (204, vec![origin("https://other"), HEADERS], PAGE, Grade::Problem),
            (204, vec![origin("*"), fewer], None, Grade::Problem),
            (405, vec![], None, Grade::Problem),
        ] {
            let found = cross_origin(&response(status, &headers, ""), page);
            assert_eq!(found.grade, grade, "{headers:?} {page:?}");
        }
        let mut twice = response(204, &[origin("*"), HEADERS], "");
        let name = http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
        twice.head.headers.append(name, "*".parse().unwrap());
        assert_found(&cross_origin(&twice, None), Grade::Problem, "twice");
    }

    #[test]
    fn wrong_token_must_be_refused_by_leopard() {
        assert_found(&wrong_token(&error(401, "token_not_valid")), Grade::Ok, "401");
        for wrong in [
            error(401, "not_authenticated"),
            response(401, &[("content-type", "text/html")], "<html>"),
            response(302, &[("location", "/log_in")], ""),
            response(200, &[], ""),
        ] {
            assert_eq!(wrong_token(&wrong).grade, Grade::Problem, "{wrong:?}");
        }
    }

    #[test]
    fn token_names_its_user_or_the_reason_of_its_refusal() {
        let me = response(200, &[], r#"{"username":"ann"}"#);
        assert_eq!(token(&me).unwrap().detail, "it belongs to ann");
        for (refusal, detail) in [
            (error(401, "token_not_valid"), "it is refused"),
            (error(429, "throttled"), "throttled"),
            (response(200, &[], "<html>"), "not by Leopard"),
        ] {
            assert_found(&token(&refusal).unwrap_err(), Grade::Problem, detail);
        }
    }

    #[test]
    fn refused_login_has_a_reason() {
        for (refusal, detail) in [
            (error(401, "no_active_account"), "the login is refused"),
            (error(429, "throttled"), "throttled"),
            (response(405, &[], "<html>"), "not by Leopard"),
        ] {
            assert_found(&refused_login(&refusal), Grade::Problem, detail);
        }
    }

    #[test]
    fn link_to_another_origin_is_a_problem() {
        let base = BaseUrl::parse("https://tasks.example.org").unwrap();
        for (next, grade, detail) in [
            ("https://tasks.example.org/api/?page=2", Grade::Ok, "this URL"),
            ("http://tasks.example.org/api/?page=2", Grade::Problem, "http://tasks.example.org"),
        ] {
            assert_found(&links(&base, next), grade, detail);
        }
    }

    #[test]
    fn trusted_client_is_a_problem_except_on_this_machine() {
        let forged = "https://forged.invalid/api/v1/users/?page=2";
        for (url, next, grade) in [
            ("https://host", forged, Grade::Problem),
            ("http://127.0.0.1", forged, Grade::NotChecked),
            ("https://host", "https://host/?page=2", Grade::Ok),
        ] {
            let found = forged_headers(&BaseUrl::parse(url).unwrap(), next);
            assert_eq!(found.grade, grade, "{url} {next}");
        }
    }
}
