//! The baseline of the tasks on `SQLite`: one connection that writes many tasks per transaction.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use leopard_core::domain::id::UserId;
use leopard_tests::fixtures::now;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions as _, Row as _, SqliteConnection};

use super::closed_loop::{self, Step};
use super::store;

/// The tasks of one transaction.
const A_TRANSACTION: u32 = 64;

const TASK: &str = "INSERT INTO tasks (version, title, detail, priority, status, due_date, \
    assigned_to, assigned_by, created_by, updated_by, linked_entity_type, linked_entity_id, \
    completed_at, created_at, updated_at) \
    VALUES (1, $1, $2, 'HIGH', 'PENDING', $3, $4, $5, $5, $5, NULL, NULL, NULL, $6, $6) \
    RETURNING id, version, title, detail, priority, status, due_date, assigned_to, assigned_by, \
    created_by, updated_by, linked_entity_type, linked_entity_id, completed_at, created_at, \
    updated_at";
const MAILBOX: &str = "INSERT INTO mailboxes (user_id, head, state, unread) VALUES ($1, 1, 0, 1) \
    ON CONFLICT (user_id) DO UPDATE SET head = mailboxes.head + excluded.head, \
    unread = mailboxes.unread + excluded.unread RETURNING head, user_id";
const NOTIFICATION: &str = "INSERT INTO notifications (user_id, sequence, kind, title, message, \
    due_date, task_id, priority, read_at, is_completed, deleted_at, state, created_at, updated_at) \
    VALUES ($1, $2, 'TASK_ASSIGNED', $3, $4, $5, $6, 'HIGH', NULL, FALSE, NULL, NULL, $7, $7) \
    RETURNING id, user_id, sequence, kind, title, message, due_date, task_id, priority, read_at, \
    is_completed, deleted_at, state, created_at, updated_at";

/// The durable tasks per second that one connection writes to the empty database of this URL.
pub async fn tasks_a_second(url: &str) -> f64 {
    let users = store::users(url).await;
    let options: SqliteConnectOptions = url.parse().expect("a URL");
    let options = options
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-16384")
        .disable_statement_logging();
    let connection = options.connect().await.expect("a connection");
    let writer = Writer { connection, users };
    closed_loop::run(vec![writer]).await.rate * f64::from(A_TRANSACTION)
}

struct Writer {
    connection: SqliteConnection,
    users: Vec<UserId>,
}

impl Step for Writer {
    async fn take(&mut self) -> Duration {
        let begun = Instant::now();
        run(&mut self.connection, "BEGIN IMMEDIATE").await;
        for pair in self.users.windows(2).take(A_TRANSACTION as usize) {
            write(&mut self.connection, pair[0], pair[1]).await;
        }
        run(&mut self.connection, "COMMIT").await;
        begun.elapsed()
    }
}

async fn run(connection: &mut SqliteConnection, statement: &'static str) {
    let done = sqlx::query(statement).execute(connection).await;
    done.expect("a statement");
}

/// Writes one task, its mailbox and its notification, by a statement each.
async fn write(connection: &mut SqliteConnection, from: UserId, to: UserId) {
    let now = now();
    let due = now + TimeDelta::days(1);
    let task = sqlx::query(TASK)
        .bind("Test SSE Notification")
        .bind("This task will trigger a real-time notification")
        .bind(due)
        .bind(to.0)
        .bind(from.0)
        .bind(now)
        .fetch_one(&mut *connection);
    let task: i64 = task.await.expect("a task").get(0);
    let mailbox = sqlx::query(MAILBOX).bind(to.0).fetch_one(&mut *connection);
    let head: i64 = mailbox.await.expect("a mailbox").get(0);
    let notification = sqlx::query(NOTIFICATION)
        .bind(to.0)
        .bind(head)
        .bind("New Task Assigned: Test SSE Notification")
        .bind("A new high priority task has been assigned to you.")
        .bind(due)
        .bind(task)
        .bind(now)
        .fetch_one(connection);
    notification.await.expect("a notification");
}
