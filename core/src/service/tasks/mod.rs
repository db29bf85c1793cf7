//! Tasks. One file per use case or group of small ones.

mod comment;
mod comments;
mod create;
mod delete;
mod due;
mod edit;
mod read;
mod readers;
mod task_locks;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::TimeDelta;

pub use create::CreateTask;
pub use read::ListTasks;
pub use task_locks::TaskLocks;

use crate::Failure;
use crate::domain::access;
use crate::domain::account::{User, UserNames};
use crate::domain::change::{TaskChange, TaskStored};
use crate::domain::field::{FieldError, FieldErrors};
use crate::domain::id::{CommentId, TaskId, UserId};
use crate::domain::idempotency::{Committed, CreatedIds, IdempotencyKey, Outcome};
use crate::domain::notification::{MailboxUpdate, Notification};
use crate::domain::task::{ExpectedVersion, Task, TaskDetails};
use crate::port::{
    Clock, NotificationPublisher, NotificationTypeRepository, TaskRepository, UserRepository,
};
use crate::service::idempotency::Idempotency;
use crate::service::preference_filter;
use crate::service::rate_limiter::RateLimiter;

/// How long a change is retried after version conflicts. In each conflict one writer succeeds, so all of
/// them make progress, and a retry takes some milliseconds.
const RETRY_DEADLINE: TimeDelta = TimeDelta::seconds(10);
/// How often a change is tried at most, whatever the clock says.
const MAX_ATTEMPTS: usize = 1_000;

/// A task after a change, and the id of the comment that the change added.
struct Changed {
    task: Task,
    comment: Option<CommentId>,
}

/// The service of tasks, and the ports that it uses. Every asynchronous method fails with
/// [`Failure::Unavailable`] if the store cannot be reached.
#[derive(Clone)]
pub struct Tasks {
    pub tasks: Arc<dyn TaskRepository>,
    pub users: Arc<dyn UserRepository>,
    pub types: Arc<dyn NotificationTypeRepository>,
    pub publisher: Arc<dyn NotificationPublisher>,
    pub clock: Arc<dyn Clock>,
    pub idempotency: Idempotency,
    /// Serializes the changes of each task in this process.
    pub task_locks: Arc<TaskLocks>,
    /// The limit of created tasks per user.
    pub creations: Arc<RateLimiter>,
}

impl Tasks {
    /// The same service without a limit of created tasks, for the operator.
    #[must_use]
    pub fn without_rate_limit(self) -> Self {
        Self { creations: Arc::new(RateLimiter::per_minute(0)), ..self }
    }

    /// Changes a task under its lock: reads, decides and commits, and retries after a version conflict.
    /// Stores nothing if `decide` returns `None`. [`Failure::Busy`] if conflicts do not end.
    async fn change(
        &self,
        caller: &User,
        id: TaskId,
        expected: &ExpectedVersion,
        decide: impl Fn(&Task) -> Result<Option<TaskChange>, Failure>,
    ) -> Result<Task, Failure> {
        let changed = self.change_once(caller, id, expected, None, decide).await?;
        Ok(changed.into_value().task)
    }

    /// The same, once per key.
    async fn change_once(
        &self,
        caller: &User,
        id: TaskId,
        expected: &ExpectedVersion,
        key: Option<&IdempotencyKey>,
        decide: impl Fn(&Task) -> Result<Option<TaskChange>, Failure>,
    ) -> Result<Outcome<Changed>, Failure> {
        let until = self.clock.now() + RETRY_DEADLINE;
        let _lock = self.task_locks.lock(id).await;
        for _ in 0..MAX_ATTEMPTS {
            if self.clock.now() > until {
                break;
            }
            let task = self.readable(caller, id).await?;
            if let Some(created) = self.idempotency.lookup(key).await? {
                return self.replay_change(caller, id, &created).await;
            }
            expected.check(&task)?;
            let Some(change) = decide(&task)? else {
                return Ok(Outcome::Created(Changed { task, comment: None }));
            };
            match self.commit(change, key).await {
                Err(Failure::Conflict) => {}
                Err(failure) => return Err(failure),
                Ok(Outcome::Created(stored)) => {
                    self.publish(stored.notifications).await;
                    return Ok(Outcome::Created(Changed {
                        task: stored.task,
                        comment: stored.comment,
                    }));
                }
                Ok(Outcome::Replayed(created)) => {
                    return self.replay_change(caller, id, &created).await;
                }
            }
        }
        let text = "others keep changing the task";
        Err(Failure::Busy(text.to_owned()))
    }

    /// The task as it is now, after the first request with the same key.
    async fn replay_change(
        &self,
        caller: &User,
        id: TaskId,
        created: &CreatedIds,
    ) -> Result<Outcome<Changed>, Failure> {
        Ok(Outcome::Replayed(Changed {
            task: self.readable(caller, id).await?,
            comment: created.comment(),
        }))
    }

    /// Commits the change without unwanted notifications, once per key.
    async fn commit(
        &self,
        mut change: TaskChange,
        key: Option<&IdempotencyKey>,
    ) -> Result<Committed<TaskStored>, Failure> {
        let notifications = change.notifications;
        change.notifications =
            preference_filter::apply(&*self.users, &*self.types, notifications).await?;
        self.tasks.commit(change, key.cloned()).await
    }

    /// The task, if the caller may read it.
    async fn readable(&self, caller: &User, id: TaskId) -> Result<Task, Failure> {
        let task = self.tasks.find(id).await?.ok_or(Failure::NotFound)?;
        // Involved users need no grant, so the store is not asked.
        let is_granted = !access::is_involved(caller, &task)
            && !self.tasks.granted(id, vec![caller.id]).await?.is_empty();
        access::may_read(caller, &task, is_granted)?;
        Ok(task)
    }

    /// Sends the updates of stored notifications.
    async fn publish(&self, notifications: Vec<Notification>) {
        let notifications = notifications.into_iter().map(Arc::new);
        let updates: Vec<_> = notifications.map(MailboxUpdate::of_notification).collect();
        if !updates.is_empty() {
            self.publisher.publish(updates).await;
        }
    }

    /// A task with the display names of its users.
    async fn shown(&self, task: Task) -> Result<TaskDetails, Failure> {
        let mut shown = self.with_user_names(vec![task]).await?;
        shown.pop().ok_or(Failure::NotFound)
    }

    /// The display names of users; duplicates are allowed.
    async fn user_names(&self, mut ids: Vec<UserId>) -> Result<UserNames, Failure> {
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(UserNames::default());
        }
        Ok(self.users.find_many(ids).await?.iter().collect())
    }

    /// Adds the display names of its users to each task.
    async fn with_user_names(&self, tasks: Vec<Task>) -> Result<Vec<TaskDetails>, Failure> {
        let all = self.user_names(tasks.iter().flat_map(Task::user_ids).collect()).await?;
        let details = |task: Task| TaskDetails { user_names: all.of(task.user_ids()), task };
        Ok(tasks.into_iter().map(details).collect())
    }
}

/// Checks that the named assignee is an active person, and the named assigner an active user.
fn check_named(
    assigned_to: Option<UserId>,
    assigned_by: Option<UserId>,
    users: &[User],
) -> Result<(), Failure> {
    let mut errors = FieldErrors::default();
    let mut check = |field, id: Option<UserId>, is_accepted: fn(&User) -> bool| {
        let known = |id| users.iter().any(|user| user.id == id && is_accepted(user));
        if let Some(id) = id.filter(|id| !known(*id)) {
            errors.add(field, FieldError::UnknownUser(id.0));
        }
    };
    check("assigned_to", assigned_to, User::is_active_person);
    check("assigned_by", assigned_by, |user| user.is_active);
    if errors.is_empty() { Ok(()) } else { Err(Failure::Invalid(errors)) }
}
