//! Requests that come again although they were done: whoever missed the answer asks once more, and
//! nothing is made twice.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::change::TaskStored;
use super::field::FieldError;
use super::id::{CommentId, NotificationId, TaskId, UserId};
use crate::Failure;
use crate::domain::account::User;
use crate::domain::notification::Notification;

/// The name that a client gives to a request that it may send again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The most characters of a name.
    pub const MAX: usize = 255;

    /// Accepts printable ASCII, as headers hold it.
    pub fn new(name: String) -> Result<Self, FieldError> {
        if name.is_empty() {
            return Err(FieldError::Blank);
        }
        if name.chars().count() > Self::MAX {
            return Err(FieldError::TooLong(Self::MAX));
        }
        if !name.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(FieldError::NotPrintable);
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A keyed hash of a request: it tells whether two are the same, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(pub String);

/// What a request says of itself that may come again.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// Its name.
    pub name: KeyName,
    /// Its body, which may hold a secret.
    pub body: Vec<u8>,
}

impl fmt::Debug for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestKey({:?}, …)", self.name)
    }
}

/// What a request does; the same name means another request for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// A task is made.
    CreateTask,
    /// A comment is added to this task, which is the answer.
    Comment(TaskId),
    /// A comment is created on this task, and is the answer.
    CreateComment(TaskId),
    /// A user is made.
    CreateUser,
    /// Users are told what another system says.
    Announce,
}

impl Operation {
    /// How a store names it.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::CreateTask => "create task".to_owned(),
            Self::Comment(task) => format!("comment on task {task}"),
            Self::CreateComment(task) => format!("create comment on task {task}"),
            Self::CreateUser => "create user".to_owned(),
            Self::Announce => "announce".to_owned(),
        }
    }
}

/// Where a key is kept: there is one at most.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyScope {
    /// Whose request.
    pub user: UserId,
    /// For what.
    pub operation: Operation,
    /// By which name.
    pub name: KeyName,
}

/// A request that is done once, however often it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Where it is kept.
    pub scope: KeyScope,
    /// Distinguishes it from others of this name.
    pub fingerprint: Fingerprint,
    /// When it came.
    pub at: DateTime<Utc>,
}

impl IdempotencyKey {
    /// For how long a request is remembered.
    pub const LIFETIME: TimeDelta = TimeDelta::hours(24);

    /// Requests that came by then do not count any more.
    #[must_use]
    pub fn expired_before(&self) -> DateTime<Utc> {
        self.at - Self::LIFETIME
    }

    /// What the request has made before: nothing if what is known has expired.
    /// [`Failure::IdempotencyKeyReused`] if that was another request of the same name.
    pub fn lookup(&self, known: StoredResult) -> Result<Option<CreatedIds>, Failure> {
        if known.at <= self.expired_before() {
            return Ok(None);
        }
        if known.fingerprint != self.fingerprint {
            return Err(Failure::IdempotencyKeyReused);
        }
        Ok(Some(known.created_ids))
    }
}

/// What is kept of a request that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResult {
    /// Distinguishes it from others of this name.
    pub fingerprint: Fingerprint,
    /// What it has made.
    pub created_ids: CreatedIds,
    /// When it came.
    pub at: DateTime<Utc>,
}

/// The identities of what a request has made; its operation tells of what kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedIds(pub Vec<i64>);

impl CreatedIds {
    /// The identity, where a request makes one thing; [`Failure::Internal`] where it made none.
    pub fn first(&self) -> Result<i64, Failure> {
        let nothing = || Failure::Internal("a request was remembered that made nothing".to_owned());
        self.0.first().copied().ok_or_else(nothing)
    }

    /// The identity of the comment, where a request adds one to a task: it follows the task's.
    #[must_use]
    pub fn comment(&self) -> Option<CommentId> {
        self.0.get(1).copied().map(CommentId)
    }

    /// The identities, where a request makes notifications.
    #[must_use]
    pub fn notifications(&self) -> Vec<NotificationId> {
        self.0.iter().copied().map(NotificationId).collect()
    }
}

/// What is stored for a request, and has identities to find it again by.
pub trait HasCreatedIds {
    /// The identities.
    fn created_ids(&self) -> CreatedIds;
}

impl HasCreatedIds for TaskStored {
    fn created_ids(&self) -> CreatedIds {
        let comment = self.comment.map(|id| id.0);
        CreatedIds([self.task.id.0].into_iter().chain(comment).collect())
    }
}

impl HasCreatedIds for Vec<Notification> {
    fn created_ids(&self) -> CreatedIds {
        CreatedIds(self.iter().map(|notification| notification.id.0).collect())
    }
}

impl HasCreatedIds for User {
    fn created_ids(&self) -> CreatedIds {
        CreatedIds(vec![self.id.0])
    }
}

/// A change that is stored once, however often its request comes: the key is kept with it, both or
/// neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed<C> {
    /// The request's.
    pub key: IdempotencyKey,
    /// What it wants to have stored.
    pub change: C,
}

/// What a [`Keyed`] change has become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed<T> {
    /// It is stored.
    Stored(T),
    /// It was stored before, when its request came first: nothing changes.
    Replayed(CreatedIds),
}

/// What a request has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome<T> {
    /// It, as it now stands.
    pub value: T,
    /// Whether it was made before, when the same request came first.
    pub is_replayed: bool,
}

impl<T> Outcome<T> {
    /// Made by this very request.
    pub fn created(value: T) -> Self {
        Self {
            value,
            is_replayed: false,
        }
    }

    /// Made when the same request came first.
    pub fn replayed(value: T) -> Self {
        Self {
            value,
            is_replayed: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_printable_and_has_at_most_255_characters() {
        let name = |text: &str| KeyName::new(text.to_owned());
        for good in ["a", "4f9c 7!~", &"x".repeat(255)] {
            assert_eq!(name(good).unwrap().as_str(), good);
        }
        assert_eq!(name(""), Err(FieldError::Blank));
        assert_eq!(name(&"x".repeat(256)), Err(FieldError::TooLong(255)));
        for bad in ["a\tb", "\u{7f}", "sch\u{f6}n", "a\0"] {
            assert_eq!(name(bad), Err(FieldError::NotPrintable), "{bad:?}");
        }
    }

    #[test]
    fn a_request_is_remembered_for_a_day_by_its_body() {
        let key = |body: &str, second| {
            let scope = KeyScope {
                user: UserId(1),
                operation: Operation::CreateTask,
                name: KeyName::new("k".to_owned()).unwrap(),
            };
            IdempotencyKey {
                scope,
                fingerprint: Fingerprint(body.to_owned()),
                at: DateTime::from_timestamp(second, 0).unwrap(),
            }
        };
        let known = StoredResult {
            fingerprint: Fingerprint("one".to_owned()),
            created_ids: CreatedIds(vec![7]),
            at: DateTime::from_timestamp(0, 0).unwrap(),
        };
        let day = 24 * 60 * 60;
        let lookup = |body, second| key(body, second).lookup(known.clone());
        assert_eq!(lookup("one", day - 1), Ok(Some(CreatedIds(vec![7]))));
        assert_eq!(lookup("other", day - 1), Err(Failure::IdempotencyKeyReused));
        assert_eq!(lookup("one", day), Ok(None));
        assert_eq!(lookup("other", day), Ok(None));
    }
}
