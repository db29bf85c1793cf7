use chrono::{DateTime, Utc};

use super::{Tasks, check_active};
use crate::Failure;
use crate::domain::access;
use crate::domain::account::User;
use crate::domain::change::TaskChange;
use crate::domain::id::{TaskId, UserId};
use crate::domain::idempotency::{CreatedIds, Operation, Outcome, RequestKey};
use crate::domain::notification::NewNotification;
use crate::domain::task::{Detail, LinkedEntity, NewTask, Priority, Tags, TaskDetails, Title};

/// A task that somebody wants to have made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateTask {
    /// What it is called.
    pub title: Title,
    /// What is to be done.
    pub detail: Detail,
    /// Until when.
    pub due_date: DateTime<Utc>,
    /// How urgent.
    pub priority: Priority,
    /// Who is to do it.
    pub assigned_to: Option<UserId>,
    /// Who wants it done: the caller, unless staff says otherwise.
    pub assigned_by: Option<UserId>,
    /// Words under which it is found again.
    pub tags: Tags,
    /// What in another system it is about.
    pub linked_entity: Option<LinkedEntity>,
}

impl CreateTask {
    /// The users, other than the caller, whom the request names.
    fn others(&self, caller: UserId) -> Vec<UserId> {
        let named = [self.assigned_to, self.assigned_by].into_iter().flatten();
        let mut others: Vec<_> = named.filter(|id| *id != caller).collect();
        others.sort_unstable();
        others.dedup();
        others
    }
}

impl Tasks {
    /// Makes a task and tells its assignee. The same request by the same key makes nothing and tells
    /// nobody: it answers the task as it now stands, [`Failure::NotFound`] where the caller may not
    /// see it any more. [`Failure::Throttled`] where the caller created too many within a minute; a
    /// request that is refused, or was done before, is not one of them.
    pub async fn create(
        &self,
        caller: &User,
        request: CreateTask,
        key: Option<RequestKey>,
    ) -> Result<Outcome<TaskDetails>, Failure> {
        let now = self.clock.now();
        let key = self
            .idempotency
            .key(key, caller.id, Operation::CreateTask)?;
        if let Some(made) = self.idempotency.lookup(key.as_ref()).await? {
            return self.made_before(caller, &made).await;
        }
        let others = request.others(caller.id);
        let mut users = if others.is_empty() {
            vec![]
        } else {
            self.users.find_many(others).await?
        };
        users.push(caller.clone());

        let change = decide(caller, &users, request, now)?;
        self.creations.check(caller.id, now)?;
        let committed = self.commit(change, key.as_ref()).await;
        if !matches!(committed, Ok(Outcome::Created(_))) {
            // It was refused, or the same request came at the same time and created the task.
            self.creations.refund(caller.id);
        }
        match committed? {
            Outcome::Replayed(made) => self.made_before(caller, &made).await,
            Outcome::Created(stored) => {
                self.tell(stored.notifications).await;
                Ok(Outcome::Created(TaskDetails {
                    user_names: users.iter().collect(),
                    task: stored.task,
                }))
            }
        }
    }

    async fn made_before(
        &self,
        caller: &User,
        made: &CreatedIds,
    ) -> Result<Outcome<TaskDetails>, Failure> {
        let task = self.read(caller, TaskId(made.first()?)).await?;
        Ok(Outcome::Replayed(task))
    }
}

/// What a request to make a task amounts to; `users` are those that it names, and the caller.
fn decide(
    caller: &User,
    users: &[User],
    request: CreateTask,
    now: DateTime<Utc>,
) -> Result<TaskChange, Failure> {
    let named = [
        ("assigned_to", request.assigned_to),
        ("assigned_by", request.assigned_by),
    ];
    check_active(named, users)?;
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
