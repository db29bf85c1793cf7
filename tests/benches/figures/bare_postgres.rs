//! The baseline of the tasks on `PostgreSQL`: several connections, each of which stores a task with one
//! statement, which is one round trip and one transaction.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use leopard_core::domain::id::UserId;
use leopard_tests::fixtures::now;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::{self, ConnectOptions as _, PgConnection};

use super::closed_loop::{self, Step};
use super::events::{STREAMS, creator};
use super::store;

const TASK: &str = concat!(
    "WITH task AS ( ",
    "INSERT INTO tasks (version, title, detail, search_text, priority, status, due_date, ",
    "assigned_to, given_at, awaits, assigned_by, created_by, updated_by, created_at, updated_at) ",
    "VALUES (1, $1, $2, lower($1 || $2), 'HIGH', 'PENDING', $3, ",
    "$4, $6, 'DUE_SOON', $5, $5, $5, $6, $6) RETURNING id ",
    "), mailbox AS ( ",
    "INSERT INTO mailboxes (user_id, head, state, unread) VALUES ($4, 1, 0, 1) ",
    "ON CONFLICT (user_id) DO UPDATE ",
    "SET head = mailboxes.head + 1, unread = mailboxes.unread + 1 RETURNING head ",
    ") ",
    "INSERT INTO notifications (user_id, sequence, kind, title, message, due_date, task_id, ",
    "priority, is_completed, created_at, updated_at) ",
    "SELECT $4, head, 'TASK_ASSIGNED', $7, $8, $3, id, 'HIGH', FALSE, $6, $6 FROM task, mailbox ",
    "RETURNING id",
);

/// The durable tasks per second that this number of connections writes to the empty database of this URL.
pub async fn tasks_a_second(url: &str, connections: usize) -> f64 {
    let users = store::users(url).await;
    let options: PgConnectOptions = url.parse().expect("a URL");
    let options = options.disable_statement_logging();
    let mut writers = vec![];
    for first in 0..connections {
        let connection = options.connect().await.expect("a connection");
        writers.push(Writer { connection, users: &users, next: first, step: connections });
    }
    closed_loop::run(writers).await.rate
}

struct Writer<'a> {
    connection: PgConnection,
    users: &'a [UserId],
    next: usize,
    step: usize,
}

impl Step for Writer<'_> {
    async fn take(&mut self) -> Duration {
        let now = now();
        let (from, to) = (creator(self.next, STREAMS), self.next % STREAMS);
        self.next += self.step;
        let begun = Instant::now();
        let stored = sqlx::query(TASK)
            .bind("Call client 000000001")
            .bind("This task will trigger a real-time notification")
            .bind(now + TimeDelta::days(1))
            .bind(self.users[to].0)
            .bind(self.users[from].0)
            .bind(now)
            .bind("New Task Assigned: Call client 000000001")
            .bind("A new high priority task has been assigned to you.")
            .fetch_one(&mut self.connection)
            .await;
        stored.expect("a task");
        begun.elapsed()
    }
}
