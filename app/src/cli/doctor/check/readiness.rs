//! Whether what Leopard leans on is there.

use http::StatusCode;

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "database and broker";

/// Judges the answer of `/health/ready`.
pub fn judge(ready: &Answer) -> Finding {
    let told = ready.json();
    match (ready.status(), told["status"].as_str()) {
        (StatusCode::OK, Some("healthy")) => return Finding::ok(CHECK, "both are there"),
        (StatusCode::OK, Some("degraded")) => {
            let detail = "the broker is away: events between nodes come up to 2 seconds late";
            let remedy = "Look at REDIS_URL and LEOPARD_BROKER, and at the log of the server.";
            return Finding::warning(CHECK, detail, remedy);
        }
        _ => {}
    }
    match ready.error_code().as_deref() {
        Some("storage_unavailable") => Finding::problem(
            CHECK,
            "the database is away",
            "See that it runs and that DATABASE_URL leads to it; the log of the server says more.",
        ),
        Some("draining") => Finding::problem(
            CHECK,
            "this node is about to stop",
            "Ask again once it is back. A balancer must not send anybody to a node whose \
             /health/ready is 503.",
        ),
        _ => Finding::problem(
            CHECK,
            format!(
                "/health/ready is answered {}, not by Leopard",
                ready.status()
            ),
            "Let what stands before Leopard pass on /health/ready.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::answer::tests::{answer, problem};
    use crate::cli::doctor::finding::Grade;

    #[test]
    fn each_state_is_told_apart() {
        let healthy = answer(200, &[], r#"{"status":"healthy"}"#);
        assert_eq!(judge(&healthy).grade, Grade::Ok);
        let degraded = answer(200, &[], r#"{"status":"degraded"}"#);
        assert_eq!(judge(&degraded).grade, Grade::Warning);
        for (code, said) in [
            ("storage_unavailable", "the database is away"),
            ("draining", "this node is about to stop"),
        ] {
            let found = judge(&problem(503, code));
            assert_eq!((found.grade, found.detail.as_str()), (Grade::Problem, said));
        }
        for elsewhere in [answer(502, &[], "<html>"), answer(200, &[], "<html>")] {
            assert_eq!(judge(&elsewhere).grade, Grade::Problem);
        }
    }
}
