//! Changes: plain data that a store commits, all of it or nothing.
//!
//! These enums are exhaustive on purpose: a store that misses a variant does not compile.

use chrono::{DateTime, Utc};

use super::id::{ApiKeyId, CommentId, NotificationId, SessionId, TaskId, TokenId, UserId};
use crate::Failure;
use crate::domain::account::{NewApiKey, NewUser, PasswordHash, Session, UserEdit};
use crate::domain::notification::{
    Mailbox, MetaInfo, NewNotification, Notification, NotificationEdit, PreferencesEdit,
};
use crate::domain::task::{Comment, NewComment, NewTask, Task};

/// A change of a task, with the notifications that follow from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskChange {
    pub write: TaskWrite,
    /// The notifications to append, in this order.
    pub notifications: Vec<NewNotification>,
}

impl TaskChange {
    /// Creates a task.
    pub fn insert(task: NewTask, notifications: Vec<NewNotification>) -> Self {
        Self { write: TaskWrite::Insert(task), notifications }
    }
}

impl From<TaskWrite> for TaskChange {
    /// A change without notifications.
    fn from(write: TaskWrite) -> Self {
        Self { write, notifications: vec![] }
    }
}

/// A write to one task. Every variant but `Insert` and `Delete` raises the version by 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskWrite {
    /// Creates the task.
    Insert(NewTask),
    /// Replaces all fields but the comments. [`Failure::Conflict`] unless the stored task has the version
    /// of this one.
    Update(Box<Task>),
    /// Adds a comment. [`Failure::Conflict`] unless the [`Touch`] of the comment applies.
    Comment(TaskId, NewComment, Option<i64>),
    /// Deletes a comment and the read access that its mentions granted. [`Failure::NotFound`] if the task
    /// has no such comment.
    DeleteComment(CommentId, Touch),
    /// Revokes the read access that mentions granted to a user. [`Failure::NotFound`] if there is none.
    RemoveReader(UserId, Touch),
    /// Deletes the task. [`Failure::Conflict`] unless the stored task has the version of this one.
    Delete(Box<Task>),
}

/// The effect on a task of a change to something that belongs to it: a new version and a new last change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    pub task: TaskId,
    pub by: UserId,
    pub at: DateTime<Utc>,
    /// The only version that the change applies to; `None` for any.
    pub expected_version: Option<i64>,
}

impl Touch {
    /// The effect of adding a comment to the task.
    pub fn of_comment(task: TaskId, comment: &NewComment, expected_version: Option<i64>) -> Self {
        Self { task, by: comment.author(), at: comment.created_at(), expected_version }
    }

    /// The task after the change, with this many comments more. Stores that change rows without reading
    /// them apply the same rule in SQL.
    ///
    /// # Errors
    ///
    /// [`Failure::Conflict`] if the task does not exist, has another version than the change needs, or
    /// would have more than [`Comment::MAX_OF_TASK`] comments.
    pub fn apply_to(&self, task: Option<&Task>, added_comments: i64) -> Result<Task, Failure> {
        let is_expected =
            |task: &&Task| self.expected_version.is_none_or(|version| version == task.version);
        let task = task.filter(is_expected).ok_or(Failure::Conflict)?;
        let comment_count = task.comment_count + added_comments;
        if added_comments > 0 && comment_count > Comment::MAX_OF_TASK {
            return Err(Failure::Conflict);
        }
        let next = Task { comment_count, ..task.clone() };
        Ok(next.changed(self.by, self.at).into_next_version())
    }
}

/// The result of a [`TaskChange`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskStored {
    /// The task after the change; after a deletion, as it last was.
    pub task: Task,
    /// The id of the comment that was added.
    pub comment: Option<CommentId>,
    /// The notifications as appended, in the order of the change.
    pub notifications: Vec<Notification>,
}

/// A selection of notifications of one mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// The notifications with these ids; ids of other mailboxes are ignored.
    Ids(Vec<NotificationId>),
    /// All notifications.
    All,
}

/// A write to the notifications of one mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InboxWrite {
    /// Marks notifications as read. Read ones keep their time.
    MarkRead(Selection),
    /// Edits one notification.
    Edit(NotificationId, NotificationEdit),
    /// Deletes one notification: erases its content and keeps its sequence as a tombstone.
    Delete(NotificationId),
}

/// Appends notifications that do not follow from a change of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendNotifications {
    /// The notifications, in this order.
    pub notifications: Vec<NewNotification<MetaInfo>>,
}

/// A change of one mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxChange {
    pub user: UserId,
    pub write: InboxWrite,
    pub at: DateTime<Utc>,
}

/// The result of an [`InboxChange`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboxStored {
    /// The mailbox after the change.
    pub mailbox: Mailbox,
    /// The number of notifications that really changed.
    pub changed: u64,
}

/// A change of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserChange {
    /// Creates a user.
    Create { user: NewUser, by: Administrator },
    /// Creates a user if there is none yet.
    CreateFirst(NewUser),
    /// Sets a password and revokes the user's sessions. Tokens without a session that were issued before
    /// become invalid too.
    SetPassword { user: UserId, password: PasswordHash, at: DateTime<Utc>, by: PasswordSetter },
    /// Changes profile or rights.
    Edit { user: UserId, edit: UserEdit, by: Administrator },
    /// Changes notification preferences. Types that the edit does not name keep their stored value.
    SetPreferences { user: UserId, edit: PreferencesEdit },
    /// Deactivates a user, even the last administrator.
    Deactivate(UserId),
}

impl UserChange {
    /// The existing user that changes; `None` for a new one.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::Create { .. } | Self::CreateFirst(_) => None,
            Self::SetPassword { user, .. }
            | Self::Edit { user, .. }
            | Self::SetPreferences { user, .. }
            | Self::Deactivate(user) => Some(*user),
        }
    }
}

/// The author of a change of users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Administrator {
    /// The person at the command line, who needs no right.
    Operator,
    /// A user, who must be active staff when the change is stored.
    Staff(UserId),
    /// A program with an API key of this user that permits to write users. The user must be active when the
    /// change is stored, and a changed user must be a person who is not staff.
    Program(UserId),
}

impl Administrator {
    /// The user who makes the change; `None` for the operator.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::Operator => None,
            Self::Staff(user) | Self::Program(user) => Some(user),
        }
    }
}

/// The author of a new password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordSetter {
    /// The person at the command line.
    Operator,
    /// The user, who proved the old password. The change is a conflict if the user has another password
    /// by now or is inactive.
    Owner {
        /// The session that stays open.
        session: Option<SessionId>,
        /// The user's `tokens_valid_from` when the old password was compared.
        tokens_valid_from: DateTime<Utc>,
    },
}

impl PasswordSetter {
    /// The one session that a new password does not revoke.
    pub fn kept_session(&self) -> Option<&SessionId> {
        match self {
            Self::Operator => None,
            Self::Owner { session, .. } => session.as_ref(),
        }
    }
}

/// A change of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionChange {
    /// Opens a session. The change is a conflict if the user has another password by now or is inactive.
    Open {
        session: Session,
        /// The user's `tokens_valid_from` when the password was compared.
        tokens_valid_from: DateTime<Utc>,
    },
    /// Replaces the current refresh token. The change is a conflict if `spent` is not the current token or
    /// the session was revoked.
    Rotate {
        session: SessionId,
        /// The current token.
        spent: TokenId,
        next: TokenId,
        /// The expiry of the next token.
        expires_at: DateTime<Utc>,
        at: DateTime<Utc>,
    },
    /// Revokes a session; without effect if it is unknown or revoked.
    Revoke { session: SessionId, at: DateTime<Utc> },
}

/// A change of an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiKeyChange {
    /// Creates a key. [`Failure::NotFound`] if its user does not exist, [`Failure::PermissionDenied`] as
    /// [`check_key_granter`](crate::domain::access::check_key_granter) says.
    Create { key: NewApiKey, by: KeyGranter },
    /// Revokes a key, of this user if one is given; a revoked one keeps its time. [`Failure::NotFound`] if
    /// there is no such key.
    Revoke { key: ApiKeyId, user: Option<UserId>, at: DateTime<Utc> },
    /// Stores the hour of the last request, unless a later one is stored. [`Failure::NotFound`] if there is
    /// no such key.
    RecordUse { key: ApiKeyId, hour: DateTime<Utc> },
}

/// The user who creates a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyGranter {
    /// The person at the command line, who needs no right.
    Operator,
    /// A user, whose rights are checked when the key is stored.
    User(UserId),
}
