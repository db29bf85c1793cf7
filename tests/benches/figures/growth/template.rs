//! What one user has after years, stored as anybody's is.

use chrono::{DateTime, TimeDelta, Utc};
use leopard_core::domain::change::{
    AppendNotifications, InboxChange, InboxWrite, Selection, TaskChange, TaskWrite,
};
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::{
    MetaInfo, NewNotification, NotificationType, OpaqueObject,
};
use leopard_core::domain::task::{LinkedEntity, NewTask, Priority, Reminder, Status, Tags, Task};
use leopard_core::domain::text::Text;
use leopard_core::port::{NotificationRepository, TaskRepository};
use leopard_tests::commit::Commit;

/// Where tasks stand, one after the other: most are done.
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
/// What notifications are about, one after the other.
const KINDS: [NotificationType; 4] = [
    NotificationType::TaskAssigned,
    NotificationType::TaskMentioned,
    NotificationType::TaskCompleted,
    NotificationType::SystemAlert,
];
/// One of so many of them is unread.
const UNREAD: usize = 4;

/// Gives this user so many tasks, which another wants done.
pub async fn work(
    store: &dyn TaskRepository,
    user: UserId,
    assigner: UserId,
    count: usize,
    now: DateTime<Utc>,
) {
    for number in 0..count {
        let change = TaskChange::insert(new_task(number, user, assigner, now), vec![]);
        let made = store.store(change).await.expect("a task").task;
        let status = STATUSES[number % STATUSES.len()];
        let completed_at = (status == Status::Completed).then_some(now);
        let waits = matches!(status, Status::InProgress | Status::Pending);
        let stands = Task {
            status,
            completed_at,
            next_reminder: waits.then_some(Reminder::DueSoon),
            ..made.clone()
        };
        let change =
            TaskChange { write: TaskWrite::Update(Box::new(stands)), notifications: vec![] };
        store.store(change).await.expect("a task");
    }
}

/// Those that are open and not late are due in more than a day, so that nothing is to be said of them.
fn new_task(number: usize, user: UserId, assigner: UserId, now: DateTime<Utc>) -> NewTask {
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
        detail: text("They asked for it, and for what comes after it."),
        priority: Priority::ALL[number / 3 % Priority::ALL.len()],
        due_date,
        assigned_to: Some(user),
        assigned_by: assigner,
        created_by: assigner,
        tags: Tags::new(vec![tag.to_owned()]).expect("a tag"),
        linked_entity,
        created_at: now - TimeDelta::days(400) + hours,
    }
}

/// Tells this user so much, of which most is read.
pub async fn tell(
    store: &dyn NotificationRepository,
    user: UserId,
    count: usize,
    now: DateTime<Utc>,
) {
    let told = (0..count).map(|number| NewNotification {
        recipient: user,
        kind: KINDS[number % KINDS.len()],
        title: format!("New Task Assigned: Call client {number}"),
        message: "A new high priority task has been assigned to you.".to_owned(),
        due_date: Some(now + TimeDelta::days(1)),
        subject: MetaInfo::Opaque(OpaqueObject::default()),
        created_at: now,
    });
    let announcement = AppendNotifications { notifications: told.collect() };
    let told = store.store(announcement).await.expect("notifications");
    let read = told.iter().enumerate();
    let read = read.filter(|(number, _)| !number.is_multiple_of(UNREAD));
    let change = InboxChange {
        user,
        write: InboxWrite::MarkRead(Selection::Ids(read.map(|(_, it)| it.id).collect())),
        at: now,
    };
    store.commit(change).await.expect("they are read");
}

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text.to_owned()).expect("a text")
}
