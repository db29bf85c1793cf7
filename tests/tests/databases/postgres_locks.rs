//! A mailbox whose row somebody else holds in PostgreSQL: it holds up its own changes and nothing
//! else.

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::postgres::new_database;
use leopard_tests::support::user::User;
use leopard_tests::support::wait::{TIMEOUT, until, within};
use leopard_tests::support::workdir::Workdir;
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DatabaseTransaction,
    TransactionTrait as _,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// More than the server has connections.
const WAITING: usize = 30;

async fn leopard_on(database: &str) -> Leopard {
    Workdir::new(&[
        ("DATABASE_URL", database),
        ("LEOPARD_JWT_SECRET", "a secret of more than thirty-two bytes"),
        ("LEOPARD_REMINDER_SECONDS", "1"),
    ])
    .serve()
    .await
}

async fn connect(database: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(database);
    options.max_connections(2).sqlx_logging(false);
    Database::connect(options).await.expect("a connection")
}

/// Holds the row of this user's mailbox until it is dropped.
async fn lock(database: &DatabaseConnection, user: &User) -> DatabaseTransaction {
    let lock = database.begin().await.expect("a transaction");
    let hold = format!("UPDATE mailboxes SET head = head WHERE user_id = {}", user.id);
    let locked = lock.execute_unprepared(&hold).await.expect("the row");
    assert_eq!(locked.rows_affected(), 1, "there is a mailbox");
    lock
}

async fn until_changes_wait(database: &DatabaseConnection) {
    until("changes wait for the row", TIMEOUT, async || {
        let waiting = "SELECT FROM pg_stat_activity \
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let waiting = database.execute_unprepared(waiting).await;
        (waiting.expect("an answer").rows_affected() > 0).then_some(())
    })
    .await;
}

fn task(assignee: &User) -> Value {
    json!({
        "title": "One of many",
        "detail": "For a mailbox that is locked",
        "assigned_to": assignee.id,
        "due_date": "2035-12-10T12:00:00Z",
    })
}

/// All that somebody may want who has nothing to do with the locked mailbox; their cursor is known.
async fn live_as_always(leopard: &Leopard, user: &User, cursor: usize) {
    let count = user.api.get("/api/v1/notifications/unread_count/").await;
    assert_eq!(count.expect(200)["unread_count"], cursor);
    let inbox = user.api.get("/api/v1/notifications/").await.expect(200);
    assert_eq!(inbox["count"], cursor);
    let mut stream = user.resume(leopard, "0").await;
    assert_eq!(stream.notifications(cursor).await.len(), cursor);
    user.api.create_task("As always", user.id).await;
    let next = (cursor + 1).to_string();
    assert_eq!(stream.notification().await.cursor(), Some(next.as_str()));
    let ready = leopard.anonymous().get("/health/ready").await;
    assert_eq!(ready.status, 200, "{ready:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn locked_mailbox_delays_no_other() {
    let database = new_database().await;
    let leopard = leopard_on(&database).await;
    let (alice, bob) = (leopard.user("alice").await, leopard.user("bob").await);
    alice.api.create_task("The first", alice.id).await;
    let database = connect(&database).await;
    let lock = lock(&database, &alice).await;

    let mut waiting = JoinSet::new();
    for _ in 0..WAITING {
        let (api, task) = (alice.api.clone(), task(&alice));
        waiting.spawn(async move { api.post("/api/v1/tasks/", task).await.status });
    }
    until_changes_wait(&database).await;
    for cursor in 0..3 {
        live_as_always(&leopard, &bob, cursor).await;
    }
    assert!(waiting.try_join_next().is_none(), "all of them wait");
    lock.rollback().await.expect("the row is free");

    let statuses = within("the answers", TIMEOUT, waiting.join_all()).await;
    assert_eq!(statuses, [201; WAITING]);
    let mut stream = alice.resume(&leopard, "0").await;
    let told = stream.notifications(1 + WAITING).await;
    let cursors = told.iter().map(|(cursor, _)| cursor.parse::<usize>().expect("one"));
    assert!(cursors.eq(1..=1 + WAITING), "{told:?}");
    let log = leopard.log();
    assert!(!log.contains("background job failed"), "{log}");
}

#[tokio::test]
async fn permanently_locked_mailbox_is_unavailable() {
    let database = new_database().await;
    let leopard = leopard_on(&database).await;
    let alice = leopard.user("alice").await;
    alice.api.create_task("The first", alice.id).await;
    let database = connect(&database).await;
    let _lock = lock(&database, &alice).await;

    // Well before a client's patience ends, and once: nobody tries again what takes so long.
    let answer = alice.api.post("/api/v1/tasks/", task(&alice)).await;
    assert!(!answer.header("Retry-After").is_empty(), "{answer:?}");
    answer.problem(503, "storage_unavailable");
    let tasks = alice.api.get("/api/v1/tasks/").await.expect(200);
    assert_eq!(tasks["count"], 1, "nothing is left of what was refused");
}

#[tokio::test]
async fn locked_mailbox_delays_no_other_reminders() {
    let database = new_database().await;
    let leopard = leopard_on(&database).await;
    let (alice, bob) = (leopard.user("alice").await, leopard.user("bob").await);
    alice.api.create_task("The first", alice.id).await;
    let mut of_bob = bob.follow(&leopard).await;
    let mut of_alice = alice.follow(&leopard).await;
    #[allow(clippy::disallowed_methods)] // the server's clock is the real one
    let due_date = chrono::Utc::now() + chrono::TimeDelta::seconds(2);
    for user in [&alice, &bob] {
        let mut task = task(user);
        task["due_date"] = json!(due_date);
        user.api.post("/api/v1/tasks/", task).await.expect(201);
    }
    for stream in [&mut of_alice, &mut of_bob] {
        let told = stream.notification().await.data;
        assert_eq!(told["notification_type"], "TASK_ASSIGNED");
    }
    let database = connect(&database).await;
    let lock = lock(&database, &alice).await;
    let told = of_bob.notification().await.data;
    assert_eq!(told["notification_type"], "TASK_OVERDUE");
    bob.api.create_task("As always", bob.id).await;
    lock.rollback().await.expect("the row is free");
    let told = of_alice.notification().await.data;
    assert_eq!(told["notification_type"], "TASK_OVERDUE");
}
