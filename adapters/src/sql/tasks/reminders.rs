//! Reminders: which tasks are due for one, and what is stored when it is sent.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use leopard_core::domain::id::UserId;
use leopard_core::domain::task::{
    DueScan, DueTask, Reminder, ReminderChange, RemindersStored, SentReminder, Status,
};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::rows;
use crate::sql::backend::Executor;
use crate::sql::backend::error::SqlError;
use crate::sql::commit::{Change, Writer};
use crate::sql::entity::task::{Column, Entity, Model, NO_DUE_DATE};
use crate::sql::entity::task_reminder;
use crate::sql::notifications::append;

/// The tasks that a due scan concerns, at most `limit`: first those past their due date.
pub(super) async fn due_tasks(
    snapshot: Executor<'_>,
    scan: DueScan,
    limit: u64,
) -> Result<Vec<DueTask>, SqlError> {
    let passed = Column::DueDate.lt(scan.now);
    let near = Column::DueDate.lte(scan.nearest());
    let mut rows = first(snapshot, Reminder::Overdue, passed, limit).await?;
    let left = limit.saturating_sub(rows.len() as u64);
    rows.extend(first(snapshot, Reminder::DueSoon, near, left).await?);
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut sent = sent(snapshot, &ids).await?;
    let tasks = rows::without_comments(snapshot, rows).await?;
    let due_tasks = tasks
        .into_iter()
        .map(|task| DueTask { sent: sent.remove(&task.id.0).unwrap_or_default(), task });
    Ok(due_tasks.collect())
}

/// The tasks that wait for this reminder, by due date: the start of an index, however many tasks exist.
async fn first(
    snapshot: Executor<'_>,
    awaited: Reminder,
    has_come: Expr,
    limit: u64,
) -> Result<Vec<Model>, SqlError> {
    if limit == 0 {
        return Ok(vec![]);
    }
    let waiting = Entity::find()
        .filter(Column::NextReminder.eq(awaited.as_str()))
        .filter(Column::DueDate.gt(NO_DUE_DATE))
        .filter(has_come)
        .order_by_asc(Column::DueDate)
        .order_by_asc(Column::Id)
        .limit(limit);
    snapshot.all(waiting).await
}

/// The reminders that were sent about these tasks.
async fn sent(
    snapshot: Executor<'_>,
    tasks: &[i64],
) -> Result<HashMap<i64, Vec<SentReminder>>, SqlError> {
    if tasks.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = task_reminder::Entity::find()
        .filter(task_reminder::Column::TaskId.is_in(tasks.iter().copied()));
    let mut sent: HashMap<i64, Vec<SentReminder>> = HashMap::new();
    for row in snapshot.all(rows).await? {
        let of_task = sent.entry(row.task_id).or_default();
        of_task.push(row.try_into()?);
    }
    Ok(sent)
}

/// How many recipients' changes are stored concurrently; connections remain for other writers.
const CONCURRENT_COMMITS: usize = 8;

/// Stores the changes of each recipient in a transaction of its own.
pub(super) async fn store(writer: &Writer, changes: Vec<ReminderChange>) -> RemindersStored {
    let mut of_readers: BTreeMap<Option<UserId>, Vec<ReminderChange>> = BTreeMap::new();
    for change in changes {
        let reader = change.to_send.as_ref().map(|to_send| to_send.sent.user);
        of_readers.entry(reader).or_default().push(change);
    }
    let commits: Vec<_> = of_readers
        .into_values()
        .map(|changes| writer.commit(SendReminders::new(changes)))
        .collect();
    let mut commits = stream::iter(commits).buffer_unordered(CONCURRENT_COMMITS);
    let mut all = RemindersStored::default();
    while let Some(stored) = commits.next().await {
        match stored {
            Ok(stored) => {
                all.changed += stored.changed;
                all.notifications.extend(stored.notifications);
            }
            Err(failure) => all.failure = Some(failure),
        }
    }
    all
}

/// Changes of several tasks for one recipient, ordered by task id, so that concurrent scans do not deadlock.
#[derive(Clone)]
struct SendReminders(Vec<ReminderChange>);

impl SendReminders {
    fn new(mut changes: Vec<ReminderChange>) -> Self {
        changes.sort_unstable_by_key(|change| change.task);
        Self(changes)
    }
}

#[async_trait]
impl Change for SendReminders {
    type Stored = RemindersStored;

    async fn write(self, transaction: Executor<'_>) -> Result<RemindersStored, SqlError> {
        let mut changed = 0;
        let (mut sent, mut notifications) = (Vec::new(), Vec::new());
        for change in self.0 {
            if !advance(transaction, &change).await? {
                continue;
            }
            changed += 1;
            if let Some(to_send) = change.to_send {
                sent.push(task_reminder::ActiveModel::of(change.task, to_send.sent));
                notifications.push(to_send.notification.about(change.task));
            }
        }
        transaction.insert_all(sent).await?;
        Ok(RemindersStored {
            changed,
            notifications: append::append(transaction, notifications).await?,
            failure: None,
        })
    }

    fn mailboxes(&self) -> Vec<UserId> {
        let to_send = self.0.iter().filter_map(|change| change.to_send.as_ref());
        to_send.map(|to_send| to_send.notification.recipient).collect()
    }
}

/// Changes the task if it is unchanged since the scan, so that only one of concurrent scans succeeds.
async fn advance(transaction: Executor<'_>, change: &ReminderChange) -> Result<bool, SqlError> {
    let next_reminder = change.next_reminder.map(Reminder::as_str);
    let mut update =
        Entity::update_many().col_expr(Column::NextReminder, Expr::value(next_reminder));
    if let Some(at) = change.overdue_at {
        update = update
            .col_expr(Column::Status, Expr::value(Status::Overdue.as_str()))
            .col_expr(Column::UpdatedAt, Expr::value(at))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1));
    }
    let update = update
        .filter(Column::Id.eq(change.task.0))
        .filter(Column::Version.eq(change.version))
        .filter(Column::NextReminder.eq(change.awaited.as_str()));
    Ok(transaction.execute(update.as_query()).await? > 0)
}
