//! One stream of Bob's: a mailbox to read from, and signals that come when the test says so.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use chrono::{DateTime, TimeDelta, Utc};

use crate::Failure;
use crate::domain::account::{Login, User};
use crate::domain::id::{NotificationId, TaskId, UserId};
use crate::domain::notification::{
    LogEntry, Mailbox, MetaInfo, Notification, NotificationType, Preferences, ReadStatePage,
};
use crate::domain::task::Priority;
use crate::port::{
    MockClock, MockNotificationRepository, MockNotificationSubscriber, MockStreamPresence,
    MockSubscription, Signal, SubscriptionRequest,
};
use crate::service::accounts::Caller;
use crate::stream::{LiveStream, StreamEvent, StreamLimits, Streams};

pub(super) const BOB: UserId = UserId(7);

pub(super) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

/// Bob, by a login of somebody else's making, for an hour.
pub(super) fn caller() -> Caller {
    Caller {
        user: User {
            id: BOB,
            username: "bob".to_owned(),
            email: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            is_staff: false,
            is_active: true,
            preferences: Preferences::default(),
            tokens_valid_from: now(),
            created_at: now(),
        },
        login: Login { user: BOB, session: None, issued_at: Some(now()) },
        token_expires_at: now() + TimeDelta::hours(1),
        login_expires_at: None,
    }
}

pub(super) fn notification(sequence: i64) -> Arc<Notification> {
    Arc::new(Notification {
        id: NotificationId(sequence + 100),
        sequence,
        recipient: BOB,
        kind: NotificationType::TaskAssigned,
        title: "New Task Assigned: Water the plants".to_owned(),
        message: String::new(),
        due_date: None,
        meta_info: MetaInfo::Task { task_id: TaskId(1), priority: Priority::Low },
        read_at: None,
        is_completed: false,
        created_at: now(),
        updated_at: now(),
    })
}

/// What the mocks remember; clones share it.
#[derive(Clone)]
pub(super) struct Line(Arc<Mutex<Memory>>);

struct Memory {
    head: i64,
    read_state_page: Option<ReadStatePage>,
    signals: VecDeque<Signal>,
    /// What comes while the log is being read.
    meanwhile: Option<Signal>,
    is_away: bool,
    is_full: bool,
    calls: Vec<&'static str>,
    request: Option<SubscriptionRequest>,
    open: Arc<()>,
}

impl Line {
    /// A mailbox with so many unread notifications.
    pub(super) fn with_head(head: i64) -> Self {
        Self(Arc::new(Mutex::new(Memory {
            head,
            read_state_page: None,
            signals: VecDeque::new(),
            meanwhile: None,
            is_away: false,
            is_full: false,
            calls: vec![],
            request: None,
            open: Arc::new(()),
        })))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Memory) -> T) -> T {
        act(&mut self.0.lock().unwrap())
    }

    pub(super) fn grow(&self, head: i64) {
        self.with(|memory| memory.head = head);
    }

    pub(super) fn change(&self, page: ReadStatePage) {
        self.with(|memory| memory.read_state_page = Some(page));
    }

    pub(super) fn signal(&self, signal: Signal) {
        self.with(|memory| memory.signals.push_back(signal));
    }

    /// This comes while the log is read the next time.
    pub(super) fn signal_meanwhile(&self, signal: Signal) {
        self.with(|memory| memory.meanwhile = Some(signal));
    }

    pub(super) fn set_away(&self, is_away: bool) {
        self.with(|memory| memory.is_away = is_away);
    }

    /// The user has too many streams already.
    pub(super) fn fill(&self) {
        self.with(|memory| memory.is_full = true);
    }

    /// Whom the service has asked, in order.
    pub(super) fn calls(&self) -> Vec<&'static str> {
        self.with(|memory| memory.calls.clone())
    }

    pub(super) fn request(&self) -> Option<SubscriptionRequest> {
        self.with(|memory| memory.request.clone())
    }

    /// How many subscriptions are held.
    pub(super) fn open_streams(&self) -> usize {
        self.with(|memory| Arc::strong_count(&memory.open) - 1)
    }

    pub(super) fn streams(&self) -> Streams {
        let mut clock = MockClock::new();
        clock.expect_now().returning(now);
        Streams {
            notifications: Arc::new(self.store()),
            subscriber: Arc::new(self.subscriber()),
            presence: Arc::new(self.presence()),
            clock: Arc::new(clock),
            limits: StreamLimits { replay_limit: 1_000, heartbeat_seconds: 30 },
        }
    }

    fn call(&self, name: &'static str) -> Result<(), Failure> {
        self.with(|memory| {
            memory.calls.push(name);
            if memory.is_away {
                return Err(Failure::Unavailable("away".to_owned()));
            }
            Ok(())
        })
    }

    fn store(&self) -> MockNotificationRepository {
        let mut store = MockNotificationRepository::new();
        let line = self.clone();
        store.expect_mailboxes().returning(move |users| {
            assert_eq!(users, [BOB]);
            line.call("mailboxes")?;
            let head = line.with(|memory| memory.head);
            let mailbox = Mailbox { user: BOB, head, revision: 0, unread: head };
            // One who was never told anything may have no mailbox at all.
            Ok((head > 0).then_some(mailbox).into_iter().collect())
        });
        let line = self.clone();
        store.expect_log_after().returning(move |user, after, limit| {
            assert_eq!(user, BOB);
            line.call("log_after")?;
            line.with(|memory| {
                memory.signals.extend(memory.meanwhile.take());
                let until = memory.head.min(after + i64::from(limit));
                let entries =
                    (after + 1..=until).map(|place| LogEntry::Present(notification(place)));
                Ok(entries.collect())
            })
        });
        let line = self.clone();
        store.expect_read_state_changes().returning(move |user, _, _| {
            assert_eq!(user, BOB);
            line.call("read_state_changes")?;
            Ok(line.with(|memory| memory.read_state_page.clone().unwrap()))
        });
        store
    }

    fn subscriber(&self) -> MockNotificationSubscriber {
        let mut subscriber = MockNotificationSubscriber::new();
        let line = self.clone();
        subscriber.expect_subscribe().returning(move |request| {
            line.with(|memory| {
                memory.calls.push("subscribe");
                memory.request = Some(request);
                if memory.is_full {
                    return Err(Failure::Throttled { retry_after: 5 });
                }
                Ok(Box::new(line.subscription(memory.open.clone())) as Box<_>)
            })
        });
        subscriber
    }

    /// The user has two streams elsewhere.
    fn presence(&self) -> MockStreamPresence {
        let mut presence = MockStreamPresence::new();
        let line = self.clone();
        presence.expect_count_on_other_nodes().returning(move |_| {
            line.with(|memory| memory.calls.push("elsewhere"));
            Ok(2)
        });
        presence
    }

    fn subscription(&self, place: Arc<()>) -> MockSubscription {
        let mut subscription = MockSubscription::new();
        let line = self.clone();
        subscription.expect_poll_signal().returning(move |_| line.next_signal(&place));
        subscription
    }

    /// What comes to the one who holds this place.
    fn next_signal(&self, _place: &Arc<()>) -> Poll<Signal> {
        match self.with(|memory| memory.signals.pop_front()) {
            Some(signal) => Poll::Ready(signal),
            None => Poll::Pending,
        }
    }
}

/// What a stream does next.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    Writes(Vec<StreamEvent>),
    Waits,
    Ends,
}

pub(super) fn next(stream: &mut LiveStream) -> Next {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(stream.next()).poll(&mut context) {
        Poll::Ready(Some(events)) => Next::Writes(events),
        Poll::Ready(None) => Next::Ends,
        Poll::Pending => Next::Waits,
    }
}

/// The sequences that a stream writes until it waits or ends, and how it goes on then.
pub(super) fn sequences(stream: &mut LiveStream) -> (Vec<i64>, Next) {
    let mut sequences = vec![];
    loop {
        match next(stream) {
            Next::Writes(events) => {
                sequences.extend(events.iter().filter_map(StreamEvent::cursor));
                let last = events.into_iter().next_back();
                if let Some(last @ (StreamEvent::TokenExpired | StreamEvent::Unavailable)) = last {
                    return (sequences, Next::Writes(vec![last]));
                }
            }
            other => return (sequences, other),
        }
    }
}
