//! Requests that are made from the document, right ones and wrong ones: the server keeps to what
//! the document says. How they are made, and what is no fault, is in `tests/tools`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use leopard_tests::support::document;
use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::switches::{SEED, is_long, seed};
use leopard_tests::support::tool::Tool;
use leopard_tests::support::wait::TIMEOUT;
use serde_json::{Value, json};

/// How many requests are made up for each operation: a number, not a time, so that the same seed makes
/// the same choices on every machine.
const EXAMPLES: &str = "20";
/// How long that may take.
const BUDGET: Duration = Duration::from_mins(1);
/// How long requests are made up where there is time.
const LONG_BUDGET: Duration = Duration::from_mins(10);

/// The user of the document's examples.
const USERNAME: &str = "ann";
const PASSWORD: &str = "correct horse battery staple";

#[tokio::test]
async fn generated_requests_conform_to_the_document() {
    // Log ins fail all the time here; that this has a bound is tested in `throttle.rs`.
    let leopard = Leopard::start(&[("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "0")]).await;
    let command = ["user", "create", USERNAME, "--password-stdin"];
    leopard.workdir().cli_with_input(&command, PASSWORD).await;
    let staff = leopard.workdir().cli(&["token", "admin"]).await;
    let stranger = leopard.workdir().cli(&["token", USERNAME]).await;
    let users = leopard.workdir().path().join("users.json");
    let both = json!({"auth": [identity("staff", &staff), identity("stranger", &stranger)]});
    fs::write(&users, both.to_string()).expect("it is written");

    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools");
    let config = tools.join("schemathesis.toml").display().to_string();
    let document = document::path().display().to_string();
    let url = leopard.url("");
    let seed = seed().unwrap_or(1).to_string();
    let budget = if is_long() { LONG_BUDGET } else { BUDGET };
    let seconds = budget.as_secs().to_string();
    let bound = if is_long() { ["--max-time", &seconds] } else { ["--max-examples", EXAMPLES] };
    eprintln!("to repeat its choices: {SEED}={seed}");
    let ended = Tool::python("schemathesis")
        .with(&["--config-file", &config])
        .with(&["run", &document, "--url", &url, "--no-color"])
        .with(&["--seed", &seed])
        .with(&bound)
        .within(leopard.workdir().path())
        .environment("SCHEMATHESIS_FOLDER", &tools)
        .environment("SCHEMATHESIS_USERS", &users)
        // It looks for its hooks among Python's modules, and leaves nothing beside them.
        .environment("PYTHONPATH", &tools)
        .environment("PYTHONDONTWRITEBYTECODE", "1")
        .no_longer_than(budget + 3 * TIMEOUT)
        .run()
        .await;

    // It tried every operation but the stream, in every way, with tokens that count to the end.
    let all = document::operations().len();
    for said in [
        format!("Operations:       {} selected / {all} total", all - 1),
        format!("Tested: {}", all - 1),
        "✅ Examples".to_owned(),
        "✅ Coverage".to_owned(),
        "✅ Fuzzing".to_owned(),
        "✅ Stateful".to_owned(),
    ] {
        assert!(ended.stdout.contains(&said), "{said}: {}", ended.stdout);
    }
    let tasks = leopard.api(staff.trim()).get("/api/v1/tasks/").await;
    tasks.expect(200);
    let log = leopard.log();
    for status in ["200", "201", "204", "400", "401", "404", "405"] {
        assert!(log.contains(&format!("status={status}")), "{status}");
    }
    assert!(!log.contains("ERROR"), "{log}");
}

/// Somebody who calls, in the words of Web Fuzzing Commons.
fn identity(name: &str, token: &str) -> Value {
    let bearer = format!("Bearer {}", token.trim());
    json!({"name": name, "fixedHeaders": [{"name": "Authorization", "value": bearer}]})
}
