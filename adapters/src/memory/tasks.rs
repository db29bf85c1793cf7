use async_trait::async_trait;
use leopard_core::Failure;
use leopard_core::domain::change::{TaskChange, TaskStored, TaskWrite, Touch};
use leopard_core::domain::id::{CommentId, TaskId, UserId};
use leopard_core::domain::idempotency::{Committed, Keyed};
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::domain::task::{
    Comment, DueScan, DueTask, ReminderChange, RemindersStored, Task, TaskRecord, TaskScope,
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
        TaskWrite::Comment(task, new, only) => {
            let named = [new.clone().into_comment(CommentId(0))];
            for user in Comment::user_ids(&named) {
                tables.require(user)?;
            }
            let touch = Touch {
                task,
                by: new.author(),
                at: new.created_at(),
                only,
            };
            let next = touched(tables, &touch, 1)?;
            if next.comment_count > Comment::MAX_OF_TASK {
                return Err(Failure::Conflict);
            }
            comment = Some(tables.comments.insert(task, new));
            keep(tables, &next)?
        }
        TaskWrite::DeleteComment(id, touch) => {
            let next = touched(tables, &touch, -1)?;
            tables.comments.delete(touch.task, id)?;
            keep(tables, &next)?
        }
        TaskWrite::RemoveReader(user, touch) => {
            let next = touched(tables, &touch, 0)?;
            tables.comments.revoke(touch.task, user)?;
            keep(tables, &next)?
        }
    };
    let notifications = change
        .notifications
        .into_iter()
        .map(|new| append(tables, new.about(task.id)))
        .collect();
    Ok(TaskStored {
        task,
        comment,
        notifications,
    })
}

/// Keeps the task, and returns it with the newest of its comments.
fn keep(tables: &mut Tables, task: &Task) -> Result<Task, Failure> {
    for user in task.user_ids() {
        tables.require(user)?;
    }
    let mut record = (**task).clone();
    record.comments.clear();
    let task = Task::restore(record);
    let shown = tables.comments.shown_with(&task);
    tables.tasks.insert(task.id, task);
    Ok(shown)
}

/// The next version of a task to which so many comments are added, where it is at a version at which
/// that may be stored.
fn touched(tables: &Tables, touch: &Touch, added: i64) -> Result<Task, Failure> {
    let task = tables.tasks.get(&touch.task);
    let task = task.filter(|task| touch.only.is_none_or(|version| version == task.version));
    let task = task.ok_or(Failure::Conflict)?;
    let next = Task::restore(TaskRecord {
        comment_count: task.comment_count + added,
        ..(**task).clone()
    });
    Ok(next.changed(touch.by, touch.at).into_next_version())
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
