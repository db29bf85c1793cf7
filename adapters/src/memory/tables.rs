use std::collections::{BTreeMap, HashMap};

use leopard_core::Failure;
use leopard_core::domain::account::{ApiKey, Credentials, Session, User};
use leopard_core::domain::id::{ApiKeyId, SessionId, TaskId, UserId};
use leopard_core::domain::idempotency::{KeyScope, StoredResult};
use leopard_core::domain::notification::{NotificationType, StoredType};
use leopard_core::domain::page::{Page, PageRequest};
use leopard_core::domain::task::{SentReminder, Task};

use super::comments::Comments;
use super::mailbox::Mail;

#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) users: BTreeMap<UserId, Credentials>,
    pub(super) api_keys: BTreeMap<ApiKeyId, ApiKey>,
    pub(super) sessions: HashMap<SessionId, Session>,
    /// The tasks, without their comments.
    pub(super) tasks: BTreeMap<TaskId, Task>,
    /// The id of the newest task; ids are never reused.
    pub(super) newest_task: i64,
    pub(super) comments: Comments,
    /// The reminders that were sent.
    pub(super) sent_reminders: HashMap<TaskId, Vec<SentReminder>>,
    pub(super) mail: HashMap<UserId, Mail>,
    /// Mailbox and sequence of every notification, in the order of commit; the first has id 1.
    pub(super) log: Vec<(UserId, i64)>,
    pub(super) keys: HashMap<KeyScope, StoredResult>,
    pub(super) notification_types: BTreeMap<NotificationType, StoredType>,
}

impl Tables {
    /// Checks that the stored task has the version that was read.
    pub(super) fn require_version(&self, read: &Task) -> Result<(), Failure> {
        match self.tasks.get(&read.id) {
            Some(task) if task.version == read.version => Ok(()),
            _ => Err(Failure::Conflict),
        }
    }

    /// Checks that a user exists, as a foreign key does.
    pub(super) fn require(&self, user: UserId) -> Result<(), Failure> {
        if self.users.contains_key(&user) {
            Ok(())
        } else {
            Err(Failure::Internal(format!("there is no user {user}")))
        }
    }

    pub(super) fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id).map(|credentials| &credentials.user)
    }
}

pub(super) fn next_id(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1)
}

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
        items: elements.into_iter().skip(begin).take(size).cloned().collect(),
    }
}
