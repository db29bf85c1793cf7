use std::cmp::Reverse;

use leopard_core::domain::task::{DueScan, DueTask, ReminderChange, RemindersStored, Task};

use super::mailbox::append;
use super::tables::Tables;

/// The tasks whose next reminder is due, at most `limit`.
pub(super) fn due_tasks(tables: &Tables, scan: DueScan, limit: u64) -> Vec<DueTask> {
    let tasks = tables.tasks.values();
    let mut tasks: Vec<&Task> = tasks.filter(|task| scan.concerns(task)).collect();
    tasks.sort_by_key(|task| (Reverse(task.next_reminder), task.due_date, task.id));
    tasks.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let due_tasks = tasks.into_iter().map(|task| DueTask {
        task: task.clone(),
        sent: tables.sent_reminders.get(&task.id).cloned().unwrap_or_default(),
    });
    due_tasks.collect()
}

/// Applies the changes to tasks that are still as read, and appends their notifications.
pub(super) fn store(tables: &mut Tables, mut changes: Vec<ReminderChange>) -> RemindersStored {
    // As the SQL stores do: mailboxes of all stores then have the same order.
    changes.sort_unstable_by_key(|change| change.task);
    let mut stored = RemindersStored::default();
    for change in changes {
        let task = tables.tasks.get(&change.task);
        let Some(next) = task.and_then(|task| change.applied_to(task)) else {
            continue;
        };
        let recipient = change.to_send.as_ref().map(|due| due.sent.user);
        if let Err(failure) = recipient.map_or(Ok(()), |user| tables.require(user)) {
            stored.failure = Some(failure);
            continue;
        }
        tables.tasks.insert(change.task, next);
        stored.changed += 1;
        if let Some(due) = change.to_send {
            let sent = tables.sent_reminders.entry(change.task).or_default();
            sent.push(due.sent);
            let notification = append(tables, due.notification.about(change.task));
            stored.notifications.push(notification);
        }
    }
    stored
}
