//! A receiver of the hub's signals.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use chrono::{DateTime, TimeDelta, Utc};
use leopard_core::Failure;
use leopard_core::domain::account::Login;
use leopard_core::domain::id::{NotificationId, SessionId, TaskId, UserId};
use leopard_core::domain::notification::{MailboxUpdate, MetaInfo, Notification, NotificationType};
use leopard_core::domain::task::Priority;
use leopard_core::port::{NotificationSubscriber, Signal, Subscription, SubscriptionRequest};

use crate::broker::local::{Hub, HubSettings};

/// A hub with heartbeats of ten seconds.
pub(super) fn hub(streams_per_user: usize) -> Hub {
    Hub::new(HubSettings { streams_per_user, heartbeat: TimeDelta::seconds(10) })
}

/// A time in milliseconds after the first stream opened.
pub(super) fn at(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_700_000_000_000 + milliseconds).unwrap()
}

pub(super) fn login(user: i64, session: &str) -> Login {
    Login {
        user: UserId(user),
        session: Some(SessionId(session.to_owned())),
        issued_at: Some(at(0)),
        key: None,
        issuer: None,
    }
}

/// A new stream of a user, with a token for one hour.
pub(super) fn request(user: i64) -> SubscriptionRequest {
    SubscriptionRequest {
        login: login(user, "s"),
        count_on_other_nodes: 0,
        expires_at: at(3_600_000),
        opened_at: at(0),
    }
}

/// An update without a notification.
pub(super) fn update(user: i64, head: i64, revision: i64) -> MailboxUpdate {
    MailboxUpdate { user: UserId(user), head, revision, notification: None }
}

/// An update with the notification of this sequence.
pub(super) fn carrying(user: i64, sequence: i64) -> MailboxUpdate {
    MailboxUpdate::of_notification(Arc::new(Notification {
        id: NotificationId(sequence + 100),
        sequence,
        recipient: UserId(user),
        kind: NotificationType::TASK_ASSIGNED,
        title: "New Task Assigned: Water the plants".to_owned(),
        message: String::new(),
        url: None,
        due_date: None,
        meta_info: MetaInfo::Task { task_id: TaskId(1), priority: Priority::High },
        read_at: None,
        is_completed: false,
        created_at: at(0),
        updated_at: at(0),
    }))
}

/// A subscription that counts its wake-ups.
pub(super) struct Receiver {
    subscription: Box<dyn Subscription>,
    wakes: Arc<Wakes>,
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Receiver {
    pub(super) fn try_open(hub: &Hub, request: SubscriptionRequest) -> Result<Self, Failure> {
        Ok(Self { subscription: hub.subscribe(request)?, wakes: Arc::default() })
    }

    pub(super) fn open(hub: &Hub, user: i64) -> Self {
        Self::try_open(hub, request(user)).unwrap()
    }

    /// The next signal, or `None` with a waker registered.
    pub(super) fn recv(&mut self) -> Option<Signal> {
        let waker = Waker::from(self.wakes.clone());
        match self.subscription.poll_signal(&mut Context::from_waker(&waker)) {
            Poll::Ready(signal) => Some(signal),
            Poll::Pending => None,
        }
    }

    /// All pending signals.
    pub(super) fn recv_all(&mut self) -> Vec<Signal> {
        std::iter::from_fn(|| self.recv()).collect()
    }

    /// Number of wake-ups so far.
    pub(super) fn wakes(&self) -> usize {
        self.wakes.0.load(Ordering::SeqCst)
    }
}
