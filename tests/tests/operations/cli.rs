//! The command line, as people and scripts use it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::user::User;
use leopard_tests::support::wait::{TIMEOUT, until};
use leopard_tests::support::workdir::Workdir;
use serde_json::json;

/// The checked-in document of this format.
fn checked_in(format: &str) -> std::path::PathBuf {
    let openapi = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    openapi.join(format!("openapi.{format}"))
}

#[tokio::test]
async fn users_are_created_listed_and_deactivated() {
    let workdir = Workdir::new(&[]);
    let command = ["user", "create", "alice", "--password-stdin", "--email", "alice@example.org"];
    let names = ["--first-name", "Alice", "--last-name", "Liddell"];
    let said =
        workdir.cli_with_input(&[command.as_slice(), &names].concat(), "down the hole").await;
    assert!(said.contains("alice"), "{said}");
    assert!(!said.contains("down the hole"), "{said}");
    workdir.cli(&["user", "create", "bob", "--staff"]).await;
    let list = workdir.cli(&["user", "list"]).await;
    for part in ["alice", "Alice Liddell", "alice@example.org", "bob"] {
        assert!(list.contains(part), "{part}: {list}");
    }
    workdir.cli(&["user", "deactivate", "alice"]).await;
    // With users in it, a first start makes nobody.
    let leopard = workdir.serve().await;
    assert!(!leopard.printed().contains("admin"), "{}", leopard.printed());
    let credentials = json!({"username": "alice", "password": "down the hole"});
    let refused = leopard.anonymous().post("/api/token/", credentials).await;
    refused.problem(401, "no_active_account");
}

#[tokio::test]
async fn generated_password_is_printed_once() {
    let leopard = Leopard::start(&[]).await;
    let said = leopard.workdir().cli(&["user", "create", "alice"]).await;
    let password = said
        .split('"')
        .find(|part| part.len() >= 12 && part.chars().all(|c| c.is_ascii_alphanumeric()));
    let password = password.unwrap_or_else(|| panic!("no password in: {said}"));
    User::log_in(&leopard, "alice", password).await;
    let command = ["user", "set-password", "alice", "--password-stdin"];
    leopard.workdir().cli_with_input(&command, "my own choice").await;
    User::log_in(&leopard, "alice", "my own choice").await;
    let credentials = json!({"username": "alice", "password": password});
    let refused = leopard.anonymous().post("/api/token/", credentials).await;
    refused.problem(401, "no_active_account");
}

#[tokio::test]
async fn command_failure_is_one_message() {
    let workdir = Workdir::new(&[]);
    workdir.cli_with_input(&["user", "create", "alice", "--password-stdin"], "down the hole").await;
    let create = ["user", "create", "bob", "--password-stdin"];
    for (password, expected) in [
        ("short", "at least 8 characters"),
        ("password", "too common"),
        ("", "at least 8 characters"),
        ("            ", "may not be blank"),
    ] {
        let ended = workdir.run_with_input(&create, password).await;
        assert!(!ended.success, "{password}");
        assert!(ended.stderr.contains(expected), "{password}: {}", ended.stderr);
    }
    let commands: [(&[&str], &str); 6] = [
        (&["user", "create", "alice"], "already exists"),
        (&["user", "create", "al ice"], "valid username"),
        (&["user", "deactivate", "nobody"], "nobody"),
        (&["token", "nobody"], "nobody"),
        (&["task", "create", "--assigned-to", "nobody", "--title", "T", "--as", "alice"], "nobody"),
        (
            &[
                "task",
                "create",
                "--assigned-to",
                "alice",
                "--title",
                "T",
                "--as",
                "alice",
                "--due",
                "soon",
            ],
            "soon",
        ),
    ];
    for (command, expected) in commands {
        let ended = workdir.run(command).await;
        assert!(!ended.success, "{command:?}: {ended:?}");
        assert!(ended.stderr.contains(expected), "{command:?}: {}", ended.stderr);
        assert!(!ended.stderr.contains("panicked"), "{command:?}: {}", ended.stderr);
    }
}

#[tokio::test]
async fn token_of_the_command_line_works_for_scripts() {
    let leopard = Leopard::start(&[]).await;
    let printed = leopard.workdir().cli(&["token", "admin"]).await;
    let issued = Instant::now();
    let token = printed.trim();
    leopard.api(token).get("/api/v1/tasks/").await.expect(200);
    leopard.stream().bearer(token).open().await;
    // A new password ends it, like every login from before. Tokens know whole seconds: one of the
    // very second of the change would be let pass.
    until("that second is over", TIMEOUT, async || {
        (issued.elapsed() >= Duration::from_secs(1)).then_some(())
    })
    .await;
    let command = ["user", "set-password", "admin", "--password-stdin"];
    leopard.workdir().cli_with_input(&command, "another password").await;
    let wanted = Duration::from_secs(5);
    until("the token is refused", wanted, async || {
        let answer = leopard.api(token).get("/api/v1/tasks/").await;
        (answer.status == 401).then_some(())
    })
    .await;
}

#[tokio::test]
async fn document_matches_the_committed_file() {
    let workdir = Workdir::new(&[]);
    let expected = fs::read_to_string(checked_in("json")).expect("it is checked in");
    assert_eq!(workdir.cli(&["openapi"]).await, expected);
    assert_eq!(workdir.cli(&["openapi", "--format", "json"]).await, expected);
    let yaml = workdir.cli(&["openapi", "--format", "yaml"]).await;
    assert!(yaml.starts_with("openapi: "), "{yaml}");
    let leopard = workdir.serve().await;
    for (path, kind, text) in [
        ("/openapi.json", "application/json", &expected),
        ("/api/schema/", "application/json", &expected),
        ("/openapi.yaml", "application/yaml", &yaml),
    ] {
        let served = leopard.anonymous().get(path).await;
        assert_eq!((served.status, served.header("Content-Type")), (200, kind));
        assert_eq!(served.body, *text, "{path}");
    }
}

#[tokio::test]
async fn schema_migrates_up_and_down() {
    let workdir = Workdir::new(&[]);
    workdir.cli(&["migrate", "up"]).await;
    let after = workdir.cli(&["migrate", "status"]).await;
    assert!(after.contains("applied") && !after.contains("pending"), "{after}");
    workdir.cli(&["migrate"]).await;
    let steps = after.lines().count().to_string();
    workdir.cli(&["migrate", "down", "--steps", &steps]).await;
    let before = workdir.cli(&["migrate", "status"]).await;
    assert_eq!(before, after.replace("applied", "pending"));
    // And up again, all the way to a server that works.
    workdir.serve().await.admin().await;
}

#[tokio::test]
async fn missing_schema_stops_the_start_where_migration_is_off() {
    let workdir = Workdir::new(&[("LEOPARD_MIGRATE_ON_START", "false")]);
    let ended = workdir.run(&["serve"]).await;
    assert!(!ended.success, "{ended:?}");
    assert!(ended.stderr.contains("leopard migrate"), "{}", ended.stderr);
    workdir.cli(&["migrate"]).await;
    workdir.serve().await.admin().await;
}
