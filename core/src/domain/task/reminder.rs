//! Reminders of due dates, decided by a periodic scan.

use chrono::{DateTime, TimeDelta, Utc};

use crate::Failure;
use crate::domain::id::{TaskId, UserId};
use crate::domain::named_enum::named_enum;
use crate::domain::notification::{NewNotification, Notification};
use crate::domain::task::{Status, Task};

named_enum! {
    /// A reminder of a due date, in the order in which a task sends them.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Reminder {
        /// The due date is near.
        DueSoon = "DUE_SOON";
        /// The due date has passed.
        Overdue = "OVERDUE";
    }
}

impl Reminder {
    /// The reminder that follows this one.
    fn next(self) -> Option<Self> {
        match self {
            Self::DueSoon => Some(Self::Overdue),
            Self::Overdue => None,
        }
    }
}

/// A reminder that was sent. It is not sent again, even if the task gets the same assignee or due date
/// once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SentReminder {
    pub user: UserId,
    /// The due date that it was about.
    pub due_date: DateTime<Utc>,
    pub reminder: Reminder,
}

/// A task whose next reminder may be due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueTask {
    pub task: Task,
    /// The reminders of this task that were sent before, to any user.
    pub sent: Vec<SentReminder>,
}

/// A reminder to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderToSend {
    /// The record that prevents a second one.
    pub sent: SentReminder,
    pub notification: NewNotification,
}

/// The change of one task by a due scan. It applies only to the state that the scan read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderChange {
    pub task: TaskId,
    /// The version that the scan read.
    pub version: i64,
    /// The next reminder that the scan read.
    pub awaited: Reminder,
    /// The next reminder after the change.
    pub next_reminder: Option<Reminder>,
    /// The time at which the status becomes [`Status::Overdue`]; `None` keeps status and version.
    pub overdue_at: Option<DateTime<Utc>>,
    /// The reminder to send, if any.
    pub to_send: Option<ReminderToSend>,
}

impl ReminderChange {
    /// The task after the change, or `None` if it has changed since the scan read it. The user of the last
    /// change stays, because no user made this one.
    #[must_use]
    pub fn applied_to(&self, task: &Task) -> Option<Task> {
        if task.version != self.version || task.next_reminder != Some(self.awaited) {
            return None;
        }
        let mut next = task.clone();
        next.next_reminder = self.next_reminder;
        let Some(at) = self.overdue_at else {
            return Some(next);
        };
        next.status = Status::Overdue;
        next.updated_at = at;
        Some(next.into_next_version())
    }
}

/// The result of storing [`ReminderChange`]s.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemindersStored {
    /// The number of tasks that changed.
    pub changed: usize,
    /// The notifications that were appended.
    pub notifications: Vec<Notification>,
    /// Why some changes could not be stored. Their tasks stay due.
    pub failure: Option<Failure>,
}

/// A scan for due reminders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueScan {
    /// The time of the scan.
    pub now: DateTime<Utc>,
    /// How long before the due date [`Reminder::DueSoon`] is sent.
    pub due_soon: TimeDelta,
}

impl DueScan {
    /// The latest due date that is near.
    pub fn nearest(self) -> DateTime<Utc> {
        let nearest = self.now.checked_add_signed(self.due_soon);
        nearest.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Whether the task's next reminder is due.
    pub fn concerns(self, task: &Task) -> bool {
        match task.next_reminder {
            Some(Reminder::DueSoon) => task.due_date.is_some_and(|due| due <= self.nearest()),
            Some(Reminder::Overdue) => task.due_date.is_some_and(|due| due < self.now),
            None => false,
        }
    }

    /// The change of the task, or `None` if its next reminder is not due. After the due date only
    /// [`Reminder::Overdue`] is sent.
    pub fn decide(self, due: &DueTask) -> Option<ReminderChange> {
        let task = &due.task;
        let awaited = task.next_reminder.filter(|_| self.concerns(task))?;
        let has_passed = task.is_overdue(self.now);
        let reminder = if has_passed { Reminder::Overdue } else { awaited };
        let becomes_overdue = has_passed && task.status == Status::Pending;
        let is_open = !task.status.is_closed();
        Some(ReminderChange {
            task: task.id,
            version: task.version,
            awaited,
            next_reminder: reminder.next().filter(|_| is_open),
            overdue_at: becomes_overdue.then_some(self.now),
            to_send: self.to_send(due, reminder).filter(|_| is_open),
        })
    }

    /// The reminder for the assignee, unless it was sent before or was due before they got the task.
    fn to_send(self, due: &DueTask, reminder: Reminder) -> Option<ReminderToSend> {
        let task = &due.task;
        let user = task.assigned_to?;
        let sent = SentReminder { user, due_date: task.due_date?, reminder };
        let is_late = self.send_time(&sent) < task.assigned_at;
        if is_late || due.sent.contains(&sent) {
            return None;
        }
        Some(ReminderToSend {
            sent,
            notification: NewNotification::of_reminder(task, user, reminder, self.now),
        })
    }

    /// The time from which the reminder is due.
    fn send_time(self, sent: &SentReminder) -> DateTime<Utc> {
        let ahead = match sent.reminder {
            Reminder::DueSoon => self.due_soon,
            Reminder::Overdue => TimeDelta::zero(),
        };
        let time = sent.due_date.checked_sub_signed(ahead);
        time.unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}
