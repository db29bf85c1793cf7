use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::Failure;
use crate::domain::change::{InboxChange, InboxStored, InboxWrite, Selection};
use crate::domain::id::{NotificationId, UserId};
use crate::domain::notification::{Mailbox, MailboxUpdate, Notification};
use crate::domain::page::Page;
use crate::port::{InboxQuery, MockNotificationRepository};
use crate::service::notifications::Inbox;
use crate::tests::fixtures::{BOB, Recorder, fixed_clock, notification, publisher, unavailable};

/// The mailbox of Bob, with the notifications 101 to 103, all unread. No other user has any.
pub(super) struct FakeMailbox {
    pub(super) inbox: Inbox,
    pub(super) updates: Recorder<MailboxUpdate>,
    pub(super) queries: Recorder<InboxQuery>,
    state: Arc<Mutex<State>>,
}

struct State {
    notifications: BTreeMap<NotificationId, Notification>,
    revision: i64,
    /// Whether commits fail.
    is_unavailable: bool,
}

impl FakeMailbox {
    pub(super) fn new() -> Self {
        let all = (1..=3).map(notification).map(|it| (it.id, it));
        let state = Arc::new(Mutex::new(State {
            notifications: all.collect(),
            revision: 0,
            is_unavailable: false,
        }));
        let (updates, queries) = (Recorder::default(), Recorder::default());
        let inbox = Inbox {
            notifications: Arc::new(store(&state, queries.clone())),
            publisher: publisher(&updates),
            clock: fixed_clock(),
        };
        Self { inbox, updates, queries, state }
    }

    /// From now on commits fail.
    pub(super) fn make_unavailable(&self) {
        lock(&self.state).is_unavailable = true;
    }

    pub(super) fn unread(&self) -> Vec<i64> {
        let state = lock(&self.state);
        let unread = state.notifications.values().filter(|it| !it.is_read());
        unread.map(|it| it.id.0).collect()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap()
}

fn store(state: &Arc<Mutex<State>>, queries: Recorder<InboxQuery>) -> MockNotificationRepository {
    let mut store = MockNotificationRepository::new();
    let shared = state.clone();
    store.expect_find().returning(move |user, id| {
        let found = lock(&shared).notifications.get(&id).cloned();
        Ok(found.filter(|_| user == BOB))
    });
    store.expect_list().returning(move |query| {
        let request = query.page;
        queries.push(query);
        Ok(Page { total: 0, request, items: vec![] })
    });
    let shared = state.clone();
    store.expect_mailboxes().returning(move |users| {
        let state = lock(&shared);
        Ok(users.into_iter().map(|user| state.mailbox(user)).collect())
    });
    let shared = state.clone();
    store.expect_commit().returning(move |change| lock(&shared).commit(&change));
    store
}

impl State {
    fn mailbox(&self, user: UserId) -> Mailbox {
        if user != BOB {
            return Mailbox::empty(user);
        }
        let unread = self.notifications.values().filter(|it| !it.is_read()).count();
        Mailbox { user, head: 3, revision: self.revision, unread: i64::try_from(unread).unwrap() }
    }

    fn commit(&mut self, change: &InboxChange) -> Result<InboxStored, Failure> {
        if self.is_unavailable {
            return Err(unavailable());
        }
        let mut changed = 0;
        match &change.write {
            _ if change.user != BOB => {}
            InboxWrite::Edit(id, edit) => {
                if let Some(stored) = self.notifications.get_mut(id) {
                    let edited = stored.edited(*edit, change.at);
                    changed = u64::from(edited != *stored);
                    *stored = edited;
                }
            }
            InboxWrite::Delete(id) => {
                changed = u64::from(self.notifications.remove(id).is_some());
            }
            InboxWrite::MarkRead(selection) => {
                for stored in self.notifications.values_mut().filter(|it| !it.is_read()) {
                    if matches!(selection, Selection::Ids(ids) if !ids.contains(&stored.id)) {
                        continue;
                    }
                    stored.read_at = Some(change.at);
                    changed += 1;
                }
            }
        }
        self.revision += i64::from(changed > 0);
        Ok(InboxStored { mailbox: self.mailbox(change.user), changed })
    }
}
