//! The findings of `leopard doctor`.

use std::time::Duration;

use serde_json::Value;

use super::leopard::Leopard;
use super::workdir::Workdir;

/// Several checks may wait for their time limit.
const LIMIT: Duration = Duration::from_mins(1);

/// The findings and the exit code.
#[derive(Debug)]
pub struct Diagnosis {
    pub code: i32,
    findings: Vec<Value>,
    /// Everything that it printed.
    pub output: String,
}

impl Diagnosis {
    /// Diagnoses a deployment, with these arguments and a secret on standard input.
    pub async fn of(workdir: &Workdir, url: &str, arguments: &[&str], secret: &str) -> Self {
        let command = [["doctor", "--json", url].as_slice(), arguments].concat();
        let ended = workdir.run_within(LIMIT, &command, secret).await;
        let report: Value = serde_json::from_str(&ended.stdout)
            .unwrap_or_else(|error| panic!("{error}: {ended:?}"));
        Self {
            code: ended.code.expect("it ends by itself"),
            findings: report["findings"].as_array().expect("findings").clone(),
            output: ended.stdout + &ended.stderr,
        }
    }

    /// Diagnoses a deployment with a token of the admin, which must not be printed.
    pub async fn as_admin(
        leopard: &Leopard,
        workdir: &Workdir,
        url: &str,
        arguments: &[&str],
    ) -> Self {
        let token = leopard.workdir().cli(&["token", "admin"]).await;
        let arguments = [&["--token-stdin"], arguments].concat();
        let found = Self::of(workdir, url, &arguments, token.trim()).await;
        assert!(!found.output.contains(token.trim()), "{found:?}");
        found
    }

    pub fn with(&self, status: &str) -> Vec<&str> {
        let findings = self.findings.iter();
        findings
            .filter(|finding| finding["status"] == status)
            .map(|finding| finding["check"].as_str().expect("a check has a name"))
            .collect()
    }

    /// The detail and the remedy of a check.
    #[track_caller]
    pub fn of_check(&self, name: &str) -> String {
        let mut findings = self.findings.iter();
        let found = findings.find(|finding| finding["check"] == name);
        let found = found.unwrap_or_else(|| panic!("no check {name}: {self:#?}"));
        format!("{} {}", found["detail"], found["remedy"])
    }

    /// Expects these problems and no others.
    #[track_caller]
    pub fn expect_problems(&self, checks: &[&str]) {
        assert_eq!(self.with("problem"), checks, "{self:#?}");
        let code = i32::from(!checks.is_empty());
        assert_eq!(self.code, code, "{self:#?}");
    }
}
