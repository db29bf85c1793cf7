//! Streams of Bob over a fake mailbox, with signals that the test sends.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use chrono::TimeDelta;

use crate::Failure;
use crate::domain::notification::{LogEntry, Mailbox, MailboxUpdate, ReadStatePage};
use crate::port::{
    MockNotificationRepository, MockNotificationSubscriber, MockStreamPresence, MockSubscription,
    Signal, SubscriptionRequest,
};
use crate::service::accounts::Caller;
use crate::stream::{LiveStream, StreamEvent, StreamLimits, Streams};
use crate::tests::fixtures::{
    BOB, fixed_clock, login, mailbox_update, notification, now, unavailable, user,
};

/// The calls of the ports that open a stream.
pub(super) const OPENING: [&str; 3] = ["count_on_other_nodes", "subscribe", "mailboxes"];

/// Bob, for an hour.
pub(super) fn caller() -> Caller {
    Caller {
        user: user(BOB).into(),
        login: login(BOB, None),
        token_expires_at: now() + TimeDelta::hours(1),
        login_expires_at: None,
        scopes: None,
    }
}

/// An update of Bob's mailbox without a notification.
pub(super) fn update(head: i64, revision: i64) -> Signal {
    Signal::Updated(mailbox_update(BOB, head, revision))
}

/// An update that carries the notification.
pub(super) fn carrying_update(sequence: i64) -> Signal {
    Signal::Updated(MailboxUpdate::of_notification(Arc::new(notification(sequence))))
}

/// The state of the fake ports; clones share it.
#[derive(Clone)]
pub(super) struct StreamFixture(Arc<Mutex<State>>);

pub(super) struct State {
    /// The number of notifications, all unread.
    pub(super) head: i64,
    pub(super) read_state_page: Option<ReadStatePage>,
    signals: VecDeque<Signal>,
    /// Is sent when the log is read the next time.
    pub(super) signal_during_read: Option<Signal>,
    pub(super) is_unavailable: bool,
    /// Whether the user has the maximum number of streams.
    pub(super) is_full: bool,
    /// The names of the called methods, in order.
    pub(super) calls: Vec<&'static str>,
    pub(super) request: Option<SubscriptionRequest>,
    subscriptions: Arc<()>,
}

impl StreamFixture {
    pub(super) fn with_head(head: i64) -> Self {
        Self(Arc::new(Mutex::new(State {
            head,
            read_state_page: None,
            signals: VecDeque::new(),
            signal_during_read: None,
            is_unavailable: false,
            is_full: false,
            calls: vec![],
            request: None,
            subscriptions: Arc::new(()),
        })))
    }

    /// Do not hold it during a call of the stream.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(super) fn signal(&self, signal: Signal) {
        self.state().signals.push_back(signal);
    }

    /// The number of subscriptions that are not dropped.
    pub(super) fn subscription_count(&self) -> usize {
        Arc::strong_count(&self.state().subscriptions) - 1
    }

    pub(super) async fn open(&self, resume: Option<i64>) -> Result<LiveStream, Failure> {
        self.streams().open(&caller(), resume).await
    }

    /// An open stream that has written its first events and waits.
    pub(super) async fn open_and_wait(&self) -> LiveStream {
        let mut stream = self.open(None).await.ok().unwrap();
        assert_eq!(sequences(&mut stream), (vec![self.state().head], Next::Waits));
        stream
    }

    fn streams(&self) -> Streams {
        let mut presence = MockStreamPresence::new();
        let fixture = self.clone();
        presence.expect_count_on_other_nodes().returning(move |_| {
            fixture.state().calls.push("count_on_other_nodes");
            Ok(2)
        });
        Streams {
            notifications: Arc::new(self.store()),
            subscriber: Arc::new(self.subscriber()),
            presence: Arc::new(presence),
            clock: fixed_clock(),
            limits: StreamLimits { replay_limit: 1_000, heartbeat_seconds: 30 },
        }
    }

    fn store(&self) -> MockNotificationRepository {
        let mut store = MockNotificationRepository::new();
        let fixture = self.clone();
        store.expect_mailboxes().returning(move |users| {
            assert_eq!(users, [BOB]);
            let head = fixture.call("mailboxes")?.head;
            let mailbox = Mailbox { user: BOB, head, revision: 0, unread: head };
            // A store may have no mailbox of a user without notifications.
            Ok((head > 0).then_some(mailbox).into_iter().collect())
        });
        let fixture = self.clone();
        store.expect_log_after().returning(move |user, after, limit| {
            assert_eq!(user, BOB);
            let mut state = fixture.call("log_after")?;
            let signal = state.signal_during_read.take();
            state.signals.extend(signal);
            let until = state.head.min(after + i64::from(limit));
            let entry = |sequence| LogEntry::Present(Arc::new(notification(sequence)));
            Ok((after + 1..=until).map(entry).collect())
        });
        let fixture = self.clone();
        store.expect_read_state_changes().returning(move |user, _, _| {
            assert_eq!(user, BOB);
            Ok(fixture.call("read_state_changes")?.read_state_page.clone().unwrap())
        });
        store
    }

    /// Records a call of the store.
    fn call(&self, name: &'static str) -> Result<MutexGuard<'_, State>, Failure> {
        let mut state = self.state();
        state.calls.push(name);
        if state.is_unavailable { Err(unavailable()) } else { Ok(state) }
    }

    fn subscriber(&self) -> MockNotificationSubscriber {
        let mut subscriber = MockNotificationSubscriber::new();
        let fixture = self.clone();
        subscriber.expect_subscribe().returning(move |request| {
            let mut state = fixture.state();
            state.calls.push("subscribe");
            state.request = Some(request);
            if state.is_full {
                return Err(Failure::Throttled { retry_after: 5 });
            }
            let counted = state.subscriptions.clone();
            let mut subscription = MockSubscription::new();
            let fixture = fixture.clone();
            subscription.expect_poll_signal().returning(move |_| {
                assert!(Arc::strong_count(&counted) > 1);
                let signal = fixture.state().signals.pop_front();
                signal.map_or(Poll::Pending, Poll::Ready)
            });
            Ok(Box::new(subscription) as Box<_>)
        });
        subscriber
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

/// The sequences that a stream writes until it waits or ends, and what it does then.
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
