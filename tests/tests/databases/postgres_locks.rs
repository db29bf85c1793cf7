//! A mailbox whose row another session has locked in PostgreSQL: only changes of this mailbox wait.

use leopard_tests::fixtures::{now, task_body};
use leopard_tests::support::sql::{connect, until_blocked};
use leopard_tests::support::{Leopard, TIMEOUT, User, Workdir, new_database, within};
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, TransactionTrait as _,
};
use serde_json::json;
use tokio::task::JoinSet;

/// More than the server has connections.
const WAITING: usize = 30;

/// A node on this database and its user Alice, who has one notification.
async fn start(database: &str) -> (Leopard, User) {
    let workdir = Workdir::for_node(database).with("LEOPARD_REMINDER_SECONDS", "1");
    let leopard = workdir.serve().await;
    let alice = leopard.user("alice").await;
    alice.api.create_task("The first", alice.id).await;
    (leopard, alice)
}

/// Locks the rows of these users' mailboxes until the transaction is dropped.
async fn lock(database: &DatabaseConnection, users: &[User]) -> DatabaseTransaction {
    let lock = database.begin().await.expect("a transaction");
    let ids: Vec<_> = users.iter().map(|user| user.id.to_string()).collect();
    let ids = ids.join(", ");
    let hold = format!("UPDATE mailboxes SET head = head WHERE user_id IN ({ids})");
    let locked = lock.execute_unprepared(&hold).await.expect("the rows");
    assert_eq!(locked.rows_affected(), users.len() as u64, "each has a mailbox");
    lock
}

/// A user with this number of notifications reads, follows and creates.
async fn works(leopard: &Leopard, user: &User, count: usize) {
    assert_eq!(user.api.unread_count().await, i64::try_from(count).expect("few"));
    assert_eq!(user.api.inbox().await["count"], count);
    let mut stream = user.resume(leopard, "0").await;
    user.api.create_task("As always", user.id).await;
    let cursors = stream.notifications(count + 1).await;
    assert!(cursors.iter().map(|(cursor, _)| *cursor).eq((1..).take(count + 1)), "{cursors:?}");
    let ready = leopard.anonymous().get("/health/ready").await;
    assert_eq!(ready.status, 200, "{ready:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn locked_mailbox_delays_no_other() {
    let database = new_database().await;
    let (leopard, alice) = start(&database).await;
    let bob = leopard.user("bob").await;
    // More mailboxes than connections that write several changes at once.
    let others = ["carol", "dave", "erin"].map(|name| leopard.user(name));
    let mut locked = vec![alice];
    for other in others {
        let other = other.await;
        other.api.create_task("The first", other.id).await;
        locked.push(other);
    }
    let database = connect(&database).await;
    let lock = lock(&database, &locked).await;

    let alice = &locked[0];
    let mut waiting = JoinSet::new();
    for user in &locked {
        for _ in 0..WAITING {
            let (api, task) = (alice.api.clone(), task_body("One of many", user.id));
            waiting.spawn(async move { api.post("/api/v1/tasks/", task).await.status });
        }
    }
    until_blocked(&database).await;
    for count in 0..3 {
        works(&leopard, &bob, count).await;
    }
    assert!(waiting.try_join_next().is_none(), "all of them wait");
    lock.rollback().await.expect("the rows are free");
    let statuses = within("the responses", TIMEOUT, waiting.join_all()).await;
    assert_eq!(statuses, vec![201; locked.len() * WAITING]);
    let mut stream = alice.resume(&leopard, "0").await;
    let seen = stream.notifications(1 + WAITING).await;
    assert!(seen.iter().map(|(cursor, _)| *cursor).eq((1..).take(1 + WAITING)), "{seen:?}");
    let log = leopard.log();
    assert!(!log.contains("background job failed"), "{log}");
}

#[tokio::test]
async fn permanently_locked_mailbox_is_unavailable() {
    let database = new_database().await;
    let (_leopard, alice) = start(&database).await;
    let database = connect(&database).await;
    let _lock = lock(&database, std::slice::from_ref(&alice)).await;

    let refused = alice.api.post("/api/v1/tasks/", task_body("Refused", alice.id)).await;
    refused.storage_unavailable();
    let tasks = alice.api.get("/api/v1/tasks/").await.expect(200);
    assert_eq!(tasks["count"], 1, "the refused change left nothing");
}

#[tokio::test]
async fn locked_mailbox_delays_no_other_reminders() {
    let database = new_database().await;
    let (leopard, alice) = start(&database).await;
    let bob = leopard.user("bob").await;
    let mut of_bob = bob.follow(&leopard).await;
    let mut of_alice = alice.follow(&leopard).await;
    let due_date = now() + chrono::TimeDelta::seconds(2);
    for user in [&alice, &bob] {
        let mut task = task_body("Due", user.id);
        task["due_date"] = json!(due_date);
        user.api.post("/api/v1/tasks/", task).await.expect(201);
    }
    for stream in [&mut of_alice, &mut of_bob] {
        assert_eq!(stream.notification().await.data["notification_type"], "TASK_ASSIGNED");
    }
    let database = connect(&database).await;
    let lock = lock(&database, std::slice::from_ref(&alice)).await;
    assert_eq!(of_bob.notification().await.data["notification_type"], "TASK_OVERDUE");
    bob.api.create_task("As always", bob.id).await;
    lock.rollback().await.expect("the row is free");
    assert_eq!(of_alice.notification().await.data["notification_type"], "TASK_OVERDUE");
}
