use super::*;
use crate::domain::account::User;
use crate::domain::id::{NotificationId, TaskId};
use crate::domain::notification::{MetaInfo, NotificationType, Preferences};
use crate::domain::task::{DueTask, NewTask, Priority, Reminder, ReminderChange, RemindersStored};
use crate::domain::text::Text;
use crate::port::MockTaskRepository;
use crate::tests::fixtures::{
    BOB, Recorder, built_in_types, fixed_clock, new_task, now, publisher, unavailable, user, users,
};

/// A task of Bob that was due an hour ago.
fn overdue(id: i64) -> DueTask {
    let new = NewTask {
        title: Text::new(format!("Call {id}")).unwrap(),
        due_date: Some(now() - TimeDelta::hours(1)),
        created_at: now() - TimeDelta::days(2),
        ..new_task()
    };
    DueTask { task: new.into_task(TaskId(id)), sent: vec![] }
}

fn many_overdue(count: i64) -> Vec<DueTask> {
    (1..=count).map(overdue).collect()
}

/// The result of changes that all apply.
fn stored(changes: &[ReminderChange]) -> RemindersStored {
    let notifications = changes.iter().filter_map(|change| {
        let new = change.to_send.clone()?.notification.about(change.task);
        Some(new.into_notification(NotificationId(change.task.0), change.task.0))
    });
    let notifications = notifications.collect();
    RemindersStored { changed: changes.len(), notifications, failure: None }
}

/// The service with these due tasks, and the updates that it publishes. Bob has turned off reminders of
/// tasks that are due soon.
fn reminders(
    due_tasks: Vec<DueTask>,
    store: impl Fn(&[ReminderChange]) -> RemindersStored + Send + 'static,
) -> (Reminders, Recorder<MailboxUpdate>) {
    let mut tasks = MockTaskRepository::new();
    tasks.expect_due_tasks().returning(move |scan, limit| {
        assert_eq!((scan.now, scan.due_soon), (now(), TimeDelta::hours(24)));
        Ok(due_tasks.iter().take(usize::try_from(limit).unwrap()).cloned().collect())
    });
    tasks.expect_remind().returning(move |changes| store(&changes));
    let preferences = Preferences::restore([NotificationType::TASK_DUE_SOON]);
    let updates = Recorder::default();
    let reminders = Reminders {
        tasks: Arc::new(tasks),
        users: Arc::new(users(move |id| {
            assert_eq!(id, BOB);
            User { preferences: preferences.clone(), ..user(id) }
        })),
        types: built_in_types(),
        publisher: publisher(&updates),
        clock: fixed_clock(),
        due_soon: TimeDelta::hours(24),
    };
    (reminders, updates)
}

#[tokio::test]
async fn assignee_of_an_overdue_task_gets_a_notification() {
    let (reminders, updates) = reminders(many_overdue(2), stored);
    assert_eq!(reminders.scan().await, Ok(false));
    let updates = updates.all();
    assert_eq!(updates.len(), 2);
    let notification = updates[0].notification.as_deref().unwrap();
    assert_eq!(notification.recipient, BOB);
    assert_eq!(notification.title, "Task Overdue: Call 1");
    assert_eq!(notification.message, "Your high priority task is overdue.");
    assert_eq!(notification.due_date, Some(now() - TimeDelta::hours(1)));
    let meta_info = MetaInfo::Task { task_id: TaskId(1), priority: Priority::High };
    assert_eq!(notification.meta_info, meta_info);
}

#[tokio::test]
async fn muted_reminder_is_not_sent_and_the_task_waits_for_the_next_one() {
    let mut near = overdue(1);
    near.task.due_date = Some(now() + TimeDelta::hours(1));
    let (reminders, updates) = reminders(vec![near, overdue(2)], |changes| {
        assert_eq!(changes[0].next_reminder, Some(Reminder::Overdue));
        stored(changes)
    });
    assert_eq!(reminders.scan().await, Ok(false));
    let heads: Vec<_> = updates.all().iter().map(|update| update.head).collect();
    assert_eq!(heads, [2], "of the second task only");
}

#[tokio::test]
async fn full_batch_asks_for_another_scan() {
    let (reminders, updates) = reminders(many_overdue(1_000), stored);
    assert_eq!(reminders.scan().await, Ok(true));
    assert_eq!(updates.len() as u64, Reminders::BATCH);
}

#[tokio::test]
async fn scan_ends_if_another_node_has_changed_all_tasks() {
    let (reminders, updates) = reminders(many_overdue(1_000), |_| RemindersStored::default());
    assert_eq!(reminders.scan().await, Ok(false));
    assert!(updates.is_empty());
}

#[tokio::test]
async fn partial_failure_publishes_what_was_stored() {
    let (reminders, updates) = reminders(many_overdue(3), |changes| RemindersStored {
        failure: Some(unavailable()),
        ..stored(&changes[1..])
    });
    assert_eq!(reminders.scan().await, Err(unavailable()));
    assert_eq!(updates.len(), 2);
}

#[tokio::test]
async fn scan_without_due_tasks_stores_nothing() {
    let (reminders, _) = reminders(vec![], |_| panic!("no change to store"));
    assert_eq!(reminders.scan().await, Ok(false));
}
