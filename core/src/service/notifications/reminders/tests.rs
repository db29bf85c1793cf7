use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::domain::account::User;
use crate::domain::id::{NotificationId, TaskId, UserId};
use crate::domain::notification::{MetaInfo, Notification, NotificationType, Preferences};
use crate::domain::task::{
    DueTask, NewTask, Priority, Reminder, ReminderChange, RemindersStored, Tags, Task,
};
use crate::domain::text::Text;
use crate::port::{MockClock, MockNotificationPublisher, MockTaskRepository, MockUserRepository};

const BOB: UserId = UserId(2);

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

/// A task that Bob should have done an hour ago.
fn late(id: i64) -> DueTask {
    let new = NewTask {
        title: Text::new(format!("Call {id}")).unwrap(),
        detail: Text::new("Now".to_owned()).unwrap(),
        priority: Priority::High,
        due_date: now() - TimeDelta::hours(1),
        assigned_to: Some(BOB),
        assigned_by: BOB,
        created_by: BOB,
        tags: Tags::default(),
        linked_entity: None,
        created_at: now() - TimeDelta::days(2),
    };
    DueTask { task: new.into_task(TaskId(id)), sent: vec![] }
}

/// What a store makes of the changes, of which all are of tasks as they were read.
fn stored(changes: &[ReminderChange]) -> RemindersStored {
    let told = changes.iter().filter_map(|change| {
        let new = change.to_send.clone()?.notification;
        Some(Notification {
            id: NotificationId(change.task.0),
            sequence: change.task.0,
            recipient: new.recipient,
            kind: new.kind,
            title: new.title,
            message: new.message,
            due_date: new.due_date,
            meta_info: new.subject.resolve(change.task),
            read_at: None,
            is_completed: false,
            created_at: new.created_at,
            updated_at: new.created_at,
        })
    });
    RemindersStored { changed: changes.len(), notifications: told.collect(), failure: None }
}

/// Bob, who does not want to hear of what is due soon.
fn bob() -> User {
    User {
        id: BOB,
        username: "bob".to_owned(),
        email: String::new(),
        first_name: String::new(),
        last_name: String::new(),
        is_staff: false,
        is_active: true,
        preferences: Preferences::restore([NotificationType::TaskDueSoon]),
        tokens_valid_from: now(),
        created_at: now(),
    }
}

/// The service over so many tasks that are late, and what it publishes.
fn office(
    due_tasks: u64,
    store: impl Fn(&[ReminderChange]) -> RemindersStored + Send + 'static,
) -> (Reminders, Arc<Mutex<Vec<MailboxUpdate>>>) {
    let tasks = (1..).zip(0..due_tasks).map(|(id, _)| late(id));
    office_with(tasks.collect(), store)
}

/// The service over these waiting tasks, and what it publishes.
fn office_with(
    due_tasks: Vec<DueTask>,
    store: impl Fn(&[ReminderChange]) -> RemindersStored + Send + 'static,
) -> (Reminders, Arc<Mutex<Vec<MailboxUpdate>>>) {
    let updated: Arc<Mutex<Vec<MailboxUpdate>>> = Arc::default();
    let mut clock = MockClock::new();
    clock.expect_now().returning(now);
    let mut publisher = MockNotificationPublisher::new();
    let told = updated.clone();
    publisher.expect_publish().returning(move |updates| told.lock().unwrap().extend(updates));
    let mut tasks = MockTaskRepository::new();
    tasks.expect_due_tasks().returning(move |scan, limit| {
        assert_eq!((scan.now, scan.due_soon), (now(), TimeDelta::hours(24)));
        let limit = usize::try_from(limit).unwrap();
        Ok(due_tasks.iter().take(limit).cloned().collect())
    });
    tasks.expect_remind().returning(move |changes| store(&changes));
    let mut users = MockUserRepository::new();
    users.expect_find_many().returning(|ids| {
        assert_eq!(ids, [BOB]);
        Ok(vec![bob()])
    });
    let reminders = Reminders {
        tasks: Arc::new(tasks),
        users: Arc::new(users),
        publisher: Arc::new(publisher),
        clock: Arc::new(clock),
        due_soon: TimeDelta::hours(24),
    };
    (reminders, updated)
}

#[tokio::test]
async fn who_is_late_is_told_so() {
    let (reminders, published) = office(2, stored);
    assert_eq!(reminders.scan().await, Ok(false));
    let published = published.lock().unwrap();
    let told: Vec<_> =
        published.iter().map(|update| update.notification.as_deref().unwrap()).collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].recipient, BOB);
    assert_eq!(told[0].title, "Task Overdue: Call 1");
    let message = "Your high priority task is overdue.";
    assert_eq!(told[0].message, message);
    assert_eq!(told[0].due_date, Some(now() - TimeDelta::hours(1)));
    let meta_info = MetaInfo::Task { task_id: TaskId(1), priority: Priority::High };
    assert_eq!(told[0].meta_info, meta_info);
}

#[tokio::test]
async fn who_does_not_want_to_hear_of_a_date_does_not_and_the_task_waits_for_the_next() {
    let mut near = late(1);
    near.task = Task { due_date: now() + TimeDelta::hours(1), ..near.task.clone() };
    let (reminders, published) = office_with(vec![near, late(2)], |changes| {
        assert_eq!(changes[0].next_reminder, Some(Reminder::Overdue));
        stored(changes)
    });
    assert_eq!(reminders.scan().await, Ok(false));
    let published = published.lock().unwrap();
    let told: Vec<_> = published.iter().map(|update| update.head).collect();
    assert_eq!(told, [2], "of the second task alone");
}

#[tokio::test]
async fn a_batch_that_is_full_may_have_left_some() {
    let (reminders, published) = office(1_000, stored);
    assert_eq!(reminders.scan().await, Ok(true));
    assert_eq!(published.lock().unwrap().len() as u64, Reminders::BATCH);
}

#[tokio::test]
async fn what_another_node_has_taken_is_left_to_it() {
    let (reminders, published) = office(1_000, |_| RemindersStored::default());
    assert_eq!(reminders.scan().await, Ok(false));
    assert!(published.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_was_stored_is_told_and_what_was_not_is_a_failure() {
    let away = || Failure::Unavailable("away".to_owned());
    let (reminders, published) = office(3, move |changes| RemindersStored {
        failure: Some(away()),
        ..stored(&changes[1..])
    });
    assert_eq!(reminders.scan().await, Err(away()));
    assert_eq!(published.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn without_anything_to_say_nothing_is_stored() {
    let (reminders, _) = office(0, |_| panic!("nothing was to be stored"));
    assert_eq!(reminders.scan().await, Ok(false));
}
