//! What time makes of a task: its date comes near, then it has passed.

use chrono::{DateTime, TimeDelta, Utc};

use crate::Failure;
use crate::domain::id::{TaskId, UserId};
use crate::domain::named_enum::named_enum;
use crate::domain::notification::{NewNotification, Notification};
use crate::domain::task::{Status, Task, TaskRecord};

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
    /// What is said after it.
    fn next(self) -> Option<Self> {
        match self {
            Self::DueSoon => Some(Self::Overdue),
            Self::Overdue => None,
        }
    }
}

/// Something that was said of a task. It is not said again, even if the task comes back to an
/// assignee or a date that it had before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SentReminder {
    /// To whom.
    pub user: UserId,
    /// Of which due date.
    pub due_date: DateTime<Utc>,
    /// What.
    pub reminder: Reminder,
}

/// A task that waits for what its date is to bring, and what was said of it before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueTask {
    /// The task.
    pub task: Task,
    /// What was said.
    pub sent: Vec<SentReminder>,
}

/// Somebody is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderToSend {
    /// What is remembered of it.
    pub sent: SentReminder,
    /// What is told.
    pub notification: NewNotification,
}

/// What becomes of a task at a look; nothing if it is not what was read any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderChange {
    /// Which task.
    pub task: TaskId,
    /// The version that was read.
    pub version: i64,
    /// What it waited for when it was read.
    pub awaited: Reminder,
    /// What it waits for from now on.
    pub next_reminder: Option<Reminder>,
    /// When it becomes `OVERDUE`, if it does: that raises its version.
    pub overdue_at: Option<DateTime<Utc>>,
    /// Who is told, if somebody is.
    pub to_send: Option<ReminderToSend>,
}

impl ReminderChange {
    /// The task after it; none if it is not what was read any more. Nobody has changed it, so that
    /// whoever did so last is still named.
    #[must_use]
    pub fn applied_to(&self, task: &Task) -> Option<Task> {
        if task.version != self.version || task.next_reminder != Some(self.awaited) {
            return None;
        }
        let mut next: TaskRecord = (**task).clone();
        next.next_reminder = self.next_reminder;
        let Some(at) = self.overdue_at else {
            return Some(Task::restore(next));
        };
        next.status = Status::Overdue;
        next.updated_at = at;
        Some(Task::restore(next).into_next_version())
    }
}

/// What has become of some [`ReminderChange`]s.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemindersStored {
    /// How many tasks were still what was read.
    pub changed: usize,
    /// What was told about them.
    pub notifications: Vec<Notification>,
    /// Why the others were not stored, where that failed; they wait on.
    pub failure: Option<Failure>,
}

/// A look at the due dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueScan {
    /// When.
    pub now: DateTime<Utc>,
    /// How long before it a due date is near.
    pub due_soon: TimeDelta,
}

impl DueScan {
    /// The last due date that is near.
    #[must_use]
    pub fn nearest(self) -> DateTime<Utc> {
        let nearest = self.now.checked_add_signed(self.due_soon);
        nearest.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// Whether the task has come to what it waits for.
    #[must_use]
    pub fn concerns(self, task: &Task) -> bool {
        match task.next_reminder {
            Some(Reminder::DueSoon) => task.due_date <= self.nearest(),
            Some(Reminder::Overdue) => task.due_date < self.now,
            None => false,
        }
    }

    /// What becomes of the task; nothing if it has to wait on. Once its date has passed nobody is
    /// told any more that it comes near.
    #[must_use]
    pub fn decide(self, waiting: &DueTask) -> Option<ReminderChange> {
        let task = &waiting.task;
        let awaited = task.next_reminder.filter(|_| self.concerns(task))?;
        let has_passed = task.is_overdue(self.now);
        let come = if has_passed {
            Reminder::Overdue
        } else {
            awaited
        };
        let becomes_overdue = has_passed && task.status == Status::Pending;
        let is_open = !task.status.is_closed();
        Some(ReminderChange {
            task: task.id,
            version: task.version,
            awaited,
            next_reminder: come.next().filter(|_| is_open),
            overdue_at: becomes_overdue.then_some(self.now),
            to_send: self.to_send(waiting, come).filter(|_| is_open),
        })
    }

    /// Notifies the assignee, unless they know, or the moment had passed when they got the task.
    fn to_send(self, waiting: &DueTask, reminder: Reminder) -> Option<ReminderToSend> {
        let task = &waiting.task;
        let user = task.assigned_to?;
        let sent = SentReminder {
            user,
            due_date: task.due_date,
            reminder,
        };
        let is_late = self.moment(&sent) < task.assigned_at;
        if is_late || waiting.sent.contains(&sent) {
            return None;
        }
        Some(ReminderToSend {
            sent,
            notification: NewNotification::of_reminder(task, user, reminder, self.now),
        })
    }

    /// From when on it is to be said.
    fn moment(self, sent: &SentReminder) -> DateTime<Utc> {
        let ahead = match sent.reminder {
            Reminder::DueSoon => self.due_soon,
            Reminder::Overdue => TimeDelta::zero(),
        };
        let moment = sent.due_date.checked_sub_signed(ahead);
        moment.unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}
