//! The statements of a new task, its mailbox and its notification, with nothing around them.

use chrono::{DateTime, TimeDelta, Utc};
use leopard_adapters::system::SystemClock;
use leopard_core::domain::id::UserId;
use leopard_core::port::Clock as _;
use sea_orm::sqlx::{
    self, ColumnIndex, Database, Decode, Encode, Executor, IntoArguments, Row as _, Type,
};

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

/// Writes one task; the transaction around it is the caller's.
pub async fn write<D: Database>(connection: &mut D::Connection, from: UserId, to: UserId)
where
    for<'c> &'c mut D::Connection: Executor<'c, Database = D>,
    D::Arguments: IntoArguments<D>,
    usize: ColumnIndex<D::Row>,
    i64: Type<D> + for<'v> Encode<'v, D> + for<'r> Decode<'r, D>,
    &'static str: Type<D> + Encode<'static, D>,
    DateTime<Utc>: Type<D> + for<'v> Encode<'v, D>,
{
    let now = SystemClock.now();
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
