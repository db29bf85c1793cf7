//! Validators and linters accept the document.

use std::path::{Path, PathBuf};

use leopard_tests::support::tool::target;
use leopard_tests::support::{Tool, document};

fn rules(name: &str) -> String {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools");
    tools.join(name).display().to_string()
}

fn document() -> String {
    document::path().display().to_string()
}

fn linters() -> PathBuf {
    target().join("tools/linters")
}

#[tokio::test]
async fn openapi_validator_reports_no_error() {
    let validator = Tool::python("openapi-spec-validator");
    let arguments = ["--schema", "3.0", "--errors", "all", &document()];
    let ended = validator.with(&arguments).run().await;
    assert!(ended.stdout.contains("OK"), "{}", ended.stdout);
}

#[tokio::test]
async fn spectral_reports_no_warning() {
    let spectral = Tool::npm(&linters(), "spectral").with(&["lint", "--fail-severity", "warn"]);
    let arguments = ["--ruleset", &rules("spectral.yaml"), &document()];
    let ended = spectral.with(&arguments).run().await;
    assert!(ended.stdout.contains("No results"), "{}", ended.stdout);
}

#[tokio::test]
async fn redocly_reports_no_warning() {
    let redocly = Tool::npm(&linters(), "redocly").with(&["lint", "--lint-config", "error"]);
    let arguments = ["--config", &rules("redocly.yaml"), &document()];
    let ended = redocly.with(&arguments).run().await;
    assert!(ended.stderr.contains("is valid"), "{}", ended.stderr);
}
