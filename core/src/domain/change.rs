//! What a use case wants to have stored: all of it or nothing.

use chrono::{DateTime, Utc};

use super::id::{CommentId, NotificationId, SessionId, TaskId, TokenId, UserId};
use crate::domain::account::{NewUser, PasswordHash, SessionRecord, UserEdit};
use crate::domain::notification::{
    Mailbox, MetaInfo, NewNotification, Notification, NotificationEdit, PreferencesEdit,
};
use crate::domain::task::{NewComment, NewTask, Task};

/// What becomes of a task, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskChange {
    /// What becomes of it.
    pub write: TaskWrite,
    /// Who is told what about it.
    pub notifications: Vec<NewNotification>,
}

impl TaskChange {
    /// A task is made.
    #[must_use]
    pub fn insert(task: NewTask, notifications: Vec<NewNotification>) -> Self {
        Self {
            write: TaskWrite::Insert(task),
            notifications,
        }
    }
}

/// What becomes of a task. Every change of one that stands raises its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskWrite {
    /// It is made.
    Insert(NewTask),
    /// It is as given from now on, comments apart; a conflict if it has not the version any more
    /// that is given.
    Update(Box<Task>),
    /// Something is said about it, whatever its version is by now unless that is given; a conflict if
    /// it is gone or has another.
    Comment(TaskId, NewComment, Option<i64>),
    /// A comment is deleted, with the right to read that its mentions granted;
    /// [`Failure::NotFound`](crate::Failure::NotFound) where the task has no such comment.
    DeleteComment(CommentId, Touch),
    /// A user loses the right to read that mentions granted;
    /// [`Failure::NotFound`](crate::Failure::NotFound) where they granted none.
    RemoveReader(UserId, Touch),
    /// It is gone; a conflict if it has not the version any more that is given.
    Delete(Box<Task>),
}

/// A change of something that belongs to a task: it raises the task's version, whatever that is by now
/// unless it is given; a conflict if the task is gone or has another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touch {
    /// The task.
    pub task: TaskId,
    /// The user who changes it.
    pub by: UserId,
    /// The time of the change.
    pub at: DateTime<Utc>,
    /// The only version at which it may be stored.
    pub only: Option<i64>,
}

/// What a [`TaskChange`] has become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskStored {
    /// The task as it now stands, or as it last stood.
    pub task: Task,
    /// The comment that was added.
    pub comment: Option<CommentId>,
    /// The notifications, with their identities and sequences.
    pub notifications: Vec<Notification>,
}

/// Which notifications of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Those of these that are in the mailbox.
    Ids(Vec<NotificationId>),
    /// All of them.
    All,
}

/// What becomes of notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InboxWrite {
    /// They are read; those that are read already stay as they are.
    MarkRead(Selection),
    /// Its reader has made this of it.
    Edit(NotificationId, NotificationEdit),
    /// It is deleted: its content is erased, its place in the log stays.
    Delete(NotificationId),
}

/// Users are told something that is about nothing of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendNotifications {
    /// Who is told what.
    pub notifications: Vec<NewNotification<MetaInfo>>,
}

/// A change of one mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxChange {
    /// Whose.
    pub user: UserId,
    /// What.
    pub write: InboxWrite,
    /// When.
    pub at: DateTime<Utc>,
}

/// What an [`InboxChange`] has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboxStored {
    /// The mailbox after it.
    pub mailbox: Mailbox,
    /// How many notifications really changed.
    pub changed: u64,
}

/// A change of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserChange {
    /// A new user.
    Create {
        /// Who.
        user: NewUser,
        /// By whom.
        by: Administrator,
    },
    /// A new user, but only if there is none at all.
    CreateFirst(NewUser),
    /// A new password; every login that is stored by then ends, whatever its time says, and
    /// tokens of no login from before do not count any more.
    SetPassword {
        /// Whose.
        user: UserId,
        /// The new one's hash.
        password: PasswordHash,
        /// Since when.
        at: DateTime<Utc>,
        /// By whom.
        by: PasswordSetter,
    },
    /// Other names, another address, other rights; a conflict if that leaves no active user who may
    /// administer.
    Edit {
        /// Whose.
        user: UserId,
        /// Which.
        edit: UserEdit,
        /// By whom.
        by: Administrator,
    },
    /// The user wants to be told of other types than before; what is not named stays, whatever it is
    /// by then.
    SetPreferences {
        /// Who.
        user: UserId,
        /// What.
        edit: PreferencesEdit,
    },
    /// The user may not log in any more, whoever it is.
    Deactivate(UserId),
}

/// Who makes and changes users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Administrator {
    /// Who has the machine: nobody takes that right away.
    Operator,
    /// A user; the change is refused if they are no active staff any more.
    Staff(UserId),
}

/// Who gives a user a new password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasswordSetter {
    /// Somebody who administers: no login goes on.
    Operator,
    /// The user, who knew the one before; a conflict if they have got another since it was compared,
    /// or may not log in any more.
    Owner {
        /// The login that goes on, where they came by one.
        login: Option<SessionId>,
        /// Since when the user's tokens counted when the one before was read.
        tokens_valid_from: DateTime<Utc>,
    },
}

/// A change of a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionChange {
    /// Somebody has logged in; a conflict if they have got another password since it was
    /// compared, or may not log in any more.
    Open {
        /// The login.
        login: SessionRecord,
        /// Since when the user's tokens counted when the password was read.
        tokens_valid_from: DateTime<Utc>,
    },
    /// The refresh token is spent and followed by another; a conflict if it is not the current
    /// one any more or the login was revoked.
    Rotate {
        /// Which login.
        session: SessionId,
        /// The token that is spent.
        spent: TokenId,
        /// Its successor.
        next: TokenId,
        /// When the successor expires.
        expires_at: DateTime<Utc>,
        /// When it is spent.
        at: DateTime<Utc>,
    },
    /// The login does not count any more.
    Revoke {
        /// Which login.
        session: SessionId,
        /// Since when.
        at: DateTime<Utc>,
    },
}
