//! A connection that breaks after PostgreSQL has committed and before its response arrives.

use leopard_tests::fixtures::task_body;
use leopard_tests::support::lossy_proxy::LossyProxy;
use leopard_tests::support::{Leopard, User, Workdir, assigned, new_database};
use serde_json::{Value, json};

const TITLE: &str = "Its response is lost";
const TASKS: &str = "/api/v1/tasks/";

async fn behind(line: &LossyProxy) -> (Leopard, User) {
    let leopard = Workdir::for_node(line.url()).serve().await;
    let alice = leopard.user("alice").await;
    (leopard, alice)
}

#[tokio::test]
async fn possibly_committed_write_is_not_retried() {
    let line = LossyProxy::to(&new_database().await, TITLE).await;
    let (leopard, alice) = behind(&line).await;
    let mut stream = alice.follow(&leopard).await;
    let refused = alice.api.post(TASKS, task_body(TITLE, alice.id)).await;
    assert!(line.has_lost_it());
    refused.storage_unavailable();

    alice.api.create_task("The next", alice.id).await;
    let expected = [assigned(1, TITLE), assigned(2, "The next")];
    assert_eq!(stream.notifications(2).await, expected);
    let tasks = alice.api.get(TASKS).await.expect(200);
    assert_eq!(tasks["count"], 2, "{tasks}");
}

/// The connection closes after the statement, which is a transaction by itself.
#[tokio::test]
async fn retry_after_a_torn_statement_returns_the_stored_result() {
    let line = LossyProxy::to(&new_database().await, TITLE).await;
    let (_leopard, alice) = behind(&line).await;
    retry_returns_the_stored_result(&line, &alice, TASKS, task_body(TITLE, alice.id)).await;
}

/// The connection closes after the commit.
#[tokio::test]
async fn retry_after_a_torn_commit_returns_the_stored_result() {
    let line = LossyProxy::to_commit(&new_database().await, TITLE).await;
    retried_comment_is_stored_once(&line).await;
}

/// The connection stays open and silent after the commit, so that only the time limit ends the wait.
#[tokio::test]
async fn retry_after_a_silent_commit_returns_the_stored_result() {
    let line = LossyProxy::silent_at_commit(&new_database().await, TITLE).await;
    retried_comment_is_stored_once(&line).await;
}

/// A comment is several statements with a separate `COMMIT`.
async fn retried_comment_is_stored_once(line: &LossyProxy) {
    let (_leopard, alice) = behind(line).await;
    let task = alice.api.create_task("A task", alice.id).await;
    let comments = format!("{TASKS}{}/comments/", task["id"]);
    retry_returns_the_stored_result(line, &alice, &comments, json!({ "comment": TITLE })).await;
}

async fn retry_returns_the_stored_result(line: &LossyProxy, alice: &User, path: &str, body: Value) {
    let post = async || alice.api.post_with_key(path, "k", &body).await;
    let lost = post().await;
    assert!(line.has_lost_it());
    lost.storage_unavailable();
    let again = post().await;
    assert!(again.is_replayed());
    let stored = again.expect(201);
    assert!(stored.to_string().contains(TITLE), "{stored}");
    let all = alice.api.get(path).await.expect(200);
    assert_eq!(all["count"], 1, "{all}");
}
