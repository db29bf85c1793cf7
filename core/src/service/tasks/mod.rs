//! Tasks. One file a use case.

mod comment;
mod comments;
mod create;
mod delete;
mod due;
mod edit;
mod list;
mod read;
mod readers;
mod task_locks;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::TimeDelta;

pub use create::CreateTask;
pub use list::ListTasks;
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
use crate::port::{Clock, NotificationPublisher, TaskRepository, UserRepository};
use crate::service::idempotency::Idempotency;
use crate::service::preference_filter;
use crate::service::rate_limiter::RateLimiter;

/// How long a change is retried after version conflicts. In each conflict one writer succeeds, so all of
/// them make progress, and a retry takes some milliseconds.
const RETRY_DEADLINE: TimeDelta = TimeDelta::seconds(10);
/// How often a change is tried at most, whatever the clock says.
const MAX_ATTEMPTS: usize = 1_000;

/// A task after a change, and the comment that the change added to it.
struct Changed {
    task: Task,
    comment: Option<CommentId>,
}

/// What the use cases of tasks need.
#[derive(Clone)]
pub struct Tasks {
    /// Keeps the tasks.
    pub tasks: Arc<dyn TaskRepository>,
    /// Keeps the users.
    pub users: Arc<dyn UserRepository>,
    /// Notifies open streams.
    pub publisher: Arc<dyn NotificationPublisher>,
    /// Reads the clock.
    pub clock: Arc<dyn Clock>,
    /// Remembers requests that may come again.
    pub idempotency: Idempotency,
    /// Lets changes of one task come one after the other; nobody waits to begin with.
    pub task_locks: Arc<TaskLocks>,
    /// Limits the tasks that each user creates.
    pub creations: Arc<RateLimiter>,
}

impl Tasks {
    /// The same service without a limit of created tasks, for the operator.
    #[must_use]
    pub fn without_rate_limit(self) -> Self {
        Self {
            creations: Arc::new(RateLimiter::per_minute(0)),
            ..self
        }
    }

    /// Changes a task that stands: in its turn it is read, decided of and committed, and once more
    /// where another process was faster. Nothing is stored where the decision is that nothing changes.
    /// [`Failure::Busy`] where that takes too long.
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

    /// The same, but once for each key.
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
            if let Some(made) = self.idempotency.lookup(key).await? {
                return self.changed_before(caller, id, &made).await;
            }
            expected.check(&task)?;
            let Some(change) = decide(&task)? else {
                return Ok(Outcome::Created(Changed {
                    task,
                    comment: None,
                }));
            };
            match self.commit(change, key).await {
                Err(Failure::Conflict) => {}
                Err(failure) => return Err(failure),
                Ok(Outcome::Created(stored)) => {
                    self.tell(stored.notifications).await;
                    return Ok(Outcome::Created(Changed {
                        task: stored.task,
                        comment: stored.comment,
                    }));
                }
                Ok(Outcome::Replayed(made)) => {
                    return self.changed_before(caller, id, &made).await;
                }
            }
        }
        let text = "others have been changing the task for 10 seconds";
        Err(Failure::Busy(text.to_owned()))
    }

    /// The task as it now stands, which the same request has changed before.
    async fn changed_before(
        &self,
        caller: &User,
        id: TaskId,
        made: &CreatedIds,
    ) -> Result<Outcome<Changed>, Failure> {
        Ok(Outcome::Replayed(Changed {
            task: self.readable(caller, id).await?,
            comment: made.comment(),
        }))
    }

    /// Stores the change with what is told of it to those who want it, once where there is a key.
    async fn commit(
        &self,
        change: TaskChange,
        key: Option<&IdempotencyKey>,
    ) -> Result<Committed<TaskStored>, Failure> {
        let change = preference_filter::apply(&*self.users, change).await?;
        self.tasks.commit(change, key.cloned()).await
    }

    /// The task, if the caller may see it.
    async fn readable(&self, caller: &User, id: TaskId) -> Result<Task, Failure> {
        let task = self.tasks.find(id).await?.ok_or(Failure::NotFound)?;
        // Those who are involved need no grant, and it is not asked for.
        let is_granted = !access::is_involved(caller, &task)
            && !self.tasks.granted(id, vec![caller.id]).await?.is_empty();
        access::may_read(caller, &task, is_granted)?;
        Ok(task)
    }

    /// Rings for notifications that are stored.
    async fn tell(&self, notifications: Vec<Notification>) {
        let notifications = notifications.into_iter().map(Arc::new);
        let updates: Vec<_> = notifications.map(MailboxUpdate::of_notification).collect();
        if !updates.is_empty() {
            self.publisher.publish(updates).await;
        }
    }

    /// A task and how the people whom it names are shown.
    async fn shown(&self, task: Task) -> Result<TaskDetails, Failure> {
        let mut shown = self.with_user_names(vec![task]).await?;
        shown.pop().ok_or(Failure::NotFound)
    }

    /// How these users are shown; some may be listed more than once.
    async fn user_names(&self, mut ids: Vec<UserId>) -> Result<UserNames, Failure> {
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(UserNames::default());
        }
        Ok(self.users.find_many(ids).await?.iter().collect())
    }

    /// Adds to each task how the people whom it names are shown.
    async fn with_user_names(&self, tasks: Vec<Task>) -> Result<Vec<TaskDetails>, Failure> {
        let mut ids: Vec<_> = tasks.iter().flat_map(Task::user_ids).collect();
        ids.sort_unstable();
        ids.dedup();
        let users = if ids.is_empty() {
            vec![]
        } else {
            self.users.find_many(ids).await?
        };
        let shown = |task: Task| {
            let named = task.user_ids();
            let user_names: UserNames = users
                .iter()
                .filter(|user| named.contains(&user.id))
                .collect();
            TaskDetails { task, user_names }
        };
        Ok(tasks.into_iter().map(shown).collect())
    }
}

/// Refuses users who are unknown or inactive, each by the field that names them.
fn check_active<const N: usize>(
    named: [(&str, Option<UserId>); N],
    users: &[User],
) -> Result<(), Failure> {
    let mut errors = FieldErrors::default();
    for (field, id) in named {
        let Some(id) = id else { continue };
        if !users.iter().any(|user| user.id == id && user.is_active) {
            errors.add(field, FieldError::UnknownUser(id.0));
        }
    }
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Failure::Invalid(errors))
    }
}
