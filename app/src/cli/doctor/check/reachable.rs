//! Whether something answers, and whether that is Leopard.

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::base::shown_origin;
use crate::cli::doctor::finding::Finding;

pub const CHECK: &str = "reachable";

const REMEDY: &str = "Give the URL at which browsers reach Leopard, and let what stands before it \
                      pass on /health/.";

/// Judges the answer of `/health/`: the version, where it is Leopard's.
pub fn judge(health: &Answer) -> Result<Finding, Finding> {
    if health.status().is_redirection() {
        let target = shown_origin(health.head.header("location"));
        let detail = format!("it sends its callers to {target}");
        return Err(Finding::problem(CHECK, detail, "Give that URL."));
    }
    let told = health.json();
    match told["version"].as_str() {
        Some(version) if told["open_streams"].is_u64() => {
            Ok(Finding::ok(CHECK, format!("Leopard {version} answers")))
        }
        _ => {
            let detail = format!("/health/ is answered {}, not by Leopard", health.status());
            Err(Finding::problem(CHECK, detail, REMEDY))
        }
    }
}

/// What it means that nothing answered.
pub fn unreachable(why: &str) -> Finding {
    let remedy = "See that the server runs (\"Leopard listens on …\"), that the URL is right, and that \
                  no firewall stands between.";
    Finding::problem(CHECK, why, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::answer::tests::answer;
    use crate::cli::doctor::finding::Grade;

    #[test]
    fn leopard_is_known_by_what_it_says_of_its_health() {
        let leopard = answer(200, &[], r#"{"open_streams":0,"version":"0.1.0"}"#);
        let found = judge(&leopard).unwrap();
        assert_eq!(found.detail, "Leopard 0.1.0 answers");
        for other in ["", "<html>", "[]", r#"{"status":"ok","version":"9"}"#] {
            let found = judge(&answer(200, &[], other)).unwrap_err();
            assert_eq!(found.grade, Grade::Problem, "{other}");
        }
    }

    #[test]
    fn a_redirect_says_where_to() {
        let headers = [("location", "https://host/health/?token=secret")];
        let found = judge(&answer(301, &headers, "")).unwrap_err();
        assert_eq!(found.detail, "it sends its callers to https://host");
    }
}
