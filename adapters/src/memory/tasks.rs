use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::{TaskChange, TaskStored, TaskWrite};
use leopard_core::domain::comment::Comment;
use leopard_core::domain::id::TaskId;
use leopard_core::domain::idempotency::{Committed, Keyed};
use leopard_core::domain::page::Page;
use leopard_core::domain::reminder::{Look, ReminderChange, RemindersStored, WaitingTask};
use leopard_core::domain::task::{Task, TaskScope};
use leopard_core::port::{TaskQuery, TaskRepository};

use super::MemoryStore;
use super::mailbox::append;
use super::reminders;
use super::tables::{Tables, page_of};

#[async_trait]
impl TaskRepository for MemoryStore {
    async fn find(&self, id: TaskId) -> Result<Option<Task>, Failure> {
        Ok(self.tables().tasks.get(&id).cloned())
    }

    async fn list(&self, query: TaskQuery) -> Result<Page<Task>, Failure> {
        let tables = self.tables();
        let mut tasks: Vec<&Task> = tables
            .tasks
            .values()
            .filter(|task| is_within(query.scope, task) && query.filter.matches(task))
            .collect();
        tasks.sort_by(|one, other| query.order.compare(one, other));
        Ok(page_of(tasks.into_iter(), query.page))
    }

    async fn commit(&self, change: TaskChange) -> Result<TaskStored, Failure> {
        store(&mut self.tables(), change)
    }

    async fn commit_once(
        &self,
        change: Keyed<TaskChange>,
    ) -> Result<Committed<TaskStored>, Failure> {
        self.tables().once(change, store)
    }

    async fn waiting(&self, look: Look, limit: u64) -> Result<Vec<WaitingTask>, Failure> {
        Ok(reminders::waiting(&self.tables(), look, limit))
    }

    async fn remind(&self, changes: Vec<ReminderChange>) -> RemindersStored {
        reminders::store(&mut self.tables(), changes)
    }
}

fn store(tables: &mut Tables, change: TaskChange) -> Result<TaskStored, Failure> {
    for new in &change.notifications {
        tables.require(new.recipient)?;
    }
    let task = match change.write {
        TaskWrite::Insert(new) => {
            tables.newest_task += 1;
            let task = new.into_task(TaskId(tables.newest_task));
            keep(tables, task)?
        }
        TaskWrite::Update(next) => {
            tables.require_version(&next)?;
            keep(tables, next.into_next_version())?
        }
        TaskWrite::Comment(id, comment, version) => {
            let said = tables.tasks.get(&id);
            let said = said.filter(|task| version.is_none_or(|version| version == task.version));
            let said = said.ok_or(Failure::Conflict)?;
            let said = commented(said, comment.into_comment());
            keep(tables, said)?
        }
        TaskWrite::Delete(task) => {
            tables.require_version(&task)?;
            tables.tasks.remove(&task.id);
            tables.said.remove(&task.id);
            *task
        }
    };
    let notifications = change
        .notifications
        .into_iter()
        .map(|new| append(tables, new.about(task.id)))
        .collect();
    Ok(TaskStored {
        task,
        notifications,
    })
}

fn keep(tables: &mut Tables, task: Task) -> Result<Task, Failure> {
    for user in task.people() {
        tables.require(user)?;
    }
    tables.tasks.insert(task.id, task.clone());
    Ok(task)
}

/// The task with a comment more.
fn commented(task: &Task, comment: Comment) -> Task {
    let (by, at) = (comment.author, comment.created_at);
    let mut record = (**task).clone();
    record.comments.push(comment);
    Task::restore(record).changed(by, at).into_next_version()
}

fn is_within(scope: TaskScope, task: &Task) -> bool {
    match scope {
        TaskScope::AssignedTo(user) => task.assigned_to == Some(user),
        TaskScope::Involving(user) => {
            task.assigned_to == Some(user) || task.assigned_by == user || task.created_by == user
        }
        TaskScope::Everyone => true,
    }
}
