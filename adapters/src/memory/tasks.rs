use std::cmp::Reverse;

use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::{TaskChange, TaskStored};
use leopard_core::domain::id::TaskId;
use leopard_core::domain::page::Page;
use leopard_core::domain::task::{Task, TaskScope};
use leopard_core::port::{TaskQuery, TaskRepository};

use super::MemoryStore;
use super::mailbox::append;
use super::tables::{next_id, page_of};

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
            .filter(|task| is_within(query.scope, task))
            .collect();
        tasks.sort_by_key(|task| Reverse((task.due_date, task.created_at, task.id)));
        Ok(page_of(tasks.into_iter(), query.page))
    }

    async fn commit(&self, change: TaskChange) -> Result<TaskStored, Failure> {
        let mut tables = self.tables();
        let id = TaskId(next_id(tables.tasks.len()));
        let task = change.insert.into_task(id);
        let told = change.notifications.iter().map(|new| new.recipient);
        for user in task.people().into_iter().chain(told) {
            tables.require(user)?;
        }
        tables.tasks.insert(id, task.clone());
        let notifications = change
            .notifications
            .into_iter()
            .map(|new| append(&mut tables, id, new))
            .collect();
        Ok(TaskStored {
            task,
            notifications,
        })
    }
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
