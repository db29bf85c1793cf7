//! The frequent queries of users and of the service.

use chrono::{DateTime, TimeDelta, Utc};
use leopard_adapters::sql::SqlStore;
use leopard_core::domain::id::UserId;
use leopard_core::domain::notification::NotificationType;
use leopard_core::domain::page::PageRequest;
use leopard_core::domain::task::filter::{DueFilter, Filter, TaskFilter, TaskOrder};
use leopard_core::domain::task::{DueScan, Priority, Status, TaskScope};
use leopard_core::port::{InboxQuery, NotificationRepository, TaskQuery, TaskRepository};
use leopard_core::service::notifications::Reminders;

pub enum Query {
    Inbox(InboxQuery),
    UnreadCount(UserId),
    Tasks(Box<TaskQuery>),
    DueScan(DueScan),
}

/// All queries of this user, with their names.
pub fn all(user: UserId, now: DateTime<Utc>, newest: i64) -> Vec<(&'static str, Query)> {
    let mut queries = inbox(user, newest);
    queries.extend(tasks(user, now));
    let scan = DueScan { now, due_soon: TimeDelta::hours(24) };
    queries.push(("due date scan", Query::DueScan(scan)));
    queries
}

impl Query {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Inbox(_) => "inbox query",
            Self::UnreadCount(_) => "unread count query",
            Self::Tasks(_) => "task list query",
            Self::DueScan(_) => "due date scan",
        }
    }

    pub async fn run(self, store: &SqlStore) -> u64 {
        match self {
            Self::Inbox(query) => {
                let page = NotificationRepository::list(store, query).await;
                page.expect("a page").items.len() as u64
            }
            Self::UnreadCount(user) => {
                let mailboxes = store.mailboxes(vec![user]).await.expect("a mailbox");
                mailboxes[0].unread.cast_unsigned()
            }
            Self::Tasks(query) => {
                let page = TaskRepository::list(store, *query).await;
                page.expect("a page").items.len() as u64
            }
            Self::DueScan(scan) => {
                let due = store.due_tasks(scan, Reminders::BATCH).await;
                due.expect("a response").len() as u64
            }
        }
    }
}

fn inbox(user: UserId, newest: i64) -> Vec<(&'static str, Query)> {
    let first_page = InboxQuery {
        user,
        include_read: true,
        kind: None,
        after: None,
        page: PageRequest::first(PageRequest::DEFAULT_SIZE),
    };
    let unread = InboxQuery { include_read: false, ..first_page.clone() };
    let mentions =
        InboxQuery { kind: Some(NotificationType::TASK_MENTIONED), ..first_page.clone() };
    let after = |after| InboxQuery { after: Some(after), ..first_page.clone() };
    let (polled, missed) = (after(newest - 3), after(0));
    vec![
        ("first page", Query::Inbox(first_page)),
        ("unread count", Query::UnreadCount(user)),
        ("unread ones", Query::Inbox(unread)),
        ("one type", Query::Inbox(mentions)),
        ("the 3 after a sequence", Query::Inbox(polled)),
        ("all after the beginning", Query::Inbox(missed)),
    ]
}

fn tasks(user: UserId, now: DateTime<Utc>) -> Vec<(&'static str, Query)> {
    let list = |scope, filter, order| {
        Query::Tasks(Box::new(TaskQuery {
            caller: user,
            scope,
            filter,
            order,
            page: PageRequest::first(PageRequest::DEFAULT_SIZE),
        }))
    };
    let own = TaskScope::AssignedTo(user);
    let latest = TaskOrder::LatestDue;
    let all = TaskFilter::default;
    let pending = TaskFilter { status: Filter::OneOf(vec![Status::Pending]), ..all() };
    let urgent = TaskFilter { priority: Filter::OneOf(vec![Priority::Urgent]), ..all() };
    let tagged = TaskFilter { tag: Some("red".to_owned()), ..all() };
    let of_client =
        TaskFilter { linked_kind: Some("client".to_owned()), linked_id: Some(7), ..all() };
    let due = |due| TaskFilter { due, ..all() };
    let soon = DueFilter::Between(now, now + TimeDelta::days(3));
    vec![
        ("own tasks", list(own, all(), latest)),
        ("status=PENDING", list(own, pending.clone(), latest)),
        ("priority=URGENT", list(own, urgent, latest)),
        ("tag=red", list(own, tagged.clone(), latest)),
        ("client=7", list(own, of_client, latest)),
        ("include_overdue=false", list(own, due(DueFilter::NotOverdue(now)), latest)),
        ("ordering=-created_at", list(own, all(), TaskOrder::Newest)),
        ("ordering=-priority", list(own, all(), TaskOrder::MostUrgent)),
        ("overdue tasks", list(own, due(DueFilter::Overdue(now)), TaskOrder::EarliestDue)),
        ("tasks due soon", list(own, due(soon), TaskOrder::EarliestDue)),
        ("all_tasks=true", list(TaskScope::Involving(user), all(), latest)),
        ("all_tasks=true&status=PENDING", list(TaskScope::Involving(user), pending, latest)),
        ("all_tasks=true&tag=red", list(TaskScope::Involving(user), tagged, latest)),
    ]
}
