use std::cmp::Reverse;

use leopard_core::domain::reminder::{Look, ReminderChange, RemindersStored, WaitingTask};
use leopard_core::domain::task::Task;

use super::mailbox::append;
use super::tables::Tables;

/// The tasks that this look concerns, at most so many.
pub(super) fn waiting(tables: &Tables, look: Look, limit: u64) -> Vec<WaitingTask> {
    let tasks = tables.tasks.values();
    let mut tasks: Vec<&Task> = tasks.filter(|task| look.concerns(task)).collect();
    tasks.sort_by_key(|task| (Reverse(task.awaits), task.due_date, task.id));
    tasks.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let waiting = tasks.into_iter().map(|task| WaitingTask {
        task: task.clone(),
        said: tables.said.get(&task.id).cloned().unwrap_or_default(),
    });
    waiting.collect()
}

/// Changes the tasks that are still what was read, and tells what follows from that.
pub(super) fn store(tables: &mut Tables, changes: Vec<ReminderChange>) -> RemindersStored {
    let mut stored = RemindersStored::default();
    for change in changes {
        let stands = tables.tasks.get(&change.task);
        let Some(next) = stands.and_then(|task| change.applied_to(task)) else {
            continue;
        };
        let told = change.telling.as_ref();
        let told = told.map_or(Ok(()), |it| tables.require(it.said.user));
        if let Err(failure) = told {
            stored.failure = Some(failure);
            continue;
        }
        tables.tasks.insert(change.task, next);
        stored.changed += 1;
        if let Some(telling) = change.telling {
            let said = tables.said.entry(change.task).or_default();
            said.push(telling.said);
            let told = append(tables, telling.notification.about(change.task));
            stored.notifications.push(told);
        }
    }
    stored
}
