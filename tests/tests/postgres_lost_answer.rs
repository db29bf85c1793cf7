//! A connection that breaks when PostgreSQL has committed and before it has said so.

use leopard_tests::support::home::Home;
use leopard_tests::support::lossy_line::LossyLine;
use leopard_tests::support::postgres::new_database;
use serde_json::json;

const TITLE: &str = "Its answer is lost";

#[tokio::test]
async fn what_may_have_been_stored_is_not_stored_again() {
    let line = LossyLine::to(&new_database().await, TITLE).await;
    let leopard = Home::new(&[
        ("DATABASE_URL", line.url()),
        (
            "LEOPARD_JWT_SECRET",
            "a secret of more than thirty-two bytes",
        ),
    ])
    .serve()
    .await;
    let alice = leopard.user("alice").await;
    let mut stream = alice.follow(&leopard).await;
    let task = json!({
        "title": TITLE,
        "detail": "It is stored, but nobody here can know",
        "assigned_to": alice.id,
        "due_date": "2035-12-10T12:00:00Z",
    });
    let answer = alice.api.post("/api/v1/tasks/", task).await;
    assert!(line.has_lost_it());
    assert!(!answer.header("Retry-After").is_empty(), "{answer:?}");
    answer.problem(503, "storage_unavailable");

    alice.api.create_task("The next", alice.id).await;
    let told =
        |cursor: &str, title: &str| (cursor.to_owned(), format!("New Task Assigned: {title}"));
    let expected = [told("1", TITLE), told("2", "The next")];
    assert_eq!(stream.notifications(2).await, expected);
    let tasks = alice.api.get("/api/v1/tasks/").await.expect(200);
    assert_eq!(tasks["count"], 2, "{tasks}");
}
