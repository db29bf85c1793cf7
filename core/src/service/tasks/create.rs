use chrono::{DateTime, Utc};

use super::{Tasks, check_named};
use crate::Failure;
use crate::domain::access;
use crate::domain::account::User;
use crate::domain::change::TaskChange;
use crate::domain::id::{TaskId, UserId};
use crate::domain::idempotency::{CreatedIds, Operation, Outcome, RequestKey};
use crate::domain::notification::NewNotification;
use crate::domain::task::{Detail, LinkedEntity, NewTask, Priority, Tags, TaskDetails, Title};
use crate::service::preference_filter::PreferenceFilter;

/// A request to create a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateTask {
    pub title: Title,
    pub detail: Detail,
    /// The time by which the task should be completed, if there is one.
    pub due_date: Option<DateTime<Utc>>,
    pub priority: Priority,
    pub assigned_to: Option<UserId>,
    /// The assigner; the caller by default. Only staff may name another user.
    pub assigned_by: Option<UserId>,
    pub tags: Tags,
    pub linked_entity: Option<LinkedEntity>,
}

impl CreateTask {
    /// The users other than the caller that the request names.
    fn others(&self, caller: UserId) -> Vec<UserId> {
        let named = [self.assigned_to, self.assigned_by].into_iter().flatten();
        let mut others: Vec<_> = named.filter(|id| *id != caller).collect();
        others.sort_unstable();
        others.dedup();
        others
    }
}

impl Tasks {
    /// Creates a task and notifies its assignee. A retry with the same key creates nothing and returns the
    /// task as it is now. Refused requests and retries do not count for the rate limit.
    ///
    /// # Errors
    ///
    /// [`Failure::Invalid`] for unknown or inactive users, [`Failure::PermissionDenied`],
    /// [`Failure::Throttled`], [`Failure::NotFound`] for a retry if the caller may no longer read the task,
    /// [`Failure::IdempotencyKeyReused`].
    pub async fn create(
        &self,
        caller: &User,
        request: CreateTask,
        key: Option<RequestKey>,
    ) -> Result<Outcome<TaskDetails>, Failure> {
        let now = self.clock.now();
        let key = self.idempotency.key(key, caller.id, Operation::CreateTask)?;
        if let Some(created) = self.idempotency.lookup(key.as_ref()).await? {
            return self.replay_creation(caller, &created).await;
        }
        let others = request.others(caller.id);
        let mut users =
            if others.is_empty() { vec![] } else { self.users.find_many(others).await? };
        users.push(caller.clone());

        let mut change = decide(caller, &users, request, now)?;
        // Every recipient is a user that the request names, or the caller.
        if !change.notifications.is_empty() {
            let types = self.types.catalog().await?;
            PreferenceFilter::of(&users, types).apply(&mut change.notifications);
        }
        self.creations.check(caller.id, now)?;
        let committed = self.tasks.commit(change, key).await;
        if !matches!(committed, Ok(Outcome::Created(_))) {
            // It was refused, or a parallel request with the same key has created the task.
            self.creations.refund(caller.id);
        }
        match committed? {
            Outcome::Replayed(created) => self.replay_creation(caller, &created).await,
            Outcome::Created(stored) => {
                self.publish(stored.notifications).await;
                Ok(Outcome::Created(TaskDetails {
                    user_names: users.iter().collect(),
                    task: stored.task,
                }))
            }
        }
    }

    async fn replay_creation(
        &self,
        caller: &User,
        created: &CreatedIds,
    ) -> Result<Outcome<TaskDetails>, Failure> {
        let task = self.read(caller, TaskId(created.first()?)).await?;
        Ok(Outcome::Replayed(task))
    }
}

/// The change that creates the task; `users` are the users that the request names, and the caller.
fn decide(
    caller: &User,
    users: &[User],
    request: CreateTask,
    now: DateTime<Utc>,
) -> Result<TaskChange, Failure> {
    check_named(request.assigned_to, request.assigned_by, users)?;
    let assigned_by = request.assigned_by.unwrap_or(caller.id);
    access::may_assign_as(caller, assigned_by)?;
    let insert = NewTask {
        title: request.title,
        detail: request.detail,
        priority: request.priority,
        due_date: request.due_date,
        assigned_to: request.assigned_to,
        assigned_by,
        created_by: caller.id,
        tags: request.tags,
        linked_entity: request.linked_entity,
        created_at: now,
    };
    let notifications = NewNotification::of_new_task(&insert).into_iter().collect();
    Ok(TaskChange::insert(insert, notifications))
}
