//! The recipients and texts of notifications about tasks.

use chrono::{DateTime, Utc};

use crate::domain::account::User;
use crate::domain::id::UserId;
use crate::domain::notification::{MetaInfo, NewNotification, NotificationType, Subject};
use crate::domain::task::{NewComment, NewTask, Priority, Reminder, Status, Task};

/// The maximum length of the comment text in a notification, in characters.
const COMMENT_TEXT: usize = 500;

impl NewNotification {
    /// For the assignee of a new task; `None` without an assignee.
    pub fn of_new_task(task: &NewTask) -> Option<Self> {
        let priority = task.priority;
        task.assigned_to.map(|recipient| Self {
            recipient,
            kind: NotificationType::TASK_ASSIGNED,
            title: format!("New Task Assigned: {}", task.title.as_str()),
            message: assigned(priority),
            url: None,
            due_date: task.due_date,
            subject: Subject::NewTask { priority },
            created_at: task.created_at,
        })
    }

    /// For the new assignee of a task; `None` if the task is closed.
    pub fn of_assignment(task: &Task, now: DateTime<Utc>) -> Option<Self> {
        let notification = |recipient| {
            let title = format!("Task Assigned: {}", task.title);
            let kind = NotificationType::TASK_ASSIGNED;
            about(task, recipient, kind, title, assigned(task.priority), now)
        };
        let assignee = task.assigned_to.filter(|_| !task.status.is_closed());
        assignee.map(notification)
    }

    /// For the assigner of a task that another user has closed; `None` if it is open.
    pub fn of_closing(task: &Task, closer: &User, now: DateTime<Utc>) -> Option<Self> {
        let (kind, done) = match task.status {
            Status::Completed => (NotificationType::TASK_COMPLETED, "completed"),
            Status::Cancelled => (NotificationType::TASK_CANCELLED, "cancelled"),
            Status::Pending | Status::InProgress | Status::Overdue => return None,
        };
        if closer.id == task.assigned_by {
            return None;
        }
        let title = format!("{}: {}", kind.words(), task.title);
        let message = format!("{} {done} a task that you assigned.", closer.full_name());
        Some(about(task, task.assigned_by, kind, title, message, now))
    }

    /// For the assignee whose task is due soon or overdue.
    pub fn of_reminder(
        task: &Task,
        recipient: UserId,
        reminder: Reminder,
        now: DateTime<Utc>,
    ) -> Self {
        let (kind, state) = match reminder {
            Reminder::DueSoon => (NotificationType::TASK_DUE_SOON, "due soon"),
            Reminder::Overdue => (NotificationType::TASK_OVERDUE, "overdue"),
        };
        let title = format!("{}: {}", kind.words(), task.title);
        let message =
            format!("Your {} priority task is {state}.", task.priority.display().to_lowercase());
        about(task, recipient, kind, title, message, now)
    }

    /// For a user that a comment mentions.
    pub fn of_mention(task: &Task, author: &User, comment: &NewComment, recipient: UserId) -> Self {
        let mention = MetaInfo::Mention {
            task_id: task.id,
            comment_text: comment.text().chars().take(COMMENT_TEXT).collect(),
            mentioned_by: author.id,
        };
        Self {
            recipient,
            kind: NotificationType::TASK_MENTIONED,
            title: "You were mentioned in a task comment".to_owned(),
            message: format!(
                "{} mentioned you in a comment on task: {}",
                author.full_name(),
                task.title
            ),
            url: None,
            due_date: task.due_date,
            subject: Subject::Known(mention),
            created_at: comment.created_at(),
        }
    }
}

fn about(
    task: &Task,
    recipient: UserId,
    kind: NotificationType,
    title: String,
    message: String,
    now: DateTime<Utc>,
) -> NewNotification {
    let task_and_priority = MetaInfo::Task { task_id: task.id, priority: task.priority };
    NewNotification {
        recipient,
        kind,
        title,
        message,
        url: None,
        due_date: task.due_date,
        subject: Subject::Known(task_and_priority),
        created_at: now,
    }
}

fn assigned(priority: Priority) -> String {
    format!("A new {} priority task has been assigned to you.", priority.display().to_lowercase())
}
