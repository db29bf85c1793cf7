//! The notification itself.

use chrono::{DateTime, Utc};

use crate::domain::id::{NotificationId, TaskId, UserId};
use crate::domain::notification::{NotificationType, NotificationUrl, OpaqueObject};
use crate::domain::task::Priority;

/// The data of a notification beyond its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetaInfo {
    /// A task.
    Task {
        task_id: TaskId,
        /// The priority of the task at the time of the notification.
        priority: Priority,
    },
    /// A comment that mentions the recipient.
    Mention {
        task_id: TaskId,
        /// The first characters of the comment.
        comment_text: String,
        mentioned_by: UserId,
    },
    /// A JSON object of another system, kept unread.
    Opaque(OpaqueObject),
}

/// The subject of a new notification. The id of a task that the same change creates is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The task that the same change creates.
    NewTask { priority: Priority },
    /// A subject with a known id.
    Known(MetaInfo),
}

impl Subject {
    /// The data of the notification, given the id of the change's task.
    pub fn resolve(self, task_id: TaskId) -> MetaInfo {
        match self {
            Self::NewTask { priority } => MetaInfo::Task { task_id, priority },
            Self::Known(meta_info) => meta_info,
        }
    }
}

/// A notification to append. Its subject is [`MetaInfo`], or [`Subject`] while the id of a new task is
/// unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotification<S = Subject> {
    pub recipient: UserId,
    pub kind: NotificationType,
    pub title: String,
    pub message: String,
    /// Where it leads.
    pub url: Option<NotificationUrl>,
    /// The due date of the subject.
    pub due_date: Option<DateTime<Utc>>,
    pub subject: S,
    pub created_at: DateTime<Utc>,
}

impl NewNotification {
    /// The notification, given the id of the change's task.
    pub fn about(self, task: TaskId) -> NewNotification<MetaInfo> {
        NewNotification {
            subject: self.subject.resolve(task),
            recipient: self.recipient,
            kind: self.kind,
            title: self.title,
            message: self.message,
            url: self.url,
            due_date: self.due_date,
            created_at: self.created_at,
        }
    }
}

impl NewNotification<MetaInfo> {
    /// The unread notification that a store keeps once it has assigned id and sequence.
    pub fn into_notification(self, id: NotificationId, sequence: i64) -> Notification {
        Notification {
            id,
            sequence,
            recipient: self.recipient,
            kind: self.kind,
            title: self.title,
            message: self.message,
            url: self.url,
            due_date: self.due_date,
            meta_info: self.subject,
            read_at: None,
            is_completed: false,
            created_at: self.created_at,
            updated_at: self.created_at,
        }
    }
}

/// A notification, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Unique id over all mailboxes.
    pub id: NotificationId,
    /// Position in the recipient's mailbox: 1, 2, 3 … in the order of commit, without gaps.
    pub sequence: i64,
    pub recipient: UserId,
    pub kind: NotificationType,
    pub title: String,
    pub message: String,
    /// Where it leads.
    pub url: Option<NotificationUrl>,
    /// The due date of the subject.
    pub due_date: Option<DateTime<Utc>>,
    /// The data beyond the text.
    pub meta_info: MetaInfo,
    /// When the recipient read it; `None` while unread.
    pub read_at: Option<DateTime<Utc>>,
    /// Whether the recipient has marked it as completed.
    pub is_completed: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The new states of a notification; `None` keeps a state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotificationEdit {
    /// Whether it is read; `Some(false)` makes it unread again.
    pub read: Option<bool>,
    pub is_completed: Option<bool>,
}

impl Notification {
    /// Whether the recipient has read it.
    pub fn is_read(&self) -> bool {
        self.read_at.is_some()
    }

    /// The notification as it was created, before any edit.
    #[must_use]
    pub fn as_created(&self) -> Self {
        Self { read_at: None, is_completed: false, updated_at: self.created_at, ..self.clone() }
    }

    /// The notification after the edit; an equal one if nothing changes.
    #[must_use]
    pub fn edited(&self, edit: NotificationEdit, at: DateTime<Utc>) -> Self {
        let read_at = match edit.read {
            None => self.read_at,
            Some(true) => self.read_at.or(Some(at)),
            Some(false) => None,
        };
        let is_completed = edit.is_completed.unwrap_or(self.is_completed);
        if (read_at, is_completed) == (self.read_at, self.is_completed) {
            return self.clone();
        }
        Self { read_at, is_completed, updated_at: at, ..self.clone() }
    }

    /// Whether its due date has passed and it is not completed.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        !self.is_completed && self.due_date.is_some_and(|due| due < now)
    }
}
