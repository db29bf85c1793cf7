//! Fake ports: three users, one task, one notification.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use leopard_core::Failure;
use leopard_core::domain::account::{Claims, TokenKind, User, UserKind};
use leopard_core::domain::change::{InboxStored, TaskStored, TaskWrite};
use leopard_core::domain::id::{NotificationId, TaskId, UserId};
use leopard_core::domain::idempotency::Outcome;
use leopard_core::domain::notification::{
    Mailbox, MetaInfo, Notification, NotificationType, Preferences, TypeCatalog,
};
use leopard_core::domain::page::Page;
use leopard_core::domain::task::{Priority, Status, Tags, Task};
use leopard_core::port::{
    MockClock, MockNotificationPublisher, MockNotificationRepository,
    MockNotificationTypeRepository, MockStreamPresence, MockTaskRepository, MockTokenIssuer,
    MockUserRepository,
};

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_765_186_200, 123_456_000).unwrap()
}

pub(crate) fn clock() -> MockClock {
    let mut clock = MockClock::new();
    clock.expect_now().returning(now);
    clock
}

pub(crate) fn publisher() -> MockNotificationPublisher {
    let mut publisher = MockNotificationPublisher::new();
    publisher.expect_publish().returning(|_| ());
    publisher
}

/// A node without other nodes.
pub(crate) fn no_streams_elsewhere() -> MockStreamPresence {
    let mut presence = MockStreamPresence::new();
    presence.expect_count_on_other_nodes().returning(|_| Ok(0));
    presence
}

/// A token is its kind, `expired`, or the user: `inactive` or `staff`.
pub(crate) fn tokens() -> MockTokenIssuer {
    let mut tokens = MockTokenIssuer::new();
    tokens.expect_read().returning(|token| {
        let kind = TokenKind::parse(&token).unwrap_or(TokenKind::Access);
        let known = ["access", "refresh", "stream", "expired", "inactive", "staff"];
        if !known.contains(&token.as_str()) {
            return Err(Failure::TokenNotValid);
        }
        let lifetime = TimeDelta::minutes(if token == "expired" { -1 } else { 1 });
        Ok(Claims {
            kind,
            user: UserId(match token.as_str() {
                "inactive" => 2,
                "staff" => 3,
                _ => 1,
            }),
            session: None,
            id: None,
            issuer: None,
            issued_at: None,
            not_before: None,
            expires_at: now() + lifetime,
        })
    });
    tokens
}

pub(crate) fn users() -> MockUserRepository {
    let mut users = MockUserRepository::new();
    users.expect_find_many().returning(|ids| {
        let known = [user(1, "ann", true), user(2, "bob", false), user(3, "zoe", true)];
        Ok(known.into_iter().filter(|user| ids.contains(&user.id)).collect())
    });
    users.expect_find_external().returning(|ids| {
        let known = User { external_id: Some("7".to_owned()), ..user(1, "ann", true) };
        Ok(if ids == ["7"] { vec![known] } else { vec![] })
    });
    users
}

/// A user store that is unavailable.
pub(crate) fn no_users() -> MockUserRepository {
    let mut users = MockUserRepository::new();
    let unavailable = || Failure::Unavailable("secret of the log".to_owned());
    users.expect_find_many().returning(move |_| Err(unavailable()));
    users
}

fn user(id: i64, username: &str, is_active: bool) -> User {
    User {
        id: UserId(id),
        kind: UserKind::Person,
        external_id: None,
        username: username.to_owned(),
        email: String::new(),
        first_name: "Ann".to_owned(),
        last_name: "Hill".to_owned(),
        is_staff: id == 3,
        is_active,
        preferences: Preferences::default(),
        tokens_valid_from: DateTime::UNIX_EPOCH,
        created_at: DateTime::UNIX_EPOCH,
    }
}

pub(crate) fn tasks() -> MockTaskRepository {
    let mut tasks = unchanged_tasks();
    tasks.expect_commit().returning(|change, _| {
        let task = match change.write {
            TaskWrite::Insert(new) => new.into_task(TaskId(6)),
            TaskWrite::Update(next) => next.into_next_version(),
            TaskWrite::Comment(..) | TaskWrite::DeleteComment(..) | TaskWrite::RemoveReader(..) => {
                task().into_next_version()
            }
            TaskWrite::Delete(last) => *last,
        };
        Ok(Outcome::Created(TaskStored { task, comment: None, notifications: vec![] }))
    });
    tasks
}

/// Tasks of which a change panics.
pub(crate) fn unchanged_tasks() -> MockTaskRepository {
    let mut tasks = MockTaskRepository::new();
    tasks.expect_find().returning(|id| Ok((id == TaskId(5)).then(task)));
    tasks
        .expect_list()
        .returning(|query| Ok(Page { total: 3, request: query.page, items: vec![task()] }));
    tasks
}

fn task() -> Task {
    Task {
        id: TaskId(5),
        version: 1,
        title: "Call".to_owned(),
        detail: "Now".to_owned(),
        priority: Priority::High,
        status: Status::Pending,
        due_date: DateTime::from_timestamp(1_765_000_000, 0),
        assigned_to: Some(UserId(1)),
        assigned_at: now(),
        next_reminder: None,
        assigned_by: UserId(9),
        created_by: UserId(1),
        updated_by: UserId(1),
        tags: Tags::new(vec!["red".to_owned()]).unwrap(),
        linked_entity: None,
        comment_count: 0,
        comments: vec![],
        completed_at: None,
        created_at: now(),
        updated_at: now(),
    }
}

pub(crate) fn notifications() -> MockNotificationRepository {
    let mut store = unchanged_notifications();
    store.expect_commit().returning(|_| Ok(InboxStored { mailbox: mailbox(), changed: 1 }));
    store
}

/// Notifications of which a change panics.
pub(crate) fn unchanged_notifications() -> MockNotificationRepository {
    let mut store = MockNotificationRepository::new();
    store.expect_find().returning(|_, id| Ok((id == NotificationId(8)).then(notification)));
    store
        .expect_list()
        .returning(|query| Ok(Page { total: 1, request: query.page, items: vec![notification()] }));
    store.expect_mailboxes().returning(|_| Ok(vec![mailbox()]));
    store
}

/// The built-in types, to which each change adds a new one.
pub(crate) fn notification_types() -> MockNotificationTypeRepository {
    let mut types = MockNotificationTypeRepository::new();
    types.expect_catalog().returning(|| Ok(Arc::default()));
    types.expect_commit().returning(|change| TypeCatalog::default().check(&change));
    types
}

fn mailbox() -> Mailbox {
    Mailbox { user: UserId(1), head: 41, revision: 2, unread: 3 }
}

fn notification() -> Notification {
    Notification {
        id: NotificationId(8),
        sequence: 41,
        recipient: UserId(1),
        kind: NotificationType::TASK_ASSIGNED,
        title: "New Task Assigned: Call".to_owned(),
        message: "A new high priority task has been assigned to you.".to_owned(),
        url: None,
        due_date: None,
        meta_info: MetaInfo::Task { task_id: TaskId(5), priority: Priority::High },
        read_at: None,
        is_completed: false,
        created_at: now(),
        updated_at: now(),
    }
}
