//! What the cases work on.

use crate::commit::Commit;
use chrono::{DateTime, TimeDelta, Utc};
use leopard_core::domain::account::{NewUser, PasswordHash, Profile, User, UserEdit, Username};
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

use super::Backend;

/// A moment, some seconds after the beginning of the story.
pub(super) fn at(seconds: i64) -> DateTime<Utc> {
    let beginning = DateTime::from_timestamp(1_765_186_200, 123_456_000).expect("a time");
    beginning + TimeDelta::seconds(seconds)
}

/// A user who does not exist yet.
pub(super) fn new_user(name: &str) -> NewUser {
    NewUser {
        username: Username::new(name.to_owned()).expect("a name"),
        password: PasswordHash(format!("hash of {name}")),
        profile: Profile::new(format!("{name}@example.org"), String::new(), String::new())
            .expect("a profile"),
        is_staff: false,
        created_at: at(0),
    }
}

/// A user who exists from now on.
pub(super) async fn user(backend: &Backend, name: &str) -> User {
    let change = making(new_user(name));
    backend.users.store(change).await.expect("a user")
}

/// The operator makes a user.
pub(super) fn making(user: NewUser) -> UserChange {
    let by = Administrator::Operator;
    UserChange::Create { user, by }
}

/// The operator changes a user.
pub(super) fn editing(user: UserId, edit: UserEdit) -> UserChange {
    let by = Administrator::Operator;
    UserChange::Edit { user, edit, by }
}

/// Changes a user.
pub(super) async fn edit(backend: &Backend, user: UserId, edit: UserEdit) -> User {
    backend.users.store(editing(user, edit)).await.expect("a user")
}

/// Everybody, on one page.
pub(super) fn all_users() -> UserQuery {
    UserQuery::all(PageRequest::first(PageRequest::MAX_SIZE))
}

/// As many users as names.
pub(super) async fn users<const N: usize>(backend: &Backend, names: [&str; N]) -> [UserId; N] {
    let mut ids = [UserId(0); N];
    for (id, name) in ids.iter_mut().zip(names) {
        *id = user(backend, name).await.id;
    }
    ids
}

/// A task of this user for nobody.
pub(super) fn new_task(owner: UserId, title: &str) -> NewTask {
    NewTask {
        title: Text::new(title.to_owned()).expect("a title"),
        detail: Text::new("What is to be done.".to_owned()).expect("a detail"),
        priority: Priority::Medium,
        due_date: at(86_400),
        assigned_to: None,
        assigned_by: owner,
        created_by: owner,
        tags: Tags::default(),
        linked_entity: None,
        created_at: at(1),
    }
}

/// A notification for this user.
pub(super) fn told(recipient: UserId, title: &str) -> NewNotification {
    NewNotification {
        recipient,
        kind: NotificationType::TaskAssigned,
        title: title.to_owned(),
        message: format!("{title}, in a sentence."),
        due_date: Some(at(86_400)),
        subject: Subject::NewTask { priority: Priority::High },
        created_at: at(1),
    }
}

/// A task that tells these users about it, in this order.
pub(super) fn notifying(recipients: &[UserId]) -> TaskChange {
    let owner = recipients.first().copied().unwrap_or(UserId(1));
    let content = (1..).zip(recipients);
    let content = content.map(|(place, user)| told(*user, &format!("Told {place}")));
    TaskChange::insert(new_task(owner, "Told"), content.collect())
}

/// Stores such a task.
pub(super) async fn tell(backend: &Backend, recipients: &[UserId]) -> TaskStored {
    let change = notifying(recipients);
    backend.tasks.store(change).await.expect("a task")
}

/// Tells one user so many times in one commit, and answers the identities.
pub(super) async fn fill(backend: &Backend, user: UserId, count: usize) -> Vec<NotificationId> {
    let stored = tell(backend, &vec![user; count]).await;
    stored.notifications.iter().map(|it| it.id).collect()
}

/// Writes into a mailbox.
pub(super) async fn write(backend: &Backend, user: UserId, write: InboxWrite) -> InboxStored {
    let change = InboxChange { user, write, at: at(10) };
    backend.notifications.commit(change).await.expect("a write")
}

/// Marks these as read.
pub(super) async fn read(backend: &Backend, user: UserId, ids: &[NotificationId]) -> InboxStored {
    let selection = Selection::Ids(ids.to_vec());
    write(backend, user, InboxWrite::MarkRead(selection)).await
}

/// All of a mailbox, the newest first, on one page.
pub(super) fn everything(user: UserId) -> InboxQuery {
    InboxQuery {
        user,
        include_read: true,
        kind: None,
        after: None,
        page: PageRequest::first(PageRequest::MAX_SIZE),
    }
}

/// The list that a query finds.
pub(super) async fn listed(backend: &Backend, query: InboxQuery) -> Vec<Notification> {
    let page = backend.notifications.list(query).await.expect("a page");
    page.items
}

/// The sequences of a list.
pub(super) fn sequences(notifications: &[Notification]) -> Vec<i64> {
    notifications.iter().map(|it| it.sequence).collect()
}
