//! Idempotency: a retried request creates nothing and returns the first result.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::change::TaskStored;
use super::field::FieldError;
use super::id::{CommentId, NotificationId, TaskId, UserId};
use crate::Failure;
use crate::domain::account::User;
use crate::domain::notification::Notification;

/// The name that a client gives to a request: the value of the header `Idempotency-Key`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The maximum length in characters.
    pub const MAX: usize = 255;

    /// Accepts printable ASCII.
    ///
    /// # Errors
    ///
    /// [`FieldError::Blank`], [`FieldError::TooLong`] and [`FieldError::NotPrintable`].
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

/// A keyed hash of a request, which shows whether two requests are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(pub String);

/// The key and the body of a request that may be retried.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// The name of the key.
    pub name: KeyName,
    /// The body, which may contain a secret.
    pub body: Vec<u8>,
}

impl fmt::Debug for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestKey({:?}, …)", self.name)
    }
}

/// The operation of a request. The same key name is another key for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Creates a task.
    CreateTask,
    /// Adds a comment to a task and returns the task.
    Comment(TaskId),
    /// Adds a comment to a task and returns the comment.
    CreateComment(TaskId),
    /// Creates a user.
    CreateUser,
    /// Sends notifications for another system.
    Announce,
}

impl Operation {
    /// The name in the store.
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

/// The unique scope of a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyScope {
    /// The user of the request.
    pub user: UserId,
    /// The operation of the request.
    pub operation: Operation,
    /// The name of the key.
    pub name: KeyName,
}

/// The idempotency key of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The scope, unique in a store.
    pub scope: KeyScope,
    /// The fingerprint of the request.
    pub fingerprint: Fingerprint,
    /// The time of the request.
    pub at: DateTime<Utc>,
}

impl IdempotencyKey {
    /// How long a result is stored.
    pub const LIFETIME: TimeDelta = TimeDelta::hours(24);

    /// The time at or before which stored results have expired.
    #[must_use]
    pub fn expired_before(&self) -> DateTime<Utc> {
        self.at - Self::LIFETIME
    }

    /// The result of the first request, or `None` if the stored one has expired.
    ///
    /// # Errors
    ///
    /// [`Failure::IdempotencyKeyReused`] if the stored result is that of a different request.
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

/// The stored result of a request with an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResult {
    /// The fingerprint of the request.
    pub fingerprint: Fingerprint,
    /// The ids that the request created.
    pub created_ids: CreatedIds,
    /// The time of the request.
    pub at: DateTime<Utc>,
}

/// The ids that a request created, in the order that its operation defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedIds(pub Vec<i64>);

impl CreatedIds {
    /// The only id of an operation that creates one thing, or the id of its task.
    ///
    /// # Errors
    ///
    /// [`Failure::Internal`] if there is none.
    pub fn first(&self) -> Result<i64, Failure> {
        let nothing = || Failure::Internal("a request was remembered that made nothing".to_owned());
        self.0.first().copied().ok_or_else(nothing)
    }

    /// The id of the comment, which follows the id of its task.
    #[must_use]
    pub fn comment(&self) -> Option<CommentId> {
        self.0.get(1).copied().map(CommentId)
    }

    /// The ids of notifications.
    #[must_use]
    pub fn notifications(&self) -> Vec<NotificationId> {
        self.0.iter().copied().map(NotificationId).collect()
    }
}

/// A result whose ids are stored with an idempotency key.
pub trait HasCreatedIds {
    /// The ids to store.
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
    fn key_name_is_printable_and_has_at_most_255_characters() {
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
    fn stored_result_is_valid_for_a_day_and_for_one_fingerprint() {
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
