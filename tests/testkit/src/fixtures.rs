//! Users, tasks and notifications for tests. Values that a test does not care about have defaults; change the
//! others with the struct update syntax: `NewTask { tags, ..new_task(owner, "Paint") }`.

use chrono::{DateTime, TimeDelta, Utc};
use leopard_core::domain::account::{
    NewUser, PasswordHash, Profile, User, UserEdit, UserKind, Username,
};
use leopard_core::domain::change::{
    Administrator, InboxChange, InboxStored, InboxWrite, Selection, TaskChange, TaskStored,
    UserChange,
};
use leopard_core::domain::id::{NotificationId, UserId};
use leopard_core::domain::notification::{
    NewNotification, Notification, NotificationType, Subject,
};
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::{NewTask, Priority, Tags};
use leopard_core::domain::text::Text;
use leopard_core::port::{InboxQuery, UserQuery};
use leopard_core::service::tasks::CreateTask;

use crate::Backend;
use crate::commit::Commit;

/// A fixed time plus these seconds.
pub fn at(seconds: i64) -> DateTime<Utc> {
    let start = DateTime::from_timestamp(1_765_186_200, 123_456_000).expect("a time");
    start + TimeDelta::seconds(seconds)
}

/// A user to create, who is not staff.
pub fn new_user(name: &str) -> NewUser {
    NewUser {
        kind: UserKind::Person,
        username: Username::new(name.to_owned()).expect("a name"),
        external_id: None,
        password: Some(PasswordHash(format!("hash of {name}"))),
        profile: Profile::new(format!("{name}@example.org"), String::new(), String::new())
            .expect("a profile"),
        is_staff: false,
        is_active: true,
        created_at: at(0),
    }
}

/// Creates a user.
pub async fn user(backend: &Backend, name: &str) -> User {
    let change = create_by_operator(new_user(name));
    backend.users.store(change).await.expect("a user")
}

/// Creates users and returns their ids.
pub async fn users<const N: usize>(backend: &Backend, names: [&str; N]) -> [UserId; N] {
    let mut ids = [UserId(0); N];
    for (id, name) in ids.iter_mut().zip(names) {
        *id = user(backend, name).await.id;
    }
    ids
}

/// The change by which the operator creates a user.
pub fn create_by_operator(user: NewUser) -> UserChange {
    UserChange::Create { user, by: Administrator::Operator }
}

/// The change by which the operator edits a user.
pub fn edit_by_operator(user: UserId, edit: UserEdit) -> UserChange {
    UserChange::Edit { user, edit, by: Administrator::Operator }
}

/// Edits a user.
pub async fn edit(backend: &Backend, user: UserId, edit: UserEdit) -> User {
    backend.users.store(edit_by_operator(user, edit)).await.expect("a user")
}

/// The query of all users, on one page.
pub fn all_users() -> UserQuery {
    UserQuery::all(PageRequest::first(PageRequest::MAX_SIZE))
}

/// A request to create a task that is due in a day, without an assignee.
pub fn create_task(title: &str) -> CreateTask {
    CreateTask {
        title: Text::new(title.to_owned()).expect("a title"),
        detail: Text::new("The detail of the task.".to_owned()).expect("a detail"),
        due_date: Some(at(86_400)),
        priority: Priority::Medium,
        assigned_to: None,
        assigned_by: None,
        tags: Tags::default(),
        linked_entity: None,
    }
}

/// A task to store, without an assignee.
pub fn new_task(owner: UserId, title: &str) -> NewTask {
    let CreateTask { title, detail, due_date, priority, tags, .. } = create_task(title);
    NewTask {
        title,
        detail,
        priority,
        due_date,
        assigned_to: None,
        assigned_by: owner,
        created_by: owner,
        tags,
        linked_entity: None,
        created_at: at(1),
    }
}

/// A notification to store.
pub fn new_notification(recipient: UserId, title: &str) -> NewNotification {
    NewNotification {
        recipient,
        kind: NotificationType::TASK_ASSIGNED,
        title: title.to_owned(),
        message: format!("{title}, in a sentence."),
        url: None,
        due_date: Some(at(86_400)),
        subject: Subject::NewTask { priority: Priority::High },
        created_at: at(1),
    }
}

/// A new task with one notification per recipient, in this order.
pub fn task_notifying(recipients: &[UserId]) -> TaskChange {
    let owner = recipients.first().copied().unwrap_or(UserId(1));
    let notifications = (1..).zip(recipients);
    let notifications =
        notifications.map(|(number, user)| new_notification(*user, &format!("Number {number}")));
    TaskChange::insert(new_task(owner, "Task"), notifications.collect())
}

/// Stores a new task with one notification per recipient.
pub async fn notify(backend: &Backend, recipients: &[UserId]) -> TaskStored {
    let change = task_notifying(recipients);
    backend.tasks.store(change).await.expect("a task")
}

/// Stores some notifications for a user, in one commit.
pub async fn fill_mailbox(backend: &Backend, user: UserId, count: usize) -> Vec<NotificationId> {
    let stored = notify(backend, &vec![user; count]).await;
    stored.notifications.iter().map(|it| it.id).collect()
}

/// Commits a change of a mailbox.
pub async fn change_inbox(backend: &Backend, user: UserId, write: InboxWrite) -> InboxStored {
    let change = InboxChange { user, write, at: at(10) };
    backend.notifications.commit(change).await.expect("a change")
}

/// Marks notifications as read.
pub async fn mark_read(backend: &Backend, user: UserId, ids: &[NotificationId]) -> InboxStored {
    let selection = Selection::Ids(ids.to_vec());
    change_inbox(backend, user, InboxWrite::MarkRead(selection)).await
}

/// The query of a whole inbox, newest first, on one page.
pub fn whole_inbox(user: UserId) -> InboxQuery {
    InboxQuery {
        user,
        include_read: true,
        kind: None,
        after: None,
        page: PageRequest::first(PageRequest::MAX_SIZE),
    }
}

/// The notifications that a query finds.
pub async fn list_inbox(backend: &Backend, query: InboxQuery) -> Vec<Notification> {
    let page = backend.notifications.list(query).await.expect("a page");
    page.items
}

/// The sequences of a list.
pub fn sequences(notifications: &[Notification]) -> Vec<i64> {
    notifications.iter().map(|it| it.sequence).collect()
}
