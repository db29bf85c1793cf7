//! A connection that breaks when PostgreSQL has committed and before it has said so.

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::lossy_proxy::LossyProxy;
use leopard_tests::support::postgres::new_database;
use leopard_tests::support::workdir::Workdir;
use serde_json::{Value, json};

const TITLE: &str = "Its answer is lost";
const TASKS: &str = "/api/v1/tasks/";

async fn behind(line: &LossyProxy) -> Leopard {
    let settings = [
        ("DATABASE_URL", line.url()),
        ("LEOPARD_JWT_SECRET", "a secret of more than thirty-two bytes"),
    ];
    Workdir::new(&settings).serve().await
}

fn task(assigned_to: i64) -> Value {
    json!({
        "title": TITLE,
        "detail": "It is stored, but nobody here can know",
        "assigned_to": assigned_to,
        "due_date": "2035-12-10T12:00:00Z",
    })
}

#[tokio::test]
async fn possibly_committed_write_is_not_retried() {
    let line = LossyProxy::to(&new_database().await, TITLE).await;
    let leopard = behind(&line).await;
    let alice = leopard.user("alice").await;
    let mut stream = alice.follow(&leopard).await;
    let answer = alice.api.post(TASKS, task(alice.id)).await;
    assert!(line.has_lost_it());
    assert!(!answer.header("Retry-After").is_empty(), "{answer:?}");
    answer.problem(503, "storage_unavailable");

    alice.api.create_task("The next", alice.id).await;
    let told =
        |cursor: &str, title: &str| (cursor.to_owned(), format!("New Task Assigned: {title}"));
    let expected = [told("1", TITLE), told("2", "The next")];
    assert_eq!(stream.notifications(2).await, expected);
    let tasks = alice.api.get(TASKS).await.expect(200);
    assert_eq!(tasks["count"], 2, "{tasks}");
}

#[tokio::test]
async fn retry_after_lost_response_returns_the_stored_result() {
    let line = LossyProxy::to_commit(&new_database().await, TITLE).await;
    let leopard = behind(&line).await;
    let alice = leopard.user("alice").await;
    let send = async || alice.api.post_once(TASKS, "k", &task(alice.id)).await;
    let lost = send().await;
    assert!(line.has_lost_it());
    lost.problem(503, "storage_unavailable");
    let again = send().await;
    assert!(again.is_replayed());
    assert_eq!(again.expect(201)["title"], TITLE);
    let tasks = alice.api.get(TASKS).await.expect(200);
    assert_eq!(tasks["count"], 1, "{tasks}");
}

#[tokio::test]
async fn commit_without_response_is_not_retried() {
    let line = LossyProxy::silent_at_commit(&new_database().await, TITLE).await;
    let leopard = behind(&line).await;
    let alice = leopard.user("alice").await;
    let send = async || alice.api.post_once(TASKS, "k", &task(alice.id)).await;
    // The connection stays open, and nothing comes on it any more.
    let silent = send().await;
    assert!(line.has_lost_it());
    silent.problem(503, "storage_unavailable");
    let again = send().await;
    assert!(again.is_replayed());
    assert_eq!(again.expect(201)["title"], TITLE);
    let tasks = alice.api.get(TASKS).await.expect(200);
    assert_eq!(tasks["count"], 1, "{tasks}");
}
