//! Bob's mailbox, as mocks that remember what is in it and what was updated.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};

use crate::Failure;
use crate::domain::change::{InboxChange, InboxStored, InboxWrite, Selection};
use crate::domain::id::{NotificationId, TaskId, UserId};
use crate::domain::notification::{
    Mailbox, MailboxUpdate, MetaInfo, Notification, NotificationType,
};
use crate::domain::page::Page;
use crate::domain::task::Priority;
use crate::port::{InboxQuery, MockClock, MockNotificationPublisher, MockNotificationRepository};
use crate::service::notifications::Inbox;

pub(super) const BOB: UserId = UserId(7);
pub(super) const EVE: UserId = UserId(8);

pub(super) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

/// What the mocks remember; clones share it.
#[derive(Clone)]
pub(super) struct Post(Arc<Mutex<Memory>>);

struct Memory {
    present: BTreeMap<NotificationId, Option<DateTime<Utc>>>,
    revision: i64,
    updated: Vec<MailboxUpdate>,
    queries: Vec<InboxQuery>,
    is_away: bool,
}

impl Post {
    /// Bob has three notifications, 101 to 103, all unread; nobody else has any.
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Memory {
            present: (101..=103).map(|id| (NotificationId(id), None)).collect(),
            revision: 0,
            updated: vec![],
            queries: vec![],
            is_away: false,
        })))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        act(&mut self.0.lock().unwrap())
    }

    /// From now on nothing can be stored.
    pub(super) fn go_away(&self) {
        self.with(|memory| memory.is_away = true);
    }

    pub(super) fn updated(&self) -> Vec<MailboxUpdate> {
        self.with(|memory| memory.updated.clone())
    }

    pub(super) fn queries(&self) -> Vec<InboxQuery> {
        self.with(|memory| memory.queries.clone())
    }

    /// Which are unread.
    pub(super) fn unread(&self) -> Vec<i64> {
        self.with(|memory| {
            let unread = memory.present.iter().filter(|(_, read)| read.is_none());
            unread.map(|(id, _)| id.0).collect()
        })
    }

    /// The service, over mocks of this mailbox.
    pub(super) fn inbox(&self) -> Inbox {
        let mut clock = MockClock::new();
        clock.expect_now().returning(now);
        let mut publisher = MockNotificationPublisher::new();
        let post = self.clone();
        publisher
            .expect_publish()
            .returning(move |updates| post.with(|memory| memory.updated.extend(updates)));
        Inbox {
            notifications: Arc::new(self.store()),
            publisher: Arc::new(publisher),
            clock: Arc::new(clock),
        }
    }

    fn store(&self) -> MockNotificationRepository {
        let mut store = MockNotificationRepository::new();
        let post = self.clone();
        store.expect_find().returning(move |user, id| {
            let read_at = post.with(|memory| memory.present.get(&id).copied());
            let found = read_at.filter(|_| user == BOB);
            Ok(found.map(|read_at| notification(id, read_at)))
        });
        let post = self.clone();
        store.expect_list().returning(move |query| {
            let request = query.page;
            post.with(|memory| memory.queries.push(query));
            Ok(Page { total: 0, request, items: vec![] })
        });
        let post = self.clone();
        store.expect_mailboxes().returning(move |users| {
            let of = |user| post.with(|memory| memory.mailbox(user));
            Ok(users.into_iter().map(of).collect())
        });
        let post = self.clone();
        store.expect_commit().returning(move |change| post.with(|memory| memory.store(change)));
        store
    }
}

impl Memory {
    fn mailbox(&self, user: UserId) -> Mailbox {
        if user != BOB {
            return Mailbox::empty(user);
        }
        let unread = self.present.values().filter(|read| read.is_none()).count();
        Mailbox { user, head: 3, revision: self.revision, unread: i64::try_from(unread).unwrap() }
    }

    fn store(&mut self, change: InboxChange) -> Result<InboxStored, Failure> {
        if self.is_away {
            return Err(Failure::Unavailable("away".to_owned()));
        }
        let mut changed = 0;
        match change.write {
            _ if change.user != BOB => {}
            InboxWrite::Edit(id, edit) => {
                if let Some(before) = self.present.get_mut(&id) {
                    let after = notification(id, *before).edited(edit, change.at);
                    changed += u64::from(after.read_at != *before);
                    *before = after.read_at;
                }
            }
            InboxWrite::Delete(id) => changed += u64::from(self.present.remove(&id).is_some()),
            InboxWrite::MarkRead(selection) => {
                for (id, read_at) in &mut self.present {
                    let is_selected = match &selection {
                        Selection::Ids(ids) => ids.contains(id),
                        Selection::All => true,
                    };
                    if is_selected && read_at.is_none() {
                        *read_at = Some(change.at);
                        changed += 1;
                    }
                }
            }
        }
        self.revision += i64::from(changed > 0);
        Ok(InboxStored { mailbox: self.mailbox(change.user), changed })
    }
}

fn notification(id: NotificationId, read_at: Option<DateTime<Utc>>) -> Notification {
    Notification {
        id,
        sequence: id.0 - 100,
        recipient: BOB,
        kind: NotificationType::TaskAssigned,
        title: "New Task Assigned: Water the plants".to_owned(),
        message: String::new(),
        due_date: None,
        meta_info: MetaInfo::Task { task_id: TaskId(1), priority: Priority::Low },
        read_at,
        is_completed: false,
        created_at: now(),
        updated_at: now(),
    }
}
