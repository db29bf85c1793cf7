//! The command line, as people and scripts use it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use leopard_tests::support::{Leopard, TIMEOUT, Workdir, until};

fn checked_in(format: &str) -> std::path::PathBuf {
    let openapi = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    openapi.join(format!("openapi.{format}"))
}

#[tokio::test]
async fn users_are_created_listed_and_deactivated() {
    let workdir = Workdir::new(&[]);
    let command = ["user", "create", "alice", "--password-stdin", "--email", "alice@example.org"];
    let names = ["--first-name", "Alice", "--last-name", "Liddell"];
    let printed =
        workdir.cli_with_input(&[command.as_slice(), &names].concat(), "down the hole").await;
    assert!(printed.contains("alice"), "{printed}");
    assert!(!printed.contains("down the hole"), "{printed}");
    workdir.cli(&["user", "create", "bob", "--staff"]).await;
    let list = workdir.cli(&["user", "list"]).await;
    for part in ["alice", "Alice Liddell", "alice@example.org", "bob"] {
        assert!(list.contains(part), "{part}: {list}");
    }
    workdir.cli(&["user", "deactivate", "alice"]).await;
    // A first start with existing users creates none.
    let leopard = workdir.serve().await;
    assert!(!leopard.printed().contains("admin"), "{}", leopard.printed());
    leopard.log_in("alice", "down the hole").await.problem(401, "no_active_account");
}

#[tokio::test]
async fn generated_password_is_printed_once() {
    let leopard = Leopard::start(&[]).await;
    let printed = leopard.workdir().cli(&["user", "create", "alice"]).await;
    let password = printed
        .split('"')
        .find(|part| part.len() >= 12 && part.chars().all(|c| c.is_ascii_alphanumeric()));
    let password = password.unwrap_or_else(|| panic!("no password in: {printed}"));
    leopard.log_in("alice", password).await.expect(200);
    leopard.workdir().set_password("alice", "my own choice").await;
    leopard.log_in("alice", "my own choice").await.expect(200);
    leopard.log_in("alice", password).await.problem(401, "no_active_account");
}

#[tokio::test]
async fn command_failure_is_one_message() {
    let workdir = Workdir::new(&[]);
    workdir.create_user("alice", "down the hole", &[]).await;
    let task = ["task", "create", "--title", "T", "--assigned-to"];
    let task = |flags: &[&'static str]| [&task[..], flags].concat();
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
    for (command, expected) in [
        (vec!["user", "create", "alice"], "already exists"),
        (vec!["user", "create", "al ice"], "valid username"),
        (vec!["user", "create", "bob", "--email", "none"], "--email: "),
        (vec!["user", "deactivate", "unknown"], "unknown"),
        (vec!["token", "unknown"], "unknown"),
        (task(&["unknown", "--as", "alice"]), "unknown"),
        (task(&["alice", "--as", "alice", "--due", "soon"]), "soon"),
        (task(&["alice", "--as", "unknown"]), "--as: "),
        (task(&["alice", "--priority", "HIHG"]), "LOW, MEDIUM, HIGH or URGENT"),
    ] {
        let ended = workdir.run(&command).await;
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
    let mut stream = leopard.stream().bearer(token).open().await;
    // A new password ends it, like every older session. Tokens have whole seconds: one from the second
    // of the change stays valid.
    until("that second is over", TIMEOUT, async || {
        (issued.elapsed() >= Duration::from_secs(1)).then_some(())
    })
    .await;
    leopard.workdir().set_password("admin", "another password").await;
    let soon = Duration::from_secs(5);
    stream.rest(soon).await;
    leopard.api(token).until_status("/api/v1/tasks/", 401, soon).await;
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
