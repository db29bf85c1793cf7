//! Checks of the service as a whole, without a token.

use chrono::{DateTime, TimeDelta, Utc};
use http::{StatusCode, Version};

use super::super::base_url::{BaseUrl, shown_origin};
use super::super::certificate::{Certificate, RENEW};
use super::super::report::{Finding, not_checked, ok, problem, warning};
use super::super::site::{Response, header};

/// A certificate that ends sooner should have been renewed.
const RENEWAL: TimeDelta = TimeDelta::days(14);

/// An unchanged machine of today allows at least this many open files.
const FEW_FILES: u64 = 10_000;

/// Whether Leopard itself answers `/health/`.
pub fn reachable(health: &Response) -> Result<Finding, Finding> {
    let status = health.status();
    if status.is_redirection() {
        let target = shown_origin(header(&health.head, "location"));
        return Err(problem(format!("it redirects to {target}"), "Use that URL."));
    }
    let body = health.json();
    match body["version"].as_str() {
        Some(version) if body["open_streams"].is_u64() => {
            Ok(ok(format!("Leopard {version} answers")))
        }
        _ => Err(problem(
            format!("the response of /health/ is {status}, not by Leopard"),
            "Use the URL at which browsers reach Leopard, and let the proxy pass on /health/.",
        )),
    }
}

/// No response came.
pub fn unreachable(error: &str) -> Finding {
    let remedy = "Check that the server runs (\"Leopard listens on …\"), that the URL is right, and that \
                  no firewall blocks it.";
    problem(error, remedy)
}

/// Whether the connection is encrypted, and whether browsers accept the certificate. Without TLS there is
/// no certificate.
pub fn encryption(
    base: &BaseUrl,
    certificate: Option<&Certificate>,
    now: DateTime<Utc>,
) -> Finding {
    match certificate {
        None if base.is_encrypted() => not_checked("no certificate was received"),
        None if base.is_this_machine() => {
            ok("the connection is not encrypted, which is fine on one machine")
        }
        None => warning(
            "the connection is not encrypted",
            "Serve HTTPS: passwords and tokens travel over the network.",
        ),
        Some(Certificate::Valid(Some(end))) if *end - now < RENEWAL => {
            warning(format!("the certificate ends on {}", end.date_naive()), RENEW)
        }
        Some(Certificate::Valid(Some(end))) => {
            ok(format!("the certificate is valid until {}", end.date_naive()))
        }
        Some(Certificate::Valid(None)) => ok("the certificate is valid"),
        Some(Certificate::SelfSigned) => warning(
            "the certificate is self-signed: browsers will warn",
            "For other users, get a certificate of an authority that browsers trust. To trust this one \
             here, set SSL_CERT_FILE to its file.",
        ),
        Some(Certificate::Refused(finding)) => finding.clone(),
    }
}

/// Whether a browser can have many streams: HTTP/1.1 allows it six connections.
pub fn http_version(version: Version) -> Finding {
    if version >= Version::HTTP_2 {
        return ok(format!("{version:?}"));
    }
    warning(
        format!("{version:?}: a browser has 6 connections, and each stream takes one"),
        "Put a web server with HTTPS and HTTP/2 in front of Leopard (nginx: listen 443 ssl http2, or \
         http2 on). Without browsers this does not matter.",
    )
}

/// Whether `/health/ready` reports a database and a broker.
pub fn readiness(ready: &Response) -> Finding {
    let (status, code, body) = (ready.status(), ready.error_code(), ready.json());
    match (status, body["status"].as_str(), code.as_deref()) {
        (StatusCode::OK, Some("healthy"), _) => ok("both are available"),
        (StatusCode::OK, Some("degraded"), _) => warning(
            "the broker is down: events between nodes arrive up to 2 seconds late",
            "Check REDIS_URL and LEOPARD_BROKER, and read the log of the server.",
        ),
        (_, _, Some("storage_unavailable")) => problem(
            "the database is down",
            "Check that it runs and that DATABASE_URL is right; the log of the server says more.",
        ),
        (_, _, Some("draining")) => problem(
            "this node is shutting down",
            "Try again once it has restarted. A load balancer must not use a node whose /health/ready is \
             503.",
        ),
        _ => problem(
            format!("the response of /health/ready is {status}, not by Leopard"),
            "Let the proxy pass on /health/ready.",
        ),
    }
}

/// Whether `/health/` reports room for more streams: each is a connection, and so an open file.
pub fn open_files(health: &Response) -> Finding {
    let body = health.json();
    let number = |name: &str| body[name].as_u64();
    let (Some(limit), Some(streams)) = (number("open_files_limit"), number("open_streams")) else {
        return not_checked("this version of Leopard does not report them");
    };
    let detail = format!("the node may open {limit}, and has {streams} open streams");
    let remedy = "Raise the limit: LimitNOFILE= of the systemd unit, --ulimit nofile= of a container, or \
                  ulimit -Hn of the shell that starts it.";
    if streams > limit / 10 * 8 {
        problem(detail, remedy)
    } else if limit < FEW_FILES {
        warning(detail, remedy)
    } else {
        ok(detail)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::report::Grade;
    use super::super::super::report::tests::assert_found;
    use super::super::super::site::tests::{error, response};
    use super::*;

    #[test]
    fn leopard_is_recognized_by_its_health() {
        let leopard = response(200, &[], r#"{"open_streams":0,"version":"0.1.0"}"#);
        let found = reachable(&leopard).unwrap();
        assert_found(&found, Grade::Ok, "Leopard 0.1.0 answers");
        for other in ["", "<html>", "[]", r#"{"status":"ok","version":"9"}"#] {
            let found = reachable(&response(200, &[], other)).unwrap_err();
            assert_found(&found, Grade::Problem, "not by Leopard");
        }
        let headers = [("location", "https://host/health/?token=secret")];
        let found = reachable(&response(301, &headers, "")).unwrap_err();
        assert_eq!(found.detail, "it redirects to https://host");
    }

    #[test]
    fn each_state_of_a_certificate_has_a_grade() {
        let valid = |days| {
            let end = DateTime::UNIX_EPOCH + TimeDelta::days(days);
            Some(Certificate::Valid(Some(end)))
        };
        for (url, certificate, grade) in [
            ("http://127.0.0.1:8000", None, Grade::Ok),
            ("http://tasks.example.org", None, Grade::Warning),
            ("https://host", None, Grade::NotChecked),
            ("https://host", valid(13), Grade::Warning),
            ("https://host", valid(14), Grade::Ok),
            ("https://host", Some(Certificate::Valid(None)), Grade::Ok),
            ("https://host", Some(Certificate::SelfSigned), Grade::Warning),
            ("https://host", Some(Certificate::Refused(problem("", ""))), Grade::Problem),
        ] {
            let base = BaseUrl::parse(url).unwrap();
            let found = encryption(&base, certificate.as_ref(), DateTime::UNIX_EPOCH);
            assert_eq!(found.grade, grade, "{url} {certificate:?}");
        }
    }

    #[test]
    fn http_1_1_is_a_warning() {
        assert_eq!(http_version(Version::HTTP_11).grade, Grade::Warning);
        assert_eq!(http_version(Version::HTTP_2).grade, Grade::Ok);
    }

    #[test]
    fn readiness_distinguishes_all_states() {
        for (ready, grade, detail) in [
            (response(200, &[], r#"{"status":"healthy"}"#), Grade::Ok, "both"),
            (response(200, &[], r#"{"status":"degraded"}"#), Grade::Warning, "the broker"),
            (error(503, "storage_unavailable"), Grade::Problem, "the database is down"),
            (error(503, "draining"), Grade::Problem, "shutting down"),
            (response(502, &[], "<html>"), Grade::Problem, "not by Leopard"),
            (response(200, &[], "<html>"), Grade::Problem, "not by Leopard"),
        ] {
            assert_found(&readiness(&ready), grade, detail);
        }
    }

    #[test]
    fn open_files_leave_room_for_more_streams() {
        for (limit, streams, grade) in [
            ("1048576", 500_000, Grade::Ok),
            ("1024", 3, Grade::Warning),
            ("100000", 90_000, Grade::Problem),
            ("1024", 1_000, Grade::Problem),
            ("null", 3, Grade::NotChecked),
        ] {
            let body = format!(r#"{{"open_files_limit":{limit},"open_streams":{streams}}}"#);
            assert_eq!(open_files(&response(200, &[], &body)).grade, grade, "{body}");
        }
    }
}
