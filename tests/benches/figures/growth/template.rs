//! The data of one user after years.

use chrono::{DateTime, TimeDelta, Utc};
use leopard_core::domain::change::{
    AppendNotifications, InboxChange, InboxWrite, Selection, TaskChange, TaskWrite,
};
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::{
    MetaInfo, NewNotification, NotificationType, OpaqueObject,
};
use leopard_core::domain::task::{LinkedEntity, NewTask, Priority, Reminder, Status, Tags, Task};
use leopard_core::port::{NotificationRepository, TaskRepository};
use leopard_tests::commit::Commit;
use leopard_tests::fixtures::{new_task, text};

/// The statuses of the tasks, in turn: most are completed.
const STATUSES: [Status; 10] = [
    Status::Completed,
    Status::Completed,
    Status::InProgress,
    Status::Completed,
    Status::Overdue,
    Status::Completed,
    Status::Pending,
    Status::Completed,
    Status::Cancelled,
    Status::Completed,
];
const KINDS: [NotificationType; 4] = [
    NotificationType::TASK_ASSIGNED,
    NotificationType::TASK_MENTIONED,
    NotificationType::TASK_COMPLETED,
    NotificationType::SYSTEM_ALERT,
];
/// One of this number of notifications is unread.
const UNREAD: usize = 4;

/// Creates tasks of this user with another assigner.
pub async fn work(
    store: &dyn TaskRepository,
    user: UserId,
    assigner: UserId,
    count: usize,
    now: DateTime<Utc>,
) {
    for number in 0..count {
        let change = TaskChange::insert(task(number, user, assigner, now), vec![]);
        let created = store.store(change).await.expect("a task").task;
        let status = STATUSES[number % STATUSES.len()];
        let completed_at = (status == Status::Completed).then_some(now);
        let waits = matches!(status, Status::InProgress | Status::Pending);
        let updated = Task {
            status,
            completed_at,
            next_reminder: waits.then_some(Reminder::DueSoon),
            ..created.clone()
        };
        let change =
            TaskChange { write: TaskWrite::Update(Box::new(updated)), notifications: vec![] };
        store.store(change).await.expect("a task");
    }
}

/// Open tasks are due in more than a day, so that they need no reminder.
fn task(number: usize, user: UserId, assigner: UserId, now: DateTime<Utc>) -> NewTask {
    let hours = TimeDelta::hours(i64::try_from(number).expect("few"));
    let due_date = match STATUSES[number % STATUSES.len()] {
        Status::InProgress | Status::Pending => now + TimeDelta::days(2) + hours,
        _ => now - TimeDelta::days(2) - hours,
    };
    let tag = ["red", "blue", "green", "grey"][number % 4];
    let linked_entity =
        number.is_multiple_of(5).then(|| LinkedEntity { kind: "client".to_owned(), id: 7 });
    NewTask {
        title: text(&format!("Call client {number}")),
        priority: Priority::ALL[number / 3 % Priority::ALL.len()],
        due_date: Some(due_date),
        assigned_to: Some(user),
        tags: Tags::new(vec![tag.to_owned()]).expect("a tag"),
        linked_entity,
        ..new_task(assigner, now - TimeDelta::days(400) + hours)
    }
}

/// Creates notifications of this user, most of which are read.
pub async fn notify(
    store: &dyn NotificationRepository,
    user: UserId,
    count: usize,
    now: DateTime<Utc>,
) {
    let notifications = (0..count).map(|number| NewNotification {
        recipient: user,
        kind: KINDS[number % KINDS.len()],
        title: format!("New Task Assigned: Call client {number}"),
        message: "A new high priority task has been assigned to you.".to_owned(),
        url: None,
        due_date: Some(now + TimeDelta::days(1)),
        subject: MetaInfo::Opaque(OpaqueObject::default()),
        created_at: now,
    });
    let announcement = AppendNotifications { notifications: notifications.collect() };
    let stored = store.store(announcement).await.expect("notifications");
    let read = stored.iter().enumerate();
    let read = read.filter(|(number, _)| !number.is_multiple_of(UNREAD));
    let change = InboxChange {
        user,
        write: InboxWrite::MarkRead(Selection::Ids(read.map(|(_, it)| it.id).collect())),
        at: now,
    };
    store.commit(change).await.expect("they are read");
}
