use std::cmp::Reverse;

use leopard_core::domain::task::{DueScan, DueTask, ReminderChange, RemindersStored, Task};

use super::mailbox::append;
use super::tables::Tables;

/// The tasks that this look concerns, at most so many.
pub(super) fn due_tasks(tables: &Tables, scan: DueScan, limit: u64) -> Vec<DueTask> {
    let tasks = tables.tasks.values();
    let mut tasks: Vec<&Task> = tasks.filter(|task| scan.concerns(task)).collect();
    tasks.sort_by_key(|task| (Reverse(task.next_reminder), task.due_date, task.id));
    tasks.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let due_tasks = tasks.into_iter().map(|task| DueTask {
        task: task.clone(),
        sent: tables
            .sent_reminders
            .get(&task.id)
            .cloned()
            .unwrap_or_default(),
    });
    due_tasks.collect()
}

/// Changes the tasks that are still what was read, and tells what follows from that.
pub(super) fn store(tables: &mut Tables, changes: Vec<ReminderChange>) -> RemindersStored {
    let mut stored = RemindersStored::default();
    for change in changes {
        let stands = tables.tasks.get(&change.task);
        let Some(next) = stands.and_then(|task| change.applied_to(task)) else {
            continue;
        };
        let told = change.to_send.as_ref();
        let told = told.map_or(Ok(()), |it| tables.require(it.sent.user));
        if let Err(failure) = told {
            stored.failure = Some(failure);
            continue;
        }
        tables.tasks.insert(change.task, next);
        stored.changed += 1;
        if let Some(due) = change.to_send {
            let sent = tables.sent_reminders.entry(change.task).or_default();
            sent.push(due.sent);
            let told = append(tables, due.notification.about(change.task));
            stored.notifications.push(told);
        }
    }
    stored
}
