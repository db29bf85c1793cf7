//! Idempotency keys: a client that missed the response repeats its request with the same key and gets the
//! original result; nothing is created twice.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::change::TaskStored;
use super::field::FieldError;
use super::id::{CommentId, NotificationId, TaskId, UserId};
use crate::Failure;
use crate::domain::account::{ApiKey, User};
use crate::domain::notification::Notification;

/// The `Idempotency-Key` of a request, chosen by the client.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The maximum length, in characters.
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
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A keyed hash of a request, which shows only whether two requests are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(pub String);

/// The key and the body of a request, before its [`IdempotencyKey`] is computed.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestKey {
    pub name: KeyName,
    /// The body, which may hold a secret.
    pub body: Vec<u8>,
}

impl fmt::Debug for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestKey({:?}, …)", self.name)
    }
}

/// The operation that a request performs. Keys of different operations are independent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Create a task.
    CreateTask,
    /// Add a comment to this task and return the task.
    Comment(TaskId),
    /// Add a comment to this task and return the comment.
    CreateComment(TaskId),
    /// Create a user.
    CreateUser,
    /// Create an API key of this user.
    CreateApiKey(UserId),
    /// Send an announcement.
    Announce,
}

impl Operation {
    /// The name of the operation in a store.
    pub fn name(self) -> String {
        match self {
            Self::CreateTask => "create task".to_owned(),
            Self::Comment(task) => format!("comment on task {task}"),
            Self::CreateComment(task) => format!("create comment on task {task}"),
            Self::CreateUser => "create user".to_owned(),
            Self::CreateApiKey(user) => format!("create API key of user {user}"),
            Self::Announce => "announce".to_owned(),
        }
    }
}

/// The identity of a stored key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyScope {
    pub user: UserId,
    pub operation: Operation,
    pub name: KeyName,
}

/// The idempotency key of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    pub scope: KeyScope,
    pub fingerprint: Fingerprint,
    pub at: DateTime<Utc>,
}

impl IdempotencyKey {
    /// How long a result is stored.
    pub const LIFETIME: TimeDelta = TimeDelta::hours(24);

    /// Results of requests up to this time have expired.
    pub fn expired_before(&self) -> DateTime<Utc> {
        self.at - Self::LIFETIME
    }

    /// What this request has created before, unless the stored result has expired.
    ///
    /// # Errors
    ///
    /// [`Failure::IdempotencyKeyReused`] if the key was used for another request.
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

/// The stored result of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResult {
    pub fingerprint: Fingerprint,
    pub created_ids: CreatedIds,
    pub at: DateTime<Utc>,
}

/// The ids of what a request created; the operation determines their kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedIds(pub Vec<i64>);

impl CreatedIds {
    /// The first id.
    ///
    /// # Errors
    ///
    /// [`Failure::Internal`] if the request created nothing.
    pub fn first(&self) -> Result<i64, Failure> {
        let none = || Failure::Internal("a stored result holds no id".to_owned());
        self.0.first().copied().ok_or_else(none)
    }

    /// The id of a comment that was added to a task; it follows the task's id.
    pub fn comment(&self) -> Option<CommentId> {
        self.0.get(1).copied().map(CommentId)
    }

    /// The ids as those of notifications.
    pub fn notifications(&self) -> Vec<NotificationId> {
        self.0.iter().copied().map(NotificationId).collect()
    }
}

impl From<&TaskStored> for CreatedIds {
    fn from(stored: &TaskStored) -> Self {
        let comment = stored.comment.map(|id| id.0);
        Self([stored.task.id.0].into_iter().chain(comment).collect())
    }
}

impl From<&Vec<Notification>> for CreatedIds {
    fn from(stored: &Vec<Notification>) -> Self {
        Self(stored.iter().map(|notification| notification.id.0).collect())
    }
}

impl From<&User> for CreatedIds {
    fn from(user: &User) -> Self {
        Self(vec![user.id.0])
    }
}

impl From<&ApiKey> for CreatedIds {
    fn from(key: &ApiKey) -> Self {
        Self(vec![key.id.0])
    }
}

/// The result of a request that may carry an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T, R = T> {
    /// This request did the work.
    Created(T),
    /// An earlier request with the same key did it; this one changed nothing.
    Replayed(R),
}

/// The result of a commit: what was stored, or the ids of what an earlier request with the same key stored.
pub type Committed<T> = Outcome<T, CreatedIds>;

impl<T> Outcome<T> {
    /// A new or a repeated result.
    pub fn new(value: T, is_replayed: bool) -> Self {
        if is_replayed { Self::Replayed(value) } else { Self::Created(value) }
    }

    /// The result, whichever request did the work.
    pub fn value(&self) -> &T {
        let (Self::Created(value) | Self::Replayed(value)) = self;
        value
    }

    /// The result, whichever request did the work.
    pub fn into_value(self) -> T {
        let (Self::Created(value) | Self::Replayed(value)) = self;
        value
    }
}

impl<T, R> Outcome<T, R> {
    /// Whether an earlier request did the work.
    pub fn is_replayed(&self) -> bool {
        matches!(self, Self::Replayed(_))
    }

    /// The result of a request without a key.
    ///
    /// # Errors
    ///
    /// [`Failure::Internal`] if it is that of an earlier request.
    pub fn into_created(self) -> Result<T, Failure> {
        match self {
            Self::Created(value) => Ok(value),
            Self::Replayed(_) => Err(Failure::Internal("a replay without a key".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests;
