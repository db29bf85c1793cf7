//! Validators and linters accept the document.

use std::path::{Path, PathBuf};

use leopard_tests::support::tool::target;
use leopard_tests::support::{Leopard, Tool, document};

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

/// The document in OpenAPI 3.2 is served alone.
#[tokio::test]
async fn validator_and_linter_accept_the_document_in_openapi_3_2() {
    let leopard = Leopard::start(&[]).await;
    let document = leopard.anonymous().get("/openapi-3.2.json").await.expect(200);
    let file = leopard.workdir().path().join("openapi-3.2.json");
    std::fs::write(&file, document.to_string()).expect("it is written");
    let file = file.display().to_string();
    let validator = Tool::python("openapi-spec-validator");
    let ended = validator.with(&["--schema", "3.2", "--errors", "all", &file]).run().await;
    assert!(ended.stdout.contains("OK"), "{}", ended.stdout);
    let redocly = Tool::npm(&linters(), "redocly").with(&["lint", "--lint-config", "error"]);
    let ended = redocly.with(&["--config", &rules("redocly.yaml"), &file]).run().await;
    assert!(ended.stderr.contains("is valid"), "{}", ended.stderr);
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
