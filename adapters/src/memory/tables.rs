use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use leopard_core::Failure;
use leopard_core::domain::account::{Credentials, Session};
use leopard_core::domain::id::{SessionId, TaskId, UserId};
use leopard_core::domain::idempotency::{KeyScope, StoredResult};
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::domain::task::{SentReminder, Task};

use super::comments::Comments;
use super::mailbox::Mail;

/// All that is kept.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) users: BTreeMap<UserId, Credentials>,
    pub(super) sessions: HashMap<SessionId, Session>,
    /// The tasks, without their comments.
    pub(super) tasks: BTreeMap<TaskId, Task>,
    /// The identity of the newest task; none comes again.
    pub(super) newest_task: i64,
    pub(super) comments: Comments,
    /// What the assignees were reminded of.
    pub(super) sent_reminders: HashMap<TaskId, Vec<SentReminder>>,
    pub(super) mail: HashMap<UserId, Mail>,
    /// Every notification's mailbox and sequence, in the order of commit; the first has id 1.
    pub(super) log: Vec<(UserId, i64)>,
    pub(super) keys: HashMap<KeyScope, StoredResult>,
}

impl Tables {
    /// Refuses a change of a task that is not at this version any more.
    pub(super) fn require_version(&self, read: &Task) -> Result<(), Failure> {
        match self.tasks.get(&read.id) {
            Some(task) if task.version == read.version => Ok(()),
            _ => Err(Failure::Conflict),
        }
    }

    /// Refuses a change that names somebody who does not exist.
    pub(super) fn require(&self, user: UserId) -> Result<(), Failure> {
        if self.users.contains_key(&user) {
            Ok(())
        } else {
            Err(Failure::Internal(format!("there is no user {user}")))
        }
    }

    /// Refuses a change that was decided on another password than the user has, or of a user who may
    /// not log in any more.
    pub(super) fn require_unchanged(
        &self,
        user: UserId,
        tokens_valid_from: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let user = self.users.get(&user).map(|known| &known.user);
        user.filter(|user| user.is_active && user.tokens_valid_from == tokens_valid_from)
            .map(|_| ())
            .ok_or(Failure::Conflict)
    }
}

/// The identity of the next one in a table that has so many.
pub(super) fn next_id(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1)
}

/// One page of elements that are in order.
pub(super) fn page_of<'a, T: Clone + 'a>(
    elements: impl Iterator<Item = &'a T>,
    request: PageRequest,
) -> Page<T> {
    let elements: Vec<&T> = elements.collect();
    let begin = usize::try_from(request.offset()).unwrap_or(usize::MAX);
    let size = usize::try_from(request.size()).unwrap_or(usize::MAX);
    Page {
        total: elements.len() as u64,
        request,
        items: elements
            .into_iter()
            .skip(begin)
            .take(size)
            .cloned()
            .collect(),
    }
}
