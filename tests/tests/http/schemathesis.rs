//! Requests that Schemathesis generates from the document, valid and invalid: the server conforms to
//! the document. `tests/tools` has the configuration.

use std::fs;
use std::path::Path;
use std::time::Duration;

use leopard_tests::support::switches::{SEED, is_long, seed};
use leopard_tests::support::{Leopard, TIMEOUT, Tool, document};
use serde_json::{Value, json};

/// How many requests are generated for each operation: a number, not a time, so that the same seed makes
/// the same choices on every machine.
const EXAMPLES: &str = "20";
/// The time of a long run, for as many requests as possible.
const LONG_BUDGET: Duration = Duration::from_mins(10);

/// The user of the document's examples.
const USERNAME: &str = "ann";
const PASSWORD: &str = "correct horse battery staple";

#[tokio::test]
async fn generated_requests_conform_to_the_document() {
    // Most logins fail here; `throttle.rs` tests the limit.
    let leopard = Leopard::start(&[("LEOPARD_LOGIN_ATTEMPTS_PER_MINUTE", "0")]).await;
    leopard.workdir().create_user(USERNAME, PASSWORD, &[]).await;
    let staff = leopard.workdir().cli(&["token", "admin"]).await;
    // Neither examples nor comments name them.
    leopard.workdir().create_user("stranger", PASSWORD, &[]).await;
    let stranger = leopard.workdir().cli(&["token", "stranger"]).await;
    let users = leopard.workdir().path().join("users.json");
    let both = json!({"auth": [identity("staff", &staff), identity("stranger", &stranger)]});
    fs::write(&users, both.to_string()).expect("it is written");

    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools");
    let config = tools.join("schemathesis.toml").display().to_string();
    let document = document::path().display().to_string();
    let url = leopard.url("");
    let seed = seed().unwrap_or(1).to_string();
    let seconds = LONG_BUDGET.as_secs().to_string();
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
        // It imports its hooks as a Python module.
        .environment("PYTHONPATH", &tools)
        .environment("PYTHONDONTWRITEBYTECODE", "1")
        .no_longer_than(LONG_BUDGET + 3 * TIMEOUT)
        .run()
        .await;

    // It tested all operations but the stream in all phases, and the tokens stayed valid.
    let all = document::operations().len();
    for expected in [
        format!("Operations:       {} selected / {all} total", all - 1),
        format!("Tested: {}", all - 1),
        "✅ Examples".to_owned(),
        "✅ Coverage".to_owned(),
        "✅ Fuzzing".to_owned(),
        "✅ Stateful".to_owned(),
    ] {
        assert!(ended.stdout.contains(&expected), "{expected}: {}", ended.stdout);
    }
    let tasks = leopard.api(staff.trim()).get("/api/v1/tasks/").await;
    tasks.expect(200);
    let log = leopard.log();
    for status in ["200", "201", "204", "400", "401", "404", "405"] {
        assert!(log.contains(&format!("status={status}")), "{status}");
    }
    assert!(!log.contains("ERROR"), "{log}");
}

/// A caller in the format of Web Fuzzing Commons.
fn identity(name: &str, token: &str) -> Value {
    let bearer = format!("Bearer {}", token.trim());
    json!({"name": name, "fixedHeaders": [{"name": "Authorization", "value": bearer}]})
}
