//! Properties of reminders: whatever happens to a task, its assignee is reminded in time and never twice.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use crate::domain::id::{TaskId, UserId};
use crate::domain::notification::NotificationType;
use crate::domain::task::{
    DueScan, DueTask, NewTask, Priority, Reminder, SentReminder, Status, Task, TaskEdit,
};
use crate::tests::fixtures::{new_task, now};

const OWNER: UserId = UserId(1);
const DUE_SOON: TimeDelta = TimeDelta::hours(24);
/// The interval of due scans.
const INTERVAL: TimeDelta = TimeDelta::minutes(30);

fn at(hours: i64) -> DateTime<Utc> {
    now() + TimeDelta::hours(hours)
}

#[derive(Debug, Clone)]
enum Action {
    /// This many intervals pass, each followed by a scan.
    Pass(u8),
    /// A user edits the task.
    Edit(TaskEdit),
    /// A user reads the task before a scan and edits it after the scan.
    EditAround(TaskEdit),
}

/// A task, and the reminders that were sent so far.
struct Scenario {
    now: DateTime<Utc>,
    task: Task,
    sent: Vec<SentReminder>,
    /// When the assignee got the task.
    assigned_at: DateTime<Utc>,
}

impl Scenario {
    fn new(due: Option<i64>, assignee: Option<UserId>) -> Self {
        let new = NewTask {
            due_date: due.map(at),
            assigned_to: assignee,
            assigned_by: OWNER,
            created_by: OWNER,
            ..new_task()
        };
        Self { now: at(0), task: new.into_task(TaskId(1)), sent: vec![], assigned_at: at(0) }
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::Pass(intervals) => {
                for _ in 0..intervals {
                    self.now += INTERVAL;
                    self.scan();
                }
            }
            Action::Edit(edit) => self.edit(&self.task.clone(), &edit),
            Action::EditAround(edit) => {
                let read = self.task.clone();
                self.scan();
                self.edit(&read, &edit);
            }
        }
    }

    fn edit(&mut self, read: &Task, edit: &TaskEdit) {
        let is_current = read.version == self.task.version;
        if let Ok(next) = edit.apply(read, self.now)
            && is_current
            && next != *read
        {
            if next.assigned_to != read.assigned_to {
                self.assigned_at = self.now;
            }
            self.task = next.changed(OWNER, self.now).into_next_version();
        }
    }

    fn scan(&mut self) {
        let scan = DueScan { now: self.now, due_soon: DUE_SOON };
        let due_task = DueTask { task: self.task.clone(), sent: self.sent.clone() };
        if let Some(change) = scan.decide(&due_task) {
            let next = change.applied_to(&self.task).expect("the task that was read");
            assert_eq!(change.applied_to(&next), None, "applied twice");
            assert_eq!(next.updated_by, self.task.updated_by);
            let has_another_status = next.status != self.task.status;
            let is_raised = next.version > self.task.version;
            assert_eq!(is_raised, has_another_status);
            if let Some(to_send) = change.to_send {
                self.check_reminder(to_send.sent, to_send.notification.kind);
                self.sent.push(to_send.sent);
            }
            self.task = next;
        }
        self.check_nothing_is_missing();
    }

    /// The time from which a reminder of this due date is due.
    fn send_time(due_date: DateTime<Utc>, reminder: Reminder) -> DateTime<Utc> {
        match reminder {
            Reminder::DueSoon => due_date - DUE_SOON,
            Reminder::Overdue => due_date,
        }
    }

    fn check_reminder(&self, sent: SentReminder, kind: NotificationType) {
        assert!(!self.task.status.is_closed(), "closed");
        assert!(!self.sent.contains(&sent), "twice");
        assert_eq!(self.task.assigned_to, Some(sent.user));
        assert_eq!(self.task.due_date, Some(sent.due_date));
        let send_time = Self::send_time(sent.due_date, sent.reminder);
        assert!((self.assigned_at..=self.now).contains(&send_time), "{sent:?}");
        let expected = match sent.reminder {
            Reminder::DueSoon => NotificationType::TASK_DUE_SOON,
            Reminder::Overdue => NotificationType::TASK_OVERDUE,
        };
        assert_eq!(kind, expected);
    }

    /// Every reminder that is due by this scan was sent.
    fn check_nothing_is_missing(&self) {
        let task = &self.task;
        if task.status.is_closed() {
            assert_eq!(task.next_reminder, None);
            return;
        }
        let Some(due_date) = task.due_date else {
            assert_eq!((task.next_reminder, task.status == Status::Overdue), (None, false));
            return;
        };
        let has_passed = due_date < self.now;
        assert_eq!(task.status == Status::Overdue, has_passed && !self.is_started());
        let reminder = if has_passed { Reminder::Overdue } else { Reminder::DueSoon };
        let send_time = Self::send_time(due_date, reminder);
        let Some(user) = task.assigned_to else { return };
        if (self.assigned_at..=self.now).contains(&send_time) {
            let sent = SentReminder { user, due_date, reminder };
            assert!(self.sent.contains(&sent), "{sent:?} is missing");
        }
    }

    fn is_started(&self) -> bool {
        self.task.status == Status::InProgress
    }
}

fn assignee() -> impl Strategy<Value = Option<UserId>> {
    prop::sample::select(vec![None, Some(OWNER), Some(UserId(2))])
}

/// Few dates, so that a task often gets one that it had before.
fn due() -> impl Strategy<Value = Option<i64>> {
    let hours = [-30, 0, 3, 25, 26, 50].map(Some).into_iter();
    prop::sample::select(hours.chain([None]).collect::<Vec<_>>())
}

fn edit() -> impl Strategy<Value = TaskEdit> {
    prop_oneof![
        due().prop_map(|due| TaskEdit { due_date: due.map(at).into(), ..TaskEdit::default() }),
        assignee().prop_map(TaskEdit::to_assignee),
        prop::sample::select(Status::ALL.to_vec()).prop_map(TaskEdit::to_status),
        Just(TaskEdit { priority: Some(Priority::Low), ..TaskEdit::default() }),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        (1..10_u8).prop_map(Action::Pass),
        edit().prop_map(Action::Edit),
        edit().prop_map(Action::EditAround),
    ]
}

proptest! {
    #[test]
    fn due_reminders_are_sent_in_time_and_once(
        due in due(),
        assignee in assignee(),
        actions in prop::collection::vec(action(), 1..60),
    ) {
        let mut scenario = Scenario::new(due, assignee);
        for action in actions {
            scenario.apply(action);
        }
        let different: BTreeSet<_> = scenario.sent.iter().collect();
        prop_assert_eq!(different.len(), scenario.sent.len());
    }
}

/// The reminders of a task that nothing changes, with their hours.
fn reminders(due: i64, hours: i64) -> Vec<(Reminder, i64)> {
    let mut scenario = Scenario::new(Some(due), Some(OWNER));
    let mut reminders = Vec::new();
    for hour in 0..=hours {
        scenario.now = at(hour) + TimeDelta::minutes(1);
        let before = scenario.sent.len();
        scenario.scan();
        reminders.extend(scenario.sent[before..].iter().map(|sent| (sent.reminder, hour)));
    }
    reminders
}

#[test]
fn reminders_come_before_and_after_the_due_date() {
    let both = vec![(Reminder::DueSoon, 26), (Reminder::Overdue, 50)];
    assert_eq!(reminders(50, 80), both);
}

#[test]
fn reminder_that_was_due_before_the_assignment_is_not_sent() {
    assert_eq!(reminders(3, 80), [(Reminder::Overdue, 3)]);
    assert_eq!(reminders(-1, 80), []);
}

#[test]
fn after_a_long_outage_only_the_overdue_reminder_is_sent() {
    let mut scenario = Scenario::new(Some(50), Some(OWNER));
    scenario.now = at(80);
    scenario.scan();
    scenario.scan();
    let sent: Vec<_> = scenario.sent.iter().map(|sent| sent.reminder).collect();
    assert_eq!(sent, [Reminder::Overdue]);
    assert_eq!((scenario.task.status, scenario.task.version), (Status::Overdue, 2));
    assert_eq!(scenario.task.updated_at, at(80));
}
