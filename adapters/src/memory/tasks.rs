use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::{TaskChange, TaskStored, TaskWrite, Touch};
use leopard_core::domain::id::{CommentId, TaskId, UserId};
use leopard_core::domain::idempotency::{Committed, IdempotencyKey};
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::domain::task::{
    Comment, DueScan, DueTask, ReminderChange, RemindersStored, Task,
};
use leopard_core::port::{GrantQuery, TaskQuery, TaskRepository};

use super::mailbox::append;
use super::tables::{Tables, page_of};
use super::{MemoryStore, reminders};

#[async_trait]
impl TaskRepository for MemoryStore {
    async fn find(&self, id: TaskId) -> Result<Option<Task>, Failure> {
        let tables = self.tables();
        let task = tables.tasks.get(&id);
        Ok(task.map(|task| tables.comments.shown_with(task)))
    }

    async fn comments(&self, task: TaskId, page: PageRequest) -> Result<Page<Comment>, Failure> {
        Ok(page_of(self.tables().comments.of(task).rev(), page))
    }

    async fn comment(&self, task: TaskId, id: CommentId) -> Result<Option<Comment>, Failure> {
        Ok(self.tables().comments.find(task, id).cloned())
    }

    async fn granted(&self, task: TaskId, mut users: Vec<UserId>) -> Result<Vec<UserId>, Failure> {
        let tables = self.tables();
        users.retain(|user| tables.comments.is_granted(task, *user));
        Ok(users)
    }

    async fn granted_users(&self, query: GrantQuery) -> Result<(u64, Vec<UserId>), Failure> {
        Ok(self.tables().comments.granted_users(&query))
    }

    async fn list(&self, query: TaskQuery) -> Result<Page<Task>, Failure> {
        let tables = self.tables();
        let mut tasks: Vec<&Task> = tables
            .tasks
            .values()
            .filter(|task| query.scope.includes(task) && query.filter.matches(task))
            .collect();
        tasks.sort_by(|one, other| query.order.compare(one, other));
        Ok(page_of(tasks.into_iter(), query.page))
    }

    async fn commit(
        &self,
        change: TaskChange,
        key: Option<IdempotencyKey>,
    ) -> Result<Committed<TaskStored>, Failure> {
        self.tables().once(key, |tables| store(tables, change))
    }

    async fn due_tasks(&self, scan: DueScan, limit: u64) -> Result<Vec<DueTask>, Failure> {
        Ok(reminders::due_tasks(&self.tables(), scan, limit))
    }

    async fn remind(&self, changes: Vec<ReminderChange>) -> RemindersStored {
        reminders::store(&mut self.tables(), changes)
    }
}

fn store(tables: &mut Tables, change: TaskChange) -> Result<TaskStored, Failure> {
    for new in &change.notifications {
        tables.require(new.recipient)?;
    }
    let mut comment = None;
    let task = match change.write {
        TaskWrite::Insert(new) => {
            tables.newest_task += 1;
            let task = new.into_task(TaskId(tables.newest_task));
            keep(tables, &task)?
        }
        TaskWrite::Update(next) => {
            tables.require_version(&next)?;
            keep(tables, &next.into_next_version())?
        }
        TaskWrite::Delete(task) => {
            tables.require_version(&task)?;
            tables.tasks.remove(&task.id);
            tables.sent_reminders.remove(&task.id);
            tables.comments.delete_of(task.id);
            *task
        }
        TaskWrite::Comment(task, new, expected_version) => {
            let mentioned = new.clone().into_comment(CommentId(0));
            for user in Comment::user_ids(&[mentioned]) {
                tables.require(user)?;
            }
            let touch = Touch::of_comment(task, &new, expected_version);
            let next = touch.apply_to(tables.tasks.get(&task), 1)?;
            comment = Some(tables.comments.insert(task, new));
            keep(tables, &next)?
        }
        TaskWrite::DeleteComment(id, touch) => {
            let next = touch.apply_to(tables.tasks.get(&touch.task), -1)?;
            tables.comments.delete(touch.task, id)?;
            keep(tables, &next)?
        }
        TaskWrite::RemoveReader(user, touch) => {
            let next = touch.apply_to(tables.tasks.get(&touch.task), 0)?;
            tables.comments.revoke(touch.task, user)?;
            keep(tables, &next)?
        }
    };
    let notifications =
        change.notifications.into_iter().map(|new| append(tables, new.about(task.id))).collect();
    Ok(TaskStored { task, comment, notifications })
}

/// Stores the task without its comments, and returns it with the newest ones.
fn keep(tables: &mut Tables, task: &Task) -> Result<Task, Failure> {
    for user in task.user_ids() {
        tables.require(user)?;
    }
    let shown = tables.comments.shown_with(task);
    let stored = Task { comments: vec![], ..task.clone() };
    tables.tasks.insert(task.id, stored);
    Ok(shown)
}
