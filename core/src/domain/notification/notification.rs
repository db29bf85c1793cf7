//! Notifications: what a user is told.

use std::ops::Deref;

use chrono::{DateTime, Utc};

use crate::domain::id::{NotificationId, TaskId, UserId};
use crate::domain::named_enum::named_enum;
use crate::domain::notification::OpaqueObject;
use crate::domain::task::Priority;

named_enum! {
    /// The event that a notification reports.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum NotificationType {
        /// A task was assigned to the recipient.
        TaskAssigned = "TASK_ASSIGNED", "Task Assigned";
        /// A comment mentions the recipient.
        TaskMentioned = "TASK_MENTIONED", "Task Mentioned";
        /// A task that the recipient assigned was completed.
        TaskCompleted = "TASK_COMPLETED", "Task Completed";
        /// A task that the recipient assigned was cancelled.
        TaskCancelled = "TASK_CANCELLED", "Task Cancelled";
        /// The due date of the recipient's task is near.
        TaskDueSoon = "TASK_DUE_SOON", "Task Due Soon";
        /// The due date of the recipient's task has passed.
        TaskOverdue = "TASK_OVERDUE", "Task Overdue";
        /// Another system assigned a client.
        ClientAssigned = "CLIENT_ASSIGNED", "Client Assigned";
        /// Another system assigned an application.
        ApplicationAssigned = "APPLICATION_ASSIGNED", "Application Assigned";
        /// Another system assigned a visa application.
        VisaApplicationAssigned = "VISA_APPLICATION_ASSIGNED", "Visa Application Assigned";
        /// A reminder of another system is due.
        ReminderDue = "REMINDER_DUE", "Reminder Due";
        /// An alert of another system.
        SystemAlert = "SYSTEM_ALERT", "System Alert";
    }
}

/// What a notification is about, beyond its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MetaInfo {
    /// A task, and how urgent it was then.
    Task {
        /// Which.
        task_id: TaskId,
        /// How urgent.
        priority: Priority,
    },
    /// A comment that names the recipient.
    Mention {
        /// On which task.
        task_id: TaskId,
        /// What was said, or the beginning of it.
        comment_text: String,
        /// Who said it.
        mentioned_by: UserId,
    },
    /// What another system says, which means nothing here.
    Opaque(OpaqueObject),
}

/// What a new notification is about: a task made in the same change has no identity yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The task that the same change makes.
    NewTask {
        /// How urgent.
        priority: Priority,
    },
    /// What has its identity already.
    Known(MetaInfo),
}

impl Subject {
    /// The meta info, now that the change's task has its identity.
    #[must_use]
    pub fn resolve(self, task_id: TaskId) -> MetaInfo {
        match self {
            Self::NewTask { priority } => MetaInfo::Task { task_id, priority },
            Self::Known(meta_info) => meta_info,
        }
    }
}

/// A notification that does not exist yet. Its subject is known, or waits for the task that the same
/// change makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotification<S = Subject> {
    /// Who is told.
    pub recipient: UserId,
    /// Why.
    pub kind: NotificationType,
    /// In a few words.
    pub title: String,
    /// In a sentence.
    pub message: String,
    /// A date that matters for it.
    pub due_date: Option<DateTime<Utc>>,
    /// What it is about.
    pub subject: S,
    /// When.
    pub created_at: DateTime<Utc>,
}

impl NewNotification {
    /// The notification, now that the change's task has its identity.
    #[must_use]
    pub fn about(self, task: TaskId) -> NewNotification<MetaInfo> {
        NewNotification {
            subject: self.subject.resolve(task),
            recipient: self.recipient,
            kind: self.kind,
            title: self.title,
            message: self.message,
            due_date: self.due_date,
            created_at: self.created_at,
        }
    }
}

/// What is kept of a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationRecord {
    /// Identity.
    pub id: NotificationId,
    /// Its place in the recipient's mailbox: 1, 2, 3 … in the order of commit.
    pub sequence: i64,
    /// Whose mailbox.
    pub recipient: UserId,
    /// Why.
    pub kind: NotificationType,
    /// In a few words.
    pub title: String,
    /// In a sentence.
    pub message: String,
    /// A date that matters for it.
    pub due_date: Option<DateTime<Utc>>,
    /// What it is about.
    pub meta_info: MetaInfo,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
    /// Whether its reader is done with it.
    pub is_completed: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

/// What its reader makes of a notification; what is absent stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotificationEdit {
    /// Whether it is read: what was read may become unread again.
    pub read: Option<bool>,
    /// Whether its reader is done with it.
    pub is_completed: Option<bool>,
}

/// A notification, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification(NotificationRecord);

impl Notification {
    /// A notification as a store remembers it.
    #[must_use]
    pub fn restore(record: NotificationRecord) -> Self {
        Self(record)
    }

    /// Whether it has been read.
    #[must_use]
    pub fn is_read(&self) -> bool {
        self.read_at.is_some()
    }

    /// The notification before its reader did anything with it.
    #[must_use]
    pub fn as_made(&self) -> Self {
        let record = &self.0;
        Self(NotificationRecord {
            read_at: None,
            is_completed: false,
            updated_at: record.created_at,
            ..record.clone()
        })
    }

    /// The notification after this edit: the very same where nothing changes.
    #[must_use]
    pub fn edited(&self, edit: NotificationEdit, at: DateTime<Utc>) -> Self {
        let before = &self.0;
        let read_at = match edit.read {
            None => before.read_at,
            Some(true) => before.read_at.or(Some(at)),
            Some(false) => None,
        };
        let is_completed = edit.is_completed.unwrap_or(before.is_completed);
        if (read_at, is_completed) == (before.read_at, before.is_completed) {
            return self.clone();
        }
        Self(NotificationRecord {
            read_at,
            is_completed,
            updated_at: at,
            ..before.clone()
        })
    }

    /// Whether its date has passed while its reader is not done with it.
    #[must_use]
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        !self.is_completed && self.due_date.is_some_and(|due| due < now)
    }
}

impl Deref for Notification {
    type Target = NotificationRecord;

    fn deref(&self) -> &NotificationRecord {
        &self.0
    }
}
